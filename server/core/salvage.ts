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
  NOTES,
  rootKind,
  type Seq,
} from 'kith-shared'
import * as encoding from 'lib0/encoding'
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

/** Fills what the waiting structs wait for; false where nothing waits, or nothing can be done. */
const fillHoles = (doc: Y.Doc): boolean => {
  const pending = doc.store.pendingStructs
  if (!pending) return false
  const holes = holesBefore(doc, pending.update)
  if (holes.size === 0) return false
  Y.applyUpdate(doc, fillersOf(doc, holes))
  return true
}

/** For each client id how far its clock must be known, so that what waits (encoding v2) need not wait. */
const holesBefore = (doc: Y.Doc, waiting: Uint8Array): Map<ClientId, number> => {
  const first = new Map<ClientId, number>()
  const needed = new Map<ClientId, number>()
  const raise = (id: Y.ID | null) => {
    if (id) needed.set(id.client, Math.max(needed.get(id.client) ?? 0, id.clock + 1))
  }
  for (const struct of Y.decodeUpdateV2(waiting).structs) {
    if (struct instanceof Y.Skip) continue
    const { client, clock } = struct.id
    first.set(client, Math.min(first.get(client) ?? clock, clock))
    if (!(struct instanceof Y.Item)) continue
    raise(struct.origin)
    raise(struct.rightOrigin)
  }
  const holes = new Map<ClientId, number>()
  for (const client of new Set([...first.keys(), ...needed.keys()])) {
    const known = Y.getState(doc.store, client)
    // Up to what waits of this client; where nothing of it waits, up to what is named of it.
    const end = first.get(client) ?? needed.get(client) ?? 0
    if (end > known) holes.set(client, end)
  }
  return holes
}

/** An update that holds nothing, for these clocks (its wire: `shared/update/scan.ts`). */
const fillersOf = (doc: Y.Doc, holes: ReadonlyMap<ClientId, number>): Uint8Array => {
  const to = encoding.createEncoder()
  encoding.writeVarUint(to, holes.size)
  for (const [client, end] of [...holes].sort(([one], [other]) => other - one)) {
    const known = Y.getState(doc.store, client)
    encoding.writeVarUint(to, 1)
    encoding.writeVarUint(to, client)
    encoding.writeVarUint(to, known)
    encoding.writeUint8(to, 0)
    encoding.writeVarUint(to, end - known)
  }
  encoding.writeVarUint(to, 0)
  return encoding.toUint8Array(to)
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
