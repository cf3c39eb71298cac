/**
 * Servers and databases are killed while people write. In `npm test` for about a minute; `npm run
 * crash` goes on for thousands of kills. Seeds are printed, and replay a story by themselves.
 */
import { describe, expect, it } from 'vitest'
import { type Campaign, play } from './campaign.js'
import { NAMED, OF_DISK, OF_EMBEDDED, OF_POSTGRES, PAIRED } from './strikes.js'

const isLong = process.env.KITH_KILLS !== undefined
const KILLS = Number(process.env.KITH_KILLS ?? Number.POSITIVE_INFINITY)
const firstSeed = BigInt(process.env.KITH_SEED ?? 1)
/** Of the short mode, in milliseconds; a story that has begun ends in its own time. */
const SHORT = { alone: 30_000, pair: 12_000, postgres: 10_000, embedded: 8_000, disk: 0 }
const HOUR = 3_600_000

const campaign = (of: Pick<Campaign, 'kind' | 'catalogue'>, lanes: number): Campaign => ({
  ...of,
  // One story by itself is easier to follow.
  lanes: KILLS <= 12 ? 1 : lanes,
  kills: KILLS,
  time: isLong ? HOUR : SHORT[of.kind],
  firstSeed,
})

/** Nothing of a catalogue may go by unhit, save where a few kills were asked for. */
const missing = (catalogue: Campaign['catalogue'], hits: ReadonlyMap<string, number>): string[] =>
  KILLS < 200
    ? []
    : catalogue.map((make) => make(() => 0).label).filter((label) => !hits.has(label))

describe('a workspace whose server is killed again and again', () => {
  const timeout = isLong ? 2 * HOUR : 120_000

  it(
    '[P1] [P2] [P5] keeps all that was saved or seen (alone)',
    async () => {
      const { hits } = await play(campaign({ kind: 'alone', catalogue: NAMED }, 3))
      expect(missing(NAMED, hits)).toEqual([])
    },
    timeout,
  )

  it(
    '[P1] [P2] [P8] has one history while two servers write it (pair)',
    async () => {
      const { hits } = await play(campaign({ kind: 'pair', catalogue: PAIRED }, 2))
      expect(missing(PAIRED, hits)).toEqual([])
    },
    timeout,
  )

  it(
    '[P1] [P2] [P5] outlives its PostgreSQL, killed, frozen and restarted (postgres)',
    async () => {
      const { hits } = await play(campaign({ kind: 'postgres', catalogue: OF_POSTGRES }, 2))
      expect(missing(OF_POSTGRES, hits)).toEqual([])
    },
    timeout,
  )

  it(
    '[P1] [P9] is found again with the server’s own PostgreSQL (embedded)',
    async () => {
      const { hits } = await play(campaign({ kind: 'embedded', catalogue: OF_EMBEDDED }, 1))
      expect(missing(OF_EMBEDDED, hits)).toEqual([])
    },
    timeout,
  )

  // In the long mode only: each filling takes some ten seconds.
  if (isLong) {
    it(
      '[P1] [P5] says of nothing that it is saved while the disk is full (disk)',
      async () => {
        const kills = Math.min(KILLS, 60)
        const { hits } = await play({ ...campaign({ kind: 'disk', catalogue: OF_DISK }, 1), kills })
        expect(missing(OF_DISK, hits)).toEqual([])
      },
      timeout,
    )
  }
})
