import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { soon } from './app.js'
import {
  cdp,
  company,
  create,
  onDevice,
  originOf,
  status,
  untilKept,
  untilSaved,
  untilStorage,
  write,
} from './device.js'
import { type PageWorld, startPageWorld } from './page-world.js'

let world: PageWorld
beforeAll(async () => {
  world = await startPageWorld('device.ts')
})
afterAll(() => world.close())
afterEach(async () => {
  expect(await world.endScene()).toEqual([])
})

/** Ana's tab with one contact that is saved and stored. */
const used = async (workspace: string) => {
  const { page, context } = await world.visit({ as: 'Ana', workspace })
  await create(page, 'Zoe')
  await untilSaved(page)
  await soon(async () => (await onDevice(page))[0]?.rows.length).toBe(1)
  return { page, context, again: () => world.visit({ as: 'Ana', workspace, context }) }
}

describe('a device that fails, in a real browser', () => {
  it('[D2] a database that is cleared in mid-session gets the unsaved edits once more, and the rest', async () => {
    const { page, again } = await used('cleared')
    world.cut()
    await write(page, 'Navy')
    await untilKept(page, 1)
    const session = await cdp(page)
    await session.send('Storage.clearDataForOrigin', {
      origin: originOf(page),
      storageTypes: 'indexeddb',
    })
    await soon(async () => (await onDevice(page))[0]?.edits).toBe(1)
    await untilKept(page, 1)
    await page.close()
    const { page: later } = await again()
    await soon(() => company(later)).toBe('Navy')
    await untilKept(later, 1)
    world.restore()
    await untilSaved(later)
  })

  it('[D1] a full disk is said, costs nothing while the tab lives, and is over when there is room', async () => {
    const { page, again } = await used('full')
    // The protocol's own override of the quota changes nothing in a context without a profile.
    await page.evaluate(() => {
      const { put } = IDBObjectStore.prototype
      IDBObjectStore.prototype.put = function (...args) {
        const request = put.apply(this, args)
        // As at a commit that finds no room: what was asked for had succeeded.
        request.addEventListener('success', () => this.transaction.abort())
        return request
      }
      const { commit } = IDBTransaction.prototype
      IDBTransaction.prototype.commit = () => undefined
      const error = () => new DOMException('full', 'QuotaExceededError')
      const was = Object.getOwnPropertyDescriptor(IDBTransaction.prototype, 'error')
      Object.defineProperty(IDBTransaction.prototype, 'error', { configurable: true, get: error })
      const makeRoom = () => {
        IDBObjectStore.prototype.put = put
        IDBTransaction.prototype.commit = commit
        if (was !== undefined) Object.defineProperty(IDBTransaction.prototype, 'error', was)
      }
      Object.assign(window, { makeRoom })
    })
    world.cut()
    await write(page, 'Navy')
    await untilStorage(page, 'memory')
    expect(await status(page)).toMatchObject({
      pending: 1,
      onDevice: false,
      storage: { reason: 'full' },
    })
    await page.evaluate(() => (window as unknown as { makeRoom(): void }).makeRoom())
    await untilStorage(page, 'device')
    await untilKept(page, 1)
    await page.close()
    const { page: later } = await again()
    await soon(() => company(later)).toBe('Navy')
  })

  it('[D3] a page of a later version takes the device over, and this one goes on and says so', async () => {
    const { page, again } = await used('newer')
    const { page: newer } = await again()
    await newer.evaluate(async () => {
      await window.kith.workspace.close()
      const [first] = await indexedDB.databases()
      await new Promise((resolve) => {
        indexedDB.open(first?.name ?? '', 9).onsuccess = resolve
      })
    })
    world.cut()
    await write(page, 'Navy')
    await untilStorage(page, 'memory')
    expect(await status(page)).toMatchObject({ onDevice: false, storage: { reason: 'newer' } })
    world.restore()
    await untilSaved(page)
  })

  it('[D4] a database that does not open is read when it does', async () => {
    const { page, again } = await used('blocked')
    world.cut()
    await write(page, 'Navy')
    await untilKept(page, 1)
    // It holds on to the database while somebody deletes another of the same name: who opens it waits.
    await page.evaluate(async () => {
      await window.kith.workspace.close()
      const [first] = await indexedDB.databases()
      const name = first?.name ?? ''
      const holder = await new Promise<IDBDatabase>((resolve) => {
        const opening = indexedDB.open(name)
        opening.onsuccess = () => resolve(opening.result)
      })
      Object.assign(window, { holder })
      const upgrade = indexedDB.open(name, 9)
      upgrade.onupgradeneeded = () => upgrade.transaction?.abort()
    })
    const { page: later } = await again()
    await untilStorage(later, 'memory')
    expect((await status(later)).storage.reason).toBe('blocked')
    await create(later, 'Yves')
    await page.evaluate(() => (window as unknown as { holder: IDBDatabase }).holder.close())
    await untilStorage(later, 'device')
    await untilKept(later, 2)
    const companies = await later.evaluate(() => {
      const { contacts } = window.kith.workspace
      return contacts.contactIds().map((id) => contacts.contact(id)?.company)
    })
    expect(companies.sort()).toEqual(['', 'Navy'])
  })
})

describe('one storage for many tabs', () => {
  it('[D6] a hundred edits with three tabs open make a hundred rows at most', async () => {
    const { page, again } = await used('hundred')
    const pages = [page, (await again()).page, (await again()).page]
    for (const tab of pages) await untilSaved(tab)
    for (let n = 1; n < 100; n++) {
      const tab = pages[n % 3] ?? page
      await write(tab, `Company ${n}`)
      await untilSaved(tab)
    }
    const total = async () => (await onDevice(page))[0]
    await soon(async () => (await total())?.edits).toBe(0)
    const stored = await total()
    expect(stored?.rows.length).toBeLessThanOrEqual(100)
    expect(stored?.rows.length).toBeGreaterThan(1)
    expect(stored?.rows).toEqual(stored?.rows.map((_, at) => at + 1))
    expect(stored?.states).toBe(0)
  })

  it('[D6] when the tab that stores crashes, another takes over without a hole', async () => {
    const { page, again } = await used('crash')
    const [{ page: second }, { page: third }] = [await again(), await again()]
    const tabs = [second, third]
    for (const tab of tabs) await untilSaved(tab)
    for (let n = 1; n <= 10; n++) await write(second, `Before ${n}`)
    // It does not answer: its renderer is gone.
    void (await cdp(page)).send('Page.crash').catch(() => undefined)
    for (let n = 1; n <= 10; n++) await write(third, `After ${n}`)
    for (const tab of tabs) await untilSaved(tab)
    const stored = async () => (await onDevice(second))[0]
    await soon(async () => (await stored())?.edits).toBe(0)
    const { rows = [], head, states } = (await stored()) ?? {}
    expect(rows.at(-1)).toBe(head)
    const first = states === 1 ? (rows[0] ?? 0) : 1
    expect(rows).toEqual(rows.map((_, at) => first + at))
    const last = await company(third)
    for (const tab of tabs) await tab.close()
    world.cut()
    const { page: later } = await again()
    await soon(() => company(later)).toBe(last)
    expect((await status(later)).pending).toBe(0)
  })
})

describe('whose the device is', () => {
  it('[D9] another user of the same browser sees and sends nothing of the first', async () => {
    const { page, context } = await world.visit({ as: 'Ana', workspace: 'shared' })
    await create(page, 'Zoe')
    await untilSaved(page)
    world.cut()
    await write(page, 'Secret')
    await untilKept(page, 1)
    const heard = await page.evaluateHandle(async () => {
      const names = (await indexedDB.databases()).map(({ name = '' }) => name)
      const all: unknown[] = []
      for (const name of names) {
        const bruno = name.replace(/:ana$/, ':bruno')
        new BroadcastChannel(bruno).onmessage = ({ data }) => all.push(data)
      }
      return all
    })
    const { page: other } = await world.visit({ as: 'Bruno', workspace: 'shared', context })
    await soon(async () => (await status(other)).connection.state).not.toBe('loading')
    expect(await other.evaluate(() => window.kith.workspace.contacts.contactIds())).toEqual([])
    expect(await status(other)).toMatchObject({ pending: 0 })
    await write(page, 'Secret too')
    await untilKept(page, 1)
    // What comes to Bruno's channel is Bruno's alone.
    expect(JSON.stringify(await heard.jsonValue())).not.toContain('Secret')
    world.restore()
    await untilSaved(page)
    await untilSaved(other)
    const names = (await onDevice(page)).map(({ name }) => name)
    expect(names.filter((name) => name.endsWith(':ana'))).toHaveLength(1)
    expect(names.filter((name) => name.endsWith(':bruno'))).toHaveLength(1)
    const authors = await world.server.query<{ user_id: string }>(
      "select distinct author_id as user_id from journal where workspace_id = 'shared'",
    )
    expect(authors).toEqual([{ user_id: 'ana' }])
  })

  it('[D8] signing out with unsaved edits is refused, with a file of them, unless told so', async () => {
    const { page } = await used('sign-out')
    world.cut()
    await write(page, 'Navy')
    await untilKept(page, 1)
    await page.evaluate(() => window.kith.workspace.close())
    const refused = await page.evaluate(() => window.kith.forget())
    expect(refused).toMatchObject({ outcome: 'unsaved', pending: 1, refused: 0 })
    expect(JSON.stringify(refused)).toContain('"value":"Navy"')
    expect(await page.evaluate(() => window.kith.forget('discard'))).toEqual({
      outcome: 'forgotten',
    })
    expect(await page.evaluate(() => indexedDB.databases())).toEqual([])
  })

  it('[D7] the browser is asked to keep it once, after the first edit is kept, and by a page that is seen', async () => {
    const prepare = (page: import('playwright-core').Page) =>
      page.addInitScript(() => {
        let asked = 0
        let isHidden = true
        Object.defineProperty(document, 'visibilityState', {
          get: () => (isHidden ? 'hidden' : 'visible'),
        })
        navigator.storage.persist = async () => {
          asked++
          return true
        }
        Object.assign(window, {
          asked: () => asked,
          show: () => {
            isHidden = false
            document.dispatchEvent(new Event('visibilitychange'))
          },
        })
      })
    type Asking = { asked(): number; show(): void }
    const { page } = await world.visit({ as: 'Ana', workspace: 'persist', prepare })
    const asked = () => page.evaluate(() => (window as unknown as Asking).asked())
    await untilSaved(page)
    expect(await status(page)).toMatchObject({ storage: { kind: 'device', persisted: false } })
    await create(page, 'Zoe')
    await untilSaved(page)
    expect(await asked()).toBe(0)
    await page.evaluate(() => (window as unknown as Asking).show())
    expect(await asked()).toBe(0)
    await write(page, 'Navy')
    await soon(async () => (await status(page)).storage.persisted).toBe(true)
    await write(page, 'Army')
    await untilSaved(page)
    expect(await asked()).toBe(1)
  })
})
