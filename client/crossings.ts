/**
 * Takes the edits of this device, and the document, into a later epoch.
 *
 * 1. All edits that the device holds move together, in one transaction of its storage: that is the
 *    lock between tabs. Whichever tab comes first moves them and sends them from then on; it tells
 *    the others, and who has not heard yet finds it on the device.
 * 2. Nothing is sent in the new epoch before the device holds it in the place of what it was. Where
 *    the device can keep nothing, each tab moves its own, and sends those of which it holds nothing.
 * 3. What is typed while the device writes is moved when it has, within the task that shows the new
 *    document.
 */
import type { Epoch } from 'kith-shared'
import * as Y from 'yjs'
import { isStale } from './core/crossing.js'
import { Departed } from './core/departed.js'
import type { Crossing, Edit, OutboxChange } from './core/edit.js'
import type { Swap, Tabs } from './core/ports.js'
import { rivalsOf } from './core/rivals.js'
import { CrossingPlan, type PlanParts, type Way } from './crossing-plan.js'
import { Incoming } from './incoming.js'
import type { ReplicaListener } from './replica-parts.js'

interface Parts extends Omit<PlanParts, 'away'> {
  tabs: Tabs
  listener: ReplicaListener
}

export class Crossings {
  readonly #parts: Parts
  readonly #away = new Departed()
  readonly #plan: CrossingPlan

  constructor(parts: Parts) {
    this.#parts = parts
    this.#plan = new CrossingPlan({ ...parts, away: this.#away })
  }

  /** Whether this edit is known to be moved. */
  has(id: string): boolean {
    return this.#away.has(id)
  }

  /**
   * An edit of a tab that has heard a server now, in a later epoch than this document's, which shows
   * it all the same: what was made here may build on it.
   */
  meetsAhead(edit: Edit): void {
    // By another name: the edit itself has not moved, and waits like any other.
    const { early: _, ...shown } = edit
    this.#away.add({ ...shown, id: `${edit.id}<0`, epoch: this.#parts.live.epoch }, edit)
  }

  /** What the document shows of them until it is replaced. */
  get shown(): Edit[] {
    return this.#away.of(this.#parts.live.epoch)
  }

  /** What an edit of an epoch that is over builds on, as far as it has moved. */
  behind(epoch: Epoch): Edit['behind'] {
    return this.#away.behind(epoch)
  }

  /** The oldest epoch of edits that wait, for the hello: of all tabs, since any may move them. */
  get unsentEpoch(): Epoch | undefined {
    const epochs = this.#parts.ledger.pending.flatMap(({ epoch }) => (epoch === 0 ? [] : [epoch]))
    return epochs.length === 0 ? undefined : Math.min(...epochs)
  }

  /** Some edits of this tab are of an epoch before the document's. */
  get lacksRoad(): boolean {
    const { ledger, live } = this.#parts
    return ledger.outbox.pending.some((edit) => isStale(edit, live.epoch))
  }

  /**
   * Resolves once the document is of the new epoch, with all that it showed. `lacks-road`: it is as
   * it was, since some of it was typed behind the hello that did not ask for the road.
   */
  async cross(way: Way): Promise<'arrived' | 'lacks-road'> {
    const { ledger, live, listener } = this.#parts
    // What the hello named the history does not reach: that is set aside first, or it would be named
    // again and again.
    if (way.named === undefined && this.#wouldHide(way)) return 'lacks-road'
    let onDevice: readonly Edit[] = []
    let planned: Crossing = { refused: [], gone: [], edits: [], settled: [] }
    let rescued: Edit[] = []
    const crossed = await listener.cross(way.state, (kept): Swap => {
      onDevice = kept
      planned = this.#plan.all(way, kept)
      rescued = this.#plan.rescued(planned, kept)
      return { edits: [...planned.refused, ...planned.edits, ...rescued], gone: planned.gone }
    })
    if (live.isClosed) return 'arrived'
    const crossings: Crossing[] = []
    if (crossed.outcome === 'crossed') {
      const before = new Set(ledger.pending.map(({ id }) => id))
      this.#take(planned, onDevice)
      ledger.kept(planned.edits.map(({ id }) => id))
      this.#meet(crossed.edits, before, way.state.epoch)
      crossings.push(planned)
    }
    crossings.push(this.#late(way))
    // Typed while the device wrote. The device is there already, which the next road does not mind.
    const isHidden = this.#wouldHide(way)
    // Under an id of its own: what waits for the device must not hold up what is typed from now on.
    if (!isHidden) this.#enter(way, this.#parts.newClientId(), crossings)
    for (const crossing of crossings) this.#tell(crossing, crossing === planned)
    if (crossed.outcome === 'crossed') {
      const ids = [...planned.edits, ...rescued].map(({ id }) => id)
      ledger.kept(ids)
      this.#parts.tabs.post({ type: 'kept', ids })
    }
    return isHidden ? 'lacks-road' : 'arrived'
  }

  /** Edits that the document shows would be shown no more. */
  #wouldHide({ steps, state, named }: Way): boolean {
    const { ledger, live } = this.#parts
    if (steps.length > 0 || live.epoch === state.epoch || live.epoch === named) return false
    return ledger.outbox.pending.some(({ epoch }) => epoch === live.epoch && epoch !== 0)
  }

  /** Rule 3, and where the device keeps nothing all of this tab's. */
  #late(way: Way): Crossing {
    const { ledger, listener } = this.#parts
    const late = this.#plan.own(way)
    this.#take(late, [])
    ledger.holdUntilKept(late.edits)
    const { refused, gone, edits } = late
    if (refused.length + gone.length > 0) listener.keep([...refused, ...edits], gone)
    return late
  }

  #take(crossing: Crossing, kept: readonly Edit[]): void {
    this.#leave(crossing, kept)
    this.#parts.ledger.swap(idsOf(crossing), crossing.edits)
    for (const edit of crossing.refused) this.#parts.ledger.setAside(edit)
  }

  /** What edits were, as far back as is known. */
  before(edits: readonly Edit[]): string[] {
    return this.#plan.before(edits)
  }

  /**
   * Another tab's word. What it moved is its own from now on; what is late here will move on it.
   * `areKept`: on the device; else whoever can writes it there. Gives what of it counts, and what of
   * ours gives way to it.
   */
  hear(crossing: Crossing, areKept: boolean): { news: Edit[]; change: OutboxChange } {
    const { ledger, listener } = this.#parts
    const { ignored, given } = rivalsOf(crossing.edits, areKept, (id) => {
      const edit = this.#away.nextOf(id)
      const isMine = edit !== undefined && ledger.outbox.has(edit.id)
      return isMine ? { edit, isKept: ledger.isKept(edit.id) } : undefined
    })
    const news = crossing.edits.filter((edit) => !ignored.includes(edit))
    this.#hear({ ...crossing, edits: news })
    for (const edit of ignored) ledger.casualties.replace(edit)
    if (!areKept) listener.keep([...crossing.refused, ...news], crossing.gone)
    this.#away.replace((id) => given.find(({ ours }) => ours.id === id)?.theirs)
    const edits = given.map(({ ours, theirs }) => ({ ...theirs, replaces: ours.id }))
    return { news, change: { refused: [], gone: given.map(({ ours }) => ours.id), edits } }
  }

  #hear(crossing: Crossing): void {
    const { ledger, listener } = this.#parts
    const ids = idsOf(crossing)
    const news = crossing.refused.filter(({ id }) => !ledger.casualties.has(id))
    this.#leave(crossing, [])
    ledger.swap(ids, [])
    this.#amend()
    for (const edit of crossing.refused) ledger.setAside(edit)
    listener.overtaken(crossing.refused, crossing.gone)
    this.#report({ ...crossing, refused: news })
  }

  /** What was typed since another tab moved what it builds on, and before its word of that. */
  #amend(): void {
    const { ledger, live, listener } = this.#parts
    const behind = this.behind(live.epoch)
    if (behind === undefined) return
    const late = ledger.outbox.pending.filter(({ epoch }) => epoch === live.epoch)
    const amended = late.map((edit) => ({ ...edit, behind }))
    for (const edit of amended) ledger.outbox.amend(edit)
    if (amended.length > 0) listener.keep(amended, [])
  }

  /** `kept`: what the device held of all tabs; of some of it this one may not have heard. */
  #leave(crossing: Crossing, kept: readonly Edit[]): void {
    const { ledger } = this.#parts
    this.#away.leave(crossing, [...kept, ...ledger.pending])
  }

  /** What other tabs had moved of all that waited here; they may be gone without a word. */
  #meet(kept: readonly Edit[], before: ReadonlySet<string>, present: Epoch): void {
    const { ledger } = this.#parts
    const ids = new Set(kept.map(({ id }) => id))
    for (const edit of kept) {
      if (edit.refused !== undefined && before.has(edit.id)) ledger.setAside(edit)
      const isNext = edit.replaces !== undefined && before.has(edit.replaces)
      if (isNext && !ledger.isKnown(edit.id)) ledger.others.add(edit)
      if (isNext) ledger.kept([edit.id])
    }
    for (const edit of ledger.others.edits) {
      const isGone = isStale(edit, present) && ledger.isKept(edit.id) && !ids.has(edit.id)
      if (isGone) ledger.others.delete(edit.id)
    }
  }

  #enter({ state }: Way, clientId: number, crossings: readonly Crossing[]): void {
    const { ledger, live, listener } = this.#parts
    const { epoch, seq, update } = state
    if (live.epoch === epoch) {
      if (seq > ledger.seq) {
        live.apply(update, new Incoming({ type: 'snapshot', seq }))
        ledger.arrived(update, seq)
      }
      for (const { edits } of crossings) {
        for (const edit of edits)
          live.apply(edit.update, new Incoming({ type: 'edit', id: edit.id }))
      }
      return
    }
    ledger.renew(update, seq)
    const doc = new Y.Doc()
    doc.transact(() => {
      Y.applyUpdate(doc, update)
      // What another tab has moved may be committed, and its row not here.
      const moved = [...this.#away.pairs.values()].flatMap(({ to }) => to ?? [])
      for (const edit of [...moved, ...ledger.pending]) {
        if (edit.epoch === epoch || edit.epoch === 0) Y.applyUpdate(doc, edit.update)
      }
    })
    // Not before: Yjs would take what was moved under it for another's, and draw a new one.
    doc.clientID = clientId
    live.show(doc, epoch)
    listener.replaced(doc, seq)
  }

  #tell(crossing: Crossing, kept: boolean): void {
    if (crossing.gone.length + crossing.refused.length === 0) return
    this.#parts.tabs.post({ type: 'crossed', kept, ...crossing })
    this.#report(crossing)
  }

  #report({ refused, gone, edits, settled }: Crossing): void {
    const { listener } = this.#parts
    const done = new Set(settled.map(({ id }) => id))
    listener.rebased({ refused, gone: gone.filter((id) => !done.has(id)), edits })
    listener.settled(settled)
  }
}

const idsOf = ({ gone, refused }: Crossing): string[] => [...gone, ...refused.map(({ id }) => id)]
