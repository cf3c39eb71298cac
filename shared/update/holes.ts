/**
 * Structs that hold nothing, in the place of ones that nobody has: a client id whose clock has a hole
 * would hold back all that its client wrote behind it. What really builds on them (letters beside a
 * letter, an overwrite of a value) Yjs drops by itself, and all else is there.
 */
import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import type { ClientId } from '../ids.js'

/**
 * Fills what the waiting structs wait for; false where nothing waits, or nothing can be done.
 * `keepsLetters`: a letter beside one that nobody has is not dropped, where its other neighbour is there:
 * a deleted letter stands in for the one that is not.
 */
export const fillHoles = (doc: Y.Doc, keepsLetters = false): boolean => {
  const pending = doc.store.pendingStructs
  if (!pending) return false
  const { structs } = Y.decodeUpdateV2(pending.update)
  const waiting = structs.filter((struct) => !(struct instanceof Y.Skip))
  const holes = holesBefore(doc, waiting)
  if (holes.size === 0) return false
  const places: Places = keepsLetters ? placesIn(doc, waiting) : new Map()
  Y.applyUpdate(doc, fillersOf(doc, holes, places))
  return true
}

type Struct = Y.Item | Y.GC | Y.Skip

/** For each client id how far its clock must be known, so that what waits (encoding v2) need not wait. */
const holesBefore = (doc: Y.Doc, waiting: readonly Struct[]): Map<ClientId, number> => {
  const first = new Map<ClientId, number>()
  const needed = new Map<ClientId, number>()
  const raise = (id: Y.ID | null) => {
    if (id) needed.set(id.client, Math.max(needed.get(id.client) ?? 0, id.clock + 1))
  }
  for (const struct of waiting) {
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

/** Between which letters, of which at least one is there. */
interface Place {
  left: Y.ID | null
  right: Y.ID | null
}

/** By client id and clock. */
type Places = ReadonlyMap<ClientId, ReadonlyMap<number, Place>>

/** Where letters stood that others name as their neighbours. */
const placesIn = (doc: Y.Doc, waiting: readonly Struct[]): Places => {
  const places = new Map<ClientId, Map<number, Place>>()
  const put = ({ client, clock }: Y.ID, place: Place): void => {
    places.set(client, (places.get(client) ?? new Map<number, Place>()).set(clock, place))
  }
  for (const struct of waiting) {
    if (!(struct instanceof Y.Item)) continue
    const { origin, rightOrigin } = struct
    const [left, right] = [itemAt(doc, origin), itemAt(doc, rightOrigin)]
    if (rightOrigin && !right && origin && left) {
      put(rightOrigin, { left: origin, right: nextOf(left, origin) })
    } else if (origin && !left && rightOrigin && right) {
      put(origin, { left: previousOf(right, rightOrigin), right: rightOrigin })
    }
  }
  return places
}

const itemAt = ({ store }: Y.Doc, id: Y.ID | null): Y.Item | undefined => {
  if (id === null || id.clock >= Y.getState(store, id.client)) return undefined
  // Yjs gives what lies there, a `GC` too, whatever its types say.
  const struct: unknown = Y.getItem(store, id)
  return struct instanceof Y.Item ? struct : undefined
}

const nextOf = ({ lastId, right }: Y.Item, { client, clock }: Y.ID): Y.ID | null =>
  clock < lastId.clock ? Y.createID(client, clock + 1) : (right?.id ?? null)

const previousOf = (item: Y.Item, { client, clock }: Y.ID): Y.ID | null =>
  clock > item.id.clock ? Y.createID(client, clock - 1) : (item.left?.lastId ?? null)

/** An update that holds nothing, for these clocks (its wire: `scan.ts`). */
const fillersOf = (
  doc: Y.Doc,
  holes: ReadonlyMap<ClientId, number>,
  places: Places,
): Uint8Array => {
  const to = new Y.UpdateEncoderV1()
  encoding.writeVarUint(to.restEncoder, holes.size)
  for (const [client, end] of [...holes].sort(([one], [other]) => other - one)) {
    const known = Y.getState(doc.store, client)
    const fillers = fillersFrom(Y.createID(client, known), end, places.get(client))
    encoding.writeVarUint(to.restEncoder, fillers.length)
    to.writeClient(client)
    encoding.writeVarUint(to.restEncoder, known)
    for (const filler of fillers) filler.write(to, 0)
  }
  encoding.writeVarUint(to.restEncoder, 0)
  return to.toUint8Array()
}

const fillersFrom = (
  { client, clock: start }: Y.ID,
  end: number,
  places: ReadonlyMap<number, Place> = new Map(),
): (Y.Item | Y.GC)[] => {
  const fillers: (Y.Item | Y.GC)[] = []
  let from = start
  const fillTo = (clock: number): void => {
    if (clock > from) fillers.push(new Y.GC(Y.createID(client, from), clock - from))
    from = clock
  }
  for (const [clock, { left, right }] of [...places].sort(([one], [other]) => one - other)) {
    if (clock < start || clock >= end) continue
    fillTo(clock)
    const id = Y.createID(client, clock)
    fillers.push(new Y.Item(id, null, left, null, right, null, null, new Y.ContentDeleted(1)))
    from = clock + 1
  }
  fillTo(end)
  return fillers
}
