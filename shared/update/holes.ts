/**
 * Structs that hold nothing, in the place of ones that nobody has: a client id whose clock has a hole
 * would hold back all that its client wrote behind it. What really builds on them (letters beside a
 * letter, an overwrite of a value) Yjs drops by itself, and all else is there.
 */
import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import type { ClientId } from '../ids.js'

/** Fills what the waiting structs wait for; false where nothing waits, or nothing can be done. */
export const fillHoles = (doc: Y.Doc): boolean => {
  const pending = doc.store.pendingStructs
  if (!pending) return false
  const holes = holesBefore(doc, pending.update)
  if (holes.size === 0) return false
  Y.applyUpdate(doc, fillersOf(doc, holes))
  return true
}

/** For each client id how far its clock must be known, so that what waits (encoding v2) need not wait. */
const holesBefore = (doc: Y.Doc, waiting: Uint8Array): Map<ClientId, number> => {
  const first = new Map<ClientId, number>()
  const needed = new Map<ClientId, number>()
  const raise = (id: Y.ID | null) => {
    if (id) needed.set(id.client, Math.max(needed.get(id.client) ?? 0, id.clock + 1))
  }
  for (const struct of Y.decodeUpdateV2(waiting).structs) {
    if (struct instanceof Y.Skip) continue
    const { client, clock } = struct.id
    first.set(client, Math.min(first.get(client) ?? clock, clock))
    if (!(struct instanceof Y.Item)) continue
    raise(struct.origin)
    raise(struct.rightOrigin)
  }
  const holes = new Map<ClientId, number>()
  for (const client of new Set([...first.keys(), ...needed.keys()])) {
    const known = Y.getState(doc.store, client)
    // Up to what waits of this client; where nothing of it waits, up to what is named of it.
    const end = first.get(client) ?? needed.get(client) ?? 0
    if (end > known) holes.set(client, end)
  }
  return holes
}

/** An update that holds nothing, for these clocks (its wire: `scan.ts`). */
const fillersOf = (doc: Y.Doc, holes: ReadonlyMap<ClientId, number>): Uint8Array => {
  const to = encoding.createEncoder()
  encoding.writeVarUint(to, holes.size)
  for (const [client, end] of [...holes].sort(([one], [other]) => other - one)) {
    const known = Y.getState(doc.store, client)
    encoding.writeVarUint(to, 1)
    encoding.writeVarUint(to, client)
    encoding.writeVarUint(to, known)
    encoding.writeUint8(to, 0)
    encoding.writeVarUint(to, end - known)
  }
  encoding.writeVarUint(to, 0)
  return encoding.toUint8Array(to)
}
