import { expect, test } from 'vitest'
import { ReadOnlyError } from '../../../client/index.js'
import { Browser, until } from './browser.js'

test('[C9] a page that is older than the workspace stays connected, reads, and keeps what waits', async () => {
  const browser = new Browser()
  const tab = browser.open()
  const errors: string[] = []
  tab.onError(({ code }) => errors.push(code))
  const id = tab.actions.createContact({ name: 'Zoe' })
  const socket = await browser.welcome(tab, { schema: 2 })
  await until(() => tab.status().onDevice)
  expect(tab.status()).toMatchObject({
    connection: { state: 'live', reason: 'newer-schema' },
    pending: 1,
  })
  expect(errors).toEqual(['update-required'])
  expect(tab.mayEdit()).toBe(false)
  expect(() => tab.actions.setField(id, 'name', 'Zoë')).toThrow(ReadOnlyError)
  socket.says({ type: 'notice', notice: 'role-changed', role: 'owner' })
  expect(tab.mayEdit()).toBe(false)
  await until(() => tab.self()?.role === 'owner')
  expect(socket.of('update')).toEqual([])
  await tab.close()

  // The same page without the network remembers it.
  const again = browser.open()
  await until(() => again.self() !== undefined)
  expect(again.mayEdit()).toBe(false)
  expect(again.status().pending).toBe(1)
  await again.close()
})

test('[C9] a workspace of this page’s schema is edited again, and what waited is sent', async () => {
  const browser = new Browser()
  const old = browser.open()
  old.actions.createContact({ name: 'Zoe' })
  await browser.welcome(old, { schema: 2 })
  await until(() => old.status().onDevice && old.self() !== undefined)
  await old.close()
  const next = browser.open()
  const socket = await browser.welcome(next, { schema: 1 })
  expect(next.mayEdit()).toBe(true)
  await until(() => socket.of('update').length === 1)
  await next.close()
})
