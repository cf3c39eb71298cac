/** The device's database of one workspace: its tables, how it is opened, and why it does not open. */
import { type DBSchema, deleteDB, type IDBPDatabase, openDB } from 'idb'
import type { Edit } from '../core/edit.js'
import type { Head, Profile, StoreProblem } from '../core/ports.js'

/** One that an earlier version kept has no epoch: it is of the stored head's. */
export type StoredEdit = Omit<Edit, 'epoch'> & Partial<Pick<Edit, 'epoch'>>

export interface Tables extends DBSchema {
  meta: { key: 'head' | 'profile'; value: Head | Profile }
  /** By `seq`; for a state the last that it holds. */
  rows: { key: number; value: { update: Uint8Array; crc: number; isState: boolean } }
  /** By the edit's id, which sorts by the time it was made. */
  outbox: { key: string; value: { edit: StoredEdit; crc: number } }
}

export type Database = IDBPDatabase<Tables>

const VERSION = 1
/** Without tables, on its way out. A later schema takes a number beyond. */
export const FORGOTTEN = 2
/** Some browsers never answer where storage is broken. In milliseconds. */
const OPENS_WITHIN = 10_000
/** Of a transaction: it may hold a whole workspace, on a slow card. */
const ENDS_WITHIN = 30_000

export const ALL = ['meta', 'rows', 'outbox'] as ('meta' | 'rows' | 'outbox')[]

/** `lost`: it was closed under us, may be gone, and may be opened again. */
export const openDatabase = async (name: string, lost: () => void): Promise<Database> => {
  if (typeof indexedDB === 'undefined') throw new MissingError()
  try {
    return await open(name, lost)
  } catch (error) {
    const isNewer = error instanceof DOMException && error.name === 'VersionError'
    if (!isNewer) throw error
    await endForgetting(name).catch(() => undefined)
    return open(name, lost)
  }
}

const open = (name: string, lost: () => void): Promise<Database> =>
  openDB<Tables>(name, VERSION, {
    upgrade(db) {
      for (const table of ALL) db.createObjectStore(table)
    },
    // Another page deletes or upgrades it: we open it again when we need it.
    blocking(_version, _blocked, event) {
      // The event's target is the connection that is in the way (IndexedDB 3.0, section 4.1).
      const connection = event.target as IDBDatabase
      connection.close()
      lost()
    },
    terminated: lost,
  })

/**
 * A page is forgetting the workspace, or was ended before the database was gone. It may be gone by
 * now, or another tab's again: that one is left as it is.
 */
const endForgetting = async (name: string): Promise<void> => {
  const db = await openDB(name, FORGOTTEN, {
    upgrade(_db, oldVersion, _newVersion, tx) {
      if (oldVersion === 0) return
      // It rejects, as does the opening.
      tx.done.catch(() => undefined)
      tx.abort()
    },
  })
  const isEmpty = db.objectStoreNames.length === 0
  db.close()
  if (isEmpty) await deleteDB(name)
}

class MissingError extends Error {
  override readonly name = 'MissingError'
}

class TimeoutError extends Error {
  override readonly name = 'TimeoutError'
}

class SlowError extends Error {
  override readonly name = 'SlowError'
}

/** Gives the way to cancel it. */
const after = (milliseconds: number, act: () => void): (() => void) => {
  const timer: unknown = setTimeout(act, milliseconds)
  // In Node a timer keeps the process alive.
  if (typeof timer === 'object' && timer !== null && 'unref' in timer) {
    if (typeof timer.unref === 'function') timer.unref()
  }
  // What `setTimeout` gave is what it takes, in browsers and in Node.
  return () => clearTimeout(timer as ReturnType<typeof setTimeout>)
}

/** Rejects with an error that means `blocked` where there is no answer for long. */
export const inTime = <Result>(act: Promise<Result>): Promise<Result> => {
  let cancel = (): void => undefined
  const timeout = new Promise<never>((_, reject) => {
    cancel = after(OPENS_WITHIN, () => reject(new TimeoutError()))
  })
  return Promise.race([act, timeout]).finally(cancel)
}

/**
 * All of a transaction or nothing: what throws in between leaves nothing of it, where by itself it
 * would keep the half. One that takes for ever is ended, and rejects with an error that means `slow`;
 * so that whoever hears of a failure knows that nothing was written.
 */
export const whole = async <Result>(
  tx: { done: Promise<void>; abort(): void },
  act: () => Promise<Result>,
): Promise<Result> => {
  let isLate = false
  // It may end before anybody waits for it.
  tx.done.catch(() => undefined)
  const abort = (): void => {
    try {
      tx.abort()
    } catch {
      // It has ended by itself, or is being committed.
    }
  }
  const cancel = after(ENDS_WITHIN, () => {
    isLate = true
    abort()
  })
  try {
    const result = await act()
    await tx.done
    return result
  } catch (error) {
    abort()
    const end: unknown = await tx.done.catch((reason: unknown) => reason)
    if (isLate) throw new SlowError()
    // A request of a transaction that has ended says only that.
    throw isAbort(error) && problemOf(end) === 'full' ? end : error
  } finally {
    cancel()
  }
}

const isAbort = (cause: unknown): boolean =>
  cause instanceof DOMException && cause.name === 'AbortError'

/** It was closed before or while something was asked of it, and nothing of that was done. */
export const wasClosed = (cause: unknown): boolean =>
  isAbort(cause) || (cause instanceof DOMException && cause.name === 'InvalidStateError')

export const problemOf = (cause: unknown): StoreProblem => {
  if (!(cause instanceof Error) && !(cause instanceof DOMException)) return 'failed'
  switch (cause.name) {
    case 'MissingError':
      return 'missing'
    case 'QuotaExceededError':
      return 'full'
    case 'VersionError':
      return 'newer'
    case 'SlowError':
      return 'slow'
    case 'SecurityError':
    case 'TimeoutError':
    case 'InvalidStateError':
      return 'blocked'
    default:
      return 'failed'
  }
}
