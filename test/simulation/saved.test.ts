import { describe, expect, test } from 'vitest'
import { playHistory } from './history.js'
import { seedsToRun } from './seeds.js'

/** Histories a test: each of its own would be more lines than news. */
const TOGETHER = 50
/** Long enough for every fault, and short enough for thousands. */
const SECONDS = 4

const seeds = seedsToRun(200)
const groups = Array.from({ length: Math.ceil(seeds.length / TOGETHER) }, (_, n) =>
  seeds.slice(n * TOGETHER, (n + 1) * TOGETHER),
)

/**
 * Short histories of faults: cut wires, frames and acknowledgements lost with them, crashed nodes,
 * full and broken devices, tabs that die. After each step `pending`, `onDevice` and "all is saved" of
 * every tab are held against what is committed and what the disk holds (`honesty.ts`,
 * `savedMeansCommitted`). A broken one names its seed: `KITH_SEED=<seed>` plays it alone.
 */
describe('what a person is told', () => {
  test.each(groups.map((group) => ({ first: group[0], group })))(
    '[C10] “saved” is never shown falsely, whatever fails (from seed $first)',
    async ({ group }) => {
      for (const seed of group) {
        const outcome = await playHistory(seed, SECONDS).catch((cause: unknown) => {
          throw new Error(`seed ${seed}: ${cause instanceof Error ? cause.message : cause}`, {
            cause,
          })
        })
        expect(outcome.steps, `seed ${seed}`).toBeGreaterThan(100)
        expect(outcome.lost, `seed ${seed}`).toEqual([])
        expect(
          outcome.pending.every((count) => count === 0),
          `seed ${seed}`,
        ).toBe(true)
      }
    },
    300_000,
  )
})
