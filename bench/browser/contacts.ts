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

/** A name, a company, an address or two, now and then a tag: what an address book has. */
const contactInput = (n: number) => {
  const name = `${of(FIRST, n * 7)} ${of(LAST, n * 5)} ${n}`
  return {
    name,
    company: `Company ${n % 700}`,
    title: n % 3 === 0 ? 'Head of sales' : '',
    emails: [{ id: 'e1', label: 'work', value: `person.${n}@example.com` }],
    phones: n % 2 === 0 ? [{ id: 'p1', label: 'mobile', value: `+49 30 ${1_000_000 + n}` }] : [],
    tags: n % 4 === 0 ? [of(TAGS, n)] : [],
  }
}

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
