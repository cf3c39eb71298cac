/** All that a history's promises are held against: what is committed, what was written, what was said. */
import type { Epoch } from 'kith-shared'
import type { JournalRow } from '../../server/core/ports.js'
import type { Book, Entry } from './book.js'
import type { Clock } from './clock.js'
import type { Committed } from './committed.js'
import type { Device } from './device.js'
import type { Directory } from './directory.js'
import type { StockPage } from './stock.js'
import type { Storage } from './storage.js'
import type { Witness } from './witness.js'

export interface Scene {
  clock: Clock
  book: Book
  committed: Committed
  witness: Witness
  storage: Storage
  directory: Directory
  devices: readonly Device[]
  stock: readonly StockPage[]
  /** Committed since the last look. */
  news: News[]
}

export type News =
  | { news: 'row'; row: JournalRow }
  | { news: 'epoch'; epoch: Epoch; document: Uint8Array }

export const broken = (promise: string, what: string): never => {
  throw new Error(`[${promise}] ${what}`)
}

/**
 * What was taken away before it was sent may leave no trace: to another epoch only that is moved which
 * makes a difference there, and a plain provider sends what its document still holds.
 */
export const isSuperseded = (book: Book, { epoch }: Committed, entry: Entry): boolean => {
  const { key, token, isStock } = entry
  if (!isStock && epoch === 1) return false
  if (book.deleted.has(token)) return true
  // Where two wrote one field, one of them makes no difference, and may not be moved.
  return key !== undefined && book.writesOf(key) > 1
}
