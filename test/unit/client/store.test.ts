import 'fake-indexeddb/auto'
import { IDBFactory, IDBOpenDBRequest } from 'fake-indexeddb'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import * as Y from 'yjs'
import type { Edit } from '../../../client/core/edit.js'
import type { LoadedStore, Store, StoreCommit } from '../../../client/core/ports.js'
import { whole } from '../../../client/edge/database.js'
import { indexedDbStore } from '../../../client/edge/store.js'
import { COMPACT_AT } from '../../../client/edge/store-transactions.js'

beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory())
})
afterEach(() => {
  vi.unstubAllGlobals()
})

const NAME = 'kith:test'

/** One document's journal: row `n` sets the key `n`. */
const journal = (count: number) => {
  const doc = new Y.Doc()
  const rows: { epoch: number; seq: number; update: Uint8Array }[] = []
  doc.on('update', (update: Uint8Array) => rows.push({ epoch: 1, seq: rows.length + 1, update }))
  for (let n = 1; n <= count; n++) doc.getMap('fields').set(String(n), n)
  return { rows, state: () => Y.encodeStateAsUpdate(doc) }
}

const editOf = (id: string, update = new Uint8Array([0, 0])): Edit => ({
  id,
  owner: 1,
  clientId: 1,
  update,
  epoch: 1,
  touches: [id],
})

const change = (part: Partial<StoreCommit>): StoreCommit => ({ rows: [], settled: [], ...part })

const loadedFrom = async (store: Store): Promise<LoadedStore> => {
  const loaded = await store.load()
  if (loaded.outcome !== 'loaded') throw new Error(loaded.reason)
  return loaded
}

const keysIn = ({ updates }: LoadedStore): string[] => {
  const doc = new Y.Doc()
  for (const update of updates) Y.applyUpdate(doc, update)
  return [...doc.getMap('fields').keys()].sort((a, b) => Number(a) - Number(b))
}

/** Reaches past the store, as a failing disk does. */
const inDatabase = (act: (rows: IDBObjectStore) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    const opening = indexedDB.open(NAME)
    opening.onsuccess = () => {
      const tx = opening.result.transaction(['meta', 'rows', 'outbox'], 'readwrite')
      act(tx.objectStore('rows'))
      tx.oncomplete = () => {
        opening.result.close()
        resolve()
      }
      tx.onerror = () => reject(tx.error)
    }
  })

const inTables = (act: (tx: IDBTransaction) => void): Promise<void> =>
  inDatabase((rows) => act(rows.transaction))

/** A transaction that finds something to do for ever. */
function spin(this: IDBTransaction): void {
  const again = (): void => {
    this.objectStore('outbox').count().onsuccess = again
  }
  again()
}

const countRows = async (): Promise<number> => {
  let count: IDBRequest<number> | undefined
  await inDatabase((rows) => {
    count = rows.count()
  })
  return count?.result ?? -1
}

const corrupt = (seq: number): Promise<void> =>
  inDatabase((rows) => {
    const read = rows.get(seq)
    read.onsuccess = () => rows.put({ ...read.result, crc: read.result.crc ^ 1 }, seq)
  })

describe('what the device keeps', () => {
  test('an empty device holds nothing', async () => {
    expect(await indexedDbStore(NAME).load()).toEqual({
      outcome: 'loaded',
      head: { epoch: 0, seq: 0 },
      updates: [],
      edits: [],
      profile: undefined,
      damaged: 0,
    })
  })

  test('[P3] edits outlive a reload, in the order in which they were made', async () => {
    await indexedDbStore(NAME).keep([editOf('2'), editOf('1')], [], 'strict')
    await indexedDbStore(NAME).keep([editOf('3')], [], 'relaxed')
    const { edits } = await loadedFrom(indexedDbStore(NAME))
    expect(edits.map(({ id }) => id)).toEqual(['1', '2', '3'])
    expect(edits[0]).toEqual(editOf('1'))
  })

  test('[P3] edits go and others come in their place in one transaction, or none of it', async () => {
    const store = indexedDbStore(NAME)
    await store.keep([editOf('1'), editOf('2')], [], 'strict')
    const idsIn = async () => (await loadedFrom(indexedDbStore(NAME))).edits.map(({ id }) => id)
    // What IndexedDB can't store is thrown in the middle of the transaction.
    const broken = { ...editOf('4'), touches: [() => undefined] as unknown as string[] }
    expect(await store.keep([editOf('3'), broken], ['1', '2'], 'strict')).toMatchObject({
      outcome: 'failed',
    })
    expect(await idsIn()).toEqual(['1', '2'])
    expect(await store.keep([editOf('3')], ['1', '2'], 'strict')).toBe('kept')
    expect(await idsIn()).toEqual(['3'])
  })

  test('rows, head and outbox change together', async () => {
    const store = indexedDbStore(NAME)
    await store.keep([editOf('a'), editOf('b')], [], 'strict')
    const settled = [
      { id: 'a', seq: 2 },
      { id: 'b', seq: 3 },
    ]
    const rows = journal(2).rows
    expect(await store.commit(change({ rows, settled }))).toEqual({
      outcome: 'committed',
      head: { epoch: 1, seq: 2 },
      removed: ['a'],
    })
    const loaded = await loadedFrom(indexedDbStore(NAME))
    expect(loaded.head).toEqual({ epoch: 1, seq: 2 })
    expect(keysIn(loaded)).toEqual(['1', '2'])
    expect(loaded.edits.map(({ id }) => id)).toEqual(['b'])
  })

  test('a row that does not follow is not stored, and nothing after it', async () => {
    const store = indexedDbStore(NAME)
    const { rows } = journal(5)
    await store.commit(change({ rows: rows.slice(0, 2) }))
    expect(await store.commit(change({ rows: rows.slice(3) }))).toMatchObject({
      outcome: 'behind',
      head: { seq: 2 },
    })
    expect(keysIn(await loadedFrom(indexedDbStore(NAME)))).toEqual(['1', '2'])
  })

  test('two tabs that write the same rows store each once, whoever is first', async () => {
    const [one, two] = [indexedDbStore(NAME), indexedDbStore(NAME)]
    const { rows } = journal(6)
    const committed = await Promise.all([
      one.commit(change({ rows: rows.slice(0, 4) })),
      two.commit(change({ rows: rows.slice(0, 3) })),
      two.commit(change({ rows: rows.slice(3, 6) })),
      one.commit(change({ rows: rows.slice(4, 5) })),
    ])
    expect(committed.map(({ outcome }) => outcome)).toEqual(Array(4).fill('committed'))
    expect((await loadedFrom(one)).head.seq).toBe(6)
    expect(await countRows()).toBe(6)
  })

  test('a whole state takes the place of older rows, and of none that are newer', async () => {
    const store = indexedDbStore(NAME)
    const { rows, state } = journal(5)
    await store.commit(change({ rows: rows.slice(0, 2) }))
    await store.commit(
      change({ state: { epoch: 1, seq: 4, update: state() }, rows: rows.slice(4) }),
    )
    expect(await countRows()).toBe(2)
    await store.commit(change({ state: { epoch: 1, seq: 3, update: new Uint8Array([0, 0]) } }))
    const loaded = await loadedFrom(indexedDbStore(NAME))
    expect(loaded.head.seq).toBe(5)
    expect(keysIn(loaded)).toEqual(['1', '2', '3', '4', '5'])
  })

  test('many rows become one state, and nothing is lost by it', async () => {
    const store = indexedDbStore(NAME)
    const { rows } = journal(COMPACT_AT + 1)
    await store.commit(change({ rows: rows.slice(0, COMPACT_AT) }))
    expect(await countRows()).toBe(COMPACT_AT)
    await store.commit(change({ rows: rows.slice(COMPACT_AT) }))
    expect(await countRows()).toBe(1)
    const loaded = await loadedFrom(indexedDbStore(NAME))
    expect(loaded.head.seq).toBe(COMPACT_AT + 1)
    expect(keysIn(loaded)).toHaveLength(COMPACT_AT + 1)
  })

  test('the last welcome is there at the next start', async () => {
    const self = { id: 'ana', name: 'Ana', email: null, role: 'viewer' } as const
    await indexedDbStore(NAME).keepProfile({ self, workspaceName: 'Team' })
    const { profile } = await loadedFrom(indexedDbStore(NAME))
    expect(profile).toEqual({ self, workspaceName: 'Team' })
  })
})

describe('a damaged device', () => {
  test('[D5] one bad row hides no other, and is asked for again with all that follows', async () => {
    const { rows } = journal(5)
    const store = indexedDbStore(NAME)
    await store.commit(change({ rows }))
    await corrupt(3)
    const loaded = await loadedFrom(store)
    expect(loaded).toMatchObject({ head: { epoch: 1, seq: 2 }, damaged: 1 })
    expect(loaded.updates).toHaveLength(4)
    await store.commit(change({ rows: rows.slice(2) }))
    const healed = await loadedFrom(indexedDbStore(NAME))
    expect(healed).toMatchObject({ head: { seq: 5 }, damaged: 0 })
    expect(keysIn(healed)).toEqual(['1', '2', '3', '4', '5'])
  })

  test('[D5] a bad state asks for everything, and keeps the edits', async () => {
    const { rows, state } = journal(4)
    const store = indexedDbStore(NAME)
    await store.keep([editOf('a')], [], 'strict')
    await store.commit(
      change({ state: { epoch: 1, seq: 3, update: state() }, rows: rows.slice(3) }),
    )
    await corrupt(3)
    expect(await store.load()).toMatchObject({
      head: { epoch: 1, seq: 0 },
      edits: [{ id: 'a' }],
      damaged: 1,
    })
  })
})

describe('[D5] what a broken disk gives back', () => {
  test('may be anything: what is no record of ours goes, and the rest is there', async () => {
    const { rows } = journal(3)
    const store = indexedDbStore(NAME)
    await store.keep([editOf('a'), editOf('b')], [], 'strict')
    await store.commit(change({ rows }))
    store.close()
    await inTables((tx) => {
      tx.objectStore('rows').put('nonsense', 2)
      tx.objectStore('outbox').put({ edit: null, crc: 1 }, 'a')
      tx.objectStore('meta').put(7, 'profile')
    })
    const loaded = await loadedFrom(indexedDbStore(NAME))
    expect(loaded).toMatchObject({ head: { epoch: 1, seq: 1 }, damaged: 2, profile: undefined })
    expect(loaded.edits.map(({ id }) => id)).toEqual(['b'])
    expect(await loadedFrom(indexedDbStore(NAME))).toMatchObject({ damaged: 0 })
  })

  test('a head that is none asks for everything', async () => {
    const store = indexedDbStore(NAME)
    await store.commit(change({ rows: journal(3).rows }))
    store.close()
    await inTables((tx) => tx.objectStore('meta').put({ seq: 'three' }, 'head'))
    expect(await indexedDbStore(NAME).load()).toMatchObject({ head: { epoch: 0, seq: 0 } })
  })
})

describe('[D1] a device that takes its time', () => {
  test('a transaction that does not end is ended, leaves nothing, and says so', async () => {
    const store = indexedDbStore(NAME)
    await store.load()
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const committing = vi.spyOn(IDBTransaction.prototype, 'commit').mockImplementation(spin)
    const keeping = store.keep([editOf('a')], [], 'strict')
    while (committing.mock.calls.length === 0) await new Promise((next) => setImmediate(next))
    vi.advanceTimersByTime(30_000)
    expect(await keeping).toMatchObject({ outcome: 'failed', reason: 'slow' })
    vi.useRealTimers()
    committing.mockRestore()
    expect((await loadedFrom(store)).edits).toEqual([])
  })

  test('one that opens late is used when it is open', async () => {
    const holder = await new Promise<IDBDatabase>((resolve) => {
      const opening = indexedDB.open(NAME)
      opening.onsuccess = () => resolve(opening.result)
    })
    // It waits for the holder, and whoever opens waits for it.
    indexedDB.deleteDatabase(NAME)
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const opening = vi.spyOn(indexedDB, 'open')
    const store = indexedDbStore(NAME)
    const loading = store.load()
    await vi.advanceTimersByTimeAsync(10_000)
    expect(await loading).toMatchObject({ reason: 'blocked' })
    vi.useRealTimers()
    holder.close()
    expect(await store.load()).toMatchObject({ outcome: 'loaded' })
    expect(opening).toHaveBeenCalledOnce()
    opening.mockRestore()
    store.close()
  })
})

describe('a device without storage', () => {
  test('[P5] says that there is none', async () => {
    vi.stubGlobal('indexedDB', undefined)
    const store = indexedDbStore(NAME)
    expect(await store.load()).toMatchObject({ outcome: 'failed', reason: 'missing' })
    expect(await store.keep([editOf('a')], [], 'strict')).toMatchObject({ reason: 'missing' })
    store.close()
    store.close()
  })

  test('[P5] says that it is blocked', async () => {
    const open = (): never => {
      throw new DOMException('no cookies, no storage', 'SecurityError')
    }
    vi.stubGlobal('indexedDB', { open })
    expect(await indexedDbStore(NAME).load()).toMatchObject({
      outcome: 'failed',
      reason: 'blocked',
    })
  })

  test('[P5] does not wait for a storage that never answers', async () => {
    vi.useFakeTimers()
    vi.stubGlobal('indexedDB', { open: () => new IDBOpenDBRequest() })
    const loading = indexedDbStore(NAME).load()
    await vi.advanceTimersByTimeAsync(10_000)
    expect(await loading).toMatchObject({ outcome: 'failed', reason: 'blocked' })
    vi.useRealTimers()
  })

  test('[P5] says that it is full, and goes on when there is room', async () => {
    const store = indexedDbStore(NAME)
    await store.load()
    const put = vi.spyOn(IDBObjectStore.prototype, 'put')
    put.mockImplementationOnce(() => {
      throw new DOMException('full', 'QuotaExceededError')
    })
    expect(await store.commit(change({ rows: journal(1).rows }))).toMatchObject({
      outcome: 'failed',
      reason: 'full',
    })
    expect((await loadedFrom(store)).head.seq).toBe(0)
    expect(await store.commit(change({ rows: journal(1).rows }))).toMatchObject({
      outcome: 'committed',
    })
    put.mockRestore()
  })

  test('[P5] says that it is full also where only the transaction knows', async () => {
    const full = new DOMException('full', 'QuotaExceededError')
    const tx = { done: Promise.reject(full), abort: () => undefined }
    const act = () => Promise.reject(new DOMException('ended', 'AbortError'))
    await expect(whole(tx, act)).rejects.toBe(full)
  })

  test('what could not be read is never written to', async () => {
    const factory = indexedDB
    vi.stubGlobal('indexedDB', undefined)
    const store = indexedDbStore(NAME)
    await store.load()
    vi.stubGlobal('indexedDB', factory)
    expect(await store.commit(change({ rows: journal(1).rows }))).toMatchObject({
      outcome: 'failed',
    })
  })
})

test('[P3] edits are committed at once: a page that dies completes no transaction by itself', async () => {
  const committing = vi.spyOn(IDBTransaction.prototype, 'commit')
  const store = indexedDbStore(NAME)
  await loadedFrom(store)
  committing.mockClear()
  expect(await store.keep([editOf('a')], [], 'strict')).toBe('kept')
  expect(committing).toHaveBeenCalledOnce()
  expect((await loadedFrom(store)).edits).toHaveLength(1)
  committing.mockRestore()
  store.close()
})
