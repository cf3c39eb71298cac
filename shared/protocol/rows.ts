import * as encoding from 'lib0/encoding'
import type { ByteReader } from '../byte-reader.js'
import type { Epoch, Seq } from '../ids.js'
import { MESSAGE } from './message-types.js'

/**
 * Committed journal rows, `firstSeq` and on without a gap. One frame serves every session of a
 * room, the author's own included, so it is encoded once.
 */
export interface Rows {
  type: 'rows'
  epoch: Epoch
  firstSeq: Seq
  rows: WireRow[]
}

export interface WireRow {
  /** Who wrote it, by the server's word. */
  author: { id: string; name: string }
  /** Milliseconds since 1970, by the database's clock. */
  committedAt: number
  /** A Yjs update, encoding v1. */
  update: Uint8Array
}

export const writeRows = (to: encoding.Encoder, message: Rows): void => {
  encoding.writeVarUint(to, MESSAGE.rows)
  encoding.writeVarUint(to, message.epoch)
  encoding.writeVarUint(to, message.firstSeq)
  encoding.writeVarUint(to, message.rows.length)
  for (const row of message.rows) {
    encoding.writeVarString(to, row.author.id)
    encoding.writeVarString(to, row.author.name)
    encoding.writeVarUint(to, row.committedAt)
    encoding.writeVarUint8Array(to, row.update)
  }
}

export const readRows = (from: ByteReader): Rows => {
  const epoch = from.varUint()
  const firstSeq = from.varUint()
  const count = from.varUint()
  const rows: WireRow[] = []
  for (let n = 0; n < count && !from.failed; n++) {
    const author = { id: from.varString(), name: from.varString() }
    rows.push({ author, committedAt: from.varUint(), update: from.varBytes() })
  }
  return { type: 'rows', epoch, firstSeq, rows }
}
