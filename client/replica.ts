/**
 * The document of this tab and where its parts come from and go to: the device, the other tabs, the
 * server.
 *
 * Invariants
 *   1. Every transaction that is not `Incoming` is an edit: it goes to the outbox, to the device
 *      and to the other tabs at once, whatever the connection does.
 *   2. Each edit has one tab that sends it; of tabs that are gone, the one that leads does. That
 *      tab alone writes it anew where it builds on a refused edit.
 *   3. The document shows what is committed and all that waits, of all tabs; nothing that was
 *      refused, and nothing that builds on it. Where it did, another takes its place, under a fresh
 *      client id. All of it happens within one task, so no edit comes in between.
 */
import { isolate, type Refusal, type Seq, type WireRow } from 'kith-shared'
import * as Y from 'yjs'
import type { Edit, OutboxChange } from './core/edit.js'
import { EditIds } from './core/edit-ids.js'
import type { UpdateMessage } from './core/outbox.js'
import type { TabMessage } from './core/ports.js'
import { touchesOf } from './core/touches.js'
import { Incoming } from './incoming.js'
import { Ledger } from './ledger.js'
import type { ReplicaParts } from './replica-parts.js'

/** Edits are written anew so often on one connection; the rest waits for the next one. */
const REBASES = 50

export class Replica {
  readonly #ledger: Ledger
  readonly #parts: ReplicaParts
  readonly #owner: number
  readonly #ids: EditIds
  #doc: Y.Doc
  /** Replaced, and written to all the same. */
  readonly #outdated = new WeakSet<Y.Doc>()
  #rebases = 0
  #isAsked = false
  #isClosed = false

  constructor(parts: ReplicaParts) {
    this.#parts = parts
    this.#doc = parts.doc
    this.#owner = parts.doc.clientID
    this.#ids = new EditIds(this.#owner, parts.now)
    this.#ledger = new Ledger(parts.tabs, (edits) => this.#adopt(edits))
  }

  start(): void {
    this.#doc.on('update', this.#capture)
    this.#parts.tabs.start(this.#owner, (message) => this.#fromTab(message))
  }

  close(): void {
    this.#isClosed = true
    this.#doc.off('update', this.#capture)
  }

  get outbox(): Ledger['outbox'] {
    return this.#ledger.outbox
  }

  get aside(): Ledger['casualties']['aside'] {
    return this.#ledger.casualties.aside
  }

  /** What no commit holds yet, of all tabs that are known. */
  get pending(): Edit[] {
    return this.#ledger.pending
  }

  isKept(id: string): boolean {
    return this.#ledger.isKept(id)
  }

  /** What the device held. Edits are applied one by one, so that each can be told of. */
  load(updates: readonly Uint8Array[], seq: Seq, edits: readonly Edit[]): void {
    const doc = this.#doc
    doc.transact(
      () => {
        for (const update of updates) Y.applyUpdate(doc, update)
      },
      new Incoming({ type: 'device' }),
    )
    this.#ledger.load(updates, seq, edits)
    for (const edit of edits) this.#takeOther(edit)
  }

  /** The others tell what they have not settled; after `load`, where there is anything to load. */
  join(): void {
    this.#parts.tabs.post({ type: 'joined' })
  }

  /** Invariant 2. */
  lead(): void {
    this.#ledger.others.lead()
  }

  /** A welcome. */
  open(): void {
    this.outbox.open()
    this.#isAsked = false
    this.#rebases = 0
    this.#writeAnew()
  }

  #adopt(edits: readonly Edit[]): void {
    const { outbox, casualties } = this.#ledger
    for (const edit of edits) outbox.add(edit)
    const anew = edits.filter(({ id, replaces }) => replaces !== undefined && !this.isKept(id))
    if (anew.length > 0) {
      this.#ledger.holdUntilKept(anew)
      this.#parts.listener.keep([...casualties.aside.edits, ...anew], casualties.replaced)
    }
    this.#writeAnew()
    this.#parts.listener.changed()
  }

  /** Invariant 3, for edits of ours that the document can't hold. */
  #writeAnew(): void {
    if (this.#ledger.hasBehind) this.#rebuild([])
  }

  /** Invariant 1. A document that was replaced is heard, too, if an app still writes to it. */
  readonly #capture = (
    update: Uint8Array,
    origin: unknown,
    doc: Y.Doc,
    transaction: Y.Transaction,
  ): void => {
    if (origin instanceof Incoming || this.#isClosed) return
    const { tabs, listener } = this.#parts
    const edit: Edit = {
      id: this.#ids.next(),
      owner: this.#owner,
      clientId: doc.clientID,
      update,
      touches: touchesOf(transaction),
    }
    this.outbox.add(edit)
    tabs.post({ type: 'edit', edit, kept: false })
    listener.edited(edit)
    if (doc !== this.#doc) this.#fromOldDocument(edit, doc)
    listener.changed()
  }

  #fromOldDocument(edit: Edit, doc: Y.Doc): void {
    if (this.#ledger.casualties.claims(edit)) this.#rebuild([])
    else this.#apply(edit.update, new Incoming({ type: 'edit', id: edit.id }))
    if (this.#outdated.has(doc)) return
    this.#outdated.add(doc)
    this.#parts.listener.outdated()
  }

  #fromTab(message: TabMessage): void {
    const { listener } = this.#parts
    switch (message.type) {
      case 'edit':
        this.#takeOther(message.edit)
        if (message.kept) this.#ledger.kept([message.edit.id])
        break
      case 'kept':
        this.#ledger.kept(message.ids)
        break
      case 'settled':
        this.#ledger.settleOthers(message.settled)
        listener.settled(message.settled)
        break
      case 'rebased':
        this.#takeRebased(message)
        break
      case 'discarded':
        for (const id of message.ids) this.#ledger.discard(id)
        break
      case 'joined':
        for (const word of this.#ledger.wordsForNewTab()) this.#parts.tabs.post(word)
        break
      default:
        // A tab of a later version.
        return
    }
    listener.changed()
  }

  /** One that builds on what is lost is not shown until its tab has written it anew. */
  #takeOther(edit: Edit): void {
    const { others, casualties } = this.#ledger
    if (this.#ledger.isKnown(edit.id)) return
    others.add(edit)
    if (casualties.claims(edit)) return
    this.#apply(edit.update, new Incoming({ type: 'edit', id: edit.id }))
  }

  /** Another tab's edits were refused, and what it had built on them is written anew. */
  #takeRebased(change: OutboxChange): void {
    const { news, isShown } = this.#ledger.takeRebased(change)
    this.#parts.listener.rebased({ ...change, refused: news })
    if (isShown) this.#rebuild([])
    for (const edit of change.edits) this.#takeOther(edit)
    if (!isShown) this.#writeAnew()
  }

  /** Invariant 3. `refused`: what the server has just refused of ours. */
  #rebuild(refused: readonly Edit[]): void {
    const { tabs, listener, newClientId } = this.#parts
    const mayWrite = this.#rebases++ < REBASES
    const clientId = newClientId()
    const { doc, change } = this.#ledger.rebuild({
      // Where tabs can't tell who lives, somebody else may write it anew as well.
      isMine: (edit) => mayWrite && (tabs.knowsWhoLives || edit.owner === this.#owner),
      clientId,
      remake: ({ id, touches }, update) => ({
        id: this.#ids.next(),
        owner: this.#owner,
        clientId,
        update,
        touches,
        replaces: id,
      }),
    })
    this.#show(doc)
    change.refused.unshift(...refused)
    if (change.refused.length + change.gone.length === 0) return
    tabs.post({ type: 'rebased', ...change })
    listener.rebased(change)
    listener.keep([...change.refused, ...change.edits], change.gone)
  }

  #show(doc: Y.Doc): void {
    doc.on('update', this.#capture)
    this.#doc = doc
    this.#parts.listener.replaced(doc)
  }

  /** Gives up an edit that is set aside, on this device. Anything else is left as it is. */
  discard(id: string): void {
    const { tabs, listener } = this.#parts
    if (!this.#ledger.discard(id)) return
    tabs.post({ type: 'discarded', ids: [id] })
    listener.keep([], [id])
    listener.changed()
  }

  /** They are in IndexedDB now. */
  kept(ids: readonly string[]): void {
    this.#ledger.kept(ids)
    this.#parts.tabs.post({ type: 'kept', ids: [...ids] })
  }

  keptNowhere(): void {
    this.#ledger.keptNowhere()
  }

  applySnapshot(update: Uint8Array, seq: Seq): void {
    this.#apply(update, new Incoming({ type: 'snapshot' }))
    this.#ledger.arrived(update, seq)
  }

  /** Their bytes are kept as they are: no views into a frame. */
  applyRows(firstSeq: number, rows: readonly WireRow[]): void {
    for (const [at, row] of rows.entries()) {
      const seq = firstSeq + at
      this.#apply(row.update, new Incoming({ type: 'row', seq, row }))
      this.#ledger.arrived(row.update, seq)
    }
  }

  /** An app's observer of the document may throw, which must not cost what comes after. */
  #apply(update: Uint8Array, origin: Incoming): void {
    isolate(() => Y.applyUpdate(this.#doc, update, origin))
  }

  acknowledged(count: number, seq: Seq): void {
    const settled = this.#ledger.acknowledged(count, seq)
    if (settled.length === 0) return
    this.#parts.tabs.post({ type: 'settled', settled })
    this.#parts.listener.settled(settled)
  }

  rejected(ordinal: number, reason: Refusal): void {
    const refused = this.#ledger.rejected(ordinal, reason)
    if (reason === 'gap') {
      const { store } = this.#doc
      this.#ledger.loseOrphans((client) => Y.getState(store, client))
    }
    if (refused.length > 0) this.#rebuild(refused)
    else this.#writeAnew()
  }

  /** After a gap the server asks for all that it lacks. */
  asked(): void {
    if (this.outbox.mayAnswer) this.#isAsked = true
  }

  /** What it asked for, once it may be sent. */
  takeAnswer(): UpdateMessage | undefined {
    if (!this.#isAsked || this.#ledger.isUnsafe) return undefined
    this.#isAsked = false
    if (!this.outbox.mayAnswer) return undefined
    return this.outbox.answer(this.#ledger.sendable())
  }
}
