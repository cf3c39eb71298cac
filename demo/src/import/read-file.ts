import type { ColumnMapping } from './column-mapping.js'
import { readRows } from './csv-rows.js'
import { decodeText, type TextEncoding, whyNoText } from './decode-text.js'
import { isGoogleHeader, parseGoogleCsv } from './google-csv.js'
import { guessMapping, isOutlookHeader } from './guess-columns.js'
import { parseJson } from './json-file.js'
import { isKithCsv, parseKithCsv } from './kith-csv.js'
import { parseMappedCsv } from './mapped-csv.js'
import type { ParsedContacts } from './parsed-contacts.js'
import { parseVcard } from './vcard.js'

/** How a person says that the file is to be read; what is left out is looked for in the file. */
export interface ReadOptions {
  encoding: TextEncoding
  /** '' looks at the text. */
  separator: string
  mapping?: ColumnMapping
}

/** The first rows of a CSV file, for a person to say what its columns hold. */
export interface Table {
  rows: readonly (readonly string[])[]
  separator: string
  mapping: ColumnMapping
}

export type FileContent =
  /** `table`: where its columns can be given another meaning. */
  | { type: 'contacts'; format: string; parsed: ParsedContacts; table: Table | undefined }
  /** Nobody knows yet what its columns hold. */
  | { type: 'table'; table: Table }
  | { type: 'unreadable'; reason: string }

/** Total over any bytes. */
export const readFile = (bytes: Uint8Array<ArrayBuffer>, options: ReadOptions): FileContent => {
  const problem = whyNoText(bytes)
  if (problem !== undefined) return { type: 'unreadable', reason: problem }
  const text = decodeText(bytes, options.encoding)
  if (text.trim() === '') return { type: 'unreadable', reason: 'This file is empty.' }
  const start = text.slice(0, 200).replace(/^\uFEFF?\s*/, '')
  if (/^BEGIN:VCARD/i.test(start)) return ofContacts(vcardName(text), parseVcard(text))
  if (/^\{/.test(start)) {
    const parsed = parseJson(text)
    if ('reason' in parsed) return { type: 'unreadable', reason: parsed.reason }
    return ofContacts('Kith JSON', parsed)
  }
  return readCsv(text, options)
}

const ofContacts = (format: string, parsed: ParsedContacts, table?: Table): FileContent => ({
  type: 'contacts',
  format,
  parsed,
  table,
})

const vcardName = (text: string): string => {
  const version = /^VERSION:\s*(\d\.\d)/im.exec(text.slice(0, 10_000))?.[1]
  if (version === '2.1') return 'vCard 2.1, an old form of which not everything may be read'
  return version === undefined ? 'vCard' : `vCard ${version}`
}

const readCsv = (text: string, options: ReadOptions): FileContent => {
  if (options.mapping === undefined && isKithCsv(text)) {
    return ofContacts('Kith CSV', parseKithCsv(text))
  }
  const rows: string[][] = []
  const separator = readRows(text, { separator: options.separator }, ({ cells }) => {
    rows.push(cells.slice(0, MAX_COLUMNS))
    return rows.length < SHOWN_ROWS
  })
  const [header = [], second] = rows
  const mapping = options.mapping ?? guessMapping(header, second)
  const table = { rows, separator, mapping }
  if (options.mapping !== undefined) {
    return ofContacts('CSV', parseMappedCsv(text, mapping, { separator }), table)
  }
  if (isGoogleHeader(header)) {
    return ofContacts('Google Contacts CSV', parseGoogleCsv(text, separator), table)
  }
  if (isOutlookHeader(header)) {
    const parsed = parseMappedCsv(text, mapping, { separator, tellsUnread: true })
    return ofContacts('Outlook CSV', parsed, table)
  }
  return { type: 'table', table }
}

const SHOWN_ROWS = 20
/** Of the rows that are shown. */
const MAX_COLUMNS = 300
