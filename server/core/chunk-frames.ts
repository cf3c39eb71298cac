/** A snapshot as the frames that carry it, each encoded once for all who join meanwhile. */
import { encodeMessage, SNAPSHOT_CHUNK_BYTES } from 'kith-shared'
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
    const frame = encodeMessage({ type: 'snapshot-chunk', epoch, seq, total, offset, bytes })
    this.#frames[n] = frame
    return frame
  }
}
