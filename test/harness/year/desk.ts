/**
 * Who makes what needs a document. The server loads it for each snapshot and renewal, five times or
 * so; in a year that adds up to more than all else. Whoever keeps the document from one to the next
 * gets the same bytes of it (`test/simulation/year.test.ts`) in a fraction of the time.
 */
import { type ClientId, UpdateScanner, type UserId } from 'kith-shared'
import * as Y from 'yjs'
import { type Compaction, compact, type DocumentSize } from '../../../server/core/documents.js'
import { encodeIndex } from '../../../server/core/index-codec.js'
import type { JournalRow, Snapshot } from '../../../server/core/ports.js'
import { type Renewal, renew, writeAnew } from '../../../server/core/renewal.js'
import { RoomIndex } from '../../../server/core/room-index.js'
import { carry } from '../../../server/core/room-state.js'

/** Steps are what nobody had to count. */
type Compacted = Omit<Compaction, 'steps'> & Partial<Compaction>

export interface Desk {
  compact(snapshot: Snapshot | undefined, rows: readonly JournalRow[]): Compacted | undefined
  renew(
    snapshot: Snapshot | undefined,
    rows: readonly JournalRow[],
    clientId: ClientId,
  ): Renewal | undefined
}

/** As the server does it. */
export const serverDesk: Desk = {
  compact: (snapshot, rows) => compact(snapshot?.document, rows),
  renew: (snapshot, rows, clientId) => renew(snapshot?.document, rows, clientId),
}

const NOBODY = { id: '' as UserId, name: '' }
const scanner = new UpdateScanner()

/** Counts no steps: nobody in the team makes work that needs it. */
export class KeptDesk implements Desk {
  #doc = new Y.Doc()
  #seq = 0

  compact(_: Snapshot | undefined, rows: readonly JournalRow[]): Compacted {
    this.#follow(rows)
    return { ...withIndex(Y.encodeStateAsUpdate(this.#doc)), size: sizeOf(this.#doc) }
  }

  renew(_: Snapshot | undefined, rows: readonly JournalRow[], clientId: ClientId): Renewal {
    this.#follow(rows)
    const closing = withIndex(Y.encodeStateAsUpdate(this.#doc))
    const opening = withIndex(writeAnew(this.#doc, clientId))
    this.#doc.destroy()
    this.#doc = new Y.Doc()
    Y.applyUpdate(this.#doc, opening.document)
    return { closing, opening: { ...opening, clientId } }
  }

  #follow(rows: readonly JournalRow[]): void {
    this.#doc.transact(() => {
      for (const { seq, update } of rows) {
        if (seq <= this.#seq) continue
        if (seq > this.#seq + 1) throw new Error('the document that is kept lacks a row')
        Y.applyUpdate(this.#doc, update)
        this.#seq = seq
      }
    })
  }
}

const withIndex = (document: Uint8Array): { document: Uint8Array; index: Uint8Array } => {
  const index = new RoomIndex()
  if (!carry(index, { update: document, author: NOBODY }, scanner)) {
    throw new Error('the document that is kept can be read')
  }
  return { document, index: encodeIndex(index, new Map()) }
}

const sizeOf = ({ store }: Y.Doc): DocumentSize => {
  const size = { clients: store.clients.size, live: 0, dead: 0 }
  for (const structs of store.clients.values()) {
    for (const struct of structs) size[struct.deleted ? 'dead' : 'live']++
  }
  return size
}
