/** Rows that one commit or one read gave, and the frames that carry them, each encoded once. */
import { type Epoch, encodeMessage, type Seq } from 'kith-shared'
import { joinUpdates } from './join-updates.js'
import type { Author } from './ports.js'
import type { Dialect } from './room-session.js'

export interface CommittedRow {
  author: Author
  committedAt: number
  update: Uint8Array
}

export class CommittedRows {
  readonly epoch: Epoch
  readonly firstSeq: Seq
  readonly rows: readonly CommittedRow[]
  #kithFrame: Uint8Array | undefined
  #stockFrame: Uint8Array | undefined

  constructor(epoch: Epoch, firstSeq: Seq, rows: readonly CommittedRow[]) {
    this.epoch = epoch
    this.firstSeq = firstSeq
    this.rows = rows
  }

  /** The frame for a session; a stock client reads one merged update a frame. */
  frame(dialect: Dialect['dialect']): Uint8Array {
    if (dialect === 'kith') {
      const { epoch, firstSeq } = this
      this.#kithFrame ??= encodeMessage({ type: 'rows', epoch, firstSeq, rows: [...this.rows] })
      return this.#kithFrame
    }
    this.#stockFrame ??= encodeMessage({
      type: 'update',
      update: joinUpdates(this.rows.map(({ update }) => update)),
    })
    return this.#stockFrame
  }
}

export const lastSeq = ({ firstSeq, rows }: CommittedRows): Seq => firstSeq + rows.length - 1

export const bytesOf = ({ rows }: CommittedRows): number =>
  rows.reduce((sum, { update }) => sum + update.length, 0)
