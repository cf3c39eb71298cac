import * as encoding from 'lib0/encoding'
import type { ByteReader } from '../byte-reader.js'
import type { Epoch, Seq } from '../ids.js'
import { MESSAGE } from './message-types.js'

/**
 * A piece of the snapshot through `seq`. Chunks come in order; the last one is that whose
 * `offset` + length is `total`. A workspace without a snapshot sends one empty chunk with seq 0.
 */
export interface SnapshotChunk {
  type: 'snapshot-chunk'
  epoch: Epoch
  seq: Seq
  /** Bytes of the whole snapshot, for progress. */
  total: number
  offset: number
  bytes: Uint8Array
}

/**
 * The whole frame: the one message whose bytes are many, which an encoder would copy twice. It is
 * written into what `allocate` gives, which has as many bytes as it was asked for.
 */
export const encodeSnapshotChunk = (
  chunk: SnapshotChunk,
  allocate: (length: number) => Uint8Array = (length) => new Uint8Array(length),
): Uint8Array => {
  const to = encoding.createEncoder()
  encoding.writeVarUint(to, MESSAGE.snapshotChunk)
  encoding.writeVarUint(to, chunk.epoch)
  encoding.writeVarUint(to, chunk.seq)
  encoding.writeVarUint(to, chunk.total)
  encoding.writeVarUint(to, chunk.offset)
  encoding.writeVarUint(to, chunk.bytes.length)
  const head = encoding.toUint8Array(to)
  const frame = allocate(head.length + chunk.bytes.length)
  frame.set(head)
  frame.set(chunk.bytes, head.length)
  return frame
}

export const readSnapshotChunk = (from: ByteReader): SnapshotChunk => ({
  type: 'snapshot-chunk',
  epoch: from.varUint(),
  seq: from.varUint(),
  total: from.varUint(),
  offset: from.varUint(),
  bytes: from.varBytes(),
})
