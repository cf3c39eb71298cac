import type { Seq } from 'kith-shared'
import type { ClientSteps } from './index-codec.js'
import type { RoomState } from './room-state.js'

/** A snapshot is due after so many rows or bytes that none covers. */
export const SNAPSHOT_ROWS = 500
export const SNAPSHOT_BYTES = 1024 * 1024

/** Says when a snapshot is due; one is under way at a time. */
export class SnapshotTrigger {
  #isUnderWay = false

  /** Counts committed rows; gives the `seq` through which a snapshot is due now, if it is. */
  committed(state: RoomState, rows: number, bytes: number): Seq | undefined {
    const { uncovered } = state
    uncovered.rows += rows
    uncovered.bytes += bytes
    if (this.#isUnderWay) return undefined
    if (uncovered.rows < SNAPSHOT_ROWS && uncovered.bytes < SNAPSHOT_BYTES) return undefined
    this.#isUnderWay = true
    state.uncovered = { rows: 0, bytes: 0 }
    state.index.weights.measuring()
    return state.head
  }

  /**
   * Without a `seq` it failed, and is due again after as much more. `steps` is what it takes to load
   * the snapshot, which it has counted by the way.
   */
  done(state: RoomState, seq: Seq | undefined, steps: ClientSteps | undefined): void {
    this.#isUnderWay = false
    if (seq === undefined) return
    state.snapshotSeq = Math.max(state.snapshotSeq, seq)
    if (steps) state.index.weights.measuredAll(state.index.byOwner(steps))
  }
}
