/**
 * Where a Google Contacts export keeps what, in both of its header dialects: the old one says
 * "Given Name" and "E-mail 1 - Type", the new one (since 2024) "First Name" and "E-mail 1 - Label".
 */

/** One many-valued property of a row: the columns that belong to number n of it. */
export interface ColumnGroup {
  /** Column by part in lower case: `value`, `label`, `street` … */
  readonly parts: ReadonlyMap<string, number>
}

export interface CsvColumns {
  readonly single: ReadonlyMap<string, number>
  readonly emails: readonly ColumnGroup[]
  readonly phones: readonly ColumnGroup[]
  readonly addresses: readonly ColumnGroup[]
  readonly links: readonly ColumnGroup[]
  readonly organizations: readonly ColumnGroup[]
}

const GROUPED = /^(e-?mail|phone|address|website|organization) (\d{1,4}) - (.+)$/

/** Reads the header row; names are compared without case, as spreadsheets change it. */
export const readHeader = (header: readonly string[]): CsvColumns => {
  const single = new Map<string, number>()
  const grouped = new Map<string, Map<number, Map<string, number>>>()
  header.forEach((cell, column) => {
    const name = cell.trim().toLowerCase()
    const match = GROUPED.exec(name)
    if (!match) {
      if (name !== '' && !single.has(name)) single.set(name, column)
      return
    }
    const [, kind = '', number = '', part = ''] = match
    const ofKind = grouped.get(kind) ?? new Map<number, Map<string, number>>()
    const parts = ofKind.get(Number(number)) ?? new Map<string, number>()
    parts.set(part, column)
    ofKind.set(Number(number), parts)
    grouped.set(kind, ofKind)
  })
  const groups = (kind: string): ColumnGroup[] =>
    [...(grouped.get(kind) ?? [])].sort(([a], [b]) => a - b).map(([, parts]) => ({ parts }))
  return {
    single,
    emails: [...groups('e-mail'), ...groups('email')],
    phones: groups('phone'),
    addresses: groups('address'),
    links: groups('website'),
    organizations: groups('organization'),
  }
}
