import { aboutText } from 'kith-shared'
import { expect, test } from 'vitest'
import { contentOf } from '../../harness/team.js'
import { Browser, until } from './browser.js'
import { GateServer } from './gate-server.js'

/** A tab with one contact that is saved, in a workspace that takes no more. */
const full = async () => {
  const browser = new Browser()
  const server = new GateServer(browser)
  const tab = browser.open()
  const socket = await server.welcome(tab)
  const id = tab.actions.createContact({ name: 'Zoe' })
  await server.settles(tab)
  server.gate.isFull = true
  const messages = () => socket.of('update').length + socket.of('sync-step-2').length
  /** All that the tab has to say is said and answered. */
  const isQuiet = async () => {
    await until(() => {
      server.hears()
      return tab.status().connection.reason === 'quota' && tab.status().onDevice
    })
    server.hears()
    await Promise.resolve()
    server.hears()
  }
  return { browser, server, tab, id, messages, isQuiet }
}

test('[P5] a full workspace sets nothing aside: edits wait, and the status says why', async () => {
  const { server, tab, id, messages, isQuiet } = await full()
  const doc = tab.doc
  for (const letter of 'Met at sea') {
    aboutText(tab.doc, id).insert(aboutText(tab.doc, id).length, letter)
    await Promise.resolve()
  }
  await isQuiet()
  const sent = messages()
  tab.actions.setField(id, 'company', 'Acme')
  await isQuiet()
  expect(messages()).toBe(sent)
  expect(tab.doc).toBe(doc)
  expect(tab.refusedChanges()).toEqual([])
  expect(tab.status()).toMatchObject({
    connection: { state: 'live', reason: 'quota' },
    pending: 2,
    onDevice: true,
    refused: 0,
  })
  expect(server.refusals.filter((reason) => reason === 'quota')).toHaveLength(1)
  await tab.close()
})

test('[P3] they are saved on the next connection, once there is room', async () => {
  const { server, tab, id, isQuiet } = await full()
  tab.actions.setField(id, 'company', 'Acme')
  aboutText(tab.doc, id).insert(0, 'Met')
  await isQuiet()
  server.gate.isFull = false
  tab.disconnect()
  tab.connect()
  await server.welcome(tab)
  await server.settles(tab)
  expect(tab.status().connection.reason).toBe('live')
  expect(contentOf(server.gate.doc)).toEqual(contentOf(tab.doc))
  await tab.close()
})

test('[P7] it is tried again each minute, with one message for all that waits', async () => {
  const { browser, server, tab, id, messages, isQuiet } = await full()
  tab.actions.setField(id, 'company', 'Acme')
  await isQuiet()
  for (let n = 0; n < 120; n++) aboutText(tab.doc, id).insert(0, 'x')
  await isQuiet()
  const sent = messages()
  browser.passes(60_000)
  await until(() => messages() === sent + 1)
  await isQuiet()
  expect(messages()).toBe(sent + 1)
  server.gate.isFull = false
  browser.passes(60_000)
  await server.settles(tab)
  expect(tab.status().connection.reason).toBe('live')
  expect(contentOf(server.gate.doc)).toEqual(contentOf(tab.doc))
  await tab.close()
})

test('after a reload they wait as before', async () => {
  const { browser, server, tab, id, isQuiet } = await full()
  tab.actions.setField(id, 'company', 'Acme')
  await isQuiet()
  await tab.close()
  const later = browser.open()
  await server.welcome(later)
  await until(() => {
    server.hears()
    return later.status().connection.reason === 'quota'
  })
  expect(later.contacts.contact(id)?.company).toBe('Acme')
  expect(later.status()).toMatchObject({ pending: 1, refused: 0 })
  await later.close()
})
