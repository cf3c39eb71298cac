import { Ranges } from './ranges.js'

/** Part of a run: clocks `[from, to)` in one root. */
export type VisitRun = (root: string, from: number, to: number) => void

/**
 * One client id's clocks: how far they are known, in which root each lies, which are deleted.
 *
 * Invariants
 *   1. Each run ends where the next begins, the last one at `clock`. A run of a map ends where the
 *      root changes; one of a text also where a letter does not follow the clock before it.
 *   2. Deleted ranges end at or before `clock`.
 */
export class ClientIndex {
  /** The next clock: everything below it is known. */
  clock: number
  readonly runStarts: number[] = []
  readonly runRoots: string[] = []
  /** Whether the first run goes on with one that is not here: a draft's, of the committed index. */
  continues = false
  /** Below it the runs of texts are those of roots: an index of version 1 knew no others. */
  runsFrom = 0
  readonly deleted = new Ranges()
  /** Clocks that another item has for its origin (`admission/weight.ts`). */
  readonly followed = new Ranges()
  /** How many structs a document may hold of this client, cuts included. */
  structs = 0

  constructor(clock = 0) {
    this.clock = clock
  }

  /** Adds `[clock, end)` in a root, to the last run if it `joins` that. */
  extend(end: number, root: string, joins: boolean): void {
    if (this.runRoots.length === 0) this.continues = joins
    if (!joins || this.runRoots[this.runRoots.length - 1] !== root) {
      this.runStarts.push(this.clock)
      this.runRoots.push(root)
    }
    this.clock = end
  }

  /** The root that a clock of the runs lies in. */
  rootAt(clock: number): string {
    return this.runRoots[this.#runAt(clock)] as string
  }

  /** Where the run begins that a clock of the runs lies in; `clock` itself where nobody knows. */
  runStart(clock: number): number {
    if (clock < this.runsFrom) return clock
    return Math.max(this.runStarts[this.#runAt(clock)] as number, this.runsFrom)
  }

  /** Calls back with the root and the part of each run that `[start, end)` touches. */
  runsIn(
    start: number,
    end: number,
    visit: (root: string, from: number, to: number) => void,
  ): void {
    const stop = Math.min(end, this.clock)
    for (let run = this.#runAt(start); (this.runStarts[run] ?? stop) < stop; run++) {
      const from = Math.max(start, this.runStarts[run] as number)
      const to = Math.min(stop, this.runStarts[run + 1] ?? stop)
      if (from < to) visit(this.runRoots[run] as string, from, to)
    }
  }

  /** Index of the last run that starts at or before `clock`. */
  #runAt(clock: number): number {
    let low = 0
    let high = this.runStarts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if ((this.runStarts[middle] as number) <= clock) low = middle
      else high = middle - 1
    }
    return low
  }
}
