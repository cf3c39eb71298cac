import { describe, expect, test } from 'vitest'
import { playHistory } from './history.js'
import { seedsToRun } from './seeds.js'

/**
 * Four devices of three people, several tabs each, two nodes, one journal; edits under delays, cuts,
 * offline hours, killed tabs, crashed nodes and a journal that is away or loses its answers.
 */
describe('a history of faults', () => {
  test.each(seedsToRun(25))(
    '[P1] [P2] [P3] nothing saved is lost, nothing unsaved is seen, all converge (seed %s)',
    async (seed) => {
      const outcome = await playHistory(seed, 30)
      expect(outcome.journalRows).toBeGreaterThan(10)
      expect(outcome.refused.every((count) => count === 0)).toBe(true)
      expect(outcome.pending.every((count) => count === 0)).toBe(true)
      for (const content of outcome.contents) expect(content).toEqual(outcome.journal)
    },
    30_000,
  )
})
