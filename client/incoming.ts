import type { WireRow } from 'kith-shared'

/**
 * The origin of every transaction that brings in what is already on its way: whatever has another
 * origin is an edit of this tab.
 */
export class Incoming {
  /** What brought it. */
  readonly from:
    | { type: 'device' | 'rebuilt' }
    /** All through a row as a whole: a snapshot, or the document of another epoch. */
    | { type: 'snapshot'; seq: number }
    | { type: 'edit'; id: string }
    | { type: 'row'; seq: number; row: WireRow }

  constructor(from: Incoming['from']) {
    this.from = from
  }
}
