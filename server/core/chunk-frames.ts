/** A snapshot as the frames that carry it, each encoded once for all who join meanwhile. */
import { encodeSnapshotChunk, SNAPSHOT_CHUNK_BYTES, type SnapshotChunk } from 'kith-shared'
import { mappedBytes } from './mapped-bytes.js'
import type { Snapshot } from './ports.js'

export class ChunkFrames {
  readonly snapshot: Snapshot
  readonly #frames: Uint8Array[] = []

  constructor(snapshot: Snapshot) {
    this.snapshot = snapshot
  }

  get count(): number {
    return Math.ceil(this.snapshot.document.length / SNAPSHOT_CHUNK_BYTES)
  }

  /** Below `count`. */
  frame(n: number): Uint8Array {
    const known = this.#frames[n]
    if (known) return known
    const { epoch, seq, document } = this.snapshot
    const offset = n * SNAPSHOT_CHUNK_BYTES
    const bytes = document.subarray(offset, offset + SNAPSHOT_CHUNK_BYTES)
    const total = document.length
    const chunk: SnapshotChunk = { type: 'snapshot-chunk', epoch, seq, total, offset, bytes }
    const frame = encodeSnapshotChunk(chunk, mappedBytes)
    this.#frames[n] = frame
    return frame
  }
}
