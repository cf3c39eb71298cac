import { expect, test } from 'vitest'
import { Browser, until } from './browser.js'

test('[C10] the pending count outlives a reload, whatever it counts, and the next tab tells the same', async () => {
  const browser = new Browser()
  const tab = browser.open()
  const [zoe, max] = [
    tab.actions.createContact({ name: 'Zoe' }),
    tab.actions.createContact({ name: 'Max' }),
  ]
  for (const name of ['Zo', 'Zoë', 'Zoé']) tab.actions.setField(zoe, 'name', name)
  tab.actions.setField(max, 'company', 'Acme')
  const note = tab.actions.addNote(max, 'Calls on Mondays')
  tab.actions.editNote(note, 'Calls on Tuesdays')
  tab.actions.deleteContact(zoe)
  await until(() => tab.status().onDevice)
  const { pending } = tab.status()
  expect(pending).toBeGreaterThan(3)
  await tab.close()

  const later = browser.open()
  await until(() => later.status().pending > 0)
  expect(later.status()).toMatchObject({ pending, onDevice: true })
  const beside = browser.open()
  await until(() => beside.status().pending > 0)
  expect(beside.status()).toMatchObject({ pending, onDevice: true })
  await Promise.all([later.close(), beside.close()])

  const last = browser.open()
  const socket = await browser.welcome(last)
  await until(() => socket.of('update').length > 0)
  expect(last.status().pending).toBe(pending)
  socket.commits(1)
  await until(() => last.status().pending === 0)
  await last.close()
  const empty = browser.open()
  await until(() => empty.status().connection.state !== 'loading')
  expect(empty.status().pending).toBe(0)
  await empty.close()
})
