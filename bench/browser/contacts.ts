/** People of a workspace, made by a page and the same in every run. */
import type { ContactId } from 'kith-shared'
import type { Page } from 'playwright-core'
import type {} from './pages/bare.js'

export const CONTACTS = 5_000
const IMPORT_TIME = 120_000

const FIRST = [
  'Ada',
  'Bruno',
  'Chiara',
  'Dmitri',
  'Efua',
  'Farid',
  'Grace',
  'Hana',
  'Ines',
  'Jonas',
]
const LAST = ['Abara', 'Brandt', 'Costa', 'Duval', 'Eriksen', 'Fontana', 'Garcia', 'Hopper', 'Ito']
const TAGS = ['customer', 'press', 'partner', 'friend']

const of = (list: readonly string[], n: number): string => list[n % list.length] ?? ''

const nameOf = (n: number): string => `${of(FIRST, n * 7)} ${of(LAST, n * 5)} ${n}`

/** A name, a company, an address or two, now and then a tag: what an address book has. */
export const contactInput = (n: number) => ({
  name: nameOf(n),
  company: `Company ${n % 700}`,
  title: n % 3 === 0 ? 'Head of sales' : '',
  emails: [{ id: 'e1', label: 'work', value: `person.${n}@example.com` }],
  phones: n % 2 === 0 ? [{ id: 'p1', label: 'mobile', value: `+49 30 ${1_000_000 + n}` }] : [],
  tags: n % 4 === 0 ? [of(TAGS, n)] : [],
})

/** As many as stand above the fold of a list by name. */
const ROWS_IN_SIGHT = 12

/** Of those that `importContacts` gave. */
export const inSight = (ids: readonly ContactId[]): ContactId[] => {
  const { compare } = new Intl.Collator('en', { sensitivity: 'base', numeric: true })
  const byName = ids.map((id, n) => ({ id, name: nameOf(n) }))
  byName.sort((one, other) => compare(one.name, other.name))
  return byName.slice(0, ROWS_IN_SIGHT).map(({ id }) => id)
}

/** What to search for, of which each letter leaves fewer than the one before. */
const SEARCHES = ['ho', '137', 'ga', '48', 'fo', '296', 'br', '750', 'du', '31']
export const searched = (n: number): string => of(SEARCHES, n)

/** Imports them in a bare page, and waits until they are saved. Gives their ids. */
export const importContacts = async (page: Page, count = CONTACTS): Promise<ContactId[]> => {
  await untilSaved(page)
  const inputs = Array.from({ length: count }, (_, n) => contactInput(n))
  const ids = await page.evaluate(
    (all) => window.bare.workspace.actions.importContacts(all),
    inputs,
  )
  await untilSaved(page)
  return ids
}

export const untilSaved = async (page: Page): Promise<void> => {
  const isSaved = (): boolean => {
    const { connection, pending, onDevice } = window.bare.workspace.status()
    return connection.state === 'live' && pending === 0 && onDevice
  }
  await page.waitForFunction(isSaved, undefined, { timeout: IMPORT_TIME, polling: 50 })
}
