/**
 * The few things that need a document, as pure functions over bytes. They run in a worker thread
 * (`edge/document-worker.ts`), so that no workspace holds up another.
 */
import { UpdateScanner, type UserId } from 'kith-shared'
import * as Y from 'yjs'
import { decodeIndex, encodeIndex } from './index-codec.js'
import { RoomIndex } from './room-index.js'
import { carry } from './room-state.js'

/** What a journal row is to a document. */
export interface DocumentRow {
  update: Uint8Array
  author: { id: UserId; name: string }
}

export interface Compaction {
  document: Uint8Array
  index: Uint8Array
}

/**
 * A snapshot of `previous` and the rows after it. Goes through a real Y.Doc, so that overwritten
 * content is dropped; struct ids stay, and so the index is carried like in the room, and learns
 * from the document what concurrent overwrites deleted. Undefined where what was stored is damaged.
 */
export const compact = (
  previous: Compaction | undefined,
  rows: readonly DocumentRow[],
): Compaction | undefined => {
  const index = previous ? decodeIndex(previous.index) : new RoomIndex()
  if (!index) return undefined
  const scanner = new UpdateScanner()
  for (const row of rows) if (!carry(index, row, scanner)) return undefined
  const doc = documentOf(previous?.document, rows)
  const document = Y.encodeStateAsUpdate(doc)
  doc.destroy()
  if (!takeDeletes(index, document, scanner)) return undefined
  return { document, index: encodeIndex(index) }
}

/** What a replica with `stateVector` lacks of `document` and the rows after it. */
export const differenceTo = (
  stateVector: Uint8Array,
  document: Uint8Array | undefined,
  rows: readonly DocumentRow[],
): Uint8Array => {
  const doc = documentOf(document, rows)
  const difference = Y.encodeStateAsUpdate(doc, stateVector)
  doc.destroy()
  return difference
}

const documentOf = (document: Uint8Array | undefined, rows: readonly DocumentRow[]): Y.Doc => {
  const doc = new Y.Doc()
  doc.transact(() => {
    if (document) Y.applyUpdate(doc, document)
    for (const { update } of rows) Y.applyUpdate(doc, update)
  })
  return doc
}

const takeDeletes = (index: RoomIndex, document: Uint8Array, scanner: UpdateScanner): boolean => {
  const scan = scanner.scan(document)
  if (!scan.ok) return false
  const { update } = scan
  for (let row = 0; row < update.deletes; row++) {
    const clock = update.deleteClock[row] as number
    const end = clock + (update.deleteLength[row] as number)
    index.delete(update.deleteClient[row] as number, clock, end)
  }
  return true
}
