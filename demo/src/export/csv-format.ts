/**
 * How this app's own CSV spells what a plain table can't hold, for the export that writes it and the
 * import that reads it. Column names are Google's where Google has them.
 */

export const SINGLE_COLUMNS = {
  id: 'Kith ID',
  name: 'Name',
  givenName: 'First Name',
  familyName: 'Last Name',
  nickname: 'Nickname',
  company: 'Organization Name',
  title: 'Organization Title',
  department: 'Organization Department',
  birthday: 'Birthday',
  avatarUrl: 'Photo',
  favorite: 'Favorite',
  tags: 'Labels',
  about: 'About',
  notes: 'Notes',
  createdAt: 'Created',
} as const

export const ENTRY_COLUMNS = { emails: 'E-mail', phones: 'Phone', links: 'Website' } as const

export const ADDRESS_COLUMNS = {
  label: 'Label',
  street: 'Street',
  city: 'City',
  region: 'Region',
  postalCode: 'Postal Code',
  country: 'Country',
} as const

/**
 * What a spreadsheet would run as a formula (also after a tab, a line break or in its wide forms), and
 * what looks like our own guard of such a text.
 */
const GUARDED = /^'*[=+\-@\t\r\n\uff0b\uff0d\uff1d\uff20]/

/** Text that no spreadsheet takes for a formula: with an apostrophe before it, as they write it. */
export const guarded = (text: string): string => (GUARDED.test(text) ? `'${text}` : text)

export const unguarded = (cell: string): string =>
  cell.startsWith("'") && GUARDED.test(cell) ? cell.slice(1) : cell

const BETWEEN = ' ::: '

/** Several texts in one cell, as Google joins them. */
export const joined = (texts: readonly string[]): string =>
  texts.map((text) => text.replace(/\\/g, '\\\\').replace(/:(?=:)/g, ':\\')).join(BETWEEN)

export const parted = (cell: string): string[] =>
  cell === '' ? [] : cell.split(BETWEEN).map((text) => text.replace(/\\(.)/gs, '$1'))

/** A note with its time, which no column holds. */
export const datedNote = (body: string, createdAt: number): string =>
  `[${new Date(createdAt).toISOString()}] ${body}`

/** Without a time where somebody took it out of the cell. */
export const readDatedNote = (text: string): { body: string; createdAt?: number } => {
  const [whole, time = ''] = /^\[([+\d][\d:.TZ-]{9,40})\] /.exec(text) ?? []
  const createdAt = Date.parse(time)
  if (whole === undefined || Number.isNaN(createdAt)) return { body: text }
  return { body: text.slice(whole.length), createdAt }
}
