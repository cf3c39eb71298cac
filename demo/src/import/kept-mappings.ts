import { type ColumnMapping, type ColumnTarget, hasLabel, isColumnField } from './column-mapping.js'

/** How tables with these columns were read here before, newest first. */
const KEY = 'kith.csv-mappings'
const MAX_KEPT = 20

interface Kept {
  /** The first row, as one text. */
  header: string
  mapping: ColumnMapping
}

/** What this person said of such a table the last time, on this device. */
export const keptMapping = (firstRow: readonly string[]): ColumnMapping | undefined => {
  const header = headerOf(firstRow)
  const kept = readKept().find((one) => one.header === header)
  return kept?.mapping.columns.length === firstRow.length ? kept.mapping : undefined
}

export const keepMapping = (firstRow: readonly string[], mapping: ColumnMapping): void => {
  // A table without names of columns is told by nothing.
  if (!mapping.hasHeader) return
  const header = headerOf(firstRow)
  const others = readKept().filter((one) => one.header !== header)
  try {
    localStorage.setItem(KEY, JSON.stringify([{ header, mapping }, ...others].slice(0, MAX_KEPT)))
  } catch {
    // Blocked or full: it is asked for again.
  }
}

const headerOf = (row: readonly string[]): string => JSON.stringify(row).slice(0, 4_000)

const readKept = (): Kept[] => {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]')
    return Array.isArray(kept) ? kept.flatMap(readOne) : []
  } catch {
    return []
  }
}

const readOne = (value: unknown): Kept[] => {
  if (!isRecord(value) || typeof value.header !== 'string' || !isRecord(value.mapping)) return []
  const { hasHeader, columns } = value.mapping
  if (typeof hasHeader !== 'boolean' || !Array.isArray(columns)) return []
  return [{ header: value.header, mapping: { hasHeader, columns: columns.map(readTarget) } }]
}

const readTarget = (value: unknown): ColumnTarget => {
  const field = isRecord(value) && isColumnField(value.field) ? value.field : ''
  const label = isRecord(value) && typeof value.label === 'string' ? value.label : ''
  return { field, label: hasLabel(field) ? label : '' }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null
