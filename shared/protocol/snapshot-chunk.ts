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

export const writeSnapshotChunk = (to: encoding.Encoder, chunk: SnapshotChunk): void => {
  encoding.writeVarUint(to, MESSAGE.snapshotChunk)
  encoding.writeVarUint(to, chunk.epoch)
  encoding.writeVarUint(to, chunk.seq)
  encoding.writeVarUint(to, chunk.total)
  encoding.writeVarUint(to, chunk.offset)
  encoding.writeVarUint8Array(to, chunk.bytes)
}

export const readSnapshotChunk = (from: ByteReader): SnapshotChunk => ({
  type: 'snapshot-chunk',
  epoch: from.varUint(),
  seq: from.varUint(),
  total: from.varUint(),
  offset: from.varUint(),
  bytes: from.varBytes(),
})
