/**
 * Writes what a document says into a fresh one, with which the next epoch begins: the same values
 * under one new client id, a struct for each key and each text, and nothing that is deleted. The
 * same document and id always give the same bytes, so an opening state can be made again.
 */
import { type ClientId, CONTACTS, FIELDS, NOTES, rootKind } from 'kith-shared'
import * as Y from 'yjs'
import { compact, type DocumentRow, readIndex } from './documents.js'

export interface Renewal {
  /** The snapshot of `document` and the rows after it. */
  closing: { document: Uint8Array; index: Uint8Array }
  opening: { document: Uint8Array; index: Uint8Array; clientId: ClientId }
}

/** Both states at the end of an epoch. Undefined where the rows don't follow. */
export const renew = (
  document: Uint8Array | undefined,
  rows: readonly DocumentRow[],
  clientId: ClientId,
): Renewal | undefined => {
  const closing = compact(document, rows)
  const opening = closing && openingOf(closing.document, clientId)
  return (
    opening && {
      closing: { document: closing.document, index: closing.index },
      opening: { ...opening, clientId },
    }
  )
}

/** The opening state for a closing one. */
export const openingOf = (
  closing: Uint8Array,
  clientId: ClientId,
): { document: Uint8Array; index: Uint8Array } | undefined => {
  const from = new Y.Doc()
  Y.applyUpdate(from, closing)
  const document = writeAnew(from, clientId)
  from.destroy()
  const indexed = readIndex(document)
  return indexed && { document, index: indexed.index }
}

/**
 * All values of a document as one update under this id. A key that holds `null` is a value (a removed
 * entry, an undeletion) and stays; a key that was deleted is gone, as it is for readers.
 */
export const writeAnew = (from: Y.Doc, clientId: ClientId): Uint8Array => {
  const to = new Y.Doc()
  to.clientID = clientId
  to.transact(() => {
    for (const root of [CONTACTS, NOTES, FIELDS]) copyMap(from.getMap(root), to.getMap(root))
    for (const root of [...from.share.keys()].sort()) {
      const text = rootKind(root) === 'text' ? from.getText(root).toString() : ''
      if (text !== '') to.getText(root).insert(0, text)
    }
  })
  const update = Y.encodeStateAsUpdate(to)
  to.destroy()
  return update
}

const copyMap = (from: Y.Map<unknown>, to: Y.Map<unknown>): void => {
  for (const key of [...from.keys()].sort()) to.set(key, from.get(key))
}
