import { expect, test } from 'vitest'
import { Ranges, union } from '../../../server/core/ranges.js'
import { seededRandom } from '../../harness/seeded.js'

type Random = () => number
type List = [start: number, end: number][]

/** Every clock by itself: slow, and plainly right. */
class Model {
  readonly #has: Uint8Array

  constructor(clocks: number) {
    this.#has = new Uint8Array(clocks)
  }

  add(start: number, end: number): void {
    this.#has.fill(1, start, end)
  }

  covers(start: number, end: number): boolean {
    return this.#has.subarray(start, end).every((one) => one === 1)
  }

  runs(value: 0 | 1, start = 0, end = this.#has.length): List {
    const runs: List = []
    for (let at = start; at < end; at++) {
      if (this.#has[at] !== value) continue
      const last = runs.at(-1)
      if (last?.[1] === at) last[1]++
      else runs.push([at, at + 1])
    }
    return runs
  }
}

const listOf = (ranges: Ranges): List => {
  const list: List = []
  ranges.each((start, end) => list.push([start, end]))
  return list
}

const missingOf = (ranges: Ranges, start: number, end: number): List => {
  const list: List = []
  ranges.missing(start, end, (from, to) => list.push([from, to]))
  return list
}

const CLOCKS = 12_000

/** Mostly one clock or two, at times a stretch over many chunks. */
const anyRange = (random: Random): [number, number] => {
  const start = Math.floor(random() * CLOCKS)
  const length = 1 + Math.floor(random() < 0.003 ? random() * 4_000 : random() * 2)
  return [start, Math.min(CLOCKS, start + length)]
}

/** Every second clock of a stretch: as many ranges as it can hold. */
const comb = (random: Random, add: (start: number, end: number) => void): void => {
  const from = Math.floor(random() * CLOCKS)
  const to = Math.min(CLOCKS - 1, from + Math.floor(random() * 6_000))
  for (let at = from; at < to; at += 2) add(at, at + 1)
}

const expectSame = (ranges: Ranges, model: Model, random: Random): void => {
  expect(listOf(ranges)).toEqual(model.runs(1))
  expect(ranges.count).toBe(model.runs(1).length)
  for (let n = 0; n < 100; n++) {
    const [start, end] = anyRange(random)
    expect(ranges.covers(start, end)).toBe(model.covers(start, end))
    expect(missingOf(ranges, start, end)).toEqual(model.runs(0, start, end))
  }
}

const seeds = Array.from({ length: 20 }, (_, n) => BigInt(n + 1))

test.each(seeds)('[A2] ranges are what every clock by itself says (seed %s)', (seed) => {
  const random = seededRandom(seed)
  const ranges = new Ranges()
  const model = new Model(CLOCKS)
  const both = (start: number, end: number) => {
    ranges.add(start, end)
    model.add(start, end)
  }
  for (let round = 0; round < 12; round++) {
    if (random() < 0.3) comb(random, both)
    for (let n = 0; n < 300; n++) both(...anyRange(random))
    expectSame(ranges, model, random)
  }
})

test.each(seeds)('[A2] adding ranges together is adding each (seed %s)', (seed) => {
  const random = seededRandom(seed)
  const ranges = new Ranges()
  const model = new Model(CLOCKS)
  for (let round = 0; round < 12; round++) {
    const more = new Ranges()
    const both = (start: number, end: number) => {
      more.add(start, end)
      model.add(start, end)
    }
    if (random() < 0.5) comb(random, both)
    for (let n = Math.floor(random() * 60); n > 0; n--) both(...anyRange(random))
    const before = listOf(more)
    if (random() < 0.5) {
      ranges.addAll(more)
      expect(listOf(more)).toEqual(before)
    } else union(ranges, more)
    expectSame(ranges, model, random)
  }
})

test('[A2] a range that holds all others leaves one', () => {
  const ranges = new Ranges()
  for (let at = 9_998; at >= 0; at -= 2) ranges.add(at, at + 1)
  expect(ranges.count).toBe(5_000)
  ranges.add(4_001, 9_000)
  expect(listOf(ranges).slice(1_999, 2_002)).toEqual([
    [3_998, 3_999],
    [4_000, 9_001],
    [9_002, 9_003],
  ])
  ranges.add(0, 10_000)
  expect(listOf(ranges)).toEqual([[0, 10_000]])
})
