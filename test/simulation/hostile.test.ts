import { describe, expect, test } from 'vitest'
import { playHistory } from './history.js'
import { seedsToRun } from './seeds.js'

/** The same people under the same faults, and one among them whose every message is an attack. */
describe('a history with somebody hostile in it', () => {
  test.each(seedsToRun(10))(
    '[P4] nothing refused is committed, nothing honest is refused, all converge (seed %s)',
    async (seed) => {
      const outcome = await playHistory(seed, 30, { isHostile: true })
      // Few, where the nodes are down for most of it.
      expect(outcome.attempts.rejected).toBeGreaterThan(0)
      expect(outcome.rows).toBeGreaterThan(10)
      expect(outcome.refused.every((count) => count === 0)).toBe(true)
      expect(outcome.pending.every((count) => count === 0)).toBe(true)
      expect(outcome.lost).toEqual([])
      for (const content of outcome.contents) expect(content).toEqual(outcome.committed)
    },
    60_000,
  )
})
