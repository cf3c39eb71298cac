import { aboutText, type ContactId, setField } from 'kith-shared'
import { afterEach, describe, expect, test, vi } from 'vitest'
import * as Y from 'yjs'
import type { LoadedStore } from '../../../client/core/ports.js'
import { indexedDbStore } from '../../../client/edge/store.js'
import type { Activity, Workspace } from '../../../client/index.js'
import { purge } from '../../../server/core/purge.js'
import { contentOf } from '../../harness/team.js'
import { Browser, type ScriptedSocket, until } from './browser.js'
import { EpochServer } from './epoch-server.js'

afterEach(() => {
  vi.unstubAllGlobals()
})

const STORE = 'kith:wss://kith.test/ws/workspace/team:ana'

const stored = async (): Promise<LoadedStore> => {
  const store = indexedDbStore(STORE)
  const loaded = await store.load()
  store.close()
  if (loaded.outcome !== 'loaded') throw new Error('nothing loads')
  return loaded
}

const about = ({ doc }: Workspace, id: ContactId): Y.Text => aboutText(doc, id)
const letters = (doc: Y.Doc, id: ContactId): string => aboutText(doc, id).toString()

/** Cut off, and not connected again before it says so. */
const leaves = (...tabs: Workspace[]): void => {
  for (const tab of tabs) tab.disconnect()
}

/** Tabs with one contact whose long text is `one three`, all saved. */
const working = async (count = 1) => {
  const browser = new Browser()
  const server = new EpochServer(browser)
  const tabs: Workspace[] = []
  for (let n = 0; n < count; n++) {
    const tab = browser.open()
    tabs.push(tab)
    await server.welcome(tab)
  }
  const [tab, second] = tabs
  if (!tab) throw new Error('no tab')
  const id = tab.actions.createContact({ name: 'Zoe' })
  about(tab, id).insert(0, 'one three')
  await server.settles(tab)
  await until(() => tabs.every(({ doc }) => letters(doc, id) === 'one three'))
  await until(() => tab.status().onDevice)
  return { browser, server, tab, second: second ?? tab, tabs, id }
}

const returns = async (server: EpochServer, ...tabs: Workspace[]): Promise<ScriptedSocket[]> => {
  const sockets: ScriptedSocket[] = []
  for (const tab of tabs) {
    tab.connect()
    sockets.push(await server.welcome(tab))
  }
  return sockets
}

/** Everybody shows what the server has, and all of it is saved. */
const agree = async (server: EpochServer, ...tabs: Workspace[]): Promise<void> => {
  await server.settles(...tabs)
  await until(() => tabs.every(({ status }) => status().connection.reason === 'live'))
  await until(() => {
    server.tells()
    return tabs.every(({ doc }) => same(doc, server.doc))
  })
  expect(server.refusals).toEqual([])
}

const same = (a: Y.Doc, b: Y.Doc): boolean =>
  JSON.stringify(contentOf(a)) === JSON.stringify(contentOf(b))

describe('[E9] who was away while an epoch ended', () => {
  test('loses nothing and doubles nothing, and editors are told of the new document', async () => {
    const { server, tab, id } = await working()
    leaves(tab)
    about(tab, id).insert(4, 'two ')
    tab.actions.setField(id, 'company', 'Acme')
    server.bob(9, (doc) => {
      doc.getText(`about/${id}`).insert(9, ' four')
      doc.getMap('fields').set(`${id}/title`, 'Dr')
    })
    server.renew()
    server.bob(10, (doc) => doc.getText(`about/${id}`).insert(0, 'zero '))
    const docs: Y.Doc[] = []
    tab.onDoc((doc) => docs.push(doc))
    await returns(server, tab)
    await agree(server, tab)
    expect(letters(tab.doc, id)).toBe('zero one two three four')
    expect(tab.contacts.contact(id)).toMatchObject({ company: 'Acme', title: 'Dr' })
    expect(docs).toEqual([tab.doc])
    expect(tab.status()).toMatchObject({ pending: 0, refused: 0 })
    await tab.close()
  })

  test('was connected: is back at once, and its index tells no change', async () => {
    const { server, tab } = await working()
    const states = new Set<string>()
    tab.onStatus(() => states.add(tab.status().connection.state))
    const changes: unknown[] = []
    tab.contacts.subscribe((some) => changes.push(...some))
    const before = tab.doc
    server.renew()
    await server.welcome(tab)
    await until(() => tab.doc !== before)
    await agree(server, tab)
    expect([...states]).not.toContain('offline')
    expect(changes).toEqual([])
    await tab.close()
  })

  test('over three epochs, with edits made in each of them', async () => {
    const { server, tab, id } = await working()
    leaves(tab)
    about(tab, id).insert(4, 'two ')
    server.renew()
    server.renew()
    // Moved, and away again before anything of it is sent.
    tab.connect()
    const { follows } = await server.greets(tab)
    const before = tab.doc
    follows()
    await until(() => tab.doc !== before)
    leaves(tab)
    expect(tab.status().pending).toBe(1)
    about(tab, id).insert(0, 'zero ')
    server.renew()
    await returns(server, tab)
    await agree(server, tab)
    expect(letters(tab.doc, id)).toBe('zero one two three')
    await tab.close()
  })

  test('and whose acknowledgement was lost', async () => {
    const { server, tab, id } = await working()
    const told: Activity[] = []
    tab.onActivity((activity) => told.push(activity))
    about(tab, id).insert(4, 'two ')
    tab.actions.setField(id, 'company', 'Acme')
    await until(() => {
      server.hears('is cut before it answers')
      return letters(server.doc, id) === 'one two three' && server.doc.getMap('fields').size > 0
    })
    server.renew()
    await server.welcome(tab)
    await agree(server, tab)
    expect(letters(tab.doc, id)).toBe('one two three')
    expect(tab.status()).toMatchObject({ pending: 0, refused: 0, onDevice: true })
    expect(told.length).toBeGreaterThan(0)
    await until(() => true)
    expect((await stored()).edits.filter(({ epoch }) => epoch === 1)).toEqual([])
    await tab.close()
  })

  test('types on between the hello and the states', async () => {
    const { server, tab, id } = await working()
    leaves(tab)
    about(tab, id).insert(4, 'two ')
    server.renew()
    tab.connect()
    const { follows } = await server.greets(tab)
    about(tab, id).insert(8, 'and ')
    follows()
    // The device is at it; this is typed into the old document.
    about(tab, id).insert(12, 'a half, ')
    await agree(server, tab)
    expect(letters(tab.doc, id)).toBe('one two and a half, three')
    await tab.close()
  })

  test('types behind a hello that named nothing: comes back for the road, and nothing is hidden', async () => {
    const { server, tab, id } = await working()
    const shown = new Set<string>()
    leaves(tab)
    server.renew()
    tab.connect()
    const { follows, socket } = await server.greets(tab)
    about(tab, id).insert(4, 'two ')
    const before = tab.doc
    follows()
    expect(socket.of('hello')[0]?.unsentEpoch).toBeUndefined()
    shown.add(letters(tab.doc, id))
    await server.welcome(tab)
    await until(() => tab.doc !== before)
    shown.add(letters(tab.doc, id))
    await agree(server, tab)
    expect([...shown]).toEqual(['one two three'])
    await tab.close()
  })

  test('an app that still writes to the document before loses nothing', async () => {
    const { server, tab, id } = await working()
    leaves(tab)
    about(tab, id).insert(4, 'two ')
    server.renew()
    const old = tab.doc
    await returns(server, tab)
    await until(() => tab.doc !== old)
    aboutText(old, id).insert(0, 'late ')
    expect(tab.status().pending).toBeGreaterThan(0)
    await server.welcome(tab)
    await agree(server, tab)
    expect(letters(tab.doc, id)).toBe('late one two three')
    await tab.close()
  })

  test('before it had ever heard a server: with the answer lost, it is no new work', async () => {
    const browser = new Browser()
    const server = new EpochServer(browser)
    const tab = browser.open()
    const id = tab.actions.createContact({ name: 'Zoe' })
    about(tab, id).insert(0, 'Met')
    await until(() => tab.status().onDevice)
    const socket = await server.welcome(tab)
    await until(() => socket.of('update').length > 0)
    expect((await stored()).edits.map(({ epoch }) => epoch)).toEqual([1, 1])
    await until(() => {
      server.hears('is cut before it answers')
      return letters(server.doc, id) === 'Met'
    })
    server.renew()
    await server.welcome(tab)
    await agree(server, tab)
    expect(letters(tab.doc, id)).toBe('Met')
    await tab.close()
  })
})

describe('[E10] the device', () => {
  test('holds the moved edits and the new state before anything is sent', async () => {
    const { server, tab, id } = await working()
    leaves(tab)
    about(tab, id).insert(4, 'two ')
    tab.actions.setField(id, 'company', 'Acme')
    await until(() => tab.status().onDevice)
    expect((await stored()).edits.map(({ epoch }) => epoch)).toEqual([1, 1])
    server.renew()
    const [socket] = await returns(server, tab)
    await until(() => (socket?.of('update').length ?? 0) > 0)
    const { head, edits } = await stored()
    expect(head.epoch).toBe(2)
    expect(edits.map(({ epoch }) => epoch)).toEqual([2, 2])
    await agree(server, tab)
    await tab.close()
  })

  test.each(['before', 'after'])('a crash %s the move costs nothing', async (moment) => {
    const { browser, server, tab, id } = await working()
    leaves(tab)
    about(tab, id).insert(4, 'two ')
    await until(() => tab.status().onDevice)
    server.renew()
    tab.connect()
    const { follows } = await server.greets(tab)
    const before = tab.doc
    if (moment === 'after') {
      follows()
      await until(() => tab.doc !== before)
    }
    await tab.close()
    expect((await stored()).edits.map(({ epoch }) => epoch)).toEqual([moment === 'after' ? 2 : 1])
    const later = browser.open()
    await until(() => later.contacts.contact(id) !== undefined)
    expect(letters(later.doc, id)).toBe('one two three')
    await server.welcome(later)
    await agree(server, later)
    expect(letters(later.doc, id)).toBe('one two three')
    await later.close()
  })

  test('that keeps nothing keeps nobody from going on', async () => {
    vi.stubGlobal('indexedDB', undefined)
    const browser = new Browser()
    vi.stubGlobal('indexedDB', undefined)
    const server = new EpochServer(browser)
    const [tab, second] = [browser.open(), browser.open()]
    await server.welcome(tab)
    await server.welcome(second)
    const id = tab.actions.createContact({ name: 'Zoe' })
    about(tab, id).insert(0, 'one three')
    await agree(server, tab, second)
    leaves(tab, second)
    about(tab, id).insert(4, 'two ')
    second.actions.setField(id, 'company', 'Acme')
    server.renew()
    await returns(server, tab, second)
    await agree(server, tab, second)
    expect(letters(tab.doc, id)).toBe('one two three')
    expect(second.contacts.contact(id)?.company).toBe('Acme')
    await tab.close()
    await second.close()
  })
})

describe('[E11] two tabs with unsent work', () => {
  const ORDERS = [
    ['the first', 0],
    ['the second', 1],
  ] as const

  test.each(ORDERS)('of one text: %s back moves all of it, in its order', async (_, first) => {
    const { server, tab, second, id, tabs } = await working(2)
    leaves(tab, second)
    about(tab, id).insert(4, 'two ')
    await until(() => letters(second.doc, id) === 'one two three')
    about(second, id).insert(7, ' and a half')
    second.actions.setField(id, 'company', 'second')
    await until(() => tab.contacts.contact(id)?.company === 'second')
    about(tab, id).insert(13, 'nother')
    about(tab, id).delete(0, 4)
    tab.actions.setField(id, 'company', 'first')
    await until(() => second.contacts.contact(id)?.company === 'first')
    second.actions.setField(id, 'title', 'Dr')
    await until(() => tabs.every(({ status }) => status().onDevice))
    server.renew()
    const [one, other] = first === 0 ? [tab, second] : [second, tab]
    await returns(server, one)
    await agree(server, one)
    expect(letters(one.doc, id)).toBe('two and another half three')
    // Its work is saved by another tab, in another epoch.
    await until(() => other.status().pending === 0)
    await returns(server, other)
    await agree(server, one, other)
    expect(letters(other.doc, id)).toBe('two and another half three')
    expect(other.contacts.contact(id)).toMatchObject({ company: 'first', title: 'Dr' })
    for (const each of tabs) await each.close()
  })

  test('both back at once: one of them moves it', async () => {
    const { server, tab, second, id, tabs } = await working(2)
    leaves(tab, second)
    about(tab, id).insert(4, 'two ')
    await until(() => letters(second.doc, id) === 'one two three')
    about(second, id).insert(7, ' and more')
    server.renew()
    tab.connect()
    second.connect()
    const greeted = [await server.greets(tab), await server.greets(second)]
    for (const { follows } of greeted) follows()
    await agree(server, tab, second)
    expect(letters(server.doc, id)).toBe('one two and more three')
    for (const each of tabs) await each.close()
  })

  test('one that goes on typing while another has moved its work already', async () => {
    const { server, tab, second, id, tabs } = await working(2)
    leaves(tab, second)
    about(second, id).insert(4, 'two ')
    await until(() => letters(tab.doc, id) === 'one two three')
    await until(() => second.status().onDevice)
    server.renew()
    await returns(server, tab)
    await agree(server, tab)
    expect(second.status().pending).toBe(0)
    // Into the letters that moved, in the document of the epoch before.
    about(second, id).insert(6, '~')
    second.actions.setField(id, 'company', 'Acme')
    await until(() => tab.status().pending === 2)
    expect(letters(tab.doc, id)).toBe('one two three')
    await returns(server, second)
    await agree(server, tab, second)
    expect(letters(tab.doc, id)).toBe('one tw~o three')
    for (const each of tabs) await each.close()
  })

  test('what a tab that is gone has left is moved by the one that leads', async () => {
    const { server, tab, second, id } = await working(2)
    leaves(tab, second)
    server.renew()
    await returns(server, tab)
    await agree(server, tab)
    about(second, id).insert(4, 'two ')
    await until(() => tab.status().pending === 1)
    await until(() => second.status().onDevice)
    await second.close()
    // Comes back for the road by itself.
    await server.welcome(tab)
    await agree(server, tab)
    expect(letters(tab.doc, id)).toBe('one two three')
    await tab.close()
  })

  test('edits of another epoch are in no document', async () => {
    const { server, tab, second, id, tabs } = await working(2)
    leaves(tab, second)
    server.renew()
    const before = tab.doc
    await returns(server, tab)
    await until(() => tab.doc !== before)
    await agree(server, tab)
    about(tab, id).insert(0, 'new ')
    about(second, id).insert(0, 'old ')
    await until(() => tabs.every(({ status }) => status().pending === 1))
    await until(() => {
      server.hears()
      return letters(server.doc, id) === 'new one three'
    })
    expect(letters(second.doc, id)).toBe('old one three')
    expect(letters(tab.doc, id)).toBe('new one three')
    for (const { doc } of tabs) expect(doc.store.pendingStructs).toBeNull()
    await returns(server, second)
    await agree(server, tab, second)
    expect(letters(tab.doc, id)).toMatch(/^(new old|old new) one three$/)
    for (const each of tabs) await each.close()
  })
})

describe('[E9] letters typed into those of a tab that has heard no server yet', () => {
  for (const first of ['who typed them', 'that tab'] as const) {
    test(`stay where they are, whoever is back first: ${first}`, async () => {
      const browser = new Browser()
      const server = new EpochServer(browser)
      const tab = browser.open()
      await server.welcome(tab)
      await agree(server, tab)
      leaves(tab)
      const id = 'zoe' as ContactId // fits the pattern of ids
      vi.stubGlobal('indexedDB', undefined)
      const deaf = browser.open()
      await until(() => deaf.status().storage.kind === 'memory')
      vi.unstubAllGlobals()
      about(deaf, id).insert(0, 'one three')
      await until(() => letters(tab.doc, id) === 'one three')
      about(tab, id).insert(4, 'two ')
      server.renew()
      if (first === 'who typed them') {
        const before = tab.doc
        await returns(server, tab)
        await until(() => tab.doc !== before)
      }
      await server.welcome(deaf)
      await until(() => {
        server.hears()
        return letters(server.doc, id).startsWith('one ')
      })
      // What builds on another tab's waits for that, as within an epoch.
      expect(server.refusals.splice(0).filter((refusal) => refusal !== 'gap')).toEqual([])
      if (first === 'that tab') await returns(server, tab)
      await agree(server, deaf, tab)
      expect(letters(server.doc, id)).toBe('one two three')
      expect(tab.refusedChanges()).toEqual([])
      for (const each of [tab, deaf]) await each.close()
    })
  }
})

test('[E9] what a tab wrote before it heard a server is moved as its own, whatever was built on it', async () => {
  const browser = new Browser()
  const server = new EpochServer(browser)
  const [tab, late] = [browser.open(), browser.open()]
  await server.welcome(tab)
  await agree(server, tab)
  leaves(tab)
  const id = 'zoe' as ContactId // fits the pattern of ids
  about(late, id).insert(0, 'one three')
  await until(() => letters(tab.doc, id) === 'one three')
  about(tab, id).insert(4, 'two ')
  server.renew()
  await server.welcome(late)
  await until(() => late.status().onDevice)
  leaves(late)
  // It was on its way, and nobody took it.
  server.renew()
  await returns(server, tab, late)
  await agree(server, tab, late)
  expect(letters(server.doc, id)).toBe('one two three')
  for (const each of [tab, late]) await each.close()
})

describe('[E9] who was away while a purge took a contact', () => {
  test('is told of what was written to it, and all else is saved', async () => {
    const { server, tab, id } = await working()
    const other = tab.actions.createContact({ name: 'Yan' })
    tab.actions.deleteContact(id)
    await server.settles(tab)
    leaves(tab)
    about(tab, id).insert(4, 'two ')
    tab.doc.transact(() => {
      setField(tab.doc, id, 'company', 'Acme')
      setField(tab.doc, other, 'company', 'Acme')
    })
    tab.actions.restoreContact(id)
    const note = tab.actions.addNote(id, 'Met')
    tab.actions.editNote(note, 'Met twice')
    server.renew((closing, clientId) => purge(closing, clientId)?.opening)
    await returns(server, tab)
    await agree(server, tab)
    expect(server.doc.getMap('fields').toJSON()).toEqual({ [`${other}/company`]: 'Acme' })
    expect(server.doc.getMap('notes').size).toBe(0)
    expect(letters(server.doc, id)).toBe('')
    const touched = tab.refusedChanges().map(({ reason, touches }) => [reason, ...touches])
    expect(touched).toEqual([
      ['older-epoch', `about/${id}`],
      ['older-epoch', `${id}/company`],
      ['older-epoch', `${id}/deletedAt`],
      ['older-epoch', note],
      ['older-epoch', note],
    ])
    await tab.close()
  })
})

test('[E9] what is typed while the device writes goes behind what it held, unheard of here', async () => {
  const { server, tab, id } = await working()
  leaves(tab)
  about(tab, id).insert(4, 'two ')
  await until(() => tab.status().onDevice)
  const ghost = new Y.Doc()
  ghost.clientID = 77
  Y.applyUpdate(ghost, Y.encodeStateAsUpdate(server.doc))
  const before = Y.encodeStateVector(ghost)
  ghost.getMap('fields').set(`${id}/company`, 'Acme')
  const update = Y.encodeStateAsUpdate(ghost, before)
  const touches = [`${id}/company`]
  const unheard = { id: '000000000000001-77', owner: 77, clientId: 77, update, epoch: 1, touches }
  const store = indexedDbStore(STORE)
  expect(await store.keep([unheard], [], 'strict')).toBe('kept')
  store.close()
  server.renew()
  const { clear } = IDBObjectStore.prototype
  const writes = vi.spyOn(IDBObjectStore.prototype, 'clear').mockImplementation(function (
    this: IDBObjectStore,
  ) {
    if (writes.mock.calls.length === 1) about(tab, id).insert(0, 'zero ')
    return clear.call(this)
  })
  await returns(server, tab)
  await agree(server, tab)
  writes.mockRestore()
  expect(letters(server.doc, id)).toBe('zero one two three')
  expect(server.doc.getMap('fields').get(`${id}/company`)).toBe('Acme')
  expect(tab.refusedChanges()).toEqual([])
  await tab.close()
})

describe('[E12] where the history does not reach back', () => {
  test('unsent work is set aside: readable, and its person is told', async () => {
    const { server, browser, tab, id } = await working()
    const errors: string[] = []
    tab.onError(({ code }) => errors.push(code))
    leaves(tab)
    about(tab, id).insert(4, 'two ')
    tab.actions.setField(id, 'company', 'Acme')
    server.renew()
    server.renew()
    server.oldest = 2
    await returns(server, tab)
    await agree(server, tab)
    expect(letters(tab.doc, id)).toBe('one three')
    expect(tab.refusedChanges()).toMatchObject([
      { reason: 'older-epoch', touches: [`about/${id}`] },
      { reason: 'older-epoch', touches: [`${id}/company`] },
    ])
    expect(errors).toEqual(['refused-change'])
    expect(tab.status()).toMatchObject({ pending: 0, refused: 2 })
    await tab.close()
    const later = browser.open()
    await server.welcome(later)
    await agree(server, later)
    expect(later.refusedChanges()).toHaveLength(2)
    later.discardRefused(later.refusedChanges()[0]?.id ?? '')
    expect(later.refusedChanges()).toHaveLength(1)
    await later.close()
  })

  test('later work is moved all the same', async () => {
    const { server, tab, second, id, tabs } = await working(2)
    leaves(tab, second)
    about(second, id).insert(0, 'lost ')
    await until(() => tab.status().pending === 1)
    server.renew()
    server.oldest = 2
    tab.connect()
    await server.welcome(tab)
    await until(() => tab.status().refused === 1)
    about(tab, id).insert(4, 'two ')
    await agree(server, tab)
    expect(letters(server.doc, id)).toBe('one two three')
    await until(() => second.status().refused === 1)
    await returns(server, second)
    await agree(server, tab, second)
    expect(letters(second.doc, id)).toBe('one two three')
    for (const each of tabs) await each.close()
  })

  test('and what is of an epoch that it does reach waits for no more than that', async () => {
    const { server, tab, second, id, tabs } = await working(2)
    leaves(tab, second)
    server.renew()
    const before = tab.doc
    await returns(server, tab)
    await until(() => tab.doc !== before)
    await agree(server, tab)
    leaves(tab)
    about(second, id).insert(0, 'lost ')
    tab.actions.setField(id, 'company', 'Acme')
    await until(() => tabs.every(({ status }) => status().pending === 2))
    server.renew()
    server.oldest = 2
    tab.connect()
    await server.welcome(tab)
    await until(() => tab.status().refused === 1)
    await server.welcome(tab)
    await agree(server, tab)
    expect(server.doc.getMap('fields').get(`${id}/company`)).toBe('Acme')
    expect(letters(tab.doc, id)).toBe('one three')
    for (const each of tabs) await each.close()
  })
})
