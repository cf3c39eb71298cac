/** PostgreSQL dies, stands still, has no room, or belongs to the server. */
import { atPoint, HEAVY, type MakeStrike, PATIENCE, upTo } from './strike.js'

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
        await scene.people.untilWaiting()
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
      await scene.people.untilWaiting()
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
