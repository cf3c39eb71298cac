/**
 * A room's index as bytes, for the snapshot's row: roots by number, then for each client its
 * runs and deleted ranges as differences. Owners are not in it, they stand in `client_ids`.
 */

import { ByteReader } from 'kith-shared'
import * as encoding from 'lib0/encoding'
import type { ClientIndex } from './client-index.js'
import { Ranges } from './ranges.js'
import { RoomIndex } from './room-index.js'

const VERSION = 1

export const encodeIndex = (index: RoomIndex): Uint8Array => {
  const to = encoding.createEncoder()
  encoding.writeVarUint(to, VERSION)
  const roots = new Map<string, number>()
  for (const client of index.clients.values()) {
    for (const root of client.runRoots) if (!roots.has(root)) roots.set(root, roots.size)
  }
  encoding.writeVarUint(to, roots.size)
  for (const root of roots.keys()) encoding.writeVarString(to, root)
  encoding.writeVarUint(to, index.clients.size)
  for (const [id, client] of index.clients) {
    encoding.writeVarUint(to, id)
    writeClient(to, client, roots)
  }
  return encoding.toUint8Array(to)
}

const writeClient = (
  to: encoding.Encoder,
  client: ClientIndex,
  roots: ReadonlyMap<string, number>,
): void => {
  encoding.writeVarUint(to, client.runRoots.length)
  client.runRoots.forEach((root, run) => {
    const start = client.runStarts[run] as number
    encoding.writeVarUint(to, roots.get(root) as number)
    encoding.writeVarUint(to, (client.runStarts[run + 1] ?? client.clock) - start)
  })
  encoding.writeVarUint(to, client.deleted.count)
  let from = 0
  client.deleted.starts.forEach((start, at) => {
    const end = client.deleted.ends[at] as number
    encoding.writeVarUint(to, start - from)
    encoding.writeVarUint(to, end - start)
    from = end
  })
}

/** Undefined where the bytes are no index of this version. */
export const decodeIndex = (bytes: Uint8Array): RoomIndex | undefined => {
  const from = new ByteReader(bytes)
  if (from.varUint() !== VERSION) return undefined
  const roots: string[] = []
  for (let left = from.varUint(); left > 0 && !from.failed; left--) roots.push(from.varString())
  const index = new RoomIndex()
  for (let left = from.varUint(); left > 0 && !from.failed; left--) {
    readClient(from, index, roots)
  }
  return from.failed || !from.atEnd ? undefined : index
}

const readClient = (from: ByteReader, index: RoomIndex, roots: readonly string[]): void => {
  const id = from.varUint()
  let end = 0
  for (let left = from.varUint(); left > 0 && !from.failed; left--) {
    const root = roots[from.varUint()]
    end += from.varUint()
    if (root === undefined) from.fail()
    else index.extend(id, end, root, false)
  }
  const deleted = new Ranges()
  let start = 0
  for (let left = from.varUint(); left > 0 && !from.failed; left--) {
    start += from.varUint()
    const stop = start + from.varUint()
    deleted.add(start, stop)
    start = stop
  }
  index.delete(id, deleted)
}
