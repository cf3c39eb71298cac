import { expect, test } from 'vitest'
import { Browser, until } from '../client/browser.js'

test('[U5] after a refusal what was taken can still be taken back, and what was not can not', async () => {
  const browser = new Browser()
  const tab = browser.open()
  const socket = await browser.welcome(tab)
  const id = tab.actions.createContact({ name: 'Zoe' })
  await until(() => socket.of('update').length === 1)
  socket.commits(1)
  await until(() => tab.status().pending === 0)
  tab.actions.setField(id, 'company', 'Acme')
  await until(() => socket.of('update').length === 2)
  tab.actions.setField(id, 'title', 'CEO')
  const before = tab.doc
  // The first of the two that wait is refused; the other is written anew in another document.
  socket.says({ type: 'reject', ordinal: 2, reason: 'bad-value' })
  socket.says({ type: 'ack', count: 1, seq: 1 })
  await until(() => tab.status().refused === 1)
  expect(tab.doc).not.toBe(before)
  expect(tab.contacts.contact(id)).toMatchObject({ company: '', title: 'CEO' })
  expect(tab.undo.undo()).toMatchObject({ fields: ['title'] })
  expect(tab.contacts.contact(id)?.title).toBe('')
  expect(tab.undo.undo()).toMatchObject({ type: 'contact_created' })
  expect(tab.contacts.contact(id)?.deletedAt).not.toBeNull()
  expect(tab.undo.state().undo).toBeUndefined()
  await tab.close()
})
