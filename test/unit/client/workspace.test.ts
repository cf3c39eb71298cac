import type { Role } from 'kith-shared'
import { describe, expect, test, vi } from 'vitest'
import * as Y from 'yjs'
import {
  type Activity,
  createWorkspace,
  ReadOnlyError,
  type Workspace,
} from '../../../client/index.js'
import { MemoryTabs } from '../../../client/testing/memory-tabs.js'
import { Browser, until } from './browser.js'

const stateOf = (workspace: Workspace): string => workspace.status().connection.state

const isKept = (workspace: Workspace): Promise<void> =>
  until(() => workspace.status().pending > 0 && workspace.status().onDevice)

/** Somebody else's contact, as a row. */
const rowOf = (id: string, name: string) => {
  const doc = new Y.Doc()
  doc.getMap('contacts').set(id, { name, createdAt: 1 })
  const update = Y.encodeStateAsUpdate(doc)
  return { author: { id: 'bob', name: 'Bob' }, committedAt: 4_000, update }
}

const isActivity = (activities: Activity[]) => (activity: Activity) => {
  activities.push(activity)
}

describe('a tab alone', () => {
  test('[P3] an edit made offline outlives the tab, and says where it is', async () => {
    const browser = new Browser()
    const tab = browser.open()
    const id = tab.actions.createContact({ name: 'Zoe' })
    expect(tab.status()).toMatchObject({ pending: 1, onDevice: false })
    await isKept(tab)
    await tab.close()
    const later = browser.open()
    await until(() => later.contacts.contact(id)?.name === 'Zoe')
    expect(later.status()).toMatchObject({ pending: 1, onDevice: true })
    await later.close()
  })

  test('[P3] an edit made before the device was read is kept and sent like any other', async () => {
    const browser = new Browser()
    const tab = browser.open('wait')
    const id = tab.actions.createContact({ name: 'Zoe' })
    tab.start()
    expect(stateOf(tab)).toBe('loading')
    tab.actions.setField(id, 'company', 'Acme')
    const socket = await browser.welcome(tab)
    await until(() => socket.of('update').length > 0)
    socket.commits(1)
    await until(() => tab.status().pending === 0)
    await tab.close()
  })

  test('[P1] is saved by the acknowledgement and nothing else', async () => {
    const browser = new Browser()
    const tab = browser.open()
    const socket = await browser.welcome(tab)
    const id = tab.actions.createContact({ name: 'Zoe' })
    await until(() => socket.of('update').length === 1)
    const update = socket.of('update')[0]?.update ?? new Uint8Array()
    const author = { id: 'ana', name: 'Ana' }
    const rows = [{ author, committedAt: 1, update }]
    socket.says({ type: 'rows', epoch: 1, firstSeq: 1, rows })
    await isKept(tab)
    expect(tab.status().pending).toBe(1)
    socket.says({ type: 'ack', count: 1, seq: 1 })
    await until(() => tab.status().pending === 0)
    expect(tab.contacts.contact(id)?.name).toBe('Zoe')
    await tab.close()
  })

  test('comes back with what it holds, and sends what was not acknowledged', async () => {
    const browser = new Browser()
    const tab = browser.open()
    const socket = await browser.welcome(tab)
    socket.says({ type: 'rows', epoch: 1, firstSeq: 1, rows: [rowOf('c1', 'Eve')] })
    tab.actions.createContact({ name: 'Zoe' })
    await until(() => socket.of('update').length === 1)
    await isKept(tab)
    const ownId = tab.awareness.clientID
    await tab.close()

    const later = browser.open()
    const next = await browser.welcome(later, { head: 1 })
    const [hello] = next.of('hello')
    expect(hello).toMatchObject({ epoch: 1, seq: 1, earlierIds: [ownId] })
    expect(hello?.clientId).not.toBe(ownId)
    await until(() => next.of('update').length === 1)
    next.commits(2)
    await until(() => later.status().pending === 0)
    await later.close()

    const last = browser.open()
    expect((await browser.welcome(last, { head: 2 })).of('hello')[0]).toMatchObject({
      seq: 2,
      earlierIds: [],
    })
    expect(last.contacts.contactIds()).toHaveLength(2)
    await last.close()
  })

  test('[P5] tells of a refused change, keeps it, and goes on with other work', async () => {
    const browser = new Browser()
    const tab = browser.open()
    const errors: string[] = []
    tab.onError(({ code }) => errors.push(code))
    const socket = await browser.welcome(tab)
    tab.actions.createContact({ name: 'Refused' })
    await until(() => socket.of('update').length === 1)
    socket.says({ type: 'reject', ordinal: 1, reason: 'bad-value' })
    socket.says({ type: 'ack', count: 1, seq: 0 })
    await until(() => tab.status().refused === 1)
    expect(errors).toEqual(['refused-change'])
    expect(tab.status().pending).toBe(0)
    expect(tab.refusedChanges()).toMatchObject([{ reason: 'bad-value' }])
    const id = tab.actions.createContact({ name: 'Fine' })
    await until(() => socket.of('update').length === 2)
    const server = new Y.Doc()
    Y.applyUpdate(server, socket.of('update')[1]?.update ?? new Uint8Array())
    expect(server.getMap('contacts').has(id)).toBe(true)
    await tab.close()
    const later = browser.open()
    await until(() => later.status().refused === 1)
    expect(later.contacts.contactIds()).toEqual([id])
    await later.close()
  })

  test('a viewer edits nothing, also offline at the next start', async () => {
    const browser = new Browser()
    const tab = browser.open()
    const socket = await browser.welcome(tab, { role: 'viewer' })
    expect(() => tab.actions.createContact({ name: 'Zoe' })).toThrow(ReadOnlyError)
    socket.says({ type: 'notice', notice: 'role-changed', role: 'editor' satisfies Role })
    tab.actions.createContact({ name: 'Zoe' })
    socket.says({ type: 'notice', notice: 'role-changed', role: 'viewer' })
    await tab.close()
    const later = browser.open()
    await until(() => later.self() !== undefined)
    expect(later.self()).toMatchObject({ id: 'ana', role: 'viewer' })
    expect(() => later.actions.createContact({ name: 'Zoe' })).toThrow(ReadOnlyError)
    await later.close()
  })

  test('[P5] knows what its workspace is called, hears of a new name, and remembers it', async () => {
    const browser = new Browser()
    const tab = browser.open()
    const seen: (string | undefined)[] = [tab.name()]
    tab.onStatus(() => {
      if (tab.name() !== seen.at(-1)) seen.push(tab.name())
    })
    const socket = await browser.welcome(tab)
    await until(() => stateOf(tab) === 'live')
    socket.says({ type: 'notice', notice: 'workspace-renamed', name: 'Harbour' })
    await until(() => seen.at(-1) === 'Harbour')
    expect(seen).toEqual([undefined, 'Team', 'Harbour'])
    await tab.close()
    const later = browser.open()
    await until(() => later.name() === 'Harbour')
    await later.close()
  })

  test('answers a gap once, with all that the server lacks', async () => {
    const browser = new Browser()
    const tab = browser.open()
    const socket = await browser.welcome(tab)
    const id = tab.actions.createContact({ name: 'Zoe' })
    await until(() => socket.of('update').length === 1)
    const stateVector = Y.encodeStateVector(new Y.Doc())
    socket.says({ type: 'reject', ordinal: 1, reason: 'gap' })
    socket.says({ type: 'sync-step-1', stateVector })
    socket.says({ type: 'sync-step-1', stateVector })
    expect(socket.of('sync-step-2')).toHaveLength(1)
    const server = new Y.Doc()
    Y.applyUpdate(server, socket.of('sync-step-2')[0]?.update ?? new Uint8Array())
    expect(server.getMap('contacts').has(id)).toBe(true)
    socket.says({ type: 'ack', count: 2, seq: 1 })
    await until(() => tab.status().pending === 0)
    await tab.close()
  })

  test('start and close are safe twice, and nothing starts before', async () => {
    const browser = new Browser()
    const tab = browser.open('wait')
    expect(browser.socketsOf(tab)).toEqual([])
    tab.start()
    tab.start()
    await browser.welcome(tab)
    await Promise.all([tab.close(), tab.close()])
    tab.connect()
    tab.start()
    expect(browser.socketsOf(tab)).toHaveLength(1)
  })

  test('[D1] closed before the device was read, it tells of no failure and tries nothing more', async () => {
    const browser = new Browser()
    const tab = browser.open()
    const errors: string[] = []
    tab.onError(({ code }) => errors.push(code))
    await tab.close()
    const later = browser.open()
    await until(() => later.status().connection.state !== 'loading')
    expect(errors).toEqual([])
    expect(tab.status().storage.kind).toBe('device')
    await later.close()
  })

  test('[C1] an address that the browser refuses to open is tried again like one that is away', async () => {
    const browser = new Browser()
    let tries = 0
    const tab = createWorkspace(
      { url: 'https://kith.test', workspaceId: 'team', userId: 'ana', getToken: () => 'token' },
      {
        signals: browser.signals(),
        tabs: () => new MemoryTabs().open(),
        openSocket: () => {
          tries++
          throw new DOMException('insecure', 'SecurityError')
        },
      },
    )
    tab.start()
    await until(() => tab.status().connection.reason === 'unreachable')
    browser.passes(3_000)
    await until(() => tries === 2 && tab.status().connection.reason === 'unreachable')
    await tab.close()
  })

  test('status and people stay the same objects until they change', async () => {
    const browser = new Browser()
    const tab = browser.open()
    await browser.welcome(tab)
    await until(() => stateOf(tab) === 'live')
    expect(tab.status()).toBe(tab.status())
    expect(tab.others()).toBe(tab.others())
    await tab.close()
  })
})

describe('listeners of the app that throw', () => {
  test('[P2] neither they nor observers of the document cost a row', async () => {
    const browser = new Browser()
    const tab = browser.open()
    const socket = await browser.welcome(tab)
    const thrown: unknown[] = []
    vi.stubGlobal('queueMicrotask', (act: () => void) => {
      Promise.resolve()
        .then(act)
        .catch((error: unknown) => thrown.push(error))
    })
    const fail = () => {
      throw new Error('of the app')
    }
    tab.onStatus(fail)
    tab.onActivity(fail)
    tab.contacts.subscribe(fail)
    tab.doc.getMap('contacts').observe(fail)
    const rows = [rowOf('c1', 'Eve'), rowOf('c2', 'Bea')]
    socket.says({ type: 'rows', epoch: 1, firstSeq: 1, rows })
    expect(tab.contacts.contactIds()).toHaveLength(2)
    await until(() => thrown.length >= 4)
    await tab.close()
    vi.unstubAllGlobals()
  })
})

describe('activity', () => {
  test('tells what others did, by the word of the journal', async () => {
    const browser = new Browser()
    const tab = browser.open()
    const activities: Activity[] = []
    tab.onActivity(isActivity(activities))
    const socket = await browser.welcome(tab)
    socket.says({ type: 'rows', epoch: 1, firstSeq: 1, rows: [rowOf('c1', 'Eve')] })
    expect(activities).toMatchObject([
      {
        type: 'contact_created',
        workspaceId: 'team',
        user: { id: 'bob', name: 'Bob' },
        seq: 1,
        committedAt: 4_000,
        payload: { contactId: 'c1', contact: { name: 'Eve' } },
      },
    ])
    await tab.close()
  })

  test('[P1] tells what I did once, when it is committed, in each of my tabs', async () => {
    const browser = new Browser()
    const tab = browser.open()
    const other = browser.open()
    const socket = await browser.welcome(tab)
    const second = await browser.welcome(other)
    const [mine, theirs]: [Activity[], Activity[]] = [[], []]
    tab.onActivity(isActivity(mine))
    other.onActivity(isActivity(theirs))
    const id = tab.actions.createContact({ name: 'Zoe' })
    await until(() => socket.of('update').length === 1 && other.contacts.contact(id) !== undefined)
    expect(mine).toEqual([])
    const [update] = socket.of('update')
    socket.commits(1)
    const row = { author: { id: 'ana', name: 'Ana' }, committedAt: 5_000 }
    const rows = [{ ...row, update: update?.update ?? new Uint8Array() }]
    second.says({ type: 'rows', epoch: 1, firstSeq: 1, rows })
    await until(() => mine.length > 0 && theirs.length > 0)
    for (const told of [mine, theirs]) {
      expect(told).toMatchObject([
        { type: 'contact_created', user: { id: 'ana' }, seq: 1, committedAt: 5_000 },
      ])
    }
    await Promise.all([tab.close(), other.close()])
  })
})

describe('several tabs', () => {
  test('[P3] an edit shows in the other tab without a network, and both say that it waits', async () => {
    const browser = new Browser()
    const [one, two] = [browser.open(), browser.open()]
    const id = one.actions.createContact({ name: 'Zoe' })
    await until(() => two.contacts.contact(id) !== undefined)
    await until(() => two.status().pending === 1 && two.status().onDevice)
    two.actions.setField(id, 'company', 'Acme')
    await until(() => one.contacts.contact(id)?.company === 'Acme')
    expect(one.status().pending).toBe(2)
    await Promise.all([one.close(), two.close()])
  })

  test('a tab that opens later sees what the others have not even written yet', async () => {
    const browser = new Browser()
    const one = browser.open()
    await until(() => stateOf(one) !== 'loading')
    const id = one.actions.createContact({ name: 'Zoe' })
    const two = browser.open()
    await until(() => two.contacts.contact(id) !== undefined && two.status().pending === 1)
    await Promise.all([one.close(), two.close()])
  })

  test('each edit is sent by one tab; when that tab is gone, by the one that leads', async () => {
    const browser = new Browser()
    const [one, two] = [browser.open(), browser.open()]
    await until(() => browser.socketsOf(one).length + browser.socketsOf(two).length === 2)
    const id = one.actions.createContact({ name: 'Zoe' })
    await isKept(one)
    await until(() => two.contacts.contact(id) !== undefined)
    await one.close()
    const socket = await browser.welcome(two)
    await until(() => socket.of('update').length === 1)
    socket.commits(1)
    await until(() => two.status().pending === 0)
    await two.close()
    const later = browser.open()
    await until(() => later.contacts.contact(id) !== undefined)
    expect(later.status().pending).toBe(0)
    await later.close()
  })

  test('[P3] without storage, too, the edits of a tab that is gone are sent by another', async () => {
    const browser = new Browser()
    vi.stubGlobal('indexedDB', undefined)
    const [one, two] = [browser.open(), browser.open()]
    const id = one.actions.createContact({ name: 'Zoe' })
    await until(() => two.contacts.contact(id) !== undefined)
    // It opens when nothing of this is on the device, and hears of it from the others.
    const three = browser.open()
    await until(() => three.contacts.contact(id) !== undefined)
    await Promise.all([one.close(), two.close()])
    const socket = await browser.welcome(three)
    await until(() => socket.of('update').length === 1)
    socket.commits(1)
    await until(() => three.status().pending === 0)
    await three.close()
    vi.unstubAllGlobals()
  })

  test.each(['has', 'later'] as const)(
    '[P3] one that leads and could not read the device sends what another finds there (locks: %s)',
    async (locks) => {
      const browser = new Browser()
      browser.locks = locks
      const gone = browser.open()
      const id = gone.actions.createContact({ name: 'Zoe' })
      await isKept(gone)
      await gone.close()
      vi.stubGlobal('indexedDB', undefined)
      const blind = browser.open()
      await until(() => blind.status().storage.kind === 'memory')
      vi.unstubAllGlobals()
      const socket = await browser.welcome(blind)
      const other = browser.open()
      await until(() => other.contacts.contact(id) !== undefined)
      await until(() => socket.of('update').length === 1)
      expect(blind.contacts.contact(id)).toBeDefined()
      socket.commits(1)
      await until(() => other.status().pending === 0)
      await Promise.all([blind.close(), other.close()])
    },
  )

  test('one of them stores what comes, and the next takes over where it stopped', async () => {
    const browser = new Browser()
    const [one, two] = [browser.open(), browser.open()]
    const sockets = [await browser.welcome(one), await browser.welcome(two)]
    for (const socket of sockets) {
      socket.says({ type: 'rows', epoch: 1, firstSeq: 1, rows: [rowOf('c1', 'Eve')] })
    }
    await one.close()
    sockets[1]?.says({ type: 'rows', epoch: 1, firstSeq: 2, rows: [rowOf('c2', 'Bea')] })
    await until(() => two.contacts.contactIds().length === 2)
    await two.close()
    const later = browser.open()
    expect((await browser.welcome(later, { head: 2 })).of('hello')[0]).toMatchObject({ seq: 2 })
    expect(later.contacts.contactIds()).toHaveLength(2)
    await later.close()
  })
})

describe('an import', () => {
  const inputs = Array.from({ length: 250 }, (_, n) => ({ name: `Person ${n}` }))

  test('goes in transactions of 100 with progress, and lets the page work in between', async () => {
    const browser = new Browser()
    const tab = browser.open()
    const progress: number[] = []
    let transactions = 0
    tab.doc.on('update', () => transactions++)
    const importing = tab.actions.importContacts(inputs, {
      onProgress: (done) => progress.push(done),
    })
    let done = false
    void importing.then(() => {
      done = true
    })
    await until(() => {
      browser.passes(1)
      return done
    })
    expect(await importing).toHaveLength(250)
    expect(progress).toEqual([100, 200, 250])
    expect(transactions).toBe(3)
    expect(tab.status().pending).toBe(250)
    await tab.close()
  })

  test('writes nothing where one of them is not taken, and says which', async () => {
    const browser = new Browser()
    const tab = browser.open()
    const importing = tab.actions.importContacts([...inputs.slice(0, 150), { name: ' ' }])
    const failed = importing.catch((error: unknown) => error)
    let error: unknown
    void failed.then((reason) => {
      error = reason
    })
    await until(() => {
      browser.passes(1)
      return error !== undefined
    })
    expect(error).toMatchObject({ name: 'InvalidValue', field: '150.name', problem: 'empty' })
    expect(tab.contacts.contactIds()).toEqual([])
    await tab.close()
  })

  test('that is aborted keeps what it has made', async () => {
    const browser = new Browser()
    const tab = browser.open()
    const controller = new AbortController()
    let rejected = false
    const importing = tab.actions.importContacts(inputs, {
      signal: controller.signal,
      onProgress: () => controller.abort(),
    })
    importing.catch(() => {
      rejected = true
    })
    await until(() => {
      browser.passes(1)
      return rejected
    })
    await expect(importing).rejects.toBe(controller.signal.reason)
    expect(tab.contacts.contactIds()).toHaveLength(100)
    await tab.close()
  })
})
