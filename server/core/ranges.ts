/** Numbers in a chunk at most, two for each range: more is moved by no insertion. */
const CHUNK = 512

/**
 * Sorted, disjoint ranges of clocks; touching ones are one. Ends are exclusive. They lie in chunks
 * of bounded size, so that adding one costs about the same among a hundred and a million.
 */
export class Ranges {
  /** Each `start, end, start, end, …`; none is empty. */
  #chunks: number[][] = []
  #count = 0

  get count(): number {
    return this.#count
  }

  /** Whether all of `[start, end)` lies in the ranges. */
  covers(start: number, end: number): boolean {
    const chunk = this.#chunks[this.#chunkAt(start)]
    return chunk !== undefined && (chunk[rangeAt(chunk, start) + 1] as number) >= end
  }

  /** Calls back with each range, in order. */
  each(visit: (start: number, end: number) => void): void {
    for (const chunk of this.#chunks) {
      for (let at = 0; at < chunk.length; at += 2)
        visit(chunk[at] as number, chunk[at + 1] as number)
    }
  }

  add(start: number, end: number): void {
    const into = Math.max(0, this.#chunkAt(start))
    const chunk = this.#chunks[into]
    if (!chunk) return this.#append(start, end)
    const before = rangeAt(chunk, start)
    const first = before >= 0 && (chunk[before + 1] as number) >= start ? before : before + 2
    const stop = firstBeyond(chunk, first, end)
    const from = first < stop ? Math.min(start, chunk[first] as number) : start
    let to = first < stop ? Math.max(end, chunk[stop - 1] as number) : end
    if (stop === chunk.length) {
      if (into === this.#chunks.length - 1 && first === stop) return this.#append(from, to)
      to = this.#takeOut(into + 1, to)
    }
    this.#replace(into, first, stop, from, to)
  }

  /** Adds all of another's ranges, in time linear in both. */
  addAll(other: Ranges): void {
    const mine = new Cursor(this.#chunks)
    const theirs = new Cursor(other.#chunks)
    this.#chunks = []
    this.#count = 0
    for (let next = earlier(mine, theirs); !next.atEnd; next = earlier(mine, theirs)) {
      this.#append(next.start, next.end)
      next.move()
    }
  }

  /** Takes all of another's ranges, where there are none here; the other has none then. */
  take(other: Ranges): void {
    if (this.#count > 0) return
    this.#chunks = other.#chunks
    this.#count = other.#count
    other.#chunks = []
    other.#count = 0
  }

  /** Calls back with each part of `[start, end)` that the ranges do not hold, in order. */
  missing(start: number, end: number, part: (start: number, end: number) => void): void {
    let from = start
    let into = Math.max(0, this.#chunkAt(start))
    let chunk = this.#chunks[into]
    for (let at = chunk ? Math.max(0, rangeAt(chunk, start)) : 0; chunk && from < end; at += 2) {
      if (at === chunk.length) {
        chunk = this.#chunks[++into]
        at = 0
      }
      const next = chunk?.[at]
      if (chunk === undefined || next === undefined || next >= end) break
      if (next > from) part(from, next)
      from = Math.max(from, chunk[at + 1] as number)
    }
    if (from < end) part(from, end)
  }

  /** Adds a range that starts at or after the last one's start. */
  #append(start: number, end: number): void {
    const chunk = this.#chunks[this.#chunks.length - 1]
    const last = chunk ? (chunk[chunk.length - 1] as number) : -1
    if (chunk && start <= last) {
      chunk[chunk.length - 1] = Math.max(last, end)
      return
    }
    this.#count++
    if (chunk && chunk.length < CHUNK) chunk.push(start, end)
    else if (chunk) this.#chunks.push([start, end])
    // A list made with its first element has room for no other: most hold a chunk or none.
    else this.#chunks = [[start, end]]
  }

  /** Puts a range in place of those at `[first, stop)` of a chunk. */
  #replace(into: number, first: number, stop: number, start: number, end: number): void {
    const chunk = this.#chunks[into] as number[]
    this.#count += 1 - (stop - first) / 2
    if (stop - first === 2) {
      chunk[first] = start
      chunk[first + 1] = end
      return
    }
    if (first === stop) insert(chunk, first, start, end)
    else chunk.splice(first, stop - first, start, end)
    if (chunk.length <= CHUNK) return
    const half = (chunk.length >> 2) * 2
    this.#chunks.splice(into, 1, chunk.slice(0, half), chunk.slice(half))
  }

  /** Takes out what of the chunks from `into` on touches a range that ends at `end`; gives its end. */
  #takeOut(into: number, end: number): number {
    let to = end
    let behind = into
    for (let chunk = this.#chunks[behind]; chunk; chunk = this.#chunks[behind]) {
      const stop = firstBeyond(chunk, 0, end)
      if (stop > 0) to = Math.max(to, chunk[stop - 1] as number)
      this.#count -= stop / 2
      if (stop < chunk.length) {
        if (stop > 0) chunk.splice(0, stop)
        break
      }
      behind++
    }
    if (behind > into) this.#chunks.splice(into, behind - into)
    return to
  }

  /** Index of the last chunk that starts at or before `clock`, or -1. */
  #chunkAt(clock: number): number {
    const chunks = this.#chunks
    let low = 0
    let high = chunks.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (((chunks[middle] as number[])[0] as number) <= clock) low = middle + 1
      else high = middle
    }
    return low - 1
  }
}

/** As `splice` does, which makes a list of what it takes out, also where that is nothing. */
const insert = (chunk: number[], first: number, start: number, end: number): void => {
  chunk.push(start, end)
  for (let at = chunk.length - 1; at >= first + 2; at--) chunk[at] = chunk[at - 2] as number
  chunk[first] = start
  chunk[first + 1] = end
}

/** Where the last range of a chunk stands that starts at or before `clock`, or -2. */
const rangeAt = (chunk: readonly number[], clock: number): number => {
  let low = 0
  let high = chunk.length >> 1
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((chunk[middle * 2] as number) <= clock) low = middle + 1
    else high = middle
  }
  return (low - 1) * 2
}

/** Where the first range of a chunk from `first` on stands that starts after `end`. */
const firstBeyond = (chunk: readonly number[], first: number, end: number): number => {
  let at = first
  while (at < chunk.length && (chunk[at] as number) <= end) at += 2
  return at
}

class Cursor {
  readonly #chunks: readonly (readonly number[])[]
  #into = 0
  #at = 0
  /** -1 behind the last range: whole numbers of 31 bits take no memory of their own. */
  start = 0
  end = 0

  constructor(chunks: readonly (readonly number[])[]) {
    this.#chunks = chunks
    this.#read()
  }

  get atEnd(): boolean {
    return this.#into >= this.#chunks.length
  }

  move(): void {
    this.#at += 2
    if (this.#at === this.#chunks[this.#into]?.length) {
      this.#into++
      this.#at = 0
    }
    this.#read()
  }

  #read(): void {
    const chunk = this.#chunks[this.#into]
    this.start = chunk?.[this.#at] ?? -1
    this.end = chunk?.[this.#at + 1] ?? -1
  }
}

const earlier = (one: Cursor, other: Cursor): Cursor => {
  if (one.atEnd || other.atEnd) return one.atEnd ? other : one
  return other.start < one.start ? other : one
}

/** So many are added one by one, and as many as there are ranges for each of these. */
const FEW = 16

/** Adds `more`, which is spent then: as it is, one by one, or in a pass over both. */
export const union = (ranges: Ranges, more: Ranges): void => {
  if (ranges.count === 0) ranges.take(more)
  else if (more.count > FEW && more.count * FEW > ranges.count) ranges.addAll(more)
  else more.each((start, end) => ranges.add(start, end))
}
