/** Figures as a table for people, and as one JSON line each for programs. */
import { describeMachine } from './machine.js'

export type Figures = Record<string, string | number>

/** Prints the figures of one bench; every row has the same columns. */
export const report = (bench: string, rows: readonly Figures[]): void => {
  const columns = Object.keys(rows[0] ?? {})
  const widths = columns.map((column) =>
    Math.max(column.length, ...rows.map((row) => shown(row[column]).length)),
  )
  const line = (cells: readonly string[]) =>
    cells.map((cell, at) => cell.padStart(widths[at] ?? 0)).join('  ')
  console.log(line(columns))
  for (const row of rows) console.log(line(columns.map((column) => shown(row[column]))))
  const machine = describeMachine()
  for (const row of rows) console.log(JSON.stringify({ bench, ...row, machine }))
}

const shown = (cell: string | number | undefined): string =>
  typeof cell === 'number' ? cell.toLocaleString('en', { maximumFractionDigits: 1 }) : (cell ?? '')

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[sorted.length >> 1] ?? Number.NaN
}
