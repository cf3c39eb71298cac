import type { ClientId } from 'kith-shared'
import { type ClockRange, meet } from './update-parts.js'

/** A set of clocks of many client ids. */
export class ClockRanges {
  readonly #ranges = new Map<ClientId, ClockRange[]>()

  add({ client, start, end }: ClockRange): void {
    if (start >= end) return
    const ranges = this.#ranges.get(client) ?? []
    const last = ranges.at(-1)
    // Edits of one tab follow each other.
    if (last?.end === start) last.end = end
    else ranges.push({ client, start, end })
    this.#ranges.set(client, ranges)
  }

  delete(gone: ClockRange): void {
    const ranges = this.#ranges.get(gone.client) ?? []
    const rest = ranges.flatMap(({ client, start, end }) => [
      { client, start, end: Math.min(end, gone.start) },
      { client, start: Math.max(start, gone.end), end },
    ])
    const left = rest.filter(({ start, end }) => start < end)
    this.#ranges.set(gone.client, left)
  }

  has(client: ClientId, clock: number): boolean {
    return (this.#ranges.get(client) ?? []).some(({ start, end }) => start <= clock && clock < end)
  }

  /** Whether any clock is in both. */
  meets(range: ClockRange): boolean {
    return (this.#ranges.get(range.client) ?? []).some((one) => meet(one, range))
  }

  /** Where within the range, its ends left out, clocks begin or cease to be in the set. */
  boundsIn({ client, start, end }: ClockRange): number[] {
    const bounds = (this.#ranges.get(client) ?? []).flatMap((range) => [range.start, range.end])
    return bounds.filter((clock) => start < clock && clock < end)
  }
}
