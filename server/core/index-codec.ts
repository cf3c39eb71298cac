/**
 * A room's index as bytes, for the snapshot's row: roots by number, each with its size, then for
 * each client its runs and ranges as differences, its structs and the steps that it takes to load.
 * Owners are not in it, they stand in `client_ids`.
 *
 * Version 1 knew neither sizes nor origins nor steps: of its indexes every clock counts as followed,
 * so that more is tried than need be, until the next snapshot.
 */

import { ByteReader, type ClientId } from 'kith-shared'
import * as encoding from 'lib0/encoding'
import type { ClientIndex } from './client-index.js'
import { Ranges } from './ranges.js'
import { RoomIndex } from './room-index.js'

const VERSION = 2
const WITHOUT_WEIGHTS = 1

/** Steps that a document has counted, by client; none for who is not named. */
export type ClientSteps = ReadonlyMap<ClientId, number>

export const encodeIndex = (index: RoomIndex, steps: ClientSteps): Uint8Array => {
  const to = encoding.createEncoder()
  encoding.writeVarUint(to, VERSION)
  const roots = new Map<string, number>()
  for (const client of index.clients.values()) {
    client.runs.each((_start, root) => {
      if (!roots.has(root)) roots.set(root, roots.size)
    })
  }
  encoding.writeVarUint(to, roots.size)
  for (const root of roots.keys()) {
    const { pieces, units, rivals } = index.size(root)
    encoding.writeVarString(to, root)
    encoding.writeVarUint(to, pieces)
    encoding.writeVarUint(to, units)
    encoding.writeVarUint(to, rivals)
  }
  encoding.writeVarUint(to, index.clients.size)
  for (const [id, client] of index.clients) {
    encoding.writeVarUint(to, id)
    writeClient(to, client, roots)
    encoding.writeVarUint(to, steps.get(id) ?? 0)
  }
  return encoding.toUint8Array(to)
}

const writeClient = (
  to: encoding.Encoder,
  client: ClientIndex,
  roots: ReadonlyMap<string, number>,
): void => {
  const { runs } = client
  encoding.writeVarUint(to, runs.count)
  let run = 0
  runs.each((start, root) => {
    encoding.writeVarUint(to, roots.get(root) as number)
    encoding.writeVarUint(to, (runs.start(++run) ?? client.clock) - start)
  })
  writeRanges(to, client.deleted)
  writeRanges(to, client.followed)
  encoding.writeVarUint(to, client.structs)
}

const writeRanges = (to: encoding.Encoder, ranges: Ranges | undefined): void => {
  encoding.writeVarUint(to, ranges?.count ?? 0)
  let from = 0
  ranges?.each((start, end) => {
    encoding.writeVarUint(to, start - from)
    encoding.writeVarUint(to, end - start)
    from = end
  })
}

export interface DecodedIndex {
  index: RoomIndex
  steps: ClientSteps
}

/** Undefined where the bytes are no index of a version known. */
export const decodeIndex = (bytes: Uint8Array): DecodedIndex | undefined => {
  const from = new ByteReader(bytes)
  const version = from.varUint()
  if (version !== VERSION && version !== WITHOUT_WEIGHTS) return undefined
  const isWeighed = version === VERSION
  const index = new RoomIndex()
  const steps = new Map<ClientId, number>()
  const roots: string[] = []
  for (let left = from.varUint(); left > 0 && !from.failed; left--) {
    const root = from.varString()
    roots.push(root)
    if (!isWeighed) continue
    index.grow(root, { pieces: from.varUint(), units: from.varUint(), rivals: from.varUint() })
  }
  for (let left = from.varUint(); left > 0 && !from.failed; left--) {
    const id = readClient(from, index, roots)
    if (isWeighed) readWeights(from, index, id, steps)
    else {
      index.follow(id, rangeTo(index.clock(id)))
      const client = index.clients.get(id)
      if (client) client.runsFrom = client.clock
    }
  }
  return from.failed || !from.atEnd ? undefined : { index, steps }
}

const readClient = (from: ByteReader, index: RoomIndex, roots: readonly string[]): ClientId => {
  const id = from.varUint()
  let end = 0
  for (let left = from.varUint(); left > 0 && !from.failed; left--) {
    const root = roots[from.varUint()]
    end += from.varUint()
    if (root === undefined) from.fail()
    else index.extend(id, end, root, false)
  }
  index.delete(id, readRanges(from))
  // Most of them write no more.
  index.clients.get(id)?.runs.trim()
  return id
}

const readWeights = (
  from: ByteReader,
  index: RoomIndex,
  id: ClientId,
  steps: Map<ClientId, number>,
): void => {
  index.follow(id, readRanges(from))
  index.addStructs(id, from.varUint())
  const count = from.varUint()
  if (count > 0) steps.set(id, count)
}

const readRanges = (from: ByteReader): Ranges => {
  const ranges = new Ranges()
  let start = 0
  for (let left = from.varUint(); left > 0 && !from.failed; left--) {
    start += from.varUint()
    const stop = start + from.varUint()
    ranges.add(start, stop)
    start = stop
  }
  return ranges
}

const rangeTo = (end: number): Ranges => {
  const ranges = new Ranges()
  if (end > 0) ranges.add(0, end)
  return ranges
}
