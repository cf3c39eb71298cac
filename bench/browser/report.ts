/** The browser's figures as a table for people, and a JSON line for each row. */
import { describeMachine } from '../machine.js'
import { median, table } from '../report.js'
import type { BrowserFigure, BrowserGoal, Cases, Row } from './figure.js'

/** Of each case the median of each column over the rounds, in the order in which they came. */
export const mediansOf = (rounds: readonly Cases[]): Cases => {
  const names = new Set(rounds.flatMap((cases) => Object.keys(cases)))
  const rowOf = (name: string): Row => {
    const rows = rounds.flatMap((cases) => (cases[name] === undefined ? [] : [cases[name]]))
    const columns = new Set(rows.flatMap((row) => Object.keys(row)))
    return Object.fromEntries(
      [...columns].map((column) => [column, median(rows.flatMap((row) => row[column] ?? []))]),
    )
  }
  return Object.fromEntries([...names].map((name) => [name, rowOf(name)]))
}

export interface CaseVerdict {
  of: string
  column: string
  atMost: number
  value: number
  reached: boolean
}

/** One for each case that the goal is for and that has its column; a column without a value fails. */
export const judgeCases = ({ of = '', column, atMost }: BrowserGoal, cases: Cases): CaseVerdict[] =>
  Object.entries(cases).flatMap(([name, row]) => {
    const value = row[column]
    if (!name.startsWith(of) || value === undefined) return []
    return [{ of: name, column, atMost, value, reached: value <= atMost }]
  })

export const reportBrowser = (
  { name, title, goals }: BrowserFigure,
  rounds: readonly Cases[],
  browser: string,
): void => {
  const cases = mediansOf(rounds)
  const columns = [...new Set(Object.values(cases).flatMap((row) => Object.keys(row)))]
  const rows = Object.entries(cases).map(([what, row]) => ({
    what,
    ...Object.fromEntries(columns.map((column) => [column, row[column] ?? Number.NaN])),
  }))
  console.log(`\n${name}: ${title}`)
  console.log(table(rows))
  const verdicts = goals.flatMap((goal) => judgeCases(goal, cases))
  for (const { of, column, atMost, value, reached } of verdicts) {
    const words = `${of}: ${column}: at most ${atMost}: ${value.toPrecision(3)}`
    console.log(`${words}, ${reached ? 'reached' : 'NOT reached'}`)
  }
  const machine = describeMachine()
  for (const row of rows) {
    const judged = verdicts.filter(({ of }) => of === row.what)
    const more = { goals: judged, rounds: rounds.length, machine, browser }
    console.log(JSON.stringify({ bench: name, ...row, ...more }))
  }
}
