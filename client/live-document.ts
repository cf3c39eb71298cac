import { type ClientId, type Epoch, isolate } from 'kith-shared'
import * as Y from 'yjs'
import { Incoming } from './incoming.js'

type Captured = (update: Uint8Array, doc: Y.Doc, transaction: Y.Transaction) => void

/**
 * The document that is shown, and those that it has replaced: an app may still write to them.
 *
 * Yjs writes the bytes of each transaction for whoever listens to `update`, which takes as long as
 * reading them did. What came from elsewhere is there as bytes already, so of each document only the
 * edits are listened to. What observers write within a transaction is told as one of its own, after it.
 */
export class LiveDocument {
  readonly #captured: Captured
  readonly #epochs = new WeakMap<Y.Doc, Epoch>()
  /** Replaced, and written to all the same. */
  readonly #outdated = new WeakSet<Y.Doc>()
  #doc: Y.Doc
  #epoch: Epoch = 0
  #isClosed = false

  /** `captured` hears of every transaction that is not `Incoming`. */
  constructor(doc: Y.Doc, captured: Captured) {
    this.#doc = doc
    this.#captured = captured
  }

  start(): void {
    this.#follow(this.#doc)
  }

  close(): void {
    this.#isClosed = true
    this.#doc.off('beforeObserverCalls', this.#listen)
    this.#doc.off('update', this.#capture)
  }

  get doc(): Y.Doc {
    return this.#doc
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  /** 0 as long as no server was heard. */
  get epoch(): Epoch {
    return this.#epoch
  }

  setEpoch(epoch: Epoch): void {
    this.#epoch = epoch
  }

  /** That in which a document is written. */
  epochOf(doc: Y.Doc): Epoch {
    return doc === this.#doc ? this.#epoch : (this.#epochs.get(doc) ?? this.#epoch)
  }

  /** Whether what was made in this epoch belongs into the document: in 0 nothing else is there. */
  fits(epoch: Epoch): boolean {
    return epoch === 0 || epoch === this.#epoch
  }

  clockOf(client: ClientId): number {
    return Y.getState(this.#doc.store, client)
  }

  show(doc: Y.Doc, epoch: Epoch): void {
    this.#epochs.set(this.#doc, this.#epoch)
    this.#follow(doc)
    this.#doc = doc
    this.#epoch = epoch
  }

  /** An app's observer of the document may throw, which must not cost what comes after. */
  apply(update: Uint8Array, origin: Incoming): void {
    isolate(() => Y.applyUpdate(this.#doc, update, origin))
  }

  applyAll(updates: readonly Uint8Array[], origin: Incoming): void {
    this.#doc.transact(() => {
      for (const update of updates) Y.applyUpdate(this.#doc, update)
    }, origin)
  }

  /** Whether this is the first write to a document since it was replaced. */
  outdate(doc: Y.Doc): boolean {
    if (doc === this.#doc || this.#outdated.has(doc)) return false
    this.#outdated.add(doc)
    return true
  }

  #follow(doc: Y.Doc): void {
    doc.on('beforeObserverCalls', this.#listen)
  }

  readonly #listen = (transaction: Y.Transaction, doc: Y.Doc): void => {
    if (transaction.origin instanceof Incoming) doc.off('update', this.#capture)
    else doc.on('update', this.#capture)
  }

  readonly #capture = (
    update: Uint8Array,
    _origin: unknown,
    doc: Y.Doc,
    transaction: Y.Transaction,
  ): void => {
    if (!this.#isClosed) this.#captured(update, doc, transaction)
  }
}
