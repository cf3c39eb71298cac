/** The next epoch's opening state holds what the one before held, and nothing else. */
import fc from 'fast-check'
import { type ClientId, CONTACTS, FIELDS, NOTES, type UserId } from 'kith-shared'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { compact, readIndex } from '../../server/core/documents.js'
import { decodeIndex } from '../../server/core/index-codec.js'
import { renew } from '../../server/core/renewal.js'

const author = { id: 'ana' as UserId, name: 'Ana' }
const OPENING = 77 as ClientId

/** Everything that the document says, by root. */
const valuesOf = (update: Uint8Array): Record<string, unknown> => {
  const doc = load(update)
  const maps = [CONTACTS, FIELDS, NOTES].map((root) => {
    const entries = [...doc.getMap(root).entries()].sort(([one], [other]) => (one < other ? -1 : 1))
    return [root, entries] as const
  })
  const texts = [...doc.share.keys()]
    .filter((root) => root.startsWith('about/'))
    .map((root) => [root, doc.getText(root).toString()] as const)
    .filter(([, text]) => text !== '')
    .sort(([one], [other]) => (one < other ? -1 : 1))
  return { maps, texts }
}

const load = (update: Uint8Array): Y.Doc => {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, update)
  expect([doc.store.pendingStructs, doc.store.pendingDs]).toEqual([null, null])
  return doc
}

const key = fc.oneof(
  fc.constantFrom(
    'c1/name',
    '__c/x',
    '__proto__x/y',
    'constructor/name',
    'hasOwnProperty/a',
    'c/é😀',
  ),
  fc.string({ minLength: 1, maxLength: 6 }),
)
const value = fc.oneof(
  fc.constantFrom(null, '', '😀'.repeat(40), 'x'.repeat(5_000), -0.5, 2 ** 40, true),
  fc.jsonValue({ maxDepth: 3 }).filter((one) => !JSON.stringify(one).includes('__proto__')),
)
const act = fc.oneof(
  fc.record({
    what: fc.constant('set' as const),
    root: fc.constantFrom(CONTACTS, FIELDS, NOTES),
    key,
    value,
  }),
  fc.record({ what: fc.constant('delete' as const), key }),
  fc.record({
    what: fc.constant('type' as const),
    root: fc.constantFrom('about/c1', 'about/__c', 'about/constructor'),
    at: fc.nat(60),
    text: fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 30 }),
      fc.constant('a😀ü'.repeat(2_000)),
    ),
  }),
  fc.record({
    what: fc.constant('erase' as const),
    root: fc.constantFrom('about/c1', 'about/__c', 'about/constructor'),
    at: fc.nat(60),
    count: fc.nat(40),
  }),
)
/** Who does it, what, and whether everybody has met before. */
const history = fc.array(fc.tuple(fc.nat(2), act, fc.boolean()), { maxLength: 60 })

type Act = typeof act extends fc.Arbitrary<infer One> ? One : never

const perform = (doc: Y.Doc, act: Act): void => {
  switch (act.what) {
    case 'set':
      doc.getMap(act.root).set(act.key, act.value)
      return
    case 'delete':
      doc.getMap(FIELDS).delete(act.key)
      return
    case 'type': {
      const text = doc.getText(act.root)
      text.insert(Math.min(act.at, text.length), act.text)
      return
    }
    case 'erase': {
      const text = doc.getText(act.root)
      const at = Math.min(act.at, text.length)
      text.delete(at, Math.min(act.count, text.length - at))
    }
  }
}

const rowsOf = (acts: readonly [number, Act, boolean][]) => {
  const docs = [1, 2, 3].map((id) => Object.assign(new Y.Doc(), { clientID: id }))
  const rows: { update: Uint8Array; author: typeof author }[] = []
  for (const [who, next, meets] of acts) {
    const doc = docs[who] ?? new Y.Doc()
    if (meets) for (const other of docs) Y.applyUpdate(doc, Y.encodeStateAsUpdate(other))
    doc.once('update', (update: Uint8Array) => rows.push({ update, author }))
    perform(doc, next)
  }
  return rows
}

describe('a renewal', () => {
  it('[E2] keeps every value, under one id, with a struct for each and none that is dead', () => {
    fc.assert(
      fc.property(history, (acts) => {
        // Rows may come before what they build on here: one update of all does not.
        const merged = Y.mergeUpdates([new Uint8Array(2), ...rowsOf(acts).map((row) => row.update)])
        const made = renew(undefined, [{ update: merged, author }], OPENING)
        if (made === undefined) throw new Error('the rows do not follow')
        const { closing, opening } = made
        const { texts, maps } = valuesOf(merged)
        expect(valuesOf(closing.document)).toEqual({ texts, maps })
        expect(valuesOf(opening.document)).toEqual({ texts, maps })

        const structs = [...load(opening.document).store.clients].flatMap(([client, all]) =>
          all.map((struct) => ({ client, deleted: struct.deleted })),
        )
        const entries = (maps as [string, unknown[]][]).flatMap(([, all]) => all)
        const expected = entries.length + (texts as unknown[]).length
        expect(structs).toEqual(Array(expected).fill({ client: OPENING, deleted: false }))
      }),
      { numRuns: 150 },
    )
  })

  it('[E2] gives each state the index that is read off it, and the same bytes again', () => {
    fc.assert(
      fc.property(history, (acts) => {
        const merged = Y.mergeUpdates([new Uint8Array(2), ...rowsOf(acts).map((row) => row.update)])
        const made = renew(undefined, [{ update: merged, author }], OPENING)
        if (made === undefined) throw new Error('the rows do not follow')
        for (const { document, index } of [made.closing, made.opening]) {
          expect(index).toEqual(readIndex(document)?.index)
          expect(decodeIndex(index)).toBeDefined()
        }
        expect(renew(made.closing.document, [], OPENING)).toEqual(made)
        const again = renew(made.opening.document, [], 78 as ClientId)
        expect(valuesOf(again?.opening.document ?? merged)).toEqual(valuesOf(merged))
        expect(again?.opening.document.length).toBe(made.opening.document.length)
      }),
      { numRuns: 75 },
    )
  })

  it('[E2] takes in the rows after a snapshot, and says nothing of rows that don’t follow', () => {
    const doc = Object.assign(new Y.Doc(), { clientID: 5 })
    doc.getMap(FIELDS).set('c/name', 'Ana')
    const snapshot = compact(undefined, [{ update: Y.encodeStateAsUpdate(doc), author }])
    const before = Y.encodeStateVector(doc)
    doc.getMap(FIELDS).set('c/name', 'Anna')
    const row = { update: Y.encodeStateAsUpdate(doc, before), author }
    const made = renew(snapshot?.document, [row], OPENING)
    expect(valuesOf(made?.opening.document ?? row.update)).toMatchObject({
      maps: [
        ['contacts', []],
        ['fields', [['c/name', 'Anna']]],
        ['notes', []],
      ],
    })
    expect(renew(undefined, [row], OPENING)).toBeUndefined()
  })

  it('[E6] of a snapshot counts who wrote, what lives and what is dead', () => {
    const [ana, bo] = [1, 2].map((id) => Object.assign(new Y.Doc(), { clientID: id }))
    if (!ana || !bo) throw new Error('two people')
    for (const name of ['A', 'B', 'C']) ana.getMap(FIELDS).set('c/name', name)
    Y.applyUpdate(bo, Y.encodeStateAsUpdate(ana))
    bo.getMap(FIELDS).set('d/name', 'D')
    const made = compact(undefined, [{ update: Y.encodeStateAsUpdate(bo), author }])
    // What the same client overwrote one after the other is one struct.
    expect(made?.size).toEqual({ clients: 2, live: 2, dead: 1 })
  })
})
