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
import { Casualties } from './core/casualties.js'
import { Committed } from './core/committed.js'
import type { Edit, OutboxChange } from './core/edit.js'
import { Outbox, type UpdateMessage } from './core/outbox.js'
import type { Settled, TabMessage, Tabs } from './core/ports.js'
import { touchesOf } from './core/touches.js'
import { Incoming } from './incoming.js'
import { Others } from './others.js'

export interface ReplicaParts {
  doc: Y.Doc
  tabs: Tabs
  now: () => number
  newClientId: () => number
  listener: ReplicaListener
}

export interface ReplicaListener {
  /** An edit of this tab; not yet on the device. */
  edited(edit: Edit): void
  /** Edits of any tab that a commit holds. */
  settled(settled: readonly Settled[]): void
  /** What a refusal made of edits of any tab; `ours` are to be kept by us. */
  rebased(change: OutboxChange, whose: 'ours' | 'theirs'): void
  /** The document is another one from now on. */
  replaced(doc: Y.Doc): void
  /** One that was set aside is given up. */
  discarded(id: string): void
  /** Status or outbox may differ; there may be something to send. */
  changed(): void
}

/** Edits are written anew so often on one connection; the rest waits for the next one. */
const REBASES = 50

export class Replica {
  readonly outbox = new Outbox()
  readonly #casualties = new Casualties()
  readonly #committed = new Committed()
  readonly #parts: ReplicaParts
  readonly #others: Others
  readonly #kept = new Set<string>()
  readonly #owner: number
  /** Committed, while the rows that hold them are still on their way. */
  readonly #settling = new Map<string, { edit: Edit; seq: Seq }>()
  #doc: Y.Doc
  #lastId = 0
  #rebases = 0
  #isClosed = false

  constructor(parts: ReplicaParts) {
    this.#parts = parts
    this.#doc = parts.doc
    this.#owner = parts.doc.clientID
    this.#others = new Others(parts.tabs, (edits) => this.#adopt(edits))
  }

  start(): void {
    this.#doc.on('update', this.#capture)
    this.#parts.tabs.start(this.#owner, (message) => this.#fromTab(message))
  }

  close(): void {
    this.#isClosed = true
    this.#doc.off('update', this.#capture)
  }

  /** What no commit holds yet, of all tabs that are known. */
  get pending(): Edit[] {
    return [...this.outbox.pending, ...this.#others.edits]
  }

  get aside(): Casualties['aside'] {
    return this.#casualties.aside
  }

  isKept(id: string): boolean {
    return this.#kept.has(id)
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
    this.#committed.load(updates, seq)
    for (const { id } of edits) this.#kept.add(id)
    for (const edit of edits) if (edit.refused !== undefined) this.#casualties.refuse(edit)
    for (const edit of edits) if (edit.refused === undefined) this.#takeOther(edit)
  }

  /** The others tell what they have not settled; after `load`, where there is anything to load. */
  join(): void {
    this.#parts.tabs.post({ type: 'joined' })
  }

  /** Invariant 2. */
  lead(): void {
    this.#others.lead()
  }

  /** A welcome. */
  open(): void {
    this.outbox.open()
    this.#rebases = 0
    this.#writeAnew()
  }

  #adopt(edits: readonly Edit[]): void {
    for (const edit of edits) this.outbox.add(edit)
    this.#writeAnew()
    this.#parts.listener.changed()
  }

  /** Invariant 3, for edits of ours that the document can't hold. */
  #writeAnew(): void {
    if (this.outbox.pending.some((edit) => this.#casualties.claims(edit))) this.#rebuild([])
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
      id: this.#newId(),
      owner: this.#owner,
      clientId: doc.clientID,
      update,
      touches: touchesOf(transaction),
    }
    this.outbox.add(edit)
    tabs.post({ type: 'edit', edit, kept: false })
    listener.edited(edit)
    if (doc !== this.#doc) this.#fromOldDocument(edit)
    listener.changed()
  }

  #fromOldDocument(edit: Edit): void {
    if (this.#casualties.claims(edit)) this.#rebuild([])
    else this.#apply(edit.update, new Incoming({ type: 'edit', id: edit.id }))
  }

  /** Sorts by time within this tab for sure, and across tabs as well as their clock does. */
  #newId(): string {
    this.#lastId = Math.max(this.#lastId + 1, Math.floor(this.#parts.now()))
    return `${String(this.#lastId).padStart(15, '0')}-${this.#owner}`
  }

  #fromTab(message: TabMessage): void {
    switch (message.type) {
      case 'edit':
        if (message.kept) this.#kept.add(message.edit.id)
        this.#takeOther(message.edit)
        break
      case 'kept':
        for (const id of message.ids) this.#kept.add(id)
        break
      case 'settled':
        this.#settleOthers(message.settled)
        break
      case 'rebased':
        this.#takeRebased(message)
        break
      case 'discarded':
        for (const id of message.ids) this.#forget(id)
        break
      case 'joined':
        this.#welcomeTab()
        break
      default:
        // A tab of a later version.
        return
    }
    this.#parts.listener.changed()
  }

  /** What it has just read from the device may have been on its way out. */
  #welcomeTab(): void {
    const { tabs } = this.#parts
    const { aside, replaced } = this.#casualties
    if (aside.size + replaced.length > 0) {
      tabs.post({ type: 'rebased', refused: aside.edits, gone: replaced, edits: [] })
    }
    for (const edit of this.outbox.pending) {
      tabs.post({ type: 'edit', edit, kept: this.#kept.has(edit.id) })
    }
    tabs.post({ type: 'settled', settled: this.#others.settled })
  }

  #isKnown(id: string): boolean {
    return this.outbox.has(id) || this.#others.get(id) !== undefined || this.#casualties.has(id)
  }

  /** One that builds on what is lost is not shown until its tab has written it anew. */
  #takeOther(edit: Edit): void {
    if (this.#isKnown(edit.id)) return
    this.#others.add(edit)
    if (this.#casualties.claims(edit)) return
    this.#apply(edit.update, new Incoming({ type: 'edit', id: edit.id }))
  }

  #settleOthers(settled: readonly Settled[]): void {
    for (const { id, seq } of settled) {
      const edit = this.#others.get(id)
      if (edit !== undefined) this.#stillToCome(edit, seq)
      this.#others.delete(id)
      this.#kept.delete(id)
    }
    this.#others.remember(settled)
    this.#parts.listener.settled(settled)
  }

  #stillToCome(edit: Edit, seq: Seq): void {
    if (seq > this.#committed.seq) this.#settling.set(edit.id, { edit, seq })
  }

  /** Another tab's edits were refused, and what it had built on them is written anew. */
  #takeRebased({ refused, gone, edits }: OutboxChange): void {
    let isShown = false
    const leaves = (id: string): Edit | undefined => {
      const edit = this.#others.get(id) ?? this.outbox.pending.find((one) => one.id === id)
      isShown ||= edit !== undefined && !this.#casualties.claims(edit)
      return edit
    }
    const left = gone.map(leaves)
    const news = refused.filter(({ id }) => !this.#casualties.has(id))
    for (const { id } of news) leaves(id)
    for (const edit of news) this.#casualties.refuse(edit)
    for (const edit of left) if (edit !== undefined) this.#casualties.replace(edit)
    const ids = [...gone, ...refused.map(({ id }) => id)]
    for (const id of ids) this.#others.delete(id)
    this.outbox.replace(ids, [])
    for (const id of gone) this.aside.delete(id)
    this.#parts.listener.rebased({ refused: news, gone, edits }, 'theirs')
    for (const edit of edits) this.#takeOther(edit)
    if (isShown) this.#rebuild([])
    else this.#writeAnew()
  }

  /** Invariant 3. `refused`: what the server has just refused of ours. */
  #rebuild(refused: readonly Edit[]): void {
    const { tabs, listener, newClientId } = this.#parts
    const own = new Set(this.#rebases++ < REBASES ? this.outbox.pending : [])
    const settling = [...this.#settling.values()].map(({ edit }) => edit)
    const clientId = newClientId()
    const { doc, change, held } = this.#casualties.rebuild({
      committed: this.#committed.updates,
      pending: [...settling, ...this.pending],
      // Where tabs can't tell who lives, somebody else may write it anew as well.
      isMine: (edit) => own.has(edit) && (tabs.knowsWhoLives || edit.owner === this.#owner),
      clientId,
      remake: ({ id, touches }, update) => ({
        id: this.#newId(),
        owner: this.#owner,
        clientId,
        update,
        touches,
        replaces: id,
      }),
    })
    const left = [...change.gone, ...change.refused.map(({ id }) => id)]
    this.outbox.replace(left, change.edits)
    this.#hold(held)
    this.#show(doc)
    change.refused.unshift(...refused)
    if (change.refused.length + change.gone.length === 0) return
    tabs.post({ type: 'rebased', ...change })
    listener.rebased(change, 'ours')
  }

  /** What was taken over from a tab that perhaps lives is that tab's to write anew: it is shown. */
  #hold(held: readonly Edit[]): void {
    const { knowsWhoLives } = this.#parts.tabs
    const ours = held.filter(({ id }) => this.outbox.has(id))
    const foreign = ours.filter(({ owner }) => !knowsWhoLives && owner !== this.#owner)
    for (const edit of foreign) this.aside.add(this.#casualties.blocked(edit))
    this.outbox.replace(
      foreign.map(({ id }) => id),
      [],
    )
    this.outbox.hold(ours.map(({ id }) => id))
  }

  #show(doc: Y.Doc): void {
    doc.on('update', this.#capture)
    this.#doc = doc
    this.#parts.listener.replaced(doc)
  }

  /** Gives up an edit that is set aside, on this device. Anything else is left as it is. */
  discard(id: string): void {
    const { tabs, listener } = this.#parts
    if (!this.#forget(id)) return
    tabs.post({ type: 'discarded', ids: [id] })
    listener.discarded(id)
    listener.changed()
  }

  #forget(id: string): boolean {
    this.#kept.delete(id)
    return this.aside.delete(id)
  }

  /** They are in IndexedDB now. */
  kept(ids: readonly string[]): void {
    for (const id of ids) if (this.outbox.has(id)) this.#kept.add(id)
    this.#parts.tabs.post({ type: 'kept', ids: [...ids] })
  }

  applySnapshot(update: Uint8Array, seq: Seq): void {
    this.#apply(update, new Incoming({ type: 'snapshot' }))
    this.#arrived(update, seq)
  }

  /** Their bytes are kept as they are: no views into a frame. */
  applyRows(firstSeq: number, rows: readonly WireRow[]): void {
    for (const [at, row] of rows.entries()) {
      const seq = firstSeq + at
      this.#apply(row.update, new Incoming({ type: 'row', seq, row }))
      this.#arrived(row.update, seq)
    }
  }

  #arrived(update: Uint8Array, seq: Seq): void {
    this.#committed.add(update, seq)
    for (const [id, one] of this.#settling) if (one.seq <= seq) this.#settling.delete(id)
  }

  /** An app's observer of the document may throw, which must not cost what comes after. */
  #apply(update: Uint8Array, origin: Incoming): void {
    isolate(() => Y.applyUpdate(this.#doc, update, origin))
  }

  acknowledged(count: number, seq: Seq): void {
    const edits = this.outbox.settled(count)
    if (edits.length === 0) return
    const settled = edits.map(({ id }) => ({ id, seq }))
    for (const edit of edits) {
      this.#kept.delete(edit.id)
      this.#stillToCome(edit, seq)
    }
    this.#others.remember(settled)
    this.#parts.tabs.post({ type: 'settled', settled })
    this.#parts.listener.settled(settled)
  }

  rejected(ordinal: number, reason: Refusal): void {
    const refused = this.outbox.rejected(ordinal, reason)
    if (refused.length === 0) return
    for (const edit of refused) this.#casualties.refuse(edit)
    this.#rebuild(refused)
  }

  /** All that the server lacks, where a gap may be answered so. */
  answer(stateVector: Uint8Array): UpdateMessage | undefined {
    if (!this.outbox.mayAnswer) return undefined
    return this.outbox.answer(Y.encodeStateAsUpdate(this.#doc, stateVector))
  }
}
