import type { ClientId, Epoch, Refusal, Seq } from 'kith-shared'

/** One local transaction. */
export interface Edit {
  /** Sorts by the time it was made. */
  id: string
  /** The first Yjs client id of the tab that made it; names the tab's lock. */
  owner: ClientId
  /** The Yjs client id that it was written under. */
  clientId: ClientId
  update: Uint8Array
  /**
   * The epoch of the document that it was made in; 0 before any server was heard, when there is
   * nothing that it could build on.
   */
  epoch: Epoch
  /**
   * It was made before any server was heard, and told its epoch later: documents of other epochs have
   * shown it as it is, and others have built on it there.
   */
  early?: true
  /**
   * What it builds on, where another tab has moved that already: as it was, and as it came into each
   * later epoch. So the edit can be moved by whoever finds it.
   */
  behind?: readonly { was: Uint8Array; is: Uint8Array; epoch: Epoch }[]
  /** What it touched: `<contact id>`, `<contact id>/<field>`, note ids, `about/<contact id>`. */
  touches: readonly string[]
  /** It is set aside, and not sent any more. */
  refused?: Refusal
  /** Set aside with this refused edit, without which it means nothing. */
  blockedBy?: string
  /** The edit that it was, before it was written anew behind a refusal or in a later epoch. */
  replaces?: string
}

/** What comes of edits of epochs that are over; one step for every tab, and one transaction. */
export interface Crossing extends OutboxChange {
  /** Those that left for nothing: the closing state has them, through this row. */
  settled: { id: string; seq: Seq }[]
}

/** What a refusal made of a device's edits; one step for every tab, and one transaction. */
export interface OutboxChange {
  /** Set aside: refused, or blocked by one that is. */
  refused: Edit[]
  /** These left; what they did is among `edits`, or made no difference any more. */
  gone: string[]
  /** New ones in the place of others. */
  edits: Edit[]
}
