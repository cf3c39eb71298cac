import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { type CrossingParts, cross } from '../../../client/core/crossing.js'
import type { Edit } from '../../../client/core/edit.js'
import { openingOf } from '../../../server/core/renewal.js'

const TEXT = 'about/c'
const FIELD = 'c/company'
const ME = 100
/** Wins a tie against `ME`. */
const COLLEAGUE = 200

const updatesOf = (doc: Y.Doc): Uint8Array[] => {
  const updates: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => updates.push(update))
  return updates
}

/**
 * Typed on one device before the epoch ended: a word; a field's value, which lost against a
 * colleague's; and a word behind the first one. The epoch ended without them.
 */
const ended = () => {
  const doc = new Y.Doc()
  doc.clientID = ME
  const updates = updatesOf(doc)
  doc.getText(TEXT).insert(0, 'one ')
  doc.getMap('fields').set(FIELD, 'Mine')
  doc.getText(TEXT).insert(4, 'two ')
  const edits = updates.map(
    (update, n): Edit => ({
      id: `00000000000000${n}-1`,
      owner: 1,
      clientId: ME,
      update,
      epoch: 1,
      touches: [n === 1 ? FIELD : TEXT],
    }),
  )
  const colleague = new Y.Doc()
  colleague.clientID = COLLEAGUE
  colleague.getMap('fields').set(FIELD, 'Theirs')
  const closing = Y.encodeStateAsUpdate(colleague)
  const opening = openingOf(closing, 9)
  const [word, value, late] = edits
  if (opening === undefined || !word || !value || !late) throw new Error('not as planned')
  const step = {
    closing: { epoch: 1, seq: 5, update: closing },
    opening: { epoch: 2, seq: 5, update: opening.document },
  }
  return { word, value, late, step }
}

const crossing = (
  { step }: Pick<ReturnType<typeof ended>, 'step'>,
  clientId: number,
  parts: Partial<CrossingParts>,
) =>
  cross({
    steps: [step],
    present: 2,
    named: 1,
    kept: [],
    mine: [],
    others: [],
    early: [],
    moved: new Set(),
    vanished: new Set(),
    left: [],
    away: new Map(),
    committed: { epoch: 0, updates: [] },
    clientId,
    remake: ({ id, touches }, update) => {
      return { id: `${id}>`, owner: 2, clientId, update, epoch: 2, touches, replaces: id }
    },
    ...parts,
  })

test('[E11] what another tab has moved to nothing, and has not told yet, is not set aside', () => {
  const { word, value, step } = ended()
  const theirs = crossing({ step }, 300, { kept: [word, value], mine: [word, value] })
  expect(theirs.settled.map(({ id }) => id)).toEqual([value.id])
  const mine = [word, value]
  const vanished = new Set([word.id, value.id])
  const ours = crossing({ step }, 301, { kept: theirs.edits, mine, vanished })
  expect(ours).toEqual({ refused: [], gone: [word.id, value.id], edits: [], settled: [] })
})

test('[E11] and what came of it has left the device by then, too: it is not moved once more', () => {
  const { word, value, step } = ended()
  const mine = [word, value]
  const ours = crossing({ step }, 301, { mine, vanished: new Set([word.id, value.id]) })
  expect(ours).toEqual({ refused: [], gone: [word.id, value.id], edits: [], settled: [] })
})

test('[E9] what was typed behind an edit that another tab has moved, unheard, comes behind it', () => {
  const { word, value, late, step } = ended()
  const theirs = crossing({ step }, 300, { kept: [word, value], mine: [] })
  const mine = [word, value, late]
  const vanished = new Set([word.id, value.id])
  const ours = crossing({ step }, 301, { kept: theirs.edits, mine, vanished })
  expect(ours.refused).toEqual([])
  expect(ours.edits.map(({ replaces }) => replaces)).toEqual([late.id])
  const doc = new Y.Doc()
  for (const update of [step.opening, ...theirs.edits, ...ours.edits].map((one) => one.update)) {
    Y.applyUpdate(doc, update)
  }
  expect(doc.getText(TEXT).toString()).toBe('one two ')
})

test('[E9] a contact that moved is no record that was taken, also while what moved before it is not here', () => {
  const { step } = ended()
  const made = (clientId: number, ...keys: string[]): Uint8Array[] => {
    const doc = new Y.Doc()
    doc.clientID = clientId
    const updates = updatesOf(doc)
    for (const key of keys) {
      const isField = key.includes('/')
      doc.getMap(isField ? 'fields' : 'contacts').set(key, isField ? 'Dr' : { name: 'Zoe' })
    }
    return updates
  }
  const editAt = (n: number, update: Uint8Array, epoch: number): Edit => {
    return { id: `0${n}-1`, owner: 1, clientId: ME, update, epoch, touches: [] }
  }
  const [creation, field] = made(ME, 'zoe', 'zoe/title')
  // The first of these is settled in the present epoch, and this tab has not its row yet.
  const [, moved] = made(300, 'bob', 'zoe')
  if (!creation || !field || !moved) throw new Error('not as planned')
  const was = editAt(1, creation, 1)
  const late = editAt(2, field, 1)
  const away = new Map([[was.id, { edit: was, to: editAt(3, moved, 2) }]])
  const ours = crossing({ step }, 301, { mine: [late], away })
  expect(ours.refused).toEqual([])
  expect(ours.edits.map(({ replaces }) => replaces)).toEqual([late.id])
})

test('[E9] what was written over an edit that moved goes over it, though what moved before that is known elsewhere alone', () => {
  const { step } = ended()
  const tag = 'c/tags/blue'
  const doc = new Y.Doc()
  doc.clientID = ME
  const updates = updatesOf(doc)
  doc.getMap('fields').set(tag, true)
  doc.getMap('fields').set(tag, null)
  const there = new Y.Doc()
  there.clientID = 300
  const moved = updatesOf(there)
  there.getText(TEXT).insert(0, 'of another tab')
  there.getMap('fields').set(tag, true)
  const [added, removed] = updates
  const [unknown, known] = moved
  if (!added || !removed || !unknown || !known) throw new Error('not as planned')
  const at = { owner: 1, clientId: ME, epoch: 1, touches: [tag] }
  const was = { ...at, id: '01-1', update: added }
  const is = { ...at, id: '02-2', owner: 2, clientId: 300, epoch: 2, update: known }
  const late = { ...at, id: '03-1', update: removed }
  const ours = crossing({ step }, 301, {
    mine: [late],
    away: new Map([[was.id, { edit: was, to: is }]]),
  })
  const all = [step.opening.update, unknown, known, ...ours.edits.map(({ update }) => update)]
  // Beside it, the lower client id would lose.
  for (const one of ours.edits)
    expect(Y.decodeUpdate(one.update).structs).toMatchObject([{ origin: { client: 300 } }])
  const merged = new Y.Doc()
  for (const update of all) Y.applyUpdate(merged, update)
  expect(merged.getMap('fields').get(tag)).toBe(null)
  expect(merged.getText(TEXT).toString()).toBe('of another tab')
})

test.each([
  ['in the epoch that begins', 2],
  ['in an epoch long over', 0.5],
  ['not yet', 0],
])(
  '[E9] what was written over the edit of a tab that had heard no server comes along, whose epoch was told %s',
  (_, epoch) => {
    const { step } = ended()
    const early = new Y.Doc()
    early.clientID = 42
    early.getText(TEXT).insert(0, 'early ')
    const doc = new Y.Doc()
    doc.clientID = ME
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(early))
    const updates = updatesOf(doc)
    doc.getText(TEXT).insert(6, 'behind')
    const [update] = updates
    if (!update) throw new Error('not as planned')
    const at = { owner: 1, clientId: ME, touches: [TEXT] }
    const first: Edit = {
      ...at,
      id: '01-1',
      update: Y.encodeStateAsUpdate(early),
      epoch,
      early: true,
    }
    const late: Edit = { ...at, id: '02-1', update, epoch: 1 }
    const ours = crossing({ step }, 301, { mine: [late], early: [first] })
    expect(ours.refused).toEqual([])
    const merged = new Y.Doc()
    for (const one of [step.opening, ...(epoch === 0.5 ? [] : [first]), ...ours.edits])
      Y.applyUpdate(merged, one.update)
    expect(merged.getText(TEXT).toString()).toBe(epoch === 0.5 ? 'behind' : 'early behind')
  },
)
