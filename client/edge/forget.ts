/**
 * Deletes a workspace's database, unless it holds what no server has.
 *
 * Both are one step: an upgrade has the database for itself, so no tab brings an edit in between.
 * A tab that still lives opens a new one when it has something to keep.
 */
import { deleteDB, openDB } from 'idb'
import type { StoreFailure } from '../core/ports.js'
import { FORGOTTEN, inTime, problemOf, type StoredEdit, type Tables } from './database.js'
import { isKept, isRow } from './store-transactions.js'

/** `unsaved`: nothing was deleted, since these wait or are set aside. */
export type Forgetting =
  | { outcome: 'forgotten' }
  | { outcome: 'unsaved'; edits: StoredEdit[]; committed: Uint8Array[] }
  | StoreFailure

export const forgetDatabase = async (
  name: string,
  unsaved: 'keep' | 'discard',
): Promise<Forgetting> => {
  const attempt: Attempt = { unsaved, edits: [], committed: [], isOver: false }
  try {
    // Where site data is forbidden, even the question may throw.
    if (typeof indexedDB === 'undefined') return { outcome: 'forgotten' }
    return await inTime(forget(name, attempt))
  } catch (cause) {
    const { edits, committed } = attempt
    if (edits.length > 0) return { outcome: 'unsaved', edits, committed }
    return { outcome: 'failed', reason: problemOf(cause), cause }
  } finally {
    attempt.isOver = true
  }
}

interface Attempt {
  unsaved: 'keep' | 'discard'
  edits: StoredEdit[]
  /** What they were made on. */
  committed: Uint8Array[]
  /** The caller has its answer: what comes after must change nothing any more. */
  isOver: boolean
}

const forget = async (name: string, attempt: Attempt): Promise<Forgetting> => {
  const db = await openDB<Tables>(name, FORGOTTEN, {
    async upgrade(db, _oldVersion, _newVersion, tx) {
      const tables = [...db.objectStoreNames]
      const isEmpty = !tables.includes('outbox')
      if (attempt.unsaved === 'keep' && !isEmpty) {
        const kept = await tx.objectStore('outbox').getAll()
        const rows = await tx.objectStore('rows').getAll()
        attempt.committed = rows.filter(isRow).map(({ update }) => update)
        attempt.edits = kept.filter(isKept).map(({ edit }) => edit)
      }
      if (attempt.isOver || attempt.edits.length > 0) {
        // It rejects, as does the opening.
        tx.done.catch(() => undefined)
        tx.abort()
        return
      }
      for (const table of tables) db.deleteObjectStore(table)
    },
  })
  db.close()
  await deleteDB(name)
  return { outcome: 'forgotten' }
}
