/** Figures as a table for people, and as one JSON line each for programs. */
import { describeMachine } from './machine.js'

export type Figures = Record<string, string | number>

/** Every row has the same columns. */
export const table = (rows: readonly Figures[]): string => {
  const columns = Object.keys(rows[0] ?? {})
  const widths = columns.map((column) =>
    Math.max(column.length, ...rows.map((row) => shown(row[column]).length)),
  )
  const line = (cells: readonly string[]) =>
    cells.map((cell, at) => cell.padStart(widths[at] ?? 0)).join('  ')
  const body = rows.map((row) => line(columns.map((column) => shown(row[column]))))
  return [line(columns), ...body].join('\n')
}

/** Prints the figures of one bench. */
export const report = (bench: string, rows: readonly Figures[]): void => {
  console.log(table(rows))
  const machine = describeMachine()
  for (const row of rows) console.log(JSON.stringify({ bench, ...row, machine }))
}

const shown = (cell: string | number | undefined): string => {
  if (typeof cell !== 'number') return cell ?? ''
  if (Number.isNaN(cell)) return '–'
  const digits = Math.abs(cell) < 10 ? 2 : 1
  return cell.toLocaleString('en', { maximumFractionDigits: digits })
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[sorted.length >> 1] ?? Number.NaN
}
