import { type ClientId, type ScannedUpdate, UpdateScanner } from 'kith-shared'
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
 * by client in the order they come. Undefined where Yjs writes it so that it would not pass again. Only touched clients' clocks are encoded: a whole state vector
 * would cost 0.9 ms at 2,000 clients.
 */
export const strip = (
  bytes: Uint8Array,
  update: ScannedUpdate,
  knownClock: (client: ClientId) => number,
  deletes: readonly ClockRange[],
): Uint8Array | undefined => {
  const structs = newStructs(bytes, update, knownClock)
  if (!structs) return undefined
  const to = encoding.createEncoder()
  encoding.writeUint8Array(to, structs)
  writeDeletes(to, deletes)
  return encoding.toUint8Array(to)
}

const newStructs = (
  bytes: Uint8Array,
  update: ScannedUpdate,
  knownClock: (client: ClientId) => number,
): Uint8Array | undefined => {
  const known = new Map<ClientId, number>()
  let overlaps = false
  for (let block = 0; block < update.blocks; block++) {
    const client = update.blockClient[block] as ClientId
    const clock = knownClock(client)
    known.set(client, clock)
    overlaps ||= clock > (update.blockClock[block] as number)
  }
  if (!overlaps) return bytes.subarray(0, update.deletesOffset)
  // The scan has shown that Yjs can read these bytes without harm.
  const difference = Y.diffUpdate(bytes, encodeStateVector(known))
  const scan = scanner.scan(difference)
  return scan.ok ? difference.subarray(0, scan.update.deletesOffset) : undefined
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
