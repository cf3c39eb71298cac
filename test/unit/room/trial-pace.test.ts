import type { UserId } from 'kith-shared'
import { expect, test } from 'vitest'
import { TRIAL_SPACING, TRIALS_AT_ONCE, TrialPace } from '../../../server/core/trial-pace.js'

const ana = 'ana' as UserId
const bo = 'bo' as UserId

/** How many an author gets who asks without rest, from `from` until `to`. */
const taken = (pace: TrialPace, author: UserId, from: number, to: number): number => {
  let count = 0
  for (let now = from; now <= to; ) {
    const wait = pace.take(author, now)
    if (wait === 0) count++
    now += wait
  }
  return count
}

test('[A5] so many trials at once, then one every few seconds, and others have their own', () => {
  const pace = new TrialPace()
  for (let n = 0; n < TRIALS_AT_ONCE; n++) expect(pace.take(ana, 0)).toBe(0)
  expect(pace.take(ana, 0)).toBe(TRIAL_SPACING)
  expect(pace.take(ana, TRIAL_SPACING - 1)).toBe(1)
  expect(pace.take(ana, TRIAL_SPACING)).toBe(0)
  expect(pace.take(ana, TRIAL_SPACING)).toBe(TRIAL_SPACING)
  expect(pace.take(bo, TRIAL_SPACING)).toBe(0)
})

test('[A5] an hour of asking gives no more than its share, and a night’s rest the burst again', () => {
  const pace = new TrialPace()
  const hour = 3_600_000
  expect(taken(pace, ana, 0, hour)).toBe(TRIALS_AT_ONCE + hour / TRIAL_SPACING)
  const later = 10 * hour
  for (let n = 0; n < TRIALS_AT_ONCE; n++) expect(pace.take(ana, later)).toBe(0)
  expect(pace.take(ana, later)).toBe(TRIAL_SPACING)
})

test('[A5] who has rested is forgotten, and nobody else', () => {
  const pace = new TrialPace()
  for (let n = 0; n < 1_000; n++) pace.take(`user-${n}` as UserId, 0)
  const later = TRIALS_AT_ONCE * TRIAL_SPACING
  for (let n = 0; n < TRIALS_AT_ONCE; n++) pace.take(ana, later - 1)
  pace.take(bo, later)
  expect(pace.authors).toBe(2)
  expect(pace.take(ana, later)).toBeGreaterThan(0)
})
