/**
 * The state of an epoch of which some rows are lost for good. What integrates in Yjs is what does
 * not build on a clock that is missing; but a client id whose clock has a hole would hold back
 * everything that its client wrote behind it, whatever that is about. So holes are filled with
 * structs that hold nothing: then what really builds on them (an overwrite of a value, letters beside
 * a letter, that stood there) is dropped by Yjs itself, and all else is there.
 *
 * The result is a document as any other: what is lost stands in it as deleted letters of a text that
 * no contact has, so that every clock is known and nothing waits.
 */
import {
  aboutRoot,
  type ClientId,
  CONTACTS,
  type ContactId,
  FIELDS,
  fillHoles,
  NOTES,
  rootKind,
  type Seq,
} from 'kith-shared'
import * as Y from 'yjs'
import { readIndex } from './documents.js'
import type { JournalRow } from './ports.js'
import { Ranges } from './ranges.js'
import { openingOf, type Renewal } from './renewal.js'

export interface Salvage extends Renewal {
  /** Rows of which a part builds on what is lost, so that it is in neither state. */
  incomplete: Seq[]
}

export type SalvagedRow = Pick<JournalRow, 'seq' | 'update'>

export interface Salvageable {
  /** The newest good state of the epoch, if there is one. */
  document: Uint8Array | undefined
  /** The good rows after it, in their order. */
  rows: readonly SalvagedRow[]
  /**
   * Where no state of the epoch is left: that of another one, whose values hold wherever nothing else
   * is known.
   */
  earlier: Uint8Array | undefined
  /** Whose the opening state is. */
  clientId: ClientId
}

/** Where what is lost stands. Not a contact's id: these are random. */
const LOST = aboutRoot('lost' as ContactId)

/** Both states with which the next epoch begins. Undefined where what was given is no document. */
export const salvage = ({
  document,
  rows,
  earlier,
  clientId,
}: Salvageable): Salvage | undefined => {
  const doc = new Y.Doc()
  doc.transact(() => {
    if (document) Y.applyUpdate(doc, document)
    for (const { update } of rows) Y.applyUpdate(doc, update)
  })
  while (fillHoles(doc));
  // Deletes of clocks that nobody holds any more.
  doc.store.pendingStructs = null
  doc.store.pendingDs = null
  const lost = emptied(doc)
  const incomplete = rows.filter(({ update }) => touches(update, lost)).map(({ seq }) => seq)
  const closing = Y.encodeStateAsUpdate(doc)
  const indexed = readIndex(closing)
  const opening = openingOf(earlier ? laidOver(earlier, doc) : closing, clientId)
  doc.destroy()
  if (!indexed || !opening) return undefined
  return {
    closing: { document: closing, index: indexed.index },
    opening: { ...opening, clientId },
    incomplete,
  }
}

/** The values of `above` wherever it has one, else those of `earlier`. */
const laidOver = (earlier: Uint8Array, above: Y.Doc): Uint8Array => {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, earlier)
  doc.transact(() => {
    for (const root of [CONTACTS, NOTES, FIELDS]) {
      for (const [key, value] of above.getMap(root)) doc.getMap(root).set(key, value)
    }
    for (const root of above.share.keys()) {
      const text = rootKind(root) === 'text' ? above.getText(root).toString() : ''
      if (text !== '' && doc.getText(root).length === 0) doc.getText(root).insert(0, text)
    }
  })
  const update = Y.encodeStateAsUpdate(doc)
  doc.destroy()
  return update
}

/**
 * Puts deleted letters in the place of structs that hold nothing, which no flat document has, and
 * gives their clocks. Nothing names them: what did has become one of them.
 */
const emptied = (doc: Y.Doc): Map<ClientId, Ranges> => {
  const lost = new Map<ClientId, Ranges>()
  const text = doc.getText(LOST)
  for (const [client, structs] of doc.store.clients) {
    structs.forEach((struct, at) => {
      if (!(struct instanceof Y.GC)) return
      const { id, length } = struct
      const ranges = lost.get(client) ?? new Ranges()
      ranges.add(id.clock, id.clock + length)
      lost.set(client, ranges)
      const content = new Y.ContentDeleted(length)
      const item = new Y.Item(id, null, null, null, null, text, null, content)
      item.markDeleted()
      structs[at] = item
    })
  }
  return lost
}

const touches = (update: Uint8Array, lost: ReadonlyMap<ClientId, Ranges>): boolean =>
  Y.decodeUpdate(update).structs.some(({ id, length }) => {
    let isTouched = false
    const ranges = lost.get(id.client)
    if (ranges) {
      let missing = 0
      ranges.missing(id.clock, id.clock + length, (start, end) => {
        missing += end - start
      })
      isTouched = missing < length
    }
    return isTouched
  })
