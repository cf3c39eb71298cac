/** Sorted, disjoint ranges of clocks; touching ones are one. Ends are exclusive. */
export class Ranges {
  readonly starts: number[] = []
  readonly ends: number[] = []

  get count(): number {
    return this.starts.length
  }

  /** Whether all of `[start, end)` lies in the ranges. */
  covers(start: number, end: number): boolean {
    const at = this.#lastStartingBefore(start + 1)
    return at >= 0 && (this.ends[at] as number) >= end
  }

  add(start: number, end: number): void {
    const { starts, ends } = this
    let first = this.#lastStartingBefore(start)
    if (first < 0 || (ends[first] as number) < start) first++
    let stop = first
    let from = start
    let to = end
    while (stop < starts.length && (starts[stop] as number) <= end) {
      from = Math.min(from, starts[stop] as number)
      to = Math.max(to, ends[stop] as number)
      stop++
    }
    starts.splice(first, stop - first, from)
    ends.splice(first, stop - first, to)
  }

  /** Adds all of another's ranges, in time linear in both. */
  addAll(other: Ranges): void {
    const mine = { starts: this.starts.splice(0), ends: this.ends.splice(0) }
    let left = 0
    let right = 0
    while (left < mine.starts.length || right < other.starts.length) {
      const mineStart = mine.starts[left] ?? Number.POSITIVE_INFINITY
      const otherStart = other.starts[right] ?? Number.POSITIVE_INFINITY
      if (mineStart <= otherStart) this.#append(mineStart, mine.ends[left++] as number)
      else this.#append(otherStart, other.ends[right++] as number)
    }
  }

  /** Adds a range that starts at or after the last one's start. */
  #append(start: number, end: number): void {
    const last = this.ends.length - 1
    const lastEnd = this.ends[last]
    if (lastEnd !== undefined && start <= lastEnd) this.ends[last] = Math.max(lastEnd, end)
    else {
      this.starts.push(start)
      this.ends.push(end)
    }
  }

  /** Calls back with each part of `[start, end)` that the ranges do not hold, in order. */
  missing(start: number, end: number, part: (start: number, end: number) => void): void {
    let from = start
    for (let at = Math.max(0, this.#lastStartingBefore(start + 1)); from < end; at++) {
      const nextStart = this.starts[at]
      if (nextStart === undefined || nextStart >= end) {
        part(from, end)
        return
      }
      if (nextStart > from) part(from, nextStart)
      from = Math.max(from, this.ends[at] as number)
    }
  }

  /** Index of the last range that starts before `clock`, or -1. */
  #lastStartingBefore(clock: number): number {
    let low = 0
    let high = this.starts.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.starts[middle] as number) < clock) low = middle + 1
      else high = middle
    }
    return low - 1
  }
}

/** So many are added one by one; beyond, one linear pass over both costs less. */
const FEW = 16

/** Adds `more` to `ranges`. */
export const union = (ranges: Ranges, more: Ranges): void => {
  if (more.count > FEW) ranges.addAll(more)
  else for (const [at, start] of more.starts.entries()) ranges.add(start, more.ends[at] as number)
}
