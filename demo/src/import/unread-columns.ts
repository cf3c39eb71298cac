import type { Remark } from './parsed-contacts.js'

/** Counts what stands in columns that nothing reads, so that it is told. */
export class UnreadColumns {
  readonly #columns: { at: number; name: string; filled: number }[]

  constructor(header: readonly string[], isRead: (name: string) => boolean) {
    this.#columns = header
      .map((name, at) => ({ at, name: name.trim(), filled: 0 }))
      .filter(({ name }) => !isRead(name))
  }

  see(cells: readonly string[]): void {
    for (const column of this.#columns) {
      if ((cells[column.at] ?? '').trim() !== '') column.filled++
    }
  }

  remarks(): Remark[] {
    return this.#columns.flatMap(({ name, filled }) =>
      filled === 0 ? [] : [{ line: 1, reason: reasonOf(name, filled) }],
    )
  }
}

const reasonOf = (name: string, filled: number): string => {
  const rows = filled === 1 ? '1 row' : `${filled.toLocaleString('en')} rows`
  return `has a column “${name.slice(0, 60)}”, filled in ${rows}, for which there is no place`
}
