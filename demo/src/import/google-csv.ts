import { type ContactDraft, draftContact, type EntryDraft, emptyDraft } from './contact-draft.js'
import { type ColumnGroup, type CsvColumns, readHeader } from './csv-columns.js'
import { readRows } from './csv-rows.js'
import {
  hasRoom,
  nothingParsed,
  type ParsedContacts,
  type Remark,
  stopAt,
} from './parsed-contacts.js'
import { UnreadColumns } from './unread-columns.js'

/** Whether these are the columns of a Google Contacts export, in either header dialect. */
export const isGoogleHeader = (header: readonly string[]): boolean => {
  const { emails, phones, single } = readHeader(header)
  if (emails.length + phones.length > 0) return true
  return single.has('group membership') || single.has('phonetic first name')
}

/**
 * Reads a Google Contacts export ("Google CSV"), total over any text: what can't be read stands in
 * `skipped` with its line. Several values in one cell are joined by ":::".
 */
export const parseGoogleCsv = (text: string, separator = ''): ParsedContacts => {
  const parsed = nothingParsed()
  let columns: CsvColumns | undefined
  let unread: UnreadColumns | undefined
  const onRemark = (remark: Remark): void => void parsed.leftOut.push(remark)
  readRows(text, { separator, onRemark }, ({ line, cells }) => {
    if (columns === undefined) {
      columns = readHeader(cells)
      unread = new UnreadColumns(cells, (name) => READ.test(name.trim()))
    } else {
      draftContact(readRow(cells, columns), line, parsed)
      unread?.see(cells)
    }
    if (hasRoom(parsed)) return true
    stopAt(line, parsed)
    return false
  })
  parsed.leftOut.push(...(unread?.remarks() ?? []))
  return parsed
}

/** Columns that `readRow` reads, or that say the same again. */
const READ =
  /^(?:name|(?:given|first|last|family|middle|additional) name|name (?:prefix|suffix)|nickname|short name|file as|organization (?:name|title|department)|company|job title|birthday|photo|notes|labels|group membership|(?:e-?mail|phone|website|address|organization) \d+ - .+|)$/i

type Read = (...names: string[]) => string

const readRow = (row: readonly string[], columns: CsvColumns): ContactDraft => {
  const read: Read = (...names) => {
    for (const name of names) {
      const value = cellAt(row, columns.single.get(name))
      if (value !== '') return value
    }
    return ''
  }
  const draft = emptyDraft()
  readNames(draft, read)
  readOrganization(draft, row, columns, read)
  draft.texts.birthday = read('birthday')
  draft.texts.avatarUrl = read('photo')
  const note = read('notes')
  if (note !== '') draft.notes.push({ body: note })
  draft.lists.emails = readEntries(row, columns.emails)
  draft.lists.phones = readEntries(row, columns.phones)
  draft.lists.links = readEntries(row, columns.links)
  draft.addresses = columns.addresses.flatMap((group) => readAddresses(row, group))
  readLabels(draft, read('labels', 'group membership'))
  return draft
}

const readNames = (draft: ContactDraft, read: Read): void => {
  draft.texts.givenName = read('first name', 'given name')
  draft.texts.familyName = read('last name', 'family name')
  draft.texts.nickname = read('nickname', 'short name')
  const parts = [
    read('name prefix'),
    draft.texts.givenName,
    read('middle name', 'additional name'),
    draft.texts.familyName,
  ]
  const spelled = parts.filter((part) => part !== '').join(' ')
  const suffix = read('name suffix')
  const whole = suffix !== '' && spelled !== '' ? `${spelled}, ${suffix}` : spelled
  draft.texts.name = read('name') || whole || read('file as')
}

const readOrganization = (
  draft: ContactDraft,
  row: readonly string[],
  columns: CsvColumns,
  read: Read,
): void => {
  const first = columns.organizations[0]
  const part = (name: string): string => (first ? firstOf(cellAt(row, first.parts.get(name))) : '')
  draft.texts.company = read('organization name', 'company') || part('name')
  draft.texts.title = read('organization title', 'job title') || part('title')
  draft.texts.department = read('organization department') || part('department')
}

const readEntries = (row: readonly string[], groups: readonly ColumnGroup[]): EntryDraft[] =>
  groups.flatMap((group) => {
    const label = readLabel(row, group)
    return splitValues(cellAt(row, group.parts.get('value'))).map((value) => ({ label, value }))
  })

/** The new dialect says "Label", the old one "Type"; "* " before it marks the preferred one. */
const readLabel = (row: readonly string[], group: ColumnGroup): string =>
  firstOf(cellAt(row, group.parts.get('label')) || cellAt(row, group.parts.get('type')))
    .replace(/^\*\s*/, '')
    .trim()

const readAddresses = (row: readonly string[], group: ColumnGroup) => {
  const part = (name: string): string[] => splitValues(cellAt(row, group.parts.get(name)), true)
  const [street, poBox, extended, city, region, postalCode, country, formatted] = [
    part('street'),
    part('po box'),
    part('extended address'),
    part('city'),
    part('region'),
    part('postal code'),
    part('country'),
    part('formatted'),
  ]
  const label = readLabel(row, group)
  const count = Math.max(
    ...[street, poBox, extended, city, region, postalCode, country, formatted].map((p) => p.length),
  )
  return Array.from({ length: count }, (_, n) => {
    const lines = [street[n], extended[n], poBox[n]].filter((text) => text)
    const placed = { city: city[n] ?? '', region: region[n] ?? '', postalCode: postalCode[n] ?? '' }
    const known = lines.length > 0 || Object.values(placed).some((text) => text !== '')
    return {
      label,
      // Only where the parts are missing does the formatted text say something new.
      street: known ? lines.join('\n') : (formatted[n] ?? ''),
      ...placed,
      country: country[n] ?? '',
    }
  })
}

/** Groups become tags; Google's own ones ("* myContacts") don't, and "* starred" is a favourite. */
const readLabels = (draft: ContactDraft, cell: string): void => {
  for (const label of splitValues(cell)) {
    if (!label.startsWith('*')) draft.tags.push(label)
    else if (/^\*\s*starred$/i.test(label)) draft.favorite = true
  }
}

const splitValues = (cell: string, keepEmpty = false): string[] => {
  const parts = cell.split(':::').map((part) => part.trim())
  if (!keepEmpty) return parts.filter((part) => part !== '')
  return cell === '' ? [] : parts
}

const firstOf = (cell: string): string => splitValues(cell)[0] ?? ''

const cellAt = (row: readonly string[], column: number | undefined): string =>
  column === undefined ? '' : (row[column] ?? '').trim()
