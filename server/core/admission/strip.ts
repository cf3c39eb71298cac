import { ByteReader, type ClientId, CONTENT, type ScannedUpdate, UpdateScanner } from 'kith-shared'
import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'

/** A range of one client's clocks; the end is exclusive. */
export interface ClockRange {
  client: ClientId
  start: number
  end: number
}

const scanner = new UpdateScanner()

/**
 * What of an update is new: its structs from the known clocks on, and the deletes given, grouped
 * by client in the order they come. Structs stay the bytes that they were; only the one that a
 * known clock cuts in two is written anew, by Yjs. Undefined where that would not pass again.
 */
export const strip = (
  bytes: Uint8Array,
  update: ScannedUpdate,
  knownClock: (client: ClientId) => number,
  deletes: readonly ClockRange[],
): Uint8Array | undefined => {
  const to = encoding.createEncoder()
  const blocks: { block: number; known: number }[] = []
  for (let block = 0; block < update.blocks; block++) {
    const known = knownClock(update.blockClient[block] as ClientId)
    if (known < (update.blockEnd[block] as number)) blocks.push({ block, known })
  }
  encoding.writeVarUint(to, blocks.length)
  for (const { block, known } of blocks) {
    if (!writeNew(to, bytes, update, block, known)) return undefined
  }
  writeDeletes(to, deletes)
  return encoding.toUint8Array(to)
}

/** Writes a block from its known clock on; false where a cut struct could not be read back. */
const writeNew = (
  to: encoding.Encoder,
  bytes: Uint8Array,
  update: ScannedUpdate,
  block: number,
  known: number,
): boolean => {
  const client = update.blockClient[block] as ClientId
  const clock = Math.max(known, update.blockClock[block] as number)
  const stop = update.blockStop[block] as number
  const row = update.structAt(block, clock)
  encoding.writeVarUint(to, stop - row)
  encoding.writeVarUint(to, client)
  encoding.writeVarUint(to, clock)
  const start = update.clock[row] as number
  const at = (next: number) => (next < stop ? update.at[next] : update.blockTo[block]) as number
  if (start === clock) {
    encoding.writeUint8Array(to, bytes.subarray(at(row), at(stop)))
    return true
  }
  const struct = bytes.subarray(at(row), at(row + 1))
  if (!writeText(to, struct, { client, start, end: clock })) {
    const rest = cut(client, start, struct, clock)
    if (!rest) return false
    encoding.writeUint8Array(to, rest)
  }
  encoding.writeUint8Array(to, bytes.subarray(at(row + 1), at(stop)))
  return true
}

/** Bits of a struct's `info` (`shared/update/scan.ts`). */
const HAS_ORIGIN = 0x80
const HAS_RIGHT_ORIGIN = 0x40
const HAS_KEY = 0x20

/**
 * Writes what of a text's struct lies behind the `known` part of it, as yjs 13.6 `Item.write` would:
 * with its own last known letter for origin. The letters stay the bytes that they were; Yjs would
 * hold a megabyte of them seven times over. False where it is no text, or half of a character is
 * known.
 */
const writeText = (to: encoding.Encoder, struct: Uint8Array, known: ClockRange): boolean => {
  const from = new ByteReader(struct)
  const info = from.byte()
  if ((info & 0x1f) !== CONTENT.string || (info & HAS_KEY) !== 0) return false
  if (info & HAS_ORIGIN) for (let n = 0; n < 2; n++) from.varUint()
  const right = info & HAS_RIGHT_ORIGIN ? [from.varUint(), from.varUint()] : []
  if ((info & (HAS_ORIGIN | HAS_RIGHT_ORIGIN)) === 0) {
    from.varUint()
    from.varBytes()
  }
  from.varUint()
  const at = behindUnits(struct, from.position, known.end - known.start)
  if (at === undefined) return false
  encoding.writeUint8(to, CONTENT.string | HAS_ORIGIN | (info & HAS_RIGHT_ORIGIN))
  for (const number of [known.client, known.end - 1, ...right]) encoding.writeVarUint(to, number)
  encoding.writeVarUint8Array(to, struct.subarray(at))
  return true
}

/** Where in UTF-8 so many UTF-16 units end; undefined where that is within a character. */
const behindUnits = (bytes: Uint8Array, from: number, units: number): number | undefined => {
  let at = from
  let left = units
  while (left > 0) {
    const lead = bytes[at] as number
    const size = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4
    left -= size === 4 ? 2 : 1
    at += size
  }
  return left === 0 ? at : undefined
}

/** What of one struct at `start` lies at `clock` and behind. */
const cut = (
  client: ClientId,
  start: number,
  struct: Uint8Array,
  clock: number,
): Uint8Array | undefined => {
  const to = encoding.createEncoder()
  for (const number of [1, 1, client, start]) encoding.writeVarUint(to, number)
  encoding.writeUint8Array(to, struct)
  encoding.writeVarUint(to, 0)
  // The scan has shown that Yjs can read these bytes without harm.
  const known = encodeStateVector(new Map([[client, clock]]))
  const rest = Y.diffUpdate(encoding.toUint8Array(to), known)
  const scan = scanner.scan(rest)
  return scan.ok ? rest.subarray(scan.update.at[0], scan.update.blockTo[0]) : undefined
}

/** A state vector as yjs 13.6 `encodeStateVector` writes it: pairs of client and next clock. */
export const encodeStateVector = (clocks: ReadonlyMap<ClientId, number>): Uint8Array => {
  const to = encoding.createEncoder()
  encoding.writeVarUint(to, clocks.size)
  for (const [client, clock] of clocks) {
    encoding.writeVarUint(to, client)
    encoding.writeVarUint(to, clock)
  }
  return encoding.toUint8Array(to)
}

/** The delete set of an update, in the encoding that `shared/update/scan.ts` describes. */
export const writeDeletes = (to: encoding.Encoder, deletes: readonly ClockRange[]): void => {
  const byClient = new Map<ClientId, ClockRange[]>()
  for (const range of deletes) {
    const ranges = byClient.get(range.client)
    if (ranges) ranges.push(range)
    else byClient.set(range.client, [range])
  }
  encoding.writeVarUint(to, byClient.size)
  for (const [client, ranges] of byClient) {
    encoding.writeVarUint(to, client)
    encoding.writeVarUint(to, ranges.length)
    for (const { start, end } of ranges) {
      encoding.writeVarUint(to, start)
      encoding.writeVarUint(to, end - start)
    }
  }
}
