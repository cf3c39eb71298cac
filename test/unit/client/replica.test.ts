import { expect, test } from 'vitest'
import * as Y from 'yjs'
import type { Edit } from '../../../client/core/edit.js'
import type { TabMessage, Tabs } from '../../../client/core/ports.js'
import { Replica } from '../../../client/replica.js'

/** A tab whose messages are collected, and which hears what the play says. */
const openReplica = (knowsWhoLives = true) => {
  const posted: TabMessage[] = []
  let hear: (message: TabMessage) => void = () => undefined
  const tabs: Tabs = {
    knowsWhoLives,
    start: (_owner, listener) => {
      hear = listener
    },
    post: (message) => posted.push(message),
    onLead: () => undefined,
    onGone: (_owner, gone) => gone(),
    takeTurn: () => () => undefined,
    close: () => undefined,
  }
  const nothing = () => undefined
  const listener = {
    edited: nothing,
    settled: nothing,
    rebased: nothing,
    replaced: nothing,
    outdated: nothing,
    overtaken: nothing,
    keep: nothing,
    cross: async () => ({ outcome: 'failed', reason: 'missing' }) as const,
    changed: nothing,
  }
  const parts = { doc: new Y.Doc(), tabs, now: () => 1, newClientId: () => 7, listener }
  const replica = new Replica(parts)
  replica.start()
  return { replica, posted, hear: (message: TabMessage) => hear(message) }
}

test('[P5] who joins is told of all that was settled, also by tabs that are gone', () => {
  const { posted, hear } = openReplica()
  const settled = [{ id: '000000000000001-42', seq: 5 }]
  hear({ type: 'settled', settled })
  hear({ type: 'joined' })
  expect(posted).toContainEqual({ type: 'settled', settled })
})

/** Of a tab that is gone, or perhaps is not: a refused edit, and one that was built on it. */
const builtOnRefused = (): [Edit, Edit] => {
  const doc = new Y.Doc()
  const updates: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => updates.push(update))
  doc.getMap('elsewhere').set('a', 1)
  doc.getMap('fields').set('c/title', 'Dr')
  const [first, second] = updates.map(
    (update, n): Edit => ({
      id: `00000000000000${n}-42`,
      owner: 42,
      clientId: doc.clientID,
      update,
      epoch: 0,
      touches: [],
    }),
  )
  if (!first || !second) throw new Error('no edits')
  return [{ ...first, refused: 'unknown-root' }, second]
}

test('[P4] what builds on a refused edit is written anew by the tab that takes it over', () => {
  const { replica, posted } = openReplica()
  const [refused, behind] = builtOnRefused()
  replica.load([], { epoch: 0, seq: 0 }, [refused, behind])
  expect(replica.pending).toEqual([behind])
  // It hears that the tab is gone.
  replica.lead()
  expect(posted).toMatchObject([{ type: 'rebased', gone: [behind.id], edits: [{ clientId: 7 }] }])
  expect(replica.pending).toMatchObject([{ replaces: behind.id, clientId: 7 }])
})

test('where tabs can’t tell who lives, its own tab alone writes it anew; others set it aside', () => {
  const { replica, posted, hear } = openReplica(false)
  const [refused, behind] = builtOnRefused()
  replica.load([], { epoch: 0, seq: 0 }, [refused, behind])
  replica.lead()
  expect(posted).toEqual([])
  expect(replica.pending).toEqual([])
  expect(replica.aside.edits).toMatchObject([
    { id: refused.id },
    { id: behind.id, blockedBy: refused.id, refused: 'unknown-root' },
  ])
  const doc = new Y.Doc()
  doc.getMap('fields').set('c/title', 'Dr')
  const update = Y.encodeStateAsUpdate(doc)
  const anew: Edit = { ...behind, id: '000000000000009-42', clientId: 9, update }
  hear({ type: 'rebased', refused: [], gone: [behind.id], edits: [anew] })
  expect(replica.aside.edits).toMatchObject([{ id: refused.id }])
  expect(replica.pending).toEqual([anew])
})
