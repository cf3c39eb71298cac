/**
 * The whole server beside its peers (`npm run bench`; BENCHMARKS.md says how to read it). Servers and
 * drivers are processes of their own; this one starts them, and adds up.
 */
import { type Arguments, readArguments, USAGE } from './arguments.js'
import { BROWSER_FIGURES, takeBrowserFigures } from './browser/run.js'
import { reportComparison, versions } from './comparison.js'
import { Driver } from './drivers/driver.js'
import { FIGURES } from './figures/all.js'
import type { Figure, Measured, Setting } from './figures/figure.js'
import { describeMachine } from './machine.js'
import { startKith } from './servers/kith.js'
import { startPeer } from './servers/peer.js'
import type { Server, ServerName } from './servers/server.js'

const flagsOf = ({ profile }: Arguments): string[] =>
  profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`]

const startServer = (name: ServerName, given: Arguments): Promise<Server> =>
  name === 'kith' ? startKith(flagsOf(given)) : startPeer(name)

const settingOf = (driver: Driver, bystander: Driver, isQuick: boolean): Setting => {
  let rooms = 0
  let clientIds = 2_000_000_000
  return {
    driver,
    bystander,
    isQuick,
    newRoom: () => `bench-${++rooms}`,
    newClientIds: (count) => {
      clientIds += count
      return clientIds - count
    },
  }
}

type Rounds = Map<ServerName, Measured[]>

/** The servers take turns, so that whatever else the machine does meets all of them. */
const takeTurns = async (
  figure: Figure,
  servers: readonly Server[],
  setting: Setting,
  rounds: Rounds,
): Promise<void> => {
  for (const server of servers) {
    const measured = await figure.measure(server, setting)
    rounds.set(server.name, [...(rounds.get(server.name) ?? []), measured])
  }
}

const withServers = async (
  figure: Figure,
  given: Arguments,
  setting: Setting,
  work: (servers: readonly Server[]) => Promise<void>,
): Promise<void> => {
  const servers: Server[] = []
  try {
    for (const name of figure.servers) {
      if (!given.servers.includes(name)) continue
      const starting = startServer(name, given)
      running.add(starting)
      servers.push(await starting)
    }
    for (const server of servers) await figure.prepare?.(server, setting)
    await work(servers)
  } catch (error) {
    for (const { name, printed } of servers) console.error(`${name} printed: ${printed()}`)
    throw error
  } finally {
    for (const server of servers) await server.close()
    running.clear()
  }
}

const takeRounds = async (
  figure: Figure,
  given: Arguments,
  setting: Setting,
  count: number,
): Promise<Rounds> => {
  const rounds: Rounds = new Map()
  // Where rounds share their servers, one round of servers takes all turns.
  const [fresh, shared] = figure.isFresh === true ? [count, 1] : [1, count]
  for (let n = 0; n < fresh; n++) {
    await withServers(figure, given, setting, async (servers) => {
      for (let turn = 0; turn < shared; turn++) await takeTurns(figure, servers, setting, rounds)
    })
  }
  return rounds
}

/** No figure takes longer, in milliseconds: on a quiet machine each takes some minutes at most. */
const FIGURE_TIME = 15 * 60_000

const take = async (figure: Figure, given: Arguments): Promise<void> => {
  const began = performance.now()
  const driver = new Driver()
  const bystander = new Driver()
  // Without its drivers a figure fails, its servers are ended, and the next one has its turn.
  const late = setTimeout(() => {
    console.error(`${figure.name} takes too long`)
    void Promise.all([driver.close(), bystander.close()])
  }, FIGURE_TIME)
  try {
    driver.start()
    bystander.start()
    const count = given.rounds ?? figure.rounds[given.isQuick ? 'quick' : 'full']
    const setting = settingOf(driver, bystander, given.isQuick)
    const rounds = await takeRounds(figure, given, setting, count)
    reportComparison(figure, rounds, performance.now() - began)
  } finally {
    clearTimeout(late)
    await driver.close()
    await bystander.close()
  }
}

const named = (parts: object): string =>
  Object.entries(parts)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')

const run = async (given: Arguments): Promise<void> => {
  if (process.platform !== 'linux') throw new Error('it reads /proc, so it runs on Linux only')
  const isWanted = ({ name }: { name: string }): boolean =>
    given.only.length === 0 || given.only.some((only) => name.startsWith(only))
  const wanted = FIGURES.filter(isWanted)
  const inBrowser = BROWSER_FIGURES.filter(isWanted)
  if (wanted.length + inBrowser.length === 0) {
    const names = [...FIGURES, ...BROWSER_FIGURES].map(({ name }) => name)
    throw new Error(`--only: there are ${names}`)
  }
  console.log(`${named(describeMachine())}; ${named(versions())}`)
  for (const figure of wanted) {
    try {
      await take(figure, given)
    } catch (error) {
      // The figures that remain are worth having, and the exit code says that one is missing.
      console.error(`${figure.name} failed:`, error)
      process.exitCode = 1
    }
  }
  await takeBrowserFigures(inBrowser, given, running)
}

/** What runs now or is about to, to be ended where the run is: a database would live on without us. */
const running = new Set<Promise<{ close(): Promise<void> }>>()

/** Ctrl-C, or a time limit around us: no process is left behind. */
const endOnSignals = (): void => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      const ends = [...running].map(async (starting) => (await starting).close())
      void Promise.allSettled(ends).then(() => process.exit(130))
    })
  }
}

endOnSignals()
try {
  await run(readArguments(process.argv.slice(2)))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  console.error(USAGE)
  process.exitCode = 1
}
