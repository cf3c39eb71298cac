import type { DuplicateHandling, ImportCounts } from './import-plan.js'
import type { Remark } from './parsed-contacts.js'

/** "1,000 contacts imported, 3 filled in, 20 were here already, 2 skipped: line 14 has no name". */
export const summaryText = (
  { created, updated, restored, joined, unchanged }: ImportCounts,
  skipped: readonly Remark[],
): string => {
  const parts = [`${countOf(created)} imported`]
  if (updated > 0) parts.push(`${number(updated)} filled in`)
  if (restored > 0) parts.push(`${number(restored)} restored`)
  if (joined > 0) parts.push(`${number(joined)} put together with another line`)
  if (unchanged > 0) parts.push(`${number(unchanged)} left as is`)
  const [first] = skipped
  if (!first) return parts.join(', ')
  const more = skipped.length > 1 ? ' and more' : ''
  return `${parts.join(', ')}, ${number(skipped.length)} skipped: ${remarkText(first)}${more}`
}

/** What one way with duplicates would do. */
export const handlingText = (
  handling: DuplicateHandling,
  { created, updated, restored, joined, unchanged }: ImportCounts,
): string => {
  if (handling === 'import') return `${number(created)} new`
  const parts = [`${number(created)} new`]
  if (updated > 0) parts.push(`${number(updated)} filled in`)
  if (restored > 0) parts.push(`${number(restored)} restored`)
  if (joined > 0) parts.push(`${number(joined)} put together with another line`)
  if (unchanged > 0) parts.push(`${number(unchanged)} left as is`)
  return parts.join(', ')
}

export const countOf = (count: number): string =>
  count === 1 ? '1 contact' : `${number(count)} contacts`

export const remarkText = ({ line, reason }: Remark): string => `line ${number(line)} ${reason}`

export const number = (count: number): string => count.toLocaleString('en')

/** A table of all that was not imported, for a spreadsheet. */
export const remarksFile = (skipped: readonly Remark[], leftOut: readonly Remark[]): string => {
  const row = (kind: string, { line, reason }: Remark): string =>
    `${line},${kind},"${reason.replaceAll('"', '""')}"`
  const rows = [
    ...skipped.map((remark) => row('skipped', remark)),
    ...leftOut.map((remark) => row('left out', remark)),
  ]
  return `\uFEFF${['Line,What,Why', ...rows].map((text) => `${text}\r\n`).join('')}`
}
