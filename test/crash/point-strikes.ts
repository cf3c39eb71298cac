/** Places that every server passes, and transactions that it is caught in. */
import type { HeldPoint } from './held-points.js'
import { atPoint, HEAVY, held, type MakeStrike, PATIENCE, type Strike, upTo } from './strike.js'

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

/** Whoever comes with nothing is given a snapshot, once there is one. */
const whileJoining =
  (point: string): MakeStrike =>
  () => ({
    label: point,
    killAt: `${point}#1`,
    ballast: HEAVY,
    run: async (scene) => {
      await scene.untilSnapshots(1)
      scene.people.visit()
      return scene.untilDead(PATIENCE)
    },
  })

/** Old rows and snapshots go while people write, and whoever removes them is caught at it. */
const pruned =
  (point: HeldPoint): MakeStrike =>
  (random) => ({
    label: point,
    ballast: HEAVY,
    run: async (scene) => {
      await scene.untilSnapshots(3)
      const hold = await scene.lane.held.hold(point)
      const pruning = scene.stored.prune()
      const reached = await hold.reached(AbortSignal.timeout(PATIENCE))
      await scene.kill()
      if (random() < 0.5) await hold.rollBack()
      else await hold.letGo()
      await pruning
      return reached ? 'hit' : 'missed'
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
    let isCut = false
    for (let cuts = upTo(random, 3); cuts > 0; cuts--) {
      const withheld = await scene.withhold(upTo(random, 10), PATIENCE)
      if (!withheld) break
      withheld.cut()
      isCut = true
      scene.countCut()
      await scene.untilSaved(1)
    }
    await scene.kill()
    return isCut ? 'hit' : 'missed'
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

/** It stands still while the other goes on, and then acts on what it knew. */
const stoodStill: MakeStrike = (random) => ({
  label: 'a server stood still',
  run: async (scene) => {
    await scene.untilSaved(upTo(random, 20))
    const { saved } = scene.ledger.counts
    const goesOn = await scene.freezeServer(() =>
      scene.untilSo(() => scene.ledger.counts.saved >= saved + 10, PATIENCE),
    )
    await scene.untilSaved(10)
    await scene.kill()
    return goesOn ? 'hit' : 'missed'
  },
})

export const PAIRED: readonly MakeStrike[] = [
  stoodStill,
  ...PAIR_POINTS.map((point) => atPoint(point, 3)),
  atPoint('joined', 2),
  ...['commit', 'committed', 'sent:102', 'sent:103'].map((point) => atPoint(point, 20)),
  ...(['after rows', 'in commit', 'after binding'] as const).map(held),
  noReply,
]
