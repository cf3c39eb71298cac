/**
 * Deletes a workspace's database, unless it holds what no server has.
 *
 * Both are one step: an upgrade has the database for itself, so no tab brings an edit in between.
 * A tab that still lives opens a new one when it has something to keep.
 */
import { deleteDB, openDB } from 'idb'
import type { StoreFailure } from '../core/ports.js'
import { FORGOTTEN, inTime, problemOf, type StoredEdit, type Tables } from './database.js'

/** `unsaved`: nothing was deleted, since these wait or are set aside. */
export type Forgetting =
  | { outcome: 'forgotten' }
  | { outcome: 'unsaved'; edits: StoredEdit[] }
  | StoreFailure

export const forgetDatabase = async (
  name: string,
  unsaved: 'keep' | 'discard',
): Promise<Forgetting> => {
  if (typeof indexedDB === 'undefined') return { outcome: 'forgotten' }
  const attempt: Attempt = { unsaved, edits: [], isOver: false }
  try {
    return await inTime(forget(name, attempt))
  } catch (cause) {
    if (attempt.edits.length > 0) return { outcome: 'unsaved', edits: attempt.edits }
    return { outcome: 'failed', reason: problemOf(cause), cause }
  } finally {
    attempt.isOver = true
  }
}

interface Attempt {
  unsaved: 'keep' | 'discard'
  edits: StoredEdit[]
  /** The caller has its answer: what comes after must change nothing any more. */
  isOver: boolean
}

const forget = async (name: string, attempt: Attempt): Promise<Forgetting> => {
  const db = await openDB<Tables>(name, FORGOTTEN, {
    async upgrade(db, _oldVersion, _newVersion, tx) {
      const tables = [...db.objectStoreNames]
      const isEmpty = !tables.includes('outbox')
      const kept = isEmpty ? [] : await tx.objectStore('outbox').getAll()
      if (attempt.unsaved === 'keep') attempt.edits = kept.map(({ edit }) => edit)
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
