import type { ClientId, Seq } from 'kith-shared'
import * as Y from 'yjs'
import { mergeState } from './merge-state.js'

/** Rows are merged once they weigh this much, and as much as all before them. */
const MERGE_BYTES = 1 << 20

/**
 * What the server committed, as bytes and apart from any edit: a document can't be asked for it,
 * since what a refused edit deleted there is gone. It costs memory as the device's storage costs
 * room, a fraction of the document's own.
 */
export class Committed {
  #updates: Uint8Array[] = []
  #bytes = 0
  #mergeAt = MERGE_BYTES
  #seq: Seq = 0

  /** All of it, to be applied in order. */
  get updates(): readonly Uint8Array[] {
    return this.#updates
  }

  /** Everything through this row is here. */
  get seq(): Seq {
    return this.#seq
  }

  /** How far a client id's clock is known; looks through all of it. */
  clockOf(client: ClientId): number {
    return this.#updates.reduce((clock, update) => {
      const known = Y.decodeStateVector(Y.encodeStateVectorFromUpdate(update)).get(client)
      return Math.max(clock, known ?? 0)
    }, 0)
  }

  /** Bytes of its own, no view into a frame. */
  add(update: Uint8Array, seq: Seq): void {
    this.#updates.push(update)
    this.#bytes += update.length
    this.#seq = Math.max(this.#seq, seq)
    // A snapshot is one already, and to merge it holds the page up as long as to load it.
    if (this.#updates.length === 1) this.#mergeAt = MERGE_BYTES + 2 * this.#bytes
    if (this.#bytes >= this.#mergeAt) this.#merge()
  }

  /** What the device held, as it held it, or another epoch's state, in the place of all else. */
  load(updates: readonly Uint8Array[], seq: Seq): void {
    this.#updates = [...updates]
    this.#bytes = updates.reduce((bytes, update) => bytes + update.length, 0)
    this.#seq = seq
    this.#mergeAt = MERGE_BYTES + 2 * this.#bytes
  }

  #merge(): void {
    const merged = mergeState(this.#updates)
    if (merged !== undefined) {
      this.#updates = [merged]
      this.#bytes = merged.length
    }
    this.#mergeAt = MERGE_BYTES + 2 * this.#bytes
  }
}
