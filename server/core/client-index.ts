import { Ranges, union } from './ranges.js'
import { Runs } from './runs.js'

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
  readonly runs = new Runs()
  /** Whether the first run goes on with one that is not here: a draft's, of the committed index. */
  continues = false
  /** Below it the runs of texts are those of roots: an index of version 1 knew no others. */
  runsFrom = 0
  /** None yet: most client ids write a little, and nothing else of it happens. */
  deleted: Ranges | undefined
  /** Clocks that another item has for its origin (`admission/weight.ts`). */
  followed: Ranges | undefined
  /** How many structs a document may hold of this client, cuts included. */
  structs = 0

  constructor(clock = 0) {
    this.clock = clock
  }

  /** Adds `[clock, end)` in a root, to the last run if it `joins` that. */
  extend(end: number, root: string, joins: boolean): void {
    const { runs } = this
    if (runs.count === 0) this.continues = joins
    if (!joins || runs.root(runs.count - 1) !== root) runs.push(this.clock, root)
    this.clock = end
  }

  /** `ranges` are spent then. */
  delete(ranges: Ranges): void {
    if (ranges.count === 0) return
    this.deleted ??= new Ranges()
    union(this.deleted, ranges)
  }

  /** `ranges` are spent then. */
  follow(ranges: Ranges): void {
    if (ranges.count === 0) return
    this.followed ??= new Ranges()
    union(this.followed, ranges)
  }

  /** The root that a clock of the runs lies in. */
  rootAt(clock: number): string {
    return this.runs.root(this.runs.at(clock)) as string
  }

  /** Where the run begins that a clock of the runs lies in; `clock` itself where nobody knows. */
  runStart(clock: number): number {
    if (clock < this.runsFrom) return clock
    return Math.max(this.runs.start(this.runs.at(clock)) as number, this.runsFrom)
  }

  /** Calls back with the root and the part of each run that `[start, end)` touches. */
  runsIn(
    start: number,
    end: number,
    visit: (root: string, from: number, to: number) => void,
  ): void {
    const { runs } = this
    const stop = Math.min(end, this.clock)
    for (let run = runs.at(start); (runs.start(run) ?? stop) < stop; run++) {
      const from = Math.max(start, runs.start(run) as number)
      const to = Math.min(stop, runs.start(run + 1) ?? stop)
      if (from < to) visit(runs.root(run) as string, from, to)
    }
  }
}
