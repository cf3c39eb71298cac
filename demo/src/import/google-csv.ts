import Papa from 'papaparse'
import { type ContactDraft, draftContact, type EntryDraft, emptyDraft } from './contact-draft.js'
import { areContactColumns, type ColumnGroup, type CsvColumns, readHeader } from './csv-columns.js'
import { nothingParsed, type ParsedContacts } from './parsed-contacts.js'

/**
 * Reads a Google Contacts export ("Google CSV", either header dialect), total over any text: what
 * can't be read stands in `skipped` with its line. Several values in one cell are joined by ":::".
 */
export const parseGoogleCsv = (text: string): ParsedContacts => {
  const parsed = nothingParsed()
  const source = text.replace(/^\uFEFF/, '')
  let columns: CsvColumns | undefined
  let line = 1
  let position = 0
  Papa.parse<string[]>(source, {
    skipEmptyLines: false,
    step: ({ data, meta }, parser) => {
      const startsAt = line
      line += countLines(source, position, meta.cursor)
      position = meta.cursor
      if (data.every((cell) => cell.trim() === '')) return
      if (columns) {
        draftContact(readRow(data, columns), startsAt, parsed)
        return
      }
      columns = readHeader(data)
      if (areContactColumns(columns)) return
      parsed.skipped.push({ line: startsAt, reason: 'is not the header of a contacts export' })
      parser.abort()
    },
  })
  return parsed
}

const countLines = (text: string, from: number, to: number): number => {
  let lines = 0
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at)
    // CR alone ends a line too, CR LF ends one, not two.
    if (code === 10 || (code === 13 && text.charCodeAt(at + 1) !== 10)) lines++
  }
  return lines
}

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
  draft.note = read('notes')
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
