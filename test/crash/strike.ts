/** A way in which a life of a server ends, and the plainest of them. */
import type { Random } from '../harness/team.js'
import type { HeldPoint } from './held-points.js'
import type { Scene } from './scene.js'

export interface Strike {
  /** What it hits, in a few words; each of a catalogue is hit in every long run. */
  readonly label: string
  /** `<point>#<n>`: the server kills itself there (`kill-at-point.mjs`). */
  readonly killAt?: string
  readonly behindGate?: boolean
  /** Letters that each word carries along: so many that a snapshot comes due. */
  readonly ballast?: number
  /** Before the server of this life starts. */
  prepare?(scene: Scene): Promise<void>
  run(scene: Scene): Promise<'hit' | 'missed'>
}

export type MakeStrike = (random: Random) => Strike

/** Milliseconds until a strike that does not come about counts as missed. */
export const PATIENCE = 4_000
/** The same of a snapshot: the one before may have come just now, and the next rests for 5 s. */
const SNAPSHOT_PATIENCE = 10_000
/** A snapshot is due after a megabyte. */
export const HEAVY = 14_000

export const upTo = (random: Random, most: number): number => 1 + Math.floor(random() * most)

export const atPoint =
  (point: string, passes: number, how: Partial<Strike> = {}): MakeStrike =>
  (random) => ({
    label: point,
    killAt: `${point}#${upTo(random, passes)}`,
    ...how,
    run: async (scene) => {
      if (point === 'closing') {
        await scene.untilSaved(upTo(random, 20))
        scene.server?.tellToEnd()
      }
      return scene.untilDead(PATIENCE)
    },
  })

/** What brings a transaction to its point, once the point is held. */
const BROUGHT_ON: { readonly [Point in HeldPoint]?: (scene: Scene) => unknown } = {
  'before binding': (scene) => scene.people.visit(),
  'after binding': (scene) => scene.people.visit(),
}

export const held =
  (point: HeldPoint): MakeStrike =>
  (random) => {
    const after = ['rolled back', 'let go', 'let go later'] as const
    const then = after[Math.floor(random() * after.length)]
    return {
      label: point,
      ...(point.includes('snapshot') ? { ballast: HEAVY } : {}),
      run: async (scene) => {
        await scene.untilSaved(upTo(random, 20))
        const hold = await scene.lane.held.hold(point)
        BROUGHT_ON[point]?.(scene)
        const patience = point.includes('snapshot') ? SNAPSHOT_PATIENCE : PATIENCE
        const reached = await hold.reached(AbortSignal.timeout(patience))
        await scene.kill()
        if (then === 'rolled back') await hold.rollBack()
        else if (then === 'let go') await hold.letGo()
        else scene.afterwards(() => hold.letGo())
        return reached ? 'hit' : 'missed'
      },
    }
  }

/** At any moment of its life, from the first word that is saved on. */
export const anyMoment: MakeStrike = (random) => ({
  label: 'any moment',
  run: async (scene) => {
    await scene.untilSaved(upTo(random, 40))
    await scene.kill()
    return 'hit'
  },
})

/** Three of four from the catalogue, in turn, so that few stories hit all; else any moment. */
export const strikesOf = (
  catalogue: readonly MakeStrike[],
  seed: bigint,
  lives: number,
  random: Random,
): Strike[] =>
  Array.from({ length: lives }, (_, life) => {
    const before = (number: number): number => number - Math.ceil(number / 4)
    const turn = Number(seed % 1_000_000n) * before(lives) + before(life)
    const named = life % 4 === 0 ? undefined : catalogue[turn % catalogue.length]
    return (named ?? anyMoment)(random)
  })
