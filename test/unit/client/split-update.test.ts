import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { splitUpdate } from '../../../client/core/split-update.js'

/** One edit of one of three tabs; some tabs hear of each other on the way. */
const act = fc.record({
  tab: fc.nat(2),
  kind: fc.constantFrom('set', 'type', 'delete', 'hear' as const),
  key: fc.nat(4),
  text: fc.string({ unit: 'binary', minLength: 1, maxLength: 400, size: 'max' }),
})

/** What three tabs made together, as updates that nobody else has, and the whole. */
const play = (acts: readonly { tab: number; kind: string; key: number; text: string }[]) => {
  const base = new Y.Doc()
  base.clientID = 1
  base.getMap('fields').set('0', 'before')
  base.getText('about/a').insert(0, 'long ago')
  const known = Y.encodeStateAsUpdate(base)
  const tabs = [11, 12, 13].map((clientId) => {
    const doc = new Y.Doc()
    Y.applyUpdate(doc, known)
    doc.clientID = clientId
    return doc
  })
  for (const { tab, kind, key, text } of acts) {
    const doc = tabs[tab] ?? base
    const about = doc.getText('about/a')
    // A value is never cut: its 16 KB fit any message.
    if (kind === 'set') doc.getMap('fields').set(String(key), text.slice(0, 40))
    else if (kind === 'type') about.insert(Math.min(key, about.length), text)
    else if (kind === 'delete' && about.length > 2) about.delete(1, Math.min(about.length - 2, key))
    else for (const other of tabs) Y.applyUpdate(doc, Y.encodeStateAsUpdate(other))
  }
  const whole = new Y.Doc()
  Y.applyUpdate(whole, known)
  const before = Y.encodeStateVector(whole)
  for (const doc of tabs) Y.applyUpdate(whole, Y.encodeStateAsUpdate(doc))
  return { known, update: Y.encodeStateAsUpdate(whole, before), whole }
}

const readAll = (doc: Y.Doc) => ({
  fields: doc.getMap('fields').toJSON(),
  about: doc.getText('about/a').toString(),
  stateVector: [...Y.decodeStateVector(Y.encodeStateVector(doc))].sort(),
})

test('parts stay below the size, leave no gap in their order, and sum up to the whole', () => {
  fc.assert(
    fc.property(
      fc.array(act, { maxLength: 30, size: 'max' }),
      fc.integer({ min: 260, max: 900 }),
      (acts, max) => {
        const { known, update, whole } = play(acts)
        const parts = splitUpdate(update, max)
        const doc = new Y.Doc()
        Y.applyUpdate(doc, known)
        for (const part of parts) {
          Y.applyUpdate(doc, part)
          expect(doc.store.pendingStructs).toBeNull()
          expect(doc.store.pendingDs).toBeNull()
        }
        expect(readAll(doc)).toEqual(readAll(whole))
        if (parts.length > 1) {
          for (const part of parts) expect(part.length).toBeLessThanOrEqual(max)
        }
      },
    ),
    { numRuns: 100 },
  )
})

test('a pair of surrogates is never cut', () => {
  const doc = new Y.Doc()
  doc.getText('about/a').insert(0, '😀'.repeat(1_000))
  for (let max = 300; max < 310; max++) {
    const copy = new Y.Doc()
    for (const part of splitUpdate(Y.encodeStateAsUpdate(doc), max)) Y.applyUpdate(copy, part)
    expect(copy.getText('about/a').toString()).toBe('😀'.repeat(1_000))
  }
})

test('what fits is left as it is', () => {
  const doc = new Y.Doc()
  doc.getText('about/a').insert(0, 'short')
  const update = Y.encodeStateAsUpdate(doc)
  expect(splitUpdate(update, 1_000)).toEqual([update])
})
