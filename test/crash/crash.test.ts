/**
 * Servers and databases are killed while people write. In `npm test` for about a minute; `npm run
 * crash` goes on for thousands of kills. Seeds are printed, and replay a story by themselves.
 */
import { describe, expect, it } from 'vitest'
import { type Campaign, play, unhit } from './campaign.js'
import { OF_EPOCHS } from './epoch-strikes.js'
import { NAMED, PAIRED } from './point-strikes.js'
import { OF_DISK, OF_EMBEDDED, OF_POSTGRES } from './postgres-strikes.js'

const asked = process.env.KITH_KILLS
const firstSeed = BigInt(process.env.KITH_SEED ?? 1)
/** Of `npm test`: milliseconds; more where a busy machine has not come to each point by then. */
const TIME = {
  alone: 30_000,
  pair: 9_000,
  postgres: 8_000,
  embedded: 6_000,
  epochs: 8_000,
  disk: 0,
}
/** Of the long mode: how the kills that were asked for are shared out. */
const SHARE = { alone: 0.4, pair: 0.2, postgres: 0.2, embedded: 0.08, epochs: 0.1, disk: 0.02 }
const HOUR = 3_600_000
/** So few are a story or two, which somebody replays: one by itself is easier to follow. */
const FEW = 100

const campaign = (of: Pick<Campaign, 'kind' | 'catalogue'>, lanes: number): Campaign => {
  const tell = asked === undefined ? () => undefined : (line: string) => console.log(line)
  const base = { ...of, firstSeed, tell }
  if (asked === undefined) {
    return { ...base, lanes, kills: Number.POSITIVE_INFINITY, time: TIME[of.kind] }
  }
  const isFew = Number(asked) <= FEW
  const kills = isFew ? Number(asked) : Math.ceil(Number(asked) * SHARE[of.kind])
  return { ...base, lanes: isFew ? 1 : lanes, kills, time: HOUR }
}

/** Nothing of a catalogue may go by unhit, save where kills were too few for that. */
const playAll = async (of: Campaign): Promise<void> => {
  const tally = await play(of)
  expect(tally.kills).toBeGreaterThan(0)
  if (of.kills > 3 * of.catalogue.length) expect(unhit(of, tally)).toEqual([])
}

describe('a workspace whose server is killed again and again', () => {
  const timeout = asked === undefined ? HOUR / 6 : 2 * HOUR

  it(
    '[P1] [P2] [P5] [K1] [K4] keeps all that was saved or seen (alone)',
    () => playAll(campaign({ kind: 'alone', catalogue: NAMED }, 3)),
    timeout,
  )

  it(
    '[P1] [P2] [P8] has one history while two servers write it (pair)',
    () => playAll(campaign({ kind: 'pair', catalogue: PAIRED }, 3)),
    timeout,
  )

  it(
    '[P1] [P2] [P5] outlives its PostgreSQL, killed, frozen and restarted (postgres)',
    () => playAll(campaign({ kind: 'postgres', catalogue: OF_POSTGRES }, 3)),
    timeout,
  )

  it(
    '[P1] [P9] is found again with the server’s own PostgreSQL (embedded)',
    () => playAll(campaign({ kind: 'embedded', catalogue: OF_EMBEDDED }, 2)),
    timeout,
  )

  it(
    '[P1] [P2] [E1] [E3] [E7] moves from epoch to epoch with all that it has (epochs)',
    () => playAll(campaign({ kind: 'epochs', catalogue: OF_EPOCHS }, 3)),
    timeout,
  )

  // In the long mode only: each filling takes some ten seconds.
  if (asked !== undefined) {
    it(
      '[P1] [P5] says of nothing that it is saved while the disk is full (disk)',
      () => playAll(campaign({ kind: 'disk', catalogue: OF_DISK }, 1)),
      timeout,
    )
  }
})
