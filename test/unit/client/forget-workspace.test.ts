import { IDBFactory } from 'fake-indexeddb'
import { afterEach, expect, test, vi } from 'vitest'
import * as Y from 'yjs'
import { indexedDbStore } from '../../../client/edge/store.js'
import { forgetWorkspace } from '../../../client/index.js'
import { Browser, until } from './browser.js'
import { GateServer } from './gate-server.js'

const PLACE = { url: 'https://kith.test', workspaceId: 'team', userId: 'ana' }
const STORE = 'kith:wss://kith.test/ws/workspace/team:ana'

afterEach(() => {
  vi.unstubAllGlobals()
})

const names = async () => (await indexedDB.databases()).map(({ name }) => name)

/** A device with one contact that is saved, and a tab. */
const used = async () => {
  const browser = new Browser()
  const server = new GateServer(browser)
  const tab = browser.open()
  await server.welcome(tab)
  const id = tab.actions.createContact({ name: 'Zoe' })
  await server.settles(tab)
  return { browser, server, tab, id }
}

test('[P5] a workspace is forgotten with all that the device held of it, and of no other', async () => {
  const { browser, tab } = await used()
  await tab.close()
  await indexedDbStore('kith:another').keepProfile({
    self: { id: 'ana', name: 'Ana', email: null, role: 'editor' },
    workspaceName: 'Other',
  })
  expect(await forgetWorkspace(PLACE)).toEqual({ outcome: 'forgotten' })
  expect(await names()).toEqual(['kith:another'])
  const later = browser.open()
  await until(() => later.status().connection.state !== 'loading')
  expect(later.contacts.contactIds()).toEqual([])
  expect(later.self()).toBeUndefined()
  expect(later.status().storage).toEqual({ kind: 'device' })
  await later.close()
})

test('[P3] nothing is forgotten while a change is unsaved, unless it shall be', async () => {
  const { browser, server, tab, id } = await used()
  tab.doc.getMap('elsewhere').set('a', 1)
  await until(() => {
    server.hears()
    return tab.status().refused === 1
  })
  tab.disconnect()
  tab.actions.setField(id, 'company', 'Ac')
  tab.actions.setField(id, 'company', 'Acme')
  await tab.close()
  expect(await forgetWorkspace(PLACE)).toMatchObject({ outcome: 'unsaved', pending: 1, refused: 1 })
  const later = browser.open()
  await until(() => later.status().refused === 1)
  expect(later.contacts.contact(id)?.company).toBe('Acme')
  expect(later.status().storage).toEqual({ kind: 'device' })
  await later.close()
  const discarded = await forgetWorkspace(PLACE, { unsaved: 'discard' })
  expect(discarded).toEqual({ outcome: 'forgotten' })
  expect(await names()).toEqual([])
})

test('where nothing is kept, there is nothing to forget', async () => {
  globalThis.indexedDB = new IDBFactory()
  expect(await forgetWorkspace(PLACE)).toEqual({ outcome: 'forgotten' })
  expect(await names()).toEqual([])
  vi.stubGlobal('indexedDB', undefined)
  expect(await forgetWorkspace(PLACE)).toEqual({ outcome: 'forgotten' })
})

test('[P3] a tab that still has it open keeps what comes after', async () => {
  const { browser, server, tab, id } = await used()
  expect(await forgetWorkspace(PLACE)).toEqual({ outcome: 'forgotten' })
  tab.disconnect()
  tab.actions.setField(id, 'company', 'Acme')
  await until(() => tab.status().onDevice)
  await tab.close()
  const later = browser.open()
  await server.welcome(later)
  await server.settles(later)
  await until(() => later.contacts.contact(id)?.company === 'Acme')
  await later.close()
})

test('[P3] a forgetting that was cut short does not keep the workspace from being opened', async () => {
  globalThis.indexedDB = new IDBFactory()
  await indexedDbStore(STORE).load()
  await new Promise<void>((resolve) => {
    const opening = indexedDB.open(STORE, 2)
    opening.onupgradeneeded = () => {
      for (const table of [...opening.result.objectStoreNames]) {
        opening.result.deleteObjectStore(table)
      }
    }
    opening.onsuccess = () => {
      opening.result.close()
      resolve()
    }
  })
  const store = indexedDbStore(STORE)
  expect(await store.load()).toMatchObject({ outcome: 'loaded', edits: [] })
  const update = Y.encodeStateAsUpdate(new Y.Doc())
  expect(
    await store.keep(
      [{ id: '1', owner: 1, clientId: 1, update, epoch: 1, touches: [] }],
      [],
      'strict',
    ),
  ).toBe('kept')
  store.close()
})

test('a browser that refuses to delete is told', async () => {
  globalThis.indexedDB = new IDBFactory()
  vi.spyOn(indexedDB, 'open').mockImplementation(() => {
    throw new DOMException('no', 'SecurityError')
  })
  expect(await forgetWorkspace(PLACE)).toEqual({ outcome: 'failed', reason: 'blocked' })
})

test('one that refuses even to say whether it has storage is told, too', async () => {
  const had = Object.getOwnPropertyDescriptor(globalThis, 'indexedDB') ?? {}
  Object.defineProperty(globalThis, 'indexedDB', {
    configurable: true,
    get: () => {
      throw new DOMException('no', 'SecurityError')
    },
  })
  try {
    expect(await forgetWorkspace(PLACE)).toEqual({ outcome: 'failed', reason: 'blocked' })
  } finally {
    Object.defineProperty(globalThis, 'indexedDB', had)
  }
})
