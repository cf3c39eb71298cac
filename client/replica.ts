/**
 * The document of this tab and where its parts come from and go to: the device, the other tabs, the
 * server.
 *
 * Invariants
 *   1. Every transaction that is not `Incoming` is an edit: it goes to the outbox, to the device
 *      and to the other tabs at once, whatever the connection does.
 *   2. Each edit has one tab that sends it; of tabs that are gone, the one that leads does.
 *   3. No edit is sent under a client id that has a refused edit before it.
 */
import { isolate, type Refusal, type WireRow } from 'kith-shared'
import * as Y from 'yjs'
import { type Edit, Outbox, type UpdateMessage } from './core/outbox.js'
import type { Settled, TabMessage, Tabs } from './core/ports.js'
import { touchesOf } from './core/touches.js'
import { Incoming } from './incoming.js'

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
  /** Edits of any tab; `ours` are kept as refused by us. */
  refused(edits: readonly Edit[], whose: 'ours' | 'theirs'): void
  /** One that was set aside is given up; `heirs` are refused in its place now. */
  discarded(id: string, heirs: readonly Edit[]): void
  /** Status or outbox may differ; there may be something to send. */
  changed(): void
}

const REMEMBERED = 200

export class Replica {
  readonly outbox = new Outbox()
  readonly #parts: ReplicaParts
  /** Edits of other tabs that live, which they send. */
  readonly #others = new Map<string, Edit>()
  readonly #kept = new Set<string>()
  readonly #watched = new Set<number>()
  readonly #owner: number
  /**
   * The last ones of any tab, by id: who joins may have read an edit from the device that was on
   * its way out, and the tab that settled it may be gone.
   */
  readonly #settled = new Map<string, Settled>()
  #leads = false
  #lastId = 0

  constructor(parts: ReplicaParts) {
    this.#parts = parts
    this.#owner = parts.doc.clientID
  }

  start(): void {
    this.#parts.doc.on('update', this.#capture)
    this.#parts.tabs.start(this.#owner, (message) => this.#fromTab(message))
  }

  close(): void {
    this.#parts.doc.off('update', this.#capture)
  }

  /** What no commit holds yet, of all tabs that are known. */
  get pending(): Edit[] {
    return [...this.outbox.pending, ...this.#others.values()]
  }

  isKept(id: string): boolean {
    return this.#kept.has(id)
  }

  /** What the device held. Edits are applied one by one, so that each can be told of. */
  load(updates: readonly Uint8Array[], edits: readonly Edit[]): void {
    const { doc } = this.#parts
    doc.transact(
      () => {
        for (const update of updates) Y.applyUpdate(doc, update)
      },
      new Incoming({ type: 'device' }),
    )
    for (const edit of edits) {
      this.#kept.add(edit.id)
      // What is behind a refused one would wait in the document for ever, and unseen.
      const isAside = edit.refused !== undefined || this.outbox.isBlocked(edit.clientId)
      if (isAside) this.outbox.add(edit)
      else this.#takeOther(edit)
    }
  }

  /** The others tell what they have not settled; after `load`, where there is anything to load. */
  join(): void {
    this.#parts.tabs.post({ type: 'joined' })
  }

  /** Invariant 2: edits of tabs that are gone become ours, now and whenever another one goes. */
  lead(): void {
    this.#leads = true
    if (this.#parts.tabs.knowsWhoLives) {
      for (const edit of this.#others.values()) this.#watch(edit.owner)
      return
    }
    // Whoever else lives sends theirs too: a repetition costs nothing.
    for (const edit of this.#others.values()) this.#adopt(edit.owner)
  }

  #watch(owner: number): void {
    if (this.#watched.has(owner)) return
    this.#watched.add(owner)
    this.#parts.tabs.onGone(owner, () => {
      // Its last message may come only now.
      this.#watched.delete(owner)
      this.#adopt(owner)
    })
  }

  #adopt(owner: number): void {
    for (const edit of this.#others.values()) {
      if (edit.owner !== owner) continue
      this.#others.delete(edit.id)
      this.outbox.add(edit)
    }
    this.#parts.listener.changed()
  }

  /** Invariant 1. */
  readonly #capture = (
    update: Uint8Array,
    origin: unknown,
    doc: Y.Doc,
    transaction: Y.Transaction,
  ): void => {
    if (origin instanceof Incoming) return
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
    listener.changed()
  }

  /** Sorts by time within this tab for sure, and across tabs as well as their clock does. */
  #newId(): string {
    this.#lastId = Math.max(this.#lastId + 1, Math.floor(this.#parts.now()))
    return `${String(this.#lastId).padStart(15, '0')}-${this.#owner}`
  }

  #fromTab(message: TabMessage): void {
    const { tabs, listener } = this.#parts
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
      case 'refused':
        this.#refuseOthers(message.ids, message.reason)
        break
      case 'discarded':
        for (const id of message.ids) this.#forget(id)
        break
      case 'joined':
        for (const edit of this.outbox.pending) {
          tabs.post({ type: 'edit', edit, kept: this.#kept.has(edit.id) })
        }
        // What it has just read from the device may have been on its way out.
        tabs.post({ type: 'settled', settled: [...this.#settled.values()] })
        break
      default:
        // A tab of a later version.
        return
    }
    listener.changed()
  }

  #takeOther(edit: Edit): void {
    if (this.outbox.has(edit.id) || this.#others.has(edit.id)) return
    this.#others.set(edit.id, edit)
    this.#apply(edit.update, new Incoming({ type: 'edit', id: edit.id }))
    if (this.#leads && this.#parts.tabs.knowsWhoLives) this.#watch(edit.owner)
  }

  #settleOthers(settled: readonly Settled[]): void {
    for (const { id } of settled) {
      this.#others.delete(id)
      this.#kept.delete(id)
    }
    this.#remember(settled)
    this.#parts.listener.settled(settled)
  }

  #remember(settled: readonly Settled[]): void {
    for (const one of settled) {
      this.#settled.delete(one.id)
      this.#settled.set(one.id, one)
    }
    for (const id of this.#settled.keys()) {
      if (this.#settled.size <= REMEMBERED) return
      this.#settled.delete(id)
    }
  }

  #refuseOthers(ids: readonly string[], reason: Refusal): void {
    const refused: Edit[] = []
    for (const id of ids) {
      const edit = this.#others.get(id)
      if (edit === undefined) continue
      this.#others.delete(id)
      refused.push({ ...edit, refused: reason })
    }
    for (const edit of refused) this.outbox.add(edit)
    this.outbox.taint()
    if (refused.length > 0) this.#parts.listener.refused(refused, 'theirs')
  }

  /**
   * Gives up an edit that is set aside, on this device; the document shows it until the next load.
   * Anything else is left as it is.
   */
  discard(id: string): void {
    const { tabs, listener } = this.#parts
    const heirs = this.#forget(id)
    if (heirs === undefined) return
    tabs.post({ type: 'discarded', ids: [id] })
    const [heir] = heirs
    if (heir?.refused !== undefined) {
      tabs.post({ type: 'refused', ids: heirs.map((edit) => edit.id), reason: heir.refused })
    }
    listener.discarded(id, heirs)
    listener.changed()
  }

  /** Gives what is refused in its place. */
  #forget(id: string): Edit[] | undefined {
    const heirs = this.outbox.discard(id)
    this.#others.delete(id)
    if (!this.outbox.has(id)) this.#kept.delete(id)
    return heirs
  }

  /** They are in IndexedDB now. */
  kept(ids: readonly string[]): void {
    for (const id of ids) if (this.outbox.has(id)) this.#kept.add(id)
    this.#parts.tabs.post({ type: 'kept', ids: [...ids] })
  }

  applySnapshot(update: Uint8Array): void {
    this.#apply(update, new Incoming({ type: 'snapshot' }))
  }

  /** An app's observer of the document may throw, which must not cost what comes after. */
  #apply(update: Uint8Array, origin: Incoming): void {
    isolate(() => Y.applyUpdate(this.#parts.doc, update, origin))
  }

  applyRows(firstSeq: number, rows: readonly WireRow[]): void {
    for (const [at, row] of rows.entries()) {
      const origin = new Incoming({ type: 'row', seq: firstSeq + at, row })
      this.#apply(row.update, origin)
    }
  }

  acknowledged(count: number, seq: number): void {
    const settled = this.outbox.settled(count).map(({ id }) => ({ id, seq }))
    if (settled.length === 0) return
    for (const { id } of settled) this.#kept.delete(id)
    this.#remember(settled)
    this.#parts.tabs.post({ type: 'settled', settled })
    this.#parts.listener.settled(settled)
  }

  /** Invariant 3. */
  rejected(ordinal: number, reason: Refusal): void {
    const { doc, tabs, newClientId, listener } = this.#parts
    const refused = this.outbox.rejected(ordinal, reason)
    if (refused.length > 0) {
      tabs.post({ type: 'refused', ids: refused.map(({ id }) => id), reason })
      listener.refused(refused, 'ours')
    }
    if (this.outbox.isBlocked(doc.clientID)) doc.clientID = newClientId()
  }

  /** All that the server lacks, where a gap may be answered so. */
  answer(stateVector: Uint8Array): UpdateMessage | undefined {
    if (!this.outbox.mayAnswer) return undefined
    return this.outbox.answer(Y.encodeStateAsUpdate(this.#parts.doc, stateVector))
  }
}
