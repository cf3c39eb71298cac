import type { Address } from 'kith-shared'
import {
  ADDRESS_COLUMNS,
  datedNote,
  ENTRY_COLUMNS,
  guarded,
  joined,
  SINGLE_COLUMNS,
} from './csv-format.js'
import type { SavedContact } from './saved-contact.js'

type Cells = (saved: SavedContact) => string

interface Column {
  name: string
  cell: Cells
}

/**
 * A table that spreadsheets open and Google Contacts imports: UTF-8 with its mark, commas, CR LF. No
 * cell is a formula, and this app's own import reads every value again as it was.
 */
export const csvFile = (saved: readonly SavedContact[]): string => {
  const columns = columnsFor(saved)
  const rows = saved.map((one) => columns.map(({ cell }) => quoted(guarded(cell(one)))).join(','))
  const header = columns.map(({ name }) => name).join(',')
  return `\uFEFF${[header, ...rows].map((row) => `${row}\r\n`).join('')}`
}

const columnsFor = (saved: readonly SavedContact[]): Column[] => [
  ...SINGLES,
  ...(['emails', 'phones', 'links'] as const).flatMap((list) =>
    numbered(saved, list, (n): Column[] => [
      { name: `${ENTRY_COLUMNS[list]} ${n} - Label`, cell: at(list, n, 'label') },
      { name: `${ENTRY_COLUMNS[list]} ${n} - Value`, cell: at(list, n, 'value') },
    ]),
  ),
  ...numbered(saved, 'addresses', (n) =>
    Object.entries(ADDRESS_COLUMNS).map(([part, name]) => ({
      name: `Address ${n} - ${name}`,
      // Its keys are those of an address.
      cell: ({ contact }: SavedContact) => contact.addresses[n - 1]?.[part as keyof Address] ?? '',
    })),
  ),
]

const SINGLES: readonly Column[] = [
  { name: SINGLE_COLUMNS.id, cell: ({ contact }) => contact.id },
  ...(
    [
      'name',
      'givenName',
      'familyName',
      'nickname',
      'company',
      'title',
      'department',
      'birthday',
      'avatarUrl',
    ] as const
  ).map(
    (field): Column => ({
      name: SINGLE_COLUMNS[field],
      cell: ({ contact }) => contact[field],
    }),
  ),
  { name: SINGLE_COLUMNS.favorite, cell: ({ contact }) => (contact.favorite ? 'yes' : '') },
  { name: SINGLE_COLUMNS.tags, cell: ({ contact }) => joined(contact.tags) },
  { name: SINGLE_COLUMNS.about, cell: ({ about }) => about },
  {
    name: SINGLE_COLUMNS.notes,
    cell: ({ notes }) => joined(notes.map(({ body, createdAt }) => datedNote(body, createdAt))),
  },
  {
    name: SINGLE_COLUMNS.createdAt,
    cell: ({ contact }) => new Date(contact.createdAt).toISOString(),
  },
]

type List = 'emails' | 'phones' | 'links'

const numbered = (
  saved: readonly SavedContact[],
  list: List | 'addresses',
  columns: (n: number) => Column[],
): Column[] => {
  const most = saved.reduce((count, { contact }) => Math.max(count, contact[list].length), 0)
  return Array.from({ length: most }, (_, at) => columns(at + 1)).flat()
}

const at =
  (list: List, n: number, part: 'label' | 'value'): Cells =>
  ({ contact }) =>
    contact[list][n - 1]?.[part] ?? ''

const quoted = (cell: string): string =>
  /[",;\t\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
