import type { Seq } from 'kith-shared'
import type { RoomEvent } from './room-events.js'
import type { RoomState } from './room-state.js'

/** A snapshot is due after so many rows or bytes that none covers, once the last one is long ago. */
export const SNAPSHOT_ROWS = 500
export const SNAPSHOT_BYTES = 1024 * 1024

/** After so many it is due at once: whoever loads the room has to carry all of them. */
export const MOST_ROWS = 20_000
export const MOST_BYTES = 8 * 1024 * 1024

/**
 * Between two snapshots lie so many ticks (of 40 ms) at least, and so many times those that the last
 * one took. Each costs what the whole document does: under load, 500 rows are there in a tenth of a
 * second, and the worker would never rest.
 */
export const REST_TICKS = 125
const REST_TIMES = 8

export type SnapshotOutcome = Extract<RoomEvent, { type: 'snapshot-done' }>

type Work =
  | { work: 'ready' }
  /** `state` is the room's when it began; the snapshot takes in `bytes` of its document. */
  | { work: 'under-way'; ticks: number; state: RoomState; bytes: number }
  | { work: 'resting'; ticks: number }

/** Says when a snapshot is due; one is under way at a time. */
export class SnapshotTrigger {
  #work: Work = { work: 'ready' }

  /** Whether `tick` has something to do: to count, or to see that one is due. */
  wantsTick(state: RoomState): boolean {
    return this.#work.work !== 'ready' || isDue(state)
  }

  /** Counts committed rows; gives the `seq` through which a snapshot is due now, if it is. */
  committed(state: RoomState, rows: number, bytes: number): Seq | undefined {
    const { uncovered } = state
    uncovered.rows += rows
    uncovered.bytes += bytes
    state.documentBytes += bytes
    return this.#look(state)
  }

  /** 40 ms have passed. What a burst has left is due after the rest, though nothing follows it. */
  tick(state: RoomState): Seq | undefined {
    const work = this.#work
    if (work.work === 'under-way') work.ticks++
    else if (work.work === 'resting' && --work.ticks === 0) this.#work = { work: 'ready' }
    return this.#look(state)
  }

  #look(state: RoomState): Seq | undefined {
    const { work } = this.#work
    if (work === 'under-way' || !(work === 'ready' ? isDue(state) : isOverdue(state))) {
      return undefined
    }
    this.#work = { work: 'under-way', ticks: 0, state, bytes: state.documentBytes }
    state.uncovered = { rows: 0, bytes: 0 }
    state.index.weights.measuring()
    return state.head
  }

  /**
   * Without a `seq` it failed, and is due again after as much more. `steps` is what it takes to load
   * the snapshot, which it has counted by the way; `documentBytes` its size, in place of what it
   * covers (unless the state was loaded anew meanwhile, and with it that size).
   */
  done(state: RoomState, { seq, steps, documentBytes }: SnapshotOutcome): void {
    const work = this.#work
    const took = work.work === 'under-way' ? work.ticks : 0
    this.#work = { work: 'resting', ticks: Math.max(REST_TICKS, REST_TIMES * took) }
    if (seq === undefined) return
    if (documentBytes !== undefined && work.work === 'under-way' && work.state === state) {
      state.documentBytes += documentBytes - work.bytes
    }
    state.snapshotSeq = Math.max(state.snapshotSeq, seq)
    if (steps) state.index.weights.measuredAll(state.index.byOwner(steps))
  }
}

const isDue = ({ uncovered: { rows, bytes } }: RoomState): boolean =>
  rows >= SNAPSHOT_ROWS || bytes >= SNAPSHOT_BYTES

const isOverdue = ({ uncovered: { rows, bytes } }: RoomState): boolean =>
  rows >= MOST_ROWS || bytes >= MOST_BYTES
