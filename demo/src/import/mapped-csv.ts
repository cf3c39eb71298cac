import type { ColumnMapping } from './column-mapping.js'
import { draftContact } from './contact-draft.js'
import { readRows } from './csv-rows.js'
import { mappedDraft } from './mapped-row.js'
import { hasRoom, nothingParsed, type ParsedContacts, stopAt } from './parsed-contacts.js'
import { UnreadColumns } from './unread-columns.js'

export interface MappedCsvOptions {
  separator?: string
  /** Whether columns that lead nowhere are remarked: not where a person chose so. */
  tellsUnread?: boolean
}

/** Reads any table whose columns are known, total over any text. */
export const parseMappedCsv = (
  text: string,
  mapping: ColumnMapping,
  { separator = '', tellsUnread = false }: MappedCsvOptions = {},
): ParsedContacts => {
  const parsed = nothingParsed()
  let unread: UnreadColumns | undefined
  let isFirst = true
  const onRemark = (remark: ParsedContacts['leftOut'][number]): void => {
    parsed.leftOut.push(remark)
  }
  readRows(text, { separator, onRemark }, ({ line, cells }) => {
    if (isFirst && mapping.hasHeader) unread = unreadOf(cells, mapping)
    else {
      draftContact(mappedDraft(cells, mapping), line, parsed)
      unread?.see(cells)
    }
    isFirst = false
    if (hasRoom(parsed)) return true
    stopAt(line, parsed)
    return false
  })
  if (tellsUnread) parsed.leftOut.push(...(unread?.remarks() ?? []))
  return parsed
}

const unreadOf = (header: readonly string[], { columns }: ColumnMapping): UnreadColumns => {
  const read = new Set(header.filter((_, at) => columns[at] && columns[at].field !== ''))
  return new UnreadColumns(header, (name) => [...read].some((one) => one.trim() === name))
}
