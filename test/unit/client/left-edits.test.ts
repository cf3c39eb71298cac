import { expect, test } from 'vitest'
import * as Y from 'yjs'
import type { Edit } from '../../../client/core/edit.js'
import type { TabMessage, Tabs } from '../../../client/core/ports.js'
import { Replica } from '../../../client/replica.js'

const GONE = 42

/**
 * A tab that leads; of the others, the one that wrote as `GONE` is gone. `nothing`: of
 * the device nothing can be read.
 */
const openLeader = (device: 'empty' | 'nothing' = 'empty') => {
  const posted: TabMessage[] = []
  const kept: Edit[] = []
  let hear: (message: TabMessage) => void = () => undefined
  const tabs: Tabs = {
    knowsWhoLives: true,
    start: (_owner, listener) => {
      hear = listener
    },
    post: (message) => posted.push(message),
    onLead: () => undefined,
    onGone: (owner, gone) => (owner === GONE ? gone() : undefined),
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
    keep: (edits: readonly Edit[]) => kept.push(...edits),
    cross: async () => ({ outcome: 'failed', reason: 'missing' }) as const,
    changed: nothing,
  }
  const doc = new Y.Doc()
  const replica = new Replica({ doc, tabs, now: () => 1, newClientId: () => 7, listener })
  replica.start()
  replica.join(device === 'empty' ? [] : undefined)
  replica.open(1)
  replica.lead()
  return { doc, replica, posted, kept, hear: (message: TabMessage) => hear(message) }
}

const editOf = (owner: number): Edit => {
  const doc = new Y.Doc()
  doc.getMap('fields').set('c/title', 'Dr')
  const update = Y.encodeStateAsUpdate(doc)
  const { clientID: clientId } = doc
  return { id: `000000000000001-${owner}`, owner, clientId, update, epoch: 1, touches: ['c/title'] }
}

test('[P3] what a tab left that ended before it was written is kept on the device by who takes it over', () => {
  const { kept, replica, hear } = openLeader()
  const edit = editOf(GONE)
  hear({ type: 'edit', edit, kept: false })
  expect(replica.outbox.has(edit.id)).toBe(true)
  expect(kept).toContainEqual(edit)
})

test('[P5] who has just read an edit that was settled longer ago than is remembered is told so', () => {
  const { doc, replica, posted, hear } = openLeader()
  for (let n = 0; n < 300; n++) doc.getMap('fields').set('c/title', `${n}`)
  const [first] = replica.pending
  if (first === undefined) throw new Error('no edit')
  const sent = replica.outbox.take().length
  replica.acknowledged(sent, 9)
  expect(replica.pending.length).toBeLessThan(300)
  posted.length = 0
  hear({ type: 'found', edits: [first] })
  expect(posted).toContainEqual({ type: 'settled', settled: [{ id: first.id, seq: 9 }] })
})

test('[P5] what waits here is not called settled because another tab has read it', () => {
  const { doc, replica, posted, hear } = openLeader()
  doc.getMap('fields').set('c/title', 'Dr')
  posted.length = 0
  hear({ type: 'found', edits: replica.pending })
  expect(posted).toEqual([])
  expect(replica.pending).toHaveLength(1)
})

test('[P5] an edit on the device that nobody knows any more is sent again by who leads, and then settled', () => {
  const { doc, replica, posted, hear } = openLeader()
  const edit = editOf(GONE)
  hear({ type: 'found', edits: [edit] })
  expect(replica.outbox.has(edit.id)).toBe(true)
  expect(replica.isKept(edit.id)).toBe(true)
  expect(doc.getMap('fields').get('c/title')).toBe('Dr')
  replica.acknowledged(replica.outbox.take().length, 9)
  expect(posted).toContainEqual({ type: 'settled', settled: [{ id: edit.id, seq: 9 }] })
})

test('[P5] one of a tab that lives is left to that tab', () => {
  const { replica, posted, hear } = openLeader()
  posted.length = 0
  hear({ type: 'found', edits: [editOf(GONE + 1)] })
  expect(replica.pending).toEqual([])
  expect(posted).toEqual([])
})

/** Written anew by a tab that is gone, for one that it had written before. */
const anew = (): { was: Edit; edit: Edit } => {
  const was = { ...editOf(GONE), id: `000000000000000-${GONE}` }
  return { was, edit: { ...was, id: `000000000000001-${GONE}`, replaces: was.id } }
}

/** The device can't be read. */
const openBlind = () => openLeader('nothing')

test('[E10] who takes over what was written anew does not send it while the device holds what it was', () => {
  const { replica, hear } = openBlind()
  const { edit } = anew()
  hear({ type: 'edit', edit, kept: false, wasKept: true })
  replica.keptNowhere()
  expect(replica.outbox.has(edit.id)).toBe(true)
  expect(replica.outbox.take()).toEqual([])
  hear({ type: 'kept', ids: [edit.id] })
  expect(replica.outbox.take()).toHaveLength(1)
})

test('[E10] it is sent where the device has never held anything of it', () => {
  const { replica, hear } = openBlind()
  const { edit } = anew()
  hear({ type: 'edit', edit, kept: false, wasKept: false })
  replica.keptNowhere()
  expect(replica.outbox.take()).toHaveLength(1)
})

test('[E10] what another tab then reads on the device, as it was, is not taken beside it', () => {
  const { replica, hear } = openBlind()
  const { was, edit } = anew()
  hear({ type: 'edit', edit, kept: false, wasKept: true })
  hear({ type: 'found', edits: [was] })
  expect(replica.pending.map(({ id }) => id)).toEqual([edit.id])
})
