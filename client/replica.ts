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
 *   4. Edits of another epoch are in no document. They wait, until one tab has moved them.
 */
import type { Refusal, Seq, WireRow } from 'kith-shared'
import type * as Y from 'yjs'
import { Author } from './author.js'
import type { Edit, OutboxChange } from './core/edit.js'
import type { Head } from './core/ports.js'
import { Crossings } from './crossings.js'
import { DeviceCopy } from './device-copy.js'
import { DocumentRenewal } from './document-renewal.js'
import { GapAnswer } from './gap-answer.js'
import { hearTab } from './hear-tab.js'
import { Incoming } from './incoming.js'
import { Ledger } from './ledger.js'
import { LiveDocument } from './live-document.js'
import type { ReplicaParts } from './replica-parts.js'

export class Replica {
  readonly #ledger: Ledger
  readonly #parts: ReplicaParts
  readonly #author: Author
  readonly #live: LiveDocument
  readonly crossings: Crossings
  readonly gapAnswer: GapAnswer
  readonly deviceCopy: DeviceCopy
  readonly #renewal: DocumentRenewal

  constructor(parts: ReplicaParts) {
    const { doc, tabs, listener, newClientId, now } = parts
    this.#parts = parts
    this.#live = new LiveDocument(doc, this.#capture)
    this.#author = new Author(doc.clientID, now)
    this.#ledger = new Ledger(tabs, (edits) => this.#adopt(edits))
    this.gapAnswer = new GapAnswer(this.#ledger, this.#live)
    this.deviceCopy = new DeviceCopy({
      ledger: this.#ledger,
      live: this.#live,
      load: (...what) => this.load(...what),
      takeOther: (edit) => this.#takeOther(edit),
    })
    this.crossings = new Crossings({
      ledger: this.#ledger,
      live: this.#live,
      tabs,
      listener,
      newClientId,
      remake: (...edit) => this.#author.remake(...edit),
    })
    this.#renewal = new DocumentRenewal({
      ...parts,
      ledger: this.#ledger,
      live: this.#live,
      author: this.#author,
      crossings: this.crossings,
    })
  }

  start(): void {
    this.#live.start()
    const { tabs, listener } = this.#parts
    const hearing = {
      ledger: this.#ledger,
      crossings: this.crossings,
      tabs,
      listener,
      isOwn: (edit: Edit) => edit.owner === this.#author.owner && this.#live.fits(edit.epoch),
      takeOther: (edit: Edit) => this.#takeOther(edit),
      takeRebased: (change: OutboxChange) => this.#takeRebased(change),
    }
    tabs.start(this.#author.owner, (message) => hearTab(message, hearing))
  }

  close(): void {
    this.#live.close()
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

  /** What the document holds of the journal. */
  get head(): Head {
    return { epoch: this.#live.epoch, seq: this.#ledger.seq }
  }

  isKept(id: string): boolean {
    return this.#ledger.isKept(id)
  }

  /** What the device held. Edits are applied one by one, so that each can be told of. */
  load(updates: readonly Uint8Array[], head: Head, edits: readonly Edit[]): void {
    const origin = new Incoming({ type: 'device' })
    // Where only edits could be kept, they say where they belong.
    const epoch = head.epoch || Math.max(0, ...edits.map((edit) => edit.epoch))
    this.#live.setEpoch(epoch)
    this.#live.applyAll(updates, origin)
    this.#ledger.load(updates, head.seq, edits, epoch)
    for (const edit of edits) this.#takeOther(edit)
  }

  /** The others tell what they have not settled; after `load`, with what it gave, or nothing gave. */
  join(found: readonly Edit[] | undefined): void {
    const { tabs } = this.#parts
    this.#ledger.others.isBlind = found === undefined
    tabs.post({ type: 'joined' })
    const waiting = found?.filter(({ refused }) => refused === undefined) ?? []
    if (waiting.length > 0) tabs.post({ type: 'found', edits: waiting })
  }

  /** Invariant 2. */
  lead(): void {
    this.#ledger.others.lead()
  }

  /** A welcome in this epoch. */
  open(epoch: number): void {
    if (this.#live.epoch === 0) this.#begin(epoch)
    else this.#stamp()
    this.outbox.open(epoch)
    this.gapAnswer.open()
    this.#renewal.open()
    this.#renewal.ifNeeded()
  }

  /** The first word of a server, to this tab or another. */
  #begin(epoch: number): void {
    this.#live.setEpoch(epoch)
    for (const edit of this.#ledger.others.edits) {
      if (edit.epoch !== 0 && !this.#ledger.casualties.claims(edit)) this.#showOther(edit)
    }
    this.#stamp()
  }

  /**
   * The device must know in which epoch an edit was sent, before it is: else, with its
   * acknowledgement lost, it would be taken for a new one in a later epoch.
   */
  #stamp(): void {
    const { tabs, listener } = this.#parts
    const stamped = this.#live.epoch === 0 ? [] : this.outbox.stamp(this.#live.epoch)
    if (stamped.length === 0) return
    this.#ledger.holdUntilKept(stamped)
    for (const edit of stamped) tabs.post({ type: 'edit', edit, kept: false })
    listener.keep(stamped, [])
  }

  #adopt(edits: readonly Edit[]): void {
    const { outbox, casualties } = this.#ledger
    for (const edit of edits) {
      outbox.add(edit)
      if (!casualties.holds(edit)) this.#showOther(edit)
    }
    // Their tab may have ended before they were written, and others on the device build on them.
    const unkept = edits.filter(({ id }) => !this.isKept(id))
    if (unkept.length > 0) {
      this.#ledger.holdUntilKept(unkept.filter(({ replaces }) => replaces !== undefined))
      // What they were may still be on the device.
      const gone = [...casualties.replaced, ...this.crossings.before(unkept)]
      this.#parts.listener.keep([...casualties.aside.edits, ...unkept], gone)
    }
    this.#stamp()
    this.#renewal.ifNeeded()
    this.#parts.listener.changed()
  }

  /** Invariant 1. A document that was replaced is heard, too, if an app still writes to it. */
  readonly #capture = (update: Uint8Array, doc: Y.Doc, transaction: Y.Transaction): void => {
    const { tabs, listener } = this.#parts
    const epoch = this.#live.epochOf(doc)
    const behind = this.crossings.behind(epoch)
    const made = this.#author.edit(update, epoch, transaction)
    const edit = behind === undefined ? made : { ...made, behind }
    this.outbox.add(edit)
    tabs.post({ type: 'edit', edit, kept: false })
    listener.edited(edit)
    if (doc !== this.#live.doc) this.#fromOldDocument(edit, doc)
    listener.changed()
  }

  #fromOldDocument(edit: Edit, doc: Y.Doc): void {
    if (this.#live.fits(edit.epoch)) {
      if (this.#ledger.casualties.claims(edit)) this.#renewal.run([])
      else this.#showOther(edit)
    }
    if (this.#live.outdate(doc)) this.#parts.listener.outdated()
  }

  /** Invariant 4; and what builds on what is lost is not shown until its tab has written it anew. */
  #takeOther(edit: Edit): void {
    const { others, casualties } = this.#ledger
    const isStamped = edit.epoch !== 0 && others.get(edit.id)?.epoch === 0
    // Its tab may have no device, and sends it only once ours holds it so.
    if (isStamped && this.isKept(edit.id)) this.#parts.listener.keep([edit], [])
    // It was shown here, and what was made here may build on it: this document is of its epoch.
    if (isStamped && this.#live.epoch === 0) {
      this.#ledger.hear(edit)
      return this.#begin(edit.epoch)
    }
    if (isStamped && edit.epoch > this.#live.epoch) this.crossings.meetsAhead(edit)
    if (!isStamped && (this.#ledger.isKnown(edit.id) || this.crossings.has(edit.id))) return
    this.#ledger.hear(edit)
    if (!casualties.claims(edit)) this.#showOther(edit)
  }

  #showOther({ id, epoch, update }: Edit): void {
    if (this.#live.fits(epoch)) this.#live.apply(update, new Incoming({ type: 'edit', id }))
  }

  /** Another tab's edits were refused, and what it had built on them is written anew. */
  #takeRebased(change: OutboxChange): void {
    const { news, isShown } = this.#ledger.takeRebased(change, (epoch) => this.#live.fits(epoch))
    this.#parts.listener.rebased({ ...change, refused: news })
    this.#parts.listener.overtaken(change.refused, change.gone)
    if (isShown) this.#renewal.run([])
    for (const edit of change.edits) this.#takeOther(edit)
    if (!isShown) this.#renewal.ifNeeded()
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
    this.#live.apply(update, new Incoming({ type: 'snapshot', seq }))
    this.#ledger.arrived(update, seq)
  }

  /** Their bytes are kept as they are: no views into a frame. */
  applyRows(firstSeq: number, rows: readonly WireRow[]): void {
    for (const [at, row] of rows.entries()) {
      const seq = firstSeq + at
      this.#live.apply(row.update, new Incoming({ type: 'row', seq, row }))
      this.#ledger.arrived(row.update, seq)
    }
  }

  acknowledged(count: number, seq: Seq): void {
    const settled = this.#ledger.acknowledged(count, seq)
    if (settled.length === 0) return
    this.#parts.tabs.post({ type: 'settled', settled })
    this.#parts.listener.settled(settled)
  }

  rejected(ordinal: number, reason: Refusal): void {
    const refused = this.#ledger.rejected(ordinal, reason)
    if (reason === 'gap') this.#ledger.loseOrphans((client) => this.#live.clockOf(client))
    if (refused.length > 0) this.#renewal.run(refused)
    else this.#renewal.ifNeeded()
  }
}
