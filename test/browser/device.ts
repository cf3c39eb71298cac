/** What a page of `pages/device.ts` holds, and what its browser keeps for it. */
import type { CDPSession, Page } from 'playwright-core'
import { soon } from './app.js'
import type {} from './pages/device.js'

/** Creates a contact, by this tab. */
export const create = (page: Page, name: string): Promise<string> =>
  page.evaluate((name) => window.kith.workspace.actions.createContact({ name }), name)

/** Writes the company of the first contact. */
export const write = (page: Page, company: string): Promise<void> =>
  page.evaluate((company) => {
    const { actions, contacts } = window.kith.workspace
    const [id] = contacts.contactIds()
    if (id !== undefined) actions.setField(id, 'company', company)
  }, company)

export const company = (page: Page): Promise<string | undefined> =>
  page.evaluate(() => {
    const { contacts } = window.kith.workspace
    const [id] = contacts.contactIds()
    return id === undefined ? undefined : contacts.contact(id)?.company
  })

export const status = (page: Page) => page.evaluate(() => window.kith.workspace.status())

/** Connected, nothing waits. */
export const untilSaved = (page: Page): Promise<void> =>
  soon(async () => {
    const { pending, connection } = await status(page)
    return [pending, connection.state]
  }).toEqual([0, 'live'])

/** So much waits, all of it on the device. */
export const untilKept = (page: Page, pending: number): Promise<void> =>
  soon(async () => {
    const { pending, onDevice } = await status(page)
    return [pending, onDevice]
  }).toEqual([pending, true])

export const untilStorage = (page: Page, kind: 'device' | 'memory'): Promise<void> =>
  soon(async () => (await status(page)).storage.kind, 30_000).toBe(kind)

export interface OnDevice {
  name: string
  /** By `seq`, in order. */
  rows: number[]
  states: number
  head: number
  edits: number
}

/** What IndexedDB holds of each workspace, read past the library. */
export const onDevice = (page: Page): Promise<OnDevice[]> =>
  page.evaluate(async () => {
    const answer = <Result>(request: IDBRequest<Result>): Promise<Result> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(request.error)
      })
    const all: OnDevice[] = []
    for (const { name = '' } of await indexedDB.databases()) {
      const db = await answer(indexedDB.open(name))
      const tx = db.transaction(['meta', 'rows', 'outbox'])
      const [rows, values, head, edits] = await Promise.all([
        answer(tx.objectStore('rows').getAllKeys()),
        answer(tx.objectStore('rows').getAll()),
        answer(tx.objectStore('meta').get('head')),
        answer(tx.objectStore('outbox').count()),
      ])
      db.close()
      const states = values.filter(({ isState }) => isState).length
      all.push({ name, rows: rows.map(Number), states, head: head?.seq ?? 0, edits })
    }
    return all
  })

export const cdp = (page: Page): Promise<CDPSession> => page.context().newCDPSession(page)

export const originOf = (page: Page): string => new URL(page.url()).origin
