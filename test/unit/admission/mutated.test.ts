import { UpdateScanner, type UserId } from 'kith-shared'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { admit } from '../../../server/core/admission/admit.js'
import { compact } from '../../../server/core/documents.js'
import { IndexDraft } from '../../../server/core/index-draft.js'
import { RoomIndex } from '../../../server/core/room-index.js'
import { carry } from '../../../server/core/room-state.js'
import { seededRandom } from '../../harness/seeded.js'
import { editAtRandom } from '../../harness/team.js'

const scanner = new UpdateScanner()
const user = 'eve' as UserId
const MUTATIONS = 1_000

const mutate = (bytes: Uint8Array, random: () => number): Uint8Array => {
  const copy = bytes.slice()
  for (let changes = 1 + Math.floor(random() * 3); changes > 0; changes--) {
    const at = Math.floor(random() * copy.length)
    // Small steps turn one valid number into another more often than any byte does.
    const byte = copy[at] ?? 0
    copy[at] = random() < 0.5 ? byte + (random() < 0.5 ? 1 : -1) : Math.floor(random() * 256)
  }
  return copy
}

/** Sends mutations of honest updates; gives what was accepted, and the index that it left. */
const attack = (seed: bigint) => {
  const random = seededRandom(seed)
  const index = new RoomIndex()
  const rows: Uint8Array[] = []
  const send = (bytes: Uint8Array): boolean => {
    const scan = scanner.scan(bytes)
    if (!scan.ok) return false
    const draft = new IndexDraft(index)
    const verdict = admit(draft, { userId: user, role: 'editor' }, 'update', bytes, scan.update)
    if (verdict.verdict !== 'accepted') return false
    draft.fold()
    rows.push(verdict.update)
    return true
  }
  let accepted = 0
  for (let n = 0; n < MUTATIONS; n++) {
    // Honest for what the room holds now, so that a mutation is judged on its own account.
    const doc = docOf(rows)
    doc.clientID = 1 + Math.floor(random() * 50)
    const before = Y.encodeStateVector(doc)
    editAtRandom(doc, random, n)
    editAtRandom(doc, random, n)
    const honest = Y.encodeStateAsUpdate(doc, before)
    if (send(mutate(honest, random))) accepted++
    if (random() < 0.1) send(honest)
    if (rows.length > 150) break
  }
  return { index, rows, accepted }
}

const docOf = (rows: readonly Uint8Array[]): Y.Doc => {
  const doc = new Y.Doc()
  for (const update of rows) Y.applyUpdate(doc, update)
  return doc
}

const seeds = process.env.KITH_SEED
  ? [BigInt(process.env.KITH_SEED)]
  : Array.from({ length: 10 }, (_, n) => BigInt(n + 1))

describe('mutated updates', () => {
  test.each(seeds)('[P4] whatever is admitted, every document loads (seed %s)', (seed) => {
    const { index, rows, accepted } = attack(seed)
    expect(accepted).toBeGreaterThan(5)
    const doc = docOf(rows)
    expect(doc.store.pendingStructs).toBeNull()
    expect(doc.store.pendingDs).toBeNull()
    const clocks = new Map([...index.clients].map(([client, { clock }]) => [client, clock]))
    expect(Y.decodeStateVector(Y.encodeStateVector(doc))).toEqual(clocks)
    const merged = docOf([Y.mergeUpdates(rows)])
    expect(Y.encodeStateVector(merged)).toEqual(Y.encodeStateVector(doc))
    const again = new RoomIndex()
    for (const update of rows) {
      expect(carry(again, { update, author: { id: user, name: '' } }, scanner)).toBe(true)
    }
    expect(
      compact(
        undefined,
        rows.map((update) => ({ update, author: { id: user, name: '' } })),
      ),
    ).toBeDefined()
  })
})
