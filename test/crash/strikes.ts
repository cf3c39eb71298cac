/** The ways in which a life of a server ends. */
import type { Random } from '../harness/team.js'
import type { HeldPoint, Hold } from './held-points.js'
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

type MakeStrike = (random: Random) => Strike

/** Milliseconds until a strike that does not come about counts as missed. */
const PATIENCE = 4_000
/** A snapshot is due after a megabyte. */
const HEAVY = 14_000

const upTo = (random: Random, most: number): number => 1 + Math.floor(random() * most)

/** Passed by every server that people write on; how often at most before it is struck. */
const POINTS: readonly (readonly [point: string, passes: number, how?: Partial<Strike>])[] = [
  ['migrate', 1],
  ['hello', 5],
  ['joining', 5],
  ['joined', 5],
  ['read-rows', 2],
  ['send:101', 5], // welcome
  ['sent:101', 5],
  ['commit', 30],
  ['committed', 30],
  ['send:102', 30], // rows
  ['sent:102', 30],
  ['send:103', 30], // ack
  ['sent:103', 30],
  ['told', 30],
  ['compact', 1, { ballast: HEAVY }],
  ['compact-read', 1, { ballast: HEAVY }],
  ['compact-merged', 1, { ballast: HEAVY }],
  ['compacted', 1, { ballast: HEAVY }],
  ['closing', 1],
]

const IN_TRANSACTIONS: readonly HeldPoint[] = [
  'before rows',
  'after rows',
  'before binding',
  'after binding',
  'head moved',
  'in commit',
  'before snapshot',
  'after snapshot',
  'in commit of snapshot',
]

const OF_PRUNING: readonly HeldPoint[] = [
  'before rows go',
  'after rows go',
  'in commit of rows going',
  'after snapshots go',
]

/** Where there is a snapshot; and where two servers write to one workspace. */
const SNAPSHOT_POINTS = ['read-snapshot', 'send:107', 'sent:107']
const PAIR_POINTS = ['reload']

const atPoint =
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

/** Whoever comes with nothing is given a snapshot, once there is one. */
const whileJoining =
  (point: string): MakeStrike =>
  () => ({
    label: point,
    killAt: `${point}#1`,
    ballast: HEAVY,
    run: async (scene) => {
      await scene.untilSnapshots(1)
      scene.visit()
      return scene.untilDead(PATIENCE)
    },
  })

/** What brings a transaction to its point, once the point is held. */
const BROUGHT_ON: { readonly [Point in HeldPoint]?: (scene: Scene) => unknown } = {
  'before binding': (scene) => scene.visit(),
  'after binding': (scene) => scene.visit(),
}

const held =
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
        const reached = await hold.reached(AbortSignal.timeout(PATIENCE))
        await scene.kill()
        if (then === 'rolled back') await hold.rollBack()
        else if (then === 'let go') await hold.letGo()
        else scene.afterwards(() => hold.letGo())
        return reached ? 'hit' : 'missed'
      },
    }
  }

/** Old rows and snapshots go while people write, and whoever removes them is caught at it. */
const pruned =
  (point: HeldPoint): MakeStrike =>
  (random) => ({
    label: point,
    ballast: HEAVY,
    run: async (scene) => {
      await scene.untilSnapshots(3)
      const hold = await scene.lane.held.hold(point)
      const pruning = scene.prune()
      const reached = await hold.reached(AbortSignal.timeout(PATIENCE))
      await scene.kill()
      if (random() < 0.5) await hold.rollBack()
      else await hold.letGo()
      await pruning
      return reached ? 'hit' : 'missed'
    },
  })

/** At any moment of its life, from the first word that is saved on. */
const anyMoment: MakeStrike = (random) => ({
  label: 'any moment',
  run: async (scene) => {
    await scene.untilSaved(upTo(random, 40))
    await scene.kill()
    return 'hit'
  },
})

const noReply: MakeStrike = (random) => ({
  label: 'after commit, before its reply',
  behindGate: true,
  run: async (scene) => {
    const withheld = await scene.withhold(upTo(random, 20), PATIENCE)
    await scene.kill()
    return withheld ? 'hit' : 'missed'
  },
})

/** It lives on, does not know what became of the commit, and asks. */
const cutReply: MakeStrike = (random) => ({
  label: 'reply to a commit cut',
  behindGate: true,
  run: async (scene) => {
    for (let cuts = upTo(random, 3); cuts > 0; cuts--) {
      const withheld = await scene.withhold(upTo(random, 10), PATIENCE)
      if (!withheld) break
      withheld.cut()
      scene.countCut()
      await scene.untilSaved(1)
    }
    await scene.kill()
    return 'hit'
  },
})

/** The named points of one server on one database. */
export const NAMED: readonly MakeStrike[] = [
  ...POINTS.map(([point, passes, how]) => atPoint(point, passes, how)),
  ...IN_TRANSACTIONS.map(held),
  ...OF_PRUNING.map(pruned),
  ...SNAPSHOT_POINTS.map(whileJoining),
  noReply,
  cutReply,
]

export const PAIRED: readonly MakeStrike[] = [
  ...PAIR_POINTS.map((point) => atPoint(point, 3)),
  ...['commit', 'committed', 'sent:102', 'sent:103', 'joined'].map((point) => atPoint(point, 20)),
  ...(['after rows', 'in commit', 'after binding'] as const).map(held),
  noReply,
]

/** The workspace has so many client ids that its document is to be renewed at once. */
const renewing = (strike: MakeStrike): MakeStrike => {
  return (random) => ({ ...strike(random), prepare: (scene) => scene.crowd() })
}

/** It begins soon after the server does, so it is held from before that. */
const heldRenewal = (point: HeldPoint): MakeStrike => {
  return (random) => {
    let hold: Hold | undefined
    return {
      label: point,
      prepare: async (scene) => {
        await scene.crowd()
        hold = await scene.lane.held.hold(point)
      },
      run: async (scene) => {
        const reached = await hold?.reached(AbortSignal.timeout(PATIENCE))
        await scene.kill()
        if (random() < 0.5) await hold?.rollBack()
        else await hold?.letGo()
        return reached ? 'hit' : 'missed'
      },
    }
  }
}

/** Where a document is renewed: everybody moves to the next epoch, with what they had not saved. */
export const OF_EPOCHS: readonly MakeStrike[] = [
  ...['renew', 'renew-built', 'renewed'].map((point) => renewing(atPoint(point, 1))),
  ...(['before epoch', 'after epoch', 'in commit of epoch'] as const).map(heldRenewal),
  renewing(anyMoment),
  // Whoever is led from the last epoch, with work that is not saved.
  renewing(atPoint('read-road', 1)),
]

type Damage = 'killPostmaster' | 'killAll' | 'killBackend'

/** PostgreSQL goes, and the server stays, or goes with it. */
const without =
  (damage: Damage, andServer: boolean): MakeStrike =>
  (random) => ({
    label: `PostgreSQL: ${damage}${andServer ? ', and the server' : ''}`,
    run: async (scene) => {
      await scene.untilSaved(upTo(random, 30))
      scene.strikePostgres(damage)
      if (!andServer) await scene.untilSaved(10)
      await scene.kill()
      return 'hit'
    },
  })

const frozen =
  (andServer: boolean): MakeStrike =>
  (random) => ({
    label: `PostgreSQL frozen${andServer ? ', and the server killed' : ''}`,
    run: async (scene) => {
      await scene.untilSaved(upTo(random, 30))
      await scene.freezePostgres(async () => {
        await scene.untilWaiting()
        if (andServer) await scene.kill()
      })
      if (andServer) return 'hit'
      await scene.untilSaved(10)
      await scene.kill()
      return 'hit'
    },
  })

export const OF_POSTGRES: readonly MakeStrike[] = [
  ...(['killPostmaster', 'killAll', 'killBackend'] as const).flatMap((damage) => [
    without(damage, false),
    without(damage, true),
  ]),
  frozen(false),
  frozen(true),
]

/** Nothing more is committed, and nothing is said to be, until there is room again. */
const fullDisk =
  (then: 'goes on' | 'killed'): MakeStrike =>
  (random) => ({
    label: `disk full, the server ${then}`,
    ballast: HEAVY,
    run: async (scene) => {
      await scene.untilSaved(upTo(random, 20))
      await scene.fillDisk()
      await scene.untilWaiting()
      if (then === 'killed') await scene.kill()
      await scene.emptyDisk()
      if (then === 'killed') return 'hit'
      await scene.untilSaved(20)
      await scene.kill()
      return 'hit'
    },
  })

export const OF_DISK: readonly MakeStrike[] = [fullDisk('goes on'), fullDisk('killed')]

/** The server's own PostgreSQL is caught while it does this, and so is the server. */
const whileItIs =
  (status: 'starting' | 'stopping'): MakeStrike =>
  (random) => ({
    label: `the server's PostgreSQL ${status}`,
    run: async (scene) => {
      const { postgres, lane } = scene
      await scene.untilSaved(upTo(random, 20))
      if (status === 'stopping') {
        scene.server?.tellToEnd()
        const stops = await scene.untilSo(() => postgres.status() === status, PATIENCE)
        await scene.kill()
        return stops ? 'hit' : 'missed'
      }
      postgres.killAll()
      await scene.kill()
      let isHit = false
      await lane.startAndKill(lane.ports[0], () => {
        isHit ||= postgres.status() === status
        return isHit
      })
      return isHit ? 'hit' : 'missed'
    },
  })

const secondServer: MakeStrike = (random) => ({
  label: 'a second server on the folder',
  run: async (scene) => {
    await scene.untilSaved(upTo(random, 20))
    const refusal = await scene.startSecond()
    if (!/^Another server uses the data folder \S+ \(.+\)\. Stop it/m.test(refusal)) {
      scene.ledger.violation(`a second server was not refused clearly: ${refusal}`)
    }
    await scene.untilSaved(5)
    await scene.kill()
    return 'hit'
  },
})

/** Where the server has a PostgreSQL of its own. */
export const OF_EMBEDDED: readonly MakeStrike[] = [
  without('killAll', true),
  whileItIs('stopping'),
  whileItIs('starting'),
  secondServer,
  without('killPostmaster', false),
  atPoint('migrate', 1),
]

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
