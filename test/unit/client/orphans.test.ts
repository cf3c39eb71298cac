import { expect, test } from 'vitest'
import * as Y from 'yjs'
import type { Edit } from '../../../client/core/edit.js'
import { indexedDbStore } from '../../../client/edge/store.js'
import { Browser, until } from './browser.js'
import { GateServer } from './gate-server.js'

const STORE = 'kith:wss://kith.test/ws/workspace/team:ana'

/** Three edits of a tab that is gone, each built on the one before. */
const left = (): Edit[] => {
  const doc = new Y.Doc()
  const edits: Edit[] = []
  doc.on('update', (update: Uint8Array) => {
    const owner = doc.clientID
    const id = `00000000000000${edits.length + 1}-${owner}`
    edits.push({ id, owner, clientId: owner, update, epoch: 1, touches: ['about/c'] })
  })
  for (const letters of ['Met', ' at', ' sea']) {
    doc.getText('about/c').insert(doc.getText('about/c').length, letters)
  }
  return edits
}

test('[P5] what builds on a record that is gone is shown aside, and does not wait for ever', async () => {
  const browser = new Browser()
  const edits = left()
  await indexedDbStore(STORE).keep(edits.slice(1), [], 'strict')
  const server = new GateServer(browser)
  const tab = browser.open()
  await until(() => tab.status().pending === 1)
  const id = tab.actions.createContact({ name: 'Zoe' })
  await server.welcome(tab)
  await server.settles(tab)
  expect(tab.status()).toMatchObject({ refused: 2, connection: { reason: 'live' } })
  expect(tab.refusedChanges().map(({ update }) => update)).toEqual(
    edits.slice(1).map(({ update }) => update),
  )
  expect(tab.refusedChanges()[0]?.reason).toBe('gap')
  expect([...server.gate.doc.getMap('contacts').keys()]).toEqual([id])
  expect(tab.doc.store.pendingStructs).toBeNull()
  await tab.close()
})

test('[P3] what takes away letters that are gone holds up nothing, and is not told of', async () => {
  const browser = new Browser()
  const doc = new Y.Doc()
  const [letters] = left()
  if (letters === undefined) throw new Error('not as planned')
  Y.applyUpdate(doc, letters.update)
  const edits: Edit[] = []
  doc.on('update', (update: Uint8Array) => {
    const owner = doc.clientID
    const id = `00000000000010${edits.length}-${owner}`
    edits.push({ id, owner, clientId: owner, update, epoch: 1, touches: ['about/c'] })
  })
  doc.getMap('fields').set('c/company', 'Hill')
  doc.getText('about/c').delete(0, 3)
  doc.getMap('fields').set('c/title', 'Dr')
  await indexedDbStore(STORE).keep(edits, [], 'strict')
  const server = new GateServer(browser)
  const tab = browser.open()
  await until(() => tab.status().pending === 1)
  await server.welcome(tab)
  await server.settles(tab)
  expect(tab.status()).toMatchObject({ pending: 0, refused: 0, connection: { reason: 'live' } })
  expect(server.gate.doc.getMap('fields').toJSON()).toEqual({
    'c/company': 'Hill',
    'c/title': 'Dr',
  })
  await tab.close()
})
