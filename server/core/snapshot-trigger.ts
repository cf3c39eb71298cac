import type { Seq } from 'kith-shared'
import type { RoomEvent } from './room-events.js'
import type { RoomState } from './room-state.js'

/** A snapshot is due after so many rows or bytes that none covers. */
export const SNAPSHOT_ROWS = 500
export const SNAPSHOT_BYTES = 1024 * 1024

export type SnapshotOutcome = Extract<RoomEvent, { type: 'snapshot-done' }>

/** Says when a snapshot is due; one is under way at a time. */
export class SnapshotTrigger {
  #isUnderWay = false
  /** Where one is under way: the document's bytes that it takes in. */
  #covers: { state: RoomState; bytes: number } | undefined

  /** Counts committed rows; gives the `seq` through which a snapshot is due now, if it is. */
  committed(state: RoomState, rows: number, bytes: number): Seq | undefined {
    const { uncovered } = state
    uncovered.rows += rows
    uncovered.bytes += bytes
    state.documentBytes += bytes
    if (this.#isUnderWay) return undefined
    if (uncovered.rows < SNAPSHOT_ROWS && uncovered.bytes < SNAPSHOT_BYTES) return undefined
    this.#isUnderWay = true
    state.uncovered = { rows: 0, bytes: 0 }
    this.#covers = { state, bytes: state.documentBytes }
    state.index.weights.measuring()
    return state.head
  }

  /**
   * Without a `seq` it failed, and is due again after as much more. `steps` is what it takes to load
   * the snapshot, which it has counted by the way; `documentBytes` its size, in place of what it
   * covers (unless the state was loaded anew meanwhile, and with it that size).
   */
  done(state: RoomState, { seq, steps, documentBytes }: SnapshotOutcome): void {
    this.#isUnderWay = false
    const covers = this.#covers
    this.#covers = undefined
    if (seq === undefined) return
    if (documentBytes !== undefined && covers?.state === state) {
      state.documentBytes += documentBytes - covers.bytes
    }
    state.snapshotSeq = Math.max(state.snapshotSeq, seq)
    if (steps) state.index.weights.measuredAll(state.index.byOwner(steps))
  }
}
