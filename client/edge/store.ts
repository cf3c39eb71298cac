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
import type { Store, StoreFailure } from '../core/ports.js'
import { crc32 } from './crc32.js'
import {
  ALL,
  type Database,
  inTime,
  openDatabase,
  problemOf,
  wasClosed,
  whole,
} from './database.js'
import { ask, commit, cross, load } from './store-transactions.js'

export const indexedDbStore = (name: string): Store => {
  let opening: Promise<Database> | undefined
  /** What could not be read must not be written to: it may hold edits that were never sent. */
  let problem: StoreFailure | undefined
  let isClosed = false
  let onLost = (): void => undefined
  const lost = (): void => {
    opening = undefined
    if (!isClosed) onLost()
  }
  const database = (): Promise<Database> => {
    const current = opening ?? openDatabase(name, lost)
    opening = current
    current.catch(() => {
      if (opening === current) opening = undefined
    })
    return current
  }
  const attempt = async <Result>(
    act: (db: Database) => Promise<Result>,
    isAgain = false,
  ): Promise<Result | StoreFailure> => {
    if (isClosed) return { outcome: 'failed', reason: 'failed' }
    const used = database()
    try {
      // Where it opens late, the next one finds it open.
      return await act(await inTime(used))
    } catch (cause) {
      const isOther = opening !== used && wasClosed(cause)
      if (isOther && !isAgain) return attempt(act, true)
      return { outcome: 'failed', reason: problemOf(cause), cause }
    }
  }
  const write = async <Result>(
    act: (db: Database) => Promise<Result>,
  ): Promise<Result | StoreFailure> => problem ?? attempt(act)
  return {
    async load() {
      const loaded = await attempt(load)
      problem = loaded.outcome === 'failed' ? loaded : undefined
      return loaded
    },
    onLost(listener) {
      onLost = listener
    },
    keep: (edits, gone, durability) =>
      write(async (db) => {
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
      write(async (db) => {
        const tx = db.transaction(ALL, 'readwrite', { durability: 'strict' })
        return whole(tx, () => cross(tx, state, plan))
      }),
    commit: (change) =>
      write(async (db) => {
        const tx = db.transaction(ALL, 'readwrite', { durability: 'relaxed' })
        return whole(tx, () => commit(tx, change))
      }),
    keepProfile: (profile) =>
      write(async (db) => {
        await db.put('meta', profile, 'profile')
        return 'kept' as const
      }),
    close() {
      isClosed = true
      opening?.then((db) => db.close()).catch(() => undefined)
    },
  }
}
