import { setField } from 'kith-shared'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { indexedDbStore } from '../../../client/edge/store.js'
import type { Workspace } from '../../../client/index.js'
import { Browser, until } from './browser.js'
import { GateServer } from './gate-server.js'

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

const RETRY = 5_000
const STORE = 'kith:wss://kith.test/ws/workspace/team:ana'

const storage = (tab: Workspace) => tab.status().storage
const isKept = (tab: Workspace): Promise<void> =>
  until(() => tab.status().pending > 0 && tab.status().onDevice)

/** The device has so many rows of the journal. */
const isStored = async (rows: number): Promise<void> => {
  const store = indexedDbStore(STORE)
  for (let loaded = await store.load(); ; loaded = await store.load()) {
    if (loaded.outcome === 'loaded' && loaded.head.seq === rows) break
  }
  store.close()
}

/** One contact that is saved and on the device, and its tab. */
const used = async () => {
  const browser = new Browser()
  const server = new GateServer(browser)
  const tab = browser.open()
  await server.welcome(tab)
  const id = tab.actions.createContact({ name: 'Zoe' })
  await server.settles(tab)
  await isStored(1)
  return { browser, server, tab, id }
}

/** A later tab, without a network, that shows this and says that it is kept. */
const isThereLater = async (browser: Browser, isSo: (tab: Workspace) => boolean) => {
  const later = browser.open()
  await until(() => isSo(later))
  await until(() => later.status().onDevice)
  expect(storage(later).kind).toBe('device')
  await later.close()
}

type Put = typeof IDBObjectStore.prototype.put

/** Nothing more fits on the device, until what this gives is called. */
const fill = (): (() => void) => {
  const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
    throw new DOMException('full', 'QuotaExceededError')
  })
  return () => put.mockRestore()
}

/** Every request succeeds, and then its transaction ends in nothing. */
const abortAll = (): (() => void) => {
  const committing = vi.spyOn(IDBTransaction.prototype, 'commit').mockReturnValue()
  const real: Put = IDBObjectStore.prototype.put
  const put = vi.spyOn(IDBObjectStore.prototype, 'put')
  put.mockImplementation(function (this: IDBObjectStore, ...args: Parameters<Put>) {
    const request = real.apply(this, args)
    request.addEventListener('success', () => {
      try {
        this.transaction.abort()
      } catch {
        // By an earlier request of the same transaction.
      }
    })
    return request
  })
  return () => {
    put.mockRestore()
    committing.mockRestore()
  }
}

/** How many were tried from now on. */
const putsTried = (): (() => number) => {
  const { mock } = vi.mocked(IDBObjectStore.prototype.put)
  const before = mock.calls.length
  return () => mock.calls.length - before
}

const task = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** As another tab or the settings do it. */
const emptied = (): Promise<void> =>
  new Promise((resolve) => {
    indexedDB.deleteDatabase(STORE).onsuccess = () => resolve()
  })

describe('[D1] a device that takes nothing for a while', () => {
  const FAULTS = [
    ['is full', 'full', fill],
    ['aborts what has succeeded', 'failed', abortAll],
  ] as const

  test.each(FAULTS)(
    'and %s: edits go on, the status says so, and later they are kept',
    async (_, reason, begin) => {
      const { browser, tab, id } = await used()
      const errors: string[] = []
      tab.onError(({ code }) => errors.push(code))
      tab.disconnect()
      const end = begin()
      tab.actions.setField(id, 'company', 'Acme')
      await until(() => storage(tab).kind === 'memory')
      expect(tab.status()).toMatchObject({ pending: 1, onDevice: false, storage: { reason } })
      expect(tab.contacts.contact(id)?.company).toBe('Acme')
      browser.passes(RETRY)
      await until(() => errors.length > 0)
      end()
      browser.passes(60_000)
      await isKept(tab)
      expect(storage(tab)).toEqual({ kind: 'device' })
      expect(errors).toEqual(['storage'])
      await tab.close()
      await isThereLater(browser, ({ contacts }) => contacts.contact(id)?.company === 'Acme')
    },
  )

  test.each(FAULTS)(
    'and %s: what the server sends meanwhile is there later',
    async (_, reason, begin) => {
      const { browser, server, tab, id } = await used()
      const end = begin()
      tab.actions.setField(id, 'company', 'Acme')
      await server.settles(tab)
      await until(() => storage(tab).reason === reason)
      tab.actions.setField(id, 'title', 'Boss')
      await server.settles(tab)
      const said: string[] = []
      const endWatch = tab.onStatus(() => said.push(storage(tab).kind))
      const tries = putsTried()
      browser.passes(RETRY)
      await until(() => tries() > 0)
      await task()
      // It is not called well as long as nothing got in.
      expect(said).not.toContain('device')
      endWatch()
      end()
      await until(() => {
        browser.passes(RETRY)
        return storage(tab).kind === 'device'
      })
      tab.actions.setField(id, 'nickname', 'Z')
      await server.settles(tab)
      await tab.close()
      await isThereLater(browser, ({ contacts }) => contacts.contact(id)?.nickname === 'Z')
      await isThereLater(browser, ({ contacts, status }) => {
        const contact = contacts.contact(id)
        return contact?.company === 'Acme' && contact.title === 'Boss' && status().pending === 0
      })
    },
  )

  test('is well again also where nothing waits for it any more', async () => {
    const { browser, server, tab, id } = await used()
    await until(() => storage(tab).kind === 'device')
    const second = browser.open()
    await server.welcome(second)
    await until(() => second.contacts.contact(id) !== undefined)
    const end = fill()
    // It does not lead: of all that comes it keeps its own edits alone.
    second.actions.setField(id, 'company', 'Acme')
    await until(() => storage(second).kind === 'memory')
    await server.settles(tab, second)
    await until(() => storage(tab).kind === 'memory')
    end()
    browser.passes(RETRY)
    await until(() => storage(second).kind === 'device' && storage(tab).kind === 'device')
    await Promise.all([tab.close(), second.close()])
  })
})

describe('[D2] a device that somebody empties', () => {
  test('is given once more what no server has, and all the rest with it', async () => {
    const { browser, tab, id } = await used()
    tab.disconnect()
    tab.actions.setField(id, 'company', 'Acme')
    await isKept(tab)
    const said: boolean[] = []
    tab.onStatus(() => said.push(tab.status().onDevice))
    await emptied()
    await until(() => said.includes(false) && tab.status().onDevice)
    expect(tab.status()).toMatchObject({ pending: 1, storage: { kind: 'device' } })
    await tab.close()
    await isThereLater(browser, ({ contacts, status }) => {
      const contact = contacts.contact(id)
      return contact?.name === 'Zoe' && contact.company === 'Acme' && status().pending === 1
    })
  })

  test('stays empty until something comes, and then has all of it', async () => {
    const { browser, server, tab, id } = await used()
    await emptied()
    expect(await indexedDB.databases()).toEqual([])
    tab.actions.setField(id, 'company', 'Acme')
    await server.settles(tab)
    await tab.close()
    await isThereLater(browser, ({ contacts, status }) => {
      const contact = contacts.contact(id)
      return contact?.name === 'Zoe' && contact.company === 'Acme' && status().pending === 0
    })
  })

  test('with several tabs: each keeps its own once more, and each knows of all', async () => {
    const { browser, tab, id } = await used()
    tab.disconnect()
    const second = browser.open()
    await until(() => second.contacts.contact(id) !== undefined)
    tab.actions.setField(id, 'company', 'Acme')
    second.actions.setField(id, 'title', 'Boss')
    const areKept = () =>
      until(() => [tab, second].every(({ status }) => status().pending === 2 && status().onDevice))
    await areKept()
    await emptied()
    await areKept()
    await Promise.all([tab.close(), second.close()])
    await isThereLater(browser, ({ contacts }) => {
      const contact = contacts.contact(id)
      return contact?.company === 'Acme' && contact.title === 'Boss'
    })
  })
})

describe('[D2] a device that was emptied knows again who I am here', () => {
  /** The device has this of what a server said last. */
  const hasRole = async (role: string | undefined): Promise<void> => {
    const store = indexedDbStore(STORE)
    for (let loaded = await store.load(); ; loaded = await store.load()) {
      if (loaded.outcome === 'loaded' && loaded.profile?.self.role === role) break
    }
    store.close()
  }

  test('once another’s row comes: without a network a viewer is no editor', async () => {
    const { browser, server, tab, id } = await used()
    const socket = browser.socketsOf(tab).at(-1)
    socket?.says({ type: 'notice', notice: 'role-changed', role: 'viewer' })
    await hasRole('viewer')
    await emptied()
    await hasRole(undefined)
    const bob = server.gate.doc
    bob.clientID = 7
    bob.on('update', (update: Uint8Array) => server.gate.takes('bob', update))
    setField(bob, id, 'company', 'Acme')
    server.tells()
    await isStored(2)
    await tab.close()
    await isThereLater(browser, ({ contacts, self, mayEdit, name }) => {
      const isThere = contacts.contact(id)?.company === 'Acme'
      return isThere && self()?.role === 'viewer' && !mayEdit() && name() === 'Team'
    })
  })

  test('once an edit is kept again, where this page knew it from the device alone', async () => {
    const { browser, tab, id } = await used()
    await tab.close()
    const next = browser.open()
    await until(() => next.self() !== undefined)
    next.actions.setField(id, 'company', 'Acme')
    await isKept(next)
    const said: boolean[] = []
    next.onStatus(() => said.push(next.status().onDevice))
    await emptied()
    await until(() => said.includes(false) && next.status().onDevice)
    await next.close()
    await isThereLater(browser, ({ self, name, status }) => {
      return status().pending === 1 && self()?.role === 'editor' && name() === 'Team'
    })
  })
})

describe('[D3] a page of a later version', () => {
  test('that takes the device over leaves this one running, which says so', async () => {
    const { browser, server, tab, id } = await used()
    const upgraded = await new Promise<IDBDatabase>((resolve) => {
      const opening = indexedDB.open(STORE, 3)
      opening.onsuccess = () => resolve(opening.result)
    })
    tab.disconnect()
    tab.actions.setField(id, 'company', 'Acme')
    await until(() => storage(tab).kind === 'memory')
    expect(tab.status()).toMatchObject({ onDevice: false, storage: { reason: 'newer' } })
    expect(upgraded.version).toBe(3)
    tab.connect()
    await server.welcome(tab)
    await server.settles(tab)
    upgraded.close()
    const later = browser.open()
    await until(() => storage(later).kind === 'memory')
    expect(storage(later).reason).toBe('newer')
    await Promise.all([tab.close(), later.close()])
  })
})

describe('[D4] a device that can’t be read at first', () => {
  const fails = (name: string) =>
    vi.spyOn(indexedDB, 'open').mockImplementation(() => {
      throw new DOMException('no', name)
    })

  test.each([
    ['UnknownError', 'failed'],
    ['SecurityError', 'blocked'],
  ])(
    '(%s) is read when it can be: nothing of it is lost, and nothing that was made meanwhile',
    async (name, reason) => {
      const { browser, server, tab, id } = await used()
      tab.disconnect()
      tab.actions.setField(id, 'company', 'Acme')
      await isKept(tab)
      await tab.close()
      const opening = fails(name)
      const later = browser.open()
      await until(() => storage(later).kind === 'memory')
      expect(storage(later).reason).toBe(reason)
      const other = later.actions.createContact({ name: 'Yves' })
      expect(later.status()).toMatchObject({ pending: 1, onDevice: false })
      opening.mockRestore()
      browser.passes(RETRY)
      await until(() => later.status().pending === 2 && later.status().onDevice)
      expect(storage(later)).toEqual({ kind: 'device' })
      expect(later.contacts.contact(id)?.company).toBe('Acme')
      await server.welcome(later)
      await server.settles(later)
      expect(later.contacts.contactIds()).toHaveLength(2)
      await later.close()
      await isThereLater(browser, ({ contacts }) => contacts.contact(other)?.name === 'Yves')
    },
  )

  test('and is read after a server was heard: its edits are sent, whoever made them', async () => {
    const { browser, server, tab, id } = await used()
    tab.disconnect()
    tab.actions.setField(id, 'company', 'Acme')
    await isKept(tab)
    await tab.close()
    const opening = fails('UnknownError')
    const later = browser.open()
    await server.welcome(later)
    await until(() => later.contacts.contact(id) !== undefined)
    later.actions.setField(id, 'title', 'Boss')
    await server.settles(later)
    expect(later.contacts.contact(id)?.company).toBe('')
    opening.mockRestore()
    browser.passes(RETRY)
    await until(() => later.contacts.contact(id)?.company === 'Acme')
    await server.settles(later)
    expect(server.gate.doc.getMap('fields').get(`${id}/company`)).toBe('Acme')
    await later.close()
    await isThereLater(browser, ({ contacts, status }) => {
      const contact = contacts.contact(id)
      return contact?.company === 'Acme' && contact.title === 'Boss' && status().pending === 0
    })
  })
})
