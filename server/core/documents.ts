/**
 * The few things that need a document, as pure functions over bytes. They run in a worker thread
 * (`edge/document-worker.ts`), so that no workspace holds up another.
 */
import { type ClientId, UpdateScanner, type UserId } from 'kith-shared'
import * as Y from 'yjs'
import { type ClientSteps, encodeIndex } from './index-codec.js'
import { RoomIndex } from './room-index.js'
import { carry } from './room-state.js'
import { StepCount } from './steps.js'

/** What a journal row is to a document. */
export interface DocumentRow {
  update: Uint8Array
  author: { id: UserId; name: string }
}

export interface Compaction {
  document: Uint8Array
  index: Uint8Array
  /** What it takes to load the snapshot, by the client whose items it takes them for. */
  steps: ClientSteps
  size: DocumentSize
}

/** What a document consists of: client ids that wrote in it, structs that live and that are dead. */
export interface DocumentSize {
  clients: number
  live: number
  dead: number
}

/**
 * A snapshot of `document` and the rows after it. Goes through a real Y.Doc, so that overwritten
 * content is dropped. Its index is read off the result: struct ids stay, so it is the room's, save
 * that it also knows what concurrent overwrites deleted. Undefined where the rows don't follow.
 */
export const compact = (
  document: Uint8Array | undefined,
  rows: readonly DocumentRow[],
): Compaction | undefined => {
  const doc = documentOf(document, rows)
  const isWhole = !doc.store.pendingStructs && !doc.store.pendingDs
  const merged = Y.encodeStateAsUpdate(doc)
  const size = sizeOf(doc)
  doc.destroy()
  const indexed = isWhole ? readIndex(merged) : undefined
  return indexed && { document: merged, ...indexed, size }
}

/** The index of a document that stands alone, read off its bytes; undefined where it is damaged. */
export const readIndex = (
  document: Uint8Array,
): Pick<Compaction, 'index' | 'steps'> | undefined => {
  const index = new RoomIndex()
  if (!carry(index, { update: document, author: NOBODY }, new UpdateScanner())) return undefined
  const steps = stepsToLoad(document)
  return { index: encodeIndex(index, steps), steps }
}

const sizeOf = (doc: Y.Doc): DocumentSize => {
  const size = { clients: doc.store.clients.size, live: 0, dead: 0 }
  for (const structs of doc.store.clients.values()) {
    for (const struct of structs) size[struct.deleted ? 'dead' : 'live']++
  }
  return size
}

const stepsToLoad = (document: Uint8Array): Map<ClientId, number> => {
  const doc = new Y.Doc()
  const count = new StepCount(doc)
  count.during(() => Y.applyUpdate(doc, document))
  doc.destroy()
  return count.byClient
}

/** Owners are no part of an encoded index. */
const NOBODY = { id: '' as UserId, name: '' }

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
