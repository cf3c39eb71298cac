import { describe, expect, test } from 'vitest'
import type { Weather } from './faults.js'
import { playHistory } from './history.js'
import { harshSeedsToRun, seedsToRun } from './seeds.js'

/**
 * Four devices of three people, several tabs each, and a page with a plain Yjs provider; two nodes, one
 * storage. Edits while networks, tabs, disks, nodes and the storage come and go, members are removed
 * and come back, rows are compacted and deleted; every promise is looked at after each step.
 */
const play = async (seed: bigint, weather?: Weather): Promise<void> => {
  const outcome = await playHistory(seed, 30, weather && { weather })
  // Of all that was written much may come in one row.
  expect(outcome.edits).toBeGreaterThan(10)
  expect(outcome.rows).toBeGreaterThan(0)
  expect(outcome.refused.every((count) => count === 0)).toBe(true)
  expect(outcome.pending.every((count) => count === 0)).toBe(true)
  expect(outcome.states.every(({ reason }) => reason === 'live')).toBe(true)
  expect(outcome.lost).toEqual([])
  expect(outcome.doubled).toEqual([])
  for (const content of outcome.contents) expect(content).toEqual(outcome.committed)
}

describe('a history of faults', () => {
  test.each(seedsToRun(25))(
    '[P1] [P2] [P3] [P4] [P5] [P7] every promise holds after each step, and all converge (seed %s)',
    (seed) => play(seed),
    30_000,
  )

  test.each(harshSeedsToRun())(
    '[P1] [P2] [P3] [P4] [P5] [P7] … and in harsh weather (seed %s)',
    (seed) => play(seed, 'harsh'),
    30_000,
  )
})
