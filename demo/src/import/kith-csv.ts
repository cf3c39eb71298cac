import { TEXT_FIELDS } from 'kith-shared'
import {
  ADDRESS_COLUMNS,
  parted,
  readDatedNote,
  SINGLE_COLUMNS,
  unguarded,
} from '../export/csv-format.js'
import { type ContactDraft, draftContact, emptyDraft } from './contact-draft.js'
import { type ColumnGroup, type CsvColumns, readHeader } from './csv-columns.js'
import { readRows } from './csv-rows.js'
import { contactIdOf } from './file-ids.js'
import { hasRoom, nothingParsed, type ParsedContacts, stopAt } from './parsed-contacts.js'

/** Whether it is an export of this app, by its first column. */
export const isKithCsv = (text: string): boolean => /^\uFEFF?"?Kith ID"?[,;\t|]/.test(text)

/** Reads what `csvFile` wrote, every value as it was, and total over what somebody made of it. */
export const parseKithCsv = (text: string): ParsedContacts => {
  const parsed = nothingParsed()
  const separator = /[,;\t|]/.exec(text)?.[0] ?? ','
  const newline = /\r\n|\r|\n/.exec(text)?.[0]
  let columns: CsvColumns | undefined
  const options = {
    separator,
    // The pattern matches nothing else.
    ...(newline === undefined ? {} : { newline: newline as '\r\n' | '\r' | '\n' }),
    onRemark: (remark: ParsedContacts['leftOut'][number]) => parsed.leftOut.push(remark),
  }
  readRows(text, options, ({ line, cells }) => {
    if (columns === undefined) columns = readHeader(cells)
    else draftContact(readRow(cells, columns), line, parsed, 'this-app')
    if (hasRoom(parsed)) return true
    stopAt(line, parsed)
    return false
  })
  return parsed
}

const readRow = (row: readonly string[], columns: CsvColumns): ContactDraft => {
  const cell = (column: number | undefined): string =>
    column === undefined ? '' : unguarded(row[column] ?? '')
  const single = (field: keyof typeof SINGLE_COLUMNS): string =>
    cell(columns.single.get(SINGLE_COLUMNS[field].toLowerCase()))
  const part = (group: ColumnGroup, name: string): string => cell(group.parts.get(name))
  const entries = (groups: readonly ColumnGroup[]) =>
    groups.map((group) => ({ label: part(group, 'label'), value: part(group, 'value') }))
  const draft = emptyDraft()
  const id = contactIdOf(single('id'))
  if (id !== undefined) draft.id = id
  const createdAt = Date.parse(single('createdAt'))
  if (createdAt >= 0) draft.createdAt = createdAt
  for (const field of TEXT_FIELDS) draft.texts[field] = single(field)
  draft.favorite = /^(?:yes|true|1|x)$/i.test(single('favorite').trim())
  draft.tags = parted(single('tags'))
  draft.about = single('about')
  draft.notes = parted(single('notes')).map(readDatedNote)
  draft.lists.emails = entries(columns.emails)
  draft.lists.phones = entries(columns.phones)
  draft.lists.links = entries(columns.links)
  draft.addresses = columns.addresses.map((group) => {
    const named = (key: keyof typeof ADDRESS_COLUMNS): string =>
      part(group, ADDRESS_COLUMNS[key].toLowerCase())
    return {
      label: named('label'),
      street: named('street'),
      city: named('city'),
      region: named('region'),
      postalCode: named('postalCode'),
      country: named('country'),
    }
  })
  return draft
}
