/**
 * What the device keeps, in IndexedDB.
 *
 * Invariants
 *   1. `rows` holds only what the server committed: one state or none, and rows behind it, through
 *      `head` without a gap. Edits that no commit holds are in `outbox` alone, so that one that is
 *      refused never gets into the state.
 *   2. Data, `head` and outbox change together, in one transaction. A row is stored only if its
 *      `seq` follows the head, read in the same transaction: so any number of tabs may write.
 *   3. An edit leaves once the stored rows hold it.
 *   4. The head's epoch never falls: what a tab of an older epoch still writes is left out. Edits of
 *      an older epoch stay in the outbox until a tab has moved them, in one transaction.
 *   5. A row with a wrong checksum hides no other: the head falls back to before it, and the
 *      server sends again from there.
 *
 * Durability: rows are written `relaxed`, the server has them. Edits are written `strict` while no
 * connection is live, since then this is their only copy and a relaxed one may stay in the
 * system's cache for half a minute; while it is live they are `relaxed`, since the server's commit
 * follows within milliseconds, and a flush for each batch of keys costs battery and gains nothing.
 * What takes the place of other edits is always `strict`: once it is sent, the old must not come back.
 */
import type { IDBPTransaction } from 'idb'
import type { Edit } from '../core/edit.js'
import { mergeState } from '../core/merge-state.js'
import type {
  Head,
  LoadedStore,
  Store,
  StoreCommit,
  StoreCommitted,
  StoreCrossed,
  StoreFailure,
  Swap,
} from '../core/ports.js'
import type { State } from '../core/road.js'
import { crc32 } from './crc32.js'
import {
  ALL,
  type Database,
  openDatabase,
  problemOf,
  type StoredEdit,
  type Tables,
} from './database.js'

type Writing = IDBPTransaction<Tables, ('meta' | 'rows' | 'outbox')[], 'readwrite'>

/** Rows behind a state before they are merged into it. */
export const COMPACT_AT = 500
export const indexedDbStore = (name: string): Store => {
  let opening: Promise<Database> | undefined
  let problem: StoreFailure | undefined
  const database = (): Promise<Database> => {
    opening ??= openDatabase(name, () => {
      opening = undefined
    })
    return opening
  }
  const attempt = async <Result>(
    act: (db: Database) => Promise<Result>,
  ): Promise<Result | StoreFailure> => {
    if (problem !== undefined) return problem
    try {
      return await act(await database())
    } catch (cause) {
      return { outcome: 'failed', reason: problemOf(cause), cause }
    }
  }
  return {
    async load() {
      const loaded = await attempt(load)
      // What could not be read must not be written to: it may hold edits that were never sent.
      if (loaded.outcome === 'failed') problem = loaded
      return loaded
    },
    keep: (edits, gone, durability) =>
      attempt(async (db) => {
        const tx = db.transaction('outbox', 'readwrite', { durability })
        return whole(tx, async () => {
          for (const id of gone) ask(tx.store.delete(id))
          for (const edit of edits) ask(tx.store.put({ edit, crc: crc32(edit.update) }, edit.id))
          // A transaction commits by itself only after its requests were told of, which a dying page
          // does not live to see.
          tx.commit()
          return 'kept' as const
        })
      }),
    cross: (state, plan) =>
      attempt(async (db) => {
        const tx = db.transaction(ALL, 'readwrite', { durability: 'strict' })
        return whole(tx, () => cross(tx, state, plan))
      }),
    commit: (change) =>
      attempt(async (db) => {
        const tx = db.transaction(ALL, 'readwrite', { durability: 'relaxed' })
        return whole(tx, () => commit(tx, change))
      }),
    keepProfile: (profile) =>
      attempt(async (db) => {
        await db.put('meta', profile, 'profile')
        return 'kept' as const
      }),
    close() {
      problem ??= { outcome: 'failed', reason: 'failed' }
      opening?.then((db) => db.close()).catch(() => undefined)
    },
  }
}

/** What throws in between leaves nothing of it: by itself the transaction would keep the half. */
const whole = async <Result>(
  tx: { done: Promise<void>; abort(): void },
  act: () => Promise<Result>,
): Promise<Result> => {
  try {
    const result = await act()
    await tx.done
    return result
  } catch (error) {
    try {
      tx.abort()
    } catch {
      // It has ended by itself.
    }
    await tx.done.catch(() => undefined)
    throw error
  }
}

/** A request that fails aborts its transaction, and that tells. */
const ask = (request: Promise<unknown>): void => {
  request.catch(() => undefined)
}

const headIn = async (tx: Writing): Promise<Head> => {
  const head = await tx.objectStore('meta').get('head')
  return head !== undefined && 'seq' in head ? head : { epoch: 0, seq: 0 }
}

/** Invariant 5. */
const load = async (db: Database): Promise<LoadedStore> => {
  const tx = db.transaction(ALL, 'readwrite')
  const rows = tx.objectStore('rows')
  const [stored, profile, seqs, values, outbox] = await Promise.all([
    headIn(tx),
    tx.objectStore('meta').get('profile'),
    rows.getAllKeys(),
    rows.getAll(),
    tx.objectStore('outbox').getAll(),
  ])
  const updates: Uint8Array[] = []
  let seq = 0
  for (const [at, value] of values.entries()) {
    const own = seqs[at] ?? 0
    if (crc32(value.update) !== value.crc) {
      ask(rows.delete(own))
      continue
    }
    updates.push(value.update)
    if (value.isState || own === seq + 1) seq = own
  }
  const head = { epoch: stored.epoch, seq: Math.min(seq, stored.seq) }
  if (head.seq < stored.seq) ask(tx.objectStore('meta').put(head, 'head'))
  const edits: Edit[] = []
  for (const { edit, crc } of outbox) {
    if (crc32(edit.update) === crc) edits.push(withEpoch(edit, head))
    else ask(tx.objectStore('outbox').delete(edit.id))
  }
  await tx.done
  return {
    outcome: 'loaded',
    head,
    updates,
    edits,
    profile: profile !== undefined && 'self' in profile ? profile : undefined,
    damaged: values.length - updates.length + outbox.length - edits.length,
  }
}

const withEpoch = (edit: StoredEdit, { epoch }: Head): Edit => ({ epoch, ...edit })

/** Invariant 4. What moves is worked out within the transaction, so no edit comes in between. */
const cross = async (
  tx: Writing,
  { epoch, seq, update }: State,
  plan: (kept: readonly Edit[]) => Swap,
): Promise<StoreCrossed> => {
  const [head, values] = await Promise.all([headIn(tx), tx.objectStore('outbox').getAll()])
  const good = values.filter(({ edit, crc }) => crc32(edit.update) === crc)
  const kept = new Map(good.map(({ edit }) => [edit.id, withEpoch(edit, head)]))
  const { edits, gone } = plan([...kept.values()])
  const outbox = tx.objectStore('outbox')
  if (epoch > head.epoch) {
    ask(tx.objectStore('rows').clear())
    ask(tx.objectStore('rows').put({ update, crc: crc32(update), isState: true }, seq))
    ask(tx.objectStore('meta').put({ epoch, seq }, 'head'))
    for (const { edit, crc } of good) {
      if (edit.epoch === undefined) ask(outbox.put({ edit: withEpoch(edit, head), crc }, edit.id))
    }
  }
  for (const id of gone) {
    kept.delete(id)
    ask(outbox.delete(id))
  }
  for (const edit of edits) {
    kept.set(edit.id, edit)
    ask(outbox.put({ edit, crc: crc32(edit.update) }, edit.id))
  }
  return { outcome: 'crossed', edits: [...kept.values()].sort((a, b) => (a.id < b.id ? -1 : 1)) }
}

/** Invariants 2, 3 and 4. */
const commit = async (
  tx: Writing,
  { state, rows, settled }: StoreCommit,
): Promise<StoreCommitted> => {
  const stored = await headIn(tx)
  let head = stored
  const table = tx.objectStore('rows')
  if (state !== undefined && isLater(state, head)) {
    const { epoch, seq, update } = state
    ask(table.clear())
    ask(table.put({ update, crc: crc32(update), isState: true }, seq))
    head = { epoch, seq }
  }
  let isBehind = false
  for (const { epoch, seq, update } of rows) {
    if (!isLater({ epoch, seq }, head)) continue
    isBehind = seq !== head.seq + 1 || (head.epoch !== epoch && head.epoch !== 0)
    if (isBehind) break
    ask(table.put({ update, crc: crc32(update), isState: false }, seq))
    head = { epoch, seq }
  }
  if (head !== stored) ask(tx.objectStore('meta').put(head, 'head'))
  const removed = settled.filter(({ seq }) => seq <= head.seq).map(({ id }) => id)
  for (const id of removed) ask(tx.objectStore('outbox').delete(id))
  if ((await table.count()) > COMPACT_AT) await compact(tx, head.seq)
  return { outcome: isBehind ? 'behind' : 'committed', head, removed }
}

const isLater = (a: Head, b: Head): boolean =>
  a.epoch > b.epoch || (a.epoch === b.epoch && a.seq > b.seq)

/** Merging takes place inside the transaction: nothing may change between reading and writing. */
const compact = async (tx: Writing, seq: number): Promise<void> => {
  const table = tx.objectStore('rows')
  const values = await table.getAll()
  if (values.some(({ update, crc }) => crc32(update) !== crc)) return
  const update = mergeState(values.map((value) => value.update))
  if (update === undefined) return
  ask(table.clear())
  ask(table.put({ update, crc: crc32(update), isState: true }, seq))
}
