import { UpdateScanner } from 'kith-shared'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { joinUpdates } from '../../../server/core/join-updates.js'
import { seededRandom } from '../../harness/seeded.js'
import { contentOf, editAtRandom } from '../../harness/team.js'

const scanner = new UpdateScanner()

/** One document written under three client ids, as the updates that it gave. */
const play = (seed: bigint, edits: number) => {
  const random = seededRandom(seed)
  const doc = new Y.Doc()
  const updates: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => updates.push(update))
  for (let n = 0; n < edits; n++) {
    doc.clientID = 1 + Math.floor(random() * 3)
    editAtRandom(doc, random, n)
  }
  return { doc, updates }
}

const loaded = (update: Uint8Array): Y.Doc => {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, update)
  expect(doc.store.pendingStructs).toBeNull()
  expect(doc.store.pendingDs).toBeNull()
  return doc
}

describe('updates joined into one row', () => {
  const seeds = Array.from({ length: 20 }, (_, n) => BigInt(n + 1))

  test.each(seeds)('[P1] are the same document, read back by the gate (seed %s)', (seed) => {
    const { doc, updates } = play(seed, 60)
    const joined = joinUpdates(updates)
    expect(scanner.scan(joined)).toMatchObject({ ok: true })
    const merged = loaded(Y.mergeUpdates(updates))
    const copy = loaded(joined)
    expect(contentOf(copy)).toEqual(contentOf(doc))
    expect(Y.encodeStateAsUpdate(copy)).toEqual(Y.encodeStateAsUpdate(merged))
  })

  test('are merged by Yjs where one does not follow the other', () => {
    const { doc, updates } = play(7n, 30)
    const overlapping = [...updates, Y.encodeStateAsUpdate(doc)]
    expect(contentOf(loaded(joinUpdates(overlapping)))).toEqual(contentOf(doc))
  })

  test('are nothing where there are none', () => {
    expect(joinUpdates([])).toEqual(new Uint8Array([0, 0]))
  })
})
