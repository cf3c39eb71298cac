/** Every edit that no commit holds yet, or that none ever will, and what is committed. */
import type { ClientId, Epoch, Refusal, Seq } from 'kith-shared'
import { Casualties, type Rebuilding, type Rebuilt } from './core/casualties.js'
import { Committed } from './core/committed.js'
import type { Edit, OutboxChange } from './core/edit.js'
import { mergeAll } from './core/merge-all.js'
import { Outbox } from './core/outbox.js'
import type { Settled, TabMessage, Tabs } from './core/ports.js'
import { loseOrphans, retryGaps } from './gaps.js'
import { KeptEdits } from './kept-edits.js'
import { Others } from './others.js'

export class Ledger {
  readonly outbox = new Outbox()
  readonly casualties = new Casualties()
  readonly others: Others
  readonly #committed = new Committed()
  /** Committed, while the rows that hold them are still on their way. */
  readonly #settling = new Map<string, { edit: Edit; seq: Seq }>()
  readonly #onDevice = new KeptEdits(this.outbox)
  readonly #tabs: Tabs

  constructor(tabs: Tabs, adopt: (edits: Edit[]) => void) {
    this.#tabs = tabs
    this.others = new Others(tabs, adopt, () => this.pending)
  }

  /** What no commit holds yet, of all tabs that are known. */
  get pending(): Edit[] {
    return [...this.outbox.pending, ...this.others.edits]
  }

  /**
   * What of it the server can take: edits of other tabs too, since one of them may sleep. As they
   * were written, never as the document has them: a refused value that was overwritten since is no
   * more in it, and the server would take now what its tab is writing anew.
   */
  sendable(epoch: Epoch): Uint8Array {
    // What another tab has written anew may not be on the device yet (`holdUntilKept`).
    const isSafe = ({ id, replaces }: Edit): boolean =>
      replaces === undefined || this.outbox.has(id) || this.isKept(id)
    const edits = this.pending.filter(
      (edit) => edit.epoch === epoch && isSafe(edit) && !this.casualties.holds(edit),
    )
    return mergeAll(edits.map(({ update }) => update))
  }

  isKept(id: string): boolean {
    return this.#onDevice.has(id)
  }

  isKnown(id: string): boolean {
    return this.outbox.has(id) || this.others.has(id) || this.casualties.has(id)
  }

  load(updates: readonly Uint8Array[], seq: Seq, edits: readonly Edit[], epoch: Epoch): void {
    this.#committed.load(updates, seq)
    for (const { id } of edits) this.#onDevice.add(id)
    for (const edit of edits) {
      if (edit.refused === undefined) continue
      if (edit.epoch === epoch) this.casualties.refuse(edit)
      else this.casualties.aside.add(edit)
    }
  }

  /** What the server committed in the document's epoch, and through which row. */
  get committed(): readonly Uint8Array[] {
    return this.#committed.updates
  }

  get seq(): Seq {
    return this.#committed.seq
  }

  /** Another epoch, which begins with this state. */
  renew(update: Uint8Array, seq: Seq): void {
    this.#committed.load([update], seq)
    this.#settling.clear()
    this.casualties.renew()
  }

  /** These leave, whoever's they were; what comes is ours. */
  swap(ids: readonly string[], edits: readonly Edit[]): void {
    for (const id of ids) this.others.delete(id)
    this.outbox.replace(ids, edits)
    this.#onDevice.replaced(ids)
  }

  /** Of an epoch that is over: what was built on it was moved without it. */
  setAside(edit: Edit): void {
    this.casualties.aside.add(edit)
  }

  /** A row or a snapshot is in. */
  arrived(update: Uint8Array, seq: Seq): void {
    this.#committed.add(update, seq)
    for (const [id, one] of this.#settling) if (one.seq <= seq) this.#settling.delete(id)
  }

  kept(ids: readonly string[]): void {
    for (const id of ids) if (this.isKnown(id)) this.#onDevice.add(id)
    this.#onDevice.arrived(ids)
  }

  /** What was kept may be gone. */
  unkept(): void {
    this.#onDevice.clear()
  }

  /** Another tab's. */
  hear(edit: Edit): void {
    this.#onDevice.hear(edit)
    this.others.add(edit)
  }

  /** The device holds what it was. */
  wasKept(id: string): void {
    this.#onDevice.wasKept(id)
  }

  /** What another tab has read from the device, and nobody here knows (any more). */
  find(edits: readonly Edit[]): void {
    this.others.find(edits)
    for (const { id } of edits) this.#onDevice.add(id)
  }

  keptNowhere(): void {
    this.#onDevice.keptNowhere()
  }

  /** Whether anything waits for the device before it may be sent. */
  get isUnsafe(): boolean {
    return this.#onDevice.isAwaited
  }

  /** Not sent before the device holds them. */
  holdUntilKept(edits: readonly Edit[]): void {
    this.#onDevice.holdUntilKept(edits)
  }

  /** Gives those of ours that a commit holds now. */
  acknowledged(count: number, seq: Seq): Settled[] {
    const edits = this.outbox.settled(count)
    for (const edit of edits) this.#settle(edit, seq)
    const settled = edits.map(({ id }) => ({ id, seq }))
    this.others.remember(settled)
    this.#retry()
    return settled
  }

  #retry(): void {
    retryGaps(this.outbox, () => this.pending)
  }

  /** The same of other tabs. */
  settleOthers(settled: readonly Settled[]): void {
    for (const { id, seq } of settled) {
      const edit = this.others.get(id)
      if (edit !== undefined) this.#settle(edit, seq)
      else this.#onDevice.delete(id)
      this.others.delete(id)
    }
    this.#retry()
    this.others.remember(settled)
  }

  #settle(edit: Edit, seq: Seq): void {
    this.#onDevice.delete(edit.id)
    if (seq > this.#committed.seq) this.#settling.set(edit.id, { edit, seq })
  }

  /** Gives what is refused of ours, set aside. */
  rejected(ordinal: number, reason: Refusal): Edit[] {
    const refused = this.outbox.rejected(ordinal, reason)
    const isForeign = reason === 'foreign-client'
    const [mine, bad] = isForeign ? this.#apart(refused) : [[], refused]
    for (const edit of bad) this.casualties.refuse(edit)
    if (reason === 'gap') this.#retry()
    for (const { refused: _, ...edit } of mine) this.outbox.add(this.casualties.lose(edit))
    return bad
  }

  /**
   * Nothing is wrong with an edit under a foreign id: it is written anew under one of our own. Not
   * where that id's work is here already, since then nobody can tell the two apart.
   */
  #apart(edits: readonly Edit[]): [mine: Edit[], clashing: Edit[]] {
    const clashes = ({ clientId }: Edit): boolean => this.#committed.clockOf(clientId) > 0
    return [edits.filter((edit) => !clashes(edit)), edits.filter(clashes)]
  }

  /** `stateOf`: the document's. */
  loseOrphans(stateOf: (client: ClientId) => number): void {
    loseOrphans(this.outbox, this.casualties, stateOf)
  }

  /** Whether it was set aside. */
  discard(id: string): boolean {
    this.#onDevice.delete(id)
    return this.casualties.aside.delete(id)
  }

  /** Some of ours build on what is lost. */
  get hasBehind(): boolean {
    return this.outbox.pending.some((edit) => this.casualties.claims(edit))
  }

  /** What a tab has just read from the device may have been on its way out. */
  wordsForNewTab(): TabMessage[] {
    const { aside, replaced } = this.casualties
    const rebased: TabMessage = { type: 'rebased', refused: aside.edits, gone: replaced, edits: [] }
    return [
      ...(aside.size + replaced.length > 0 ? [rebased] : []),
      ...this.outbox.pending.map((edit): TabMessage => {
        const { id } = edit
        return {
          type: 'edit',
          edit,
          kept: this.isKept(id),
          wasKept: this.#onDevice.holdsEarlier(id),
        }
      }),
      { type: 'settled', settled: this.others.settled },
    ]
  }

  /**
   * Another tab's word: gives what is refused and new here, and whether the document shows it. If
   * it does, what comes in its place waits for another document: in this one it would show twice.
   */
  takeRebased(
    { refused, gone, edits }: OutboxChange,
    fits: (epoch: Epoch) => boolean,
  ): { news: Edit[]; isShown: boolean } {
    const { casualties, outbox, others } = this
    const pending = new Map(this.pending.map((edit) => [edit.id, edit]))
    const news = refused.filter(({ id }) => !casualties.has(id))
    const ids = [...gone, ...news.map(({ id }) => id)]
    const left = ids.flatMap((id) => pending.get(id) ?? [])
    const isShown = left.some((edit) => fits(edit.epoch) && !casualties.holds(edit))
    for (const edit of left) casualties.replace(edit)
    for (const edit of news) casualties.refuse(edit)
    for (const id of ids) others.delete(id)
    outbox.replace(ids, [])
    this.#onDevice.replaced(ids)
    for (const edit of isShown ? edits : []) {
      const isNext = edit.replaces !== undefined && pending.has(edit.replaces)
      if (isNext && !this.isKnown(edit.id)) this.hear(edit)
    }
    // What this tab had set aside by itself was written anew after all.
    for (const id of gone) casualties.aside.delete(id)
    return { news, isShown }
  }

  /** The document without what is lost, and what becomes of our own edits; `shown`: what waits in it. */
  rebuild(
    parts: Omit<Rebuilding, 'committed' | 'pending'>,
    shown: readonly Edit[],
  ): Omit<Rebuilt, 'held'> {
    const settling = [...this.#settling.values()].map(({ edit }) => edit)
    const { doc, change, held } = this.casualties.rebuild({
      ...parts,
      isMine: (edit) => this.outbox.has(edit.id) && parts.isMine(edit),
      committed: this.#committed.updates,
      pending: [...settling, ...shown],
    })
    const { refused, gone, edits } = change
    const left = [...gone, ...refused.map(({ id }) => id)]
    this.outbox.replace(left, edits)
    this.#onDevice.replaced(left)
    this.holdUntilKept(edits)
    this.#hold(held)
    return { doc, change }
  }

  /** What was taken over from a tab that perhaps lives is that tab's to write anew: it is shown. */
  #hold(held: readonly Edit[]): void {
    const ours = held.filter(({ id }) => this.outbox.has(id))
    this.outbox.hold(ours.map(({ id }) => id))
    if (this.#tabs.knowsWhoLives) return
    for (const edit of ours) this.casualties.setAside(edit)
    this.outbox.replace(
      ours.map(({ id }) => id),
      [],
    )
  }
}
