/**
 * The edits of this tab, and of tabs that are gone, which no commit holds yet: in order, and where
 * each of them stands on the present connection.
 *
 * Invariants
 *   1. An edit leaves only by an acknowledgement, by a refusal, or for another in its place.
 *   2. Nothing is sent twice on one connection, save for what the server asked for again; so no
 *      refusal and no gap can go round in circles.
 *   3. At most `WINDOW` messages are under way; what gathers meanwhile is merged.
 *   4. Only edits of the connection's epoch are sent.
 */
import { type ClientId, type Epoch, type Refusal, type Sync, UPDATE_SPLIT_BYTES } from 'kith-shared'
import { type Item, nextBatch } from './batch.js'
import type { Edit } from './edit.js'
import { mergeAll } from './merge-all.js'
import { splitUpdate } from './split-update.js'

const WINDOW = 32
/** A gap that this many tries did not close is left for the next connection. */
const GAP_TRIES = 3
/** Of any gap: one that seems closed is one of another tab's, whose commit is known here. */
const CLOSED_TRIES = 20

export type UpdateMessage = Extract<Sync, { update: Uint8Array }>

export class Outbox {
  readonly #items = new Map<string, Item>()
  /** Update messages sent and acknowledged on this connection. */
  #sent = 0
  #acked = 0
  #isOpen = false
  #epoch: Epoch = 0
  #mayWrite = true
  /** Whether the workspace takes more: `full` until a try, `trying` until something was taken. */
  #room: 'free' | 'full' | 'trying' = 'free'
  /** The answer to a gap: its ordinal while it is under way, and whether it failed. */
  #answer: { ordinal: number } | 'none' | 'failed' = 'none'

  /** A new edit, or one of a tab that is gone. */
  add(edit: Edit): void {
    if (this.#items.has(edit.id)) return
    this.#items.set(edit.id, { edit, standing: { standing: 'waiting' }, alone: false, gaps: 0 })
  }

  /** What a commit may still hold, in order. */
  get pending(): Edit[] {
    return Array.from(this.#items.values()).map(({ edit }) => edit)
  }

  /** Some can't be sent now, whatever the connection does. */
  get hasBlocked(): boolean {
    return Array.from(this.#items.values()).some(
      ({ standing: { standing } }) => standing === 'blocked' || standing === 'held',
    )
  }

  /** Some wait for a gap to close. */
  get hasGaps(): boolean {
    return Array.from(this.#items.values()).some(
      ({ standing: { standing } }) => standing === 'blocked' || standing === 'gapped',
    )
  }

  /** What a gap has kept so often that the server will hardly get what is missing. */
  get stuck(): Edit[] {
    const items = Array.from(this.#items.values())
    return items.filter(({ gaps }) => gaps >= GAP_TRIES).map(({ edit }) => edit)
  }

  has(id: string): boolean {
    return this.#items.has(id)
  }

  /** Client ids with work that is not committed; for the hello. */
  get clientIds(): ClientId[] {
    return [...new Set(this.pending.map((edit) => edit.clientId))]
  }

  /** The same edit, told with more. */
  amend(edit: Edit): void {
    const item = this.#items.get(edit.id)
    if (item !== undefined) item.edit = edit
  }

  /** Edits that were made before any server was heard are of this epoch from now on. */
  stamp(epoch: Epoch): Edit[] {
    const stamped: Edit[] = []
    for (const item of this.#items.values()) {
      if (item.edit.epoch !== 0) continue
      item.edit = { ...item.edit, epoch, early: true }
      stamped.push(item.edit)
    }
    return stamped
  }

  /**
   * Edits leave, others come in their place. A gap may have been theirs: what waited for its end is
   * tried again.
   */
  replace(gone: readonly string[], edits: readonly Edit[]): void {
    for (const id of gone) this.#items.delete(id)
    for (const item of this.#items.values()) {
      const { standing } = item.standing
      if (standing !== 'gapped' && standing !== 'blocked') continue
      item.standing = { standing: 'waiting' }
      item.gaps = 0
    }
    if (this.#answer === 'failed') this.#answer = 'none'
    for (const edit of edits) this.add(edit)
  }

  /** Not to be sent until it is released, or another takes its place; through all connections. */
  hold(ids: readonly string[]): void {
    for (const id of ids) {
      const item = this.#items.get(id)
      if (item !== undefined) item.standing = { standing: 'held' }
    }
  }

  release(id: string): void {
    const item = this.#items.get(id)
    if (item?.standing.standing === 'held') item.standing = { standing: 'waiting' }
  }

  /** A welcome: counting starts anew, and what a gap kept is tried once more. */
  open(epoch: Epoch): void {
    this.#reset()
    this.#isOpen = true
    this.#epoch = epoch
  }

  close(): void {
    this.#reset()
    this.#isOpen = false
  }

  #reset(): void {
    this.tryAgain()
    this.#sent = 0
    this.#acked = 0
    this.#answer = 'none'
    for (const item of this.#items.values()) {
      if (item.standing.standing !== 'held') item.standing = { standing: 'waiting' }
      item.gaps = 0
    }
  }

  /** A viewer's edits wait for another role. */
  setMayWrite(mayWrite: boolean): void {
    this.#mayWrite = mayWrite
  }

  /** The workspace takes no more, as far as is known: edits wait. */
  get isFull(): boolean {
    return this.#room !== 'free'
  }

  /** There may be room by now: one message goes, and the rest once something of it was taken. */
  tryAgain(): void {
    if (this.#room === 'full') this.#room = 'trying'
    if (this.#answer === 'failed') this.#answer = 'none'
  }

  /** What can be sent now, in order. */
  take(): UpdateMessage[] {
    const messages: UpdateMessage[] = []
    if (!this.#isOpen || !this.#mayWrite || this.#room === 'full') return messages
    const window = this.#room === 'trying' ? 1 : WINDOW
    while (this.#sent - this.#acked < window) {
      const batch = nextBatch(this.#items.values(), this.#epoch)
      const [first] = batch
      if (first === undefined) break
      const update = mergeAll(batch.map(({ edit }) => edit.update))
      const from = this.#sent + 1
      for (const part of splitUpdate(update, UPDATE_SPLIT_BYTES)) {
        messages.push({ type: 'update', update: part })
        this.#sent++
      }
      for (const item of batch) item.standing = { standing: 'sent', from, through: this.#sent }
    }
    return messages
  }

  /** Gives the edits that are committed now (invariant 1). */
  settled(count: number): Edit[] {
    this.#acked = Math.max(this.#acked, count)
    const done: Edit[] = []
    for (const { edit, standing } of this.#items.values()) {
      if (standing.standing === 'sent' && standing.through <= count) done.push(edit)
    }
    for (const { id } of done) this.#items.delete(id)
    if (typeof this.#answer === 'object' && this.#answer.ordinal <= count) {
      this.#answer = 'none'
    }
    if (done.length > 0) {
      if (this.#room === 'trying') this.#room = 'free'
      this.#retryGapped()
    }
    return done
  }

  /** Something of ours was taken: what was missing may be there now. */
  #retryGapped(): void {
    for (const item of this.#items.values()) {
      if (item.standing.standing !== 'gapped') continue
      item.standing = { standing: item.gaps < GAP_TRIES ? 'waiting' : 'blocked' }
    }
  }

  /** Sends again what met a gap that is closed, as far as this device knows. */
  retry(isClosed: (edit: Edit) => boolean): void {
    /** What follows one that can't go is a gap, too, and would only use up its tries. */
    const behind = new Set<ClientId>()
    for (const item of this.#items.values()) {
      const { standing } = item.standing
      const { clientId } = item.edit
      if (standing === 'held') behind.add(clientId)
      if (standing !== 'gapped' && standing !== 'blocked') continue
      const mayGo = !behind.has(clientId) && item.gaps < CLOSED_TRIES && isClosed(item.edit)
      if (mayGo) item.standing = { standing: 'waiting' }
      else behind.add(clientId)
    }
  }

  /** Gives the edits that are refused for good, and forgets them. */
  rejected(ordinal: number, reason: Refusal): Edit[] {
    const isAnswer = typeof this.#answer === 'object' && this.#answer.ordinal === ordinal
    if (isAnswer) this.#answer = 'failed'
    const items = Array.from(this.#items.values()).filter(
      ({ standing }) =>
        standing.standing === 'sent' && standing.from <= ordinal && ordinal <= standing.through,
    )
    if (reason === 'read-only') this.#mayWrite = false
    if (reason === 'quota') this.#room = 'full'
    // While it is full a gap is that of an edit which waits for room, and goes before it.
    const waits = reason === 'gap' ? this.#room === 'full' : isPatient(reason)
    if (waits) for (const item of items) item.standing = { standing: 'waiting' }
    else if (reason === 'gap') this.#gapped(items)
    else if (items.length === 1 && !isAnswer) return this.#refuse(items, reason)
    // Which of them it was is found by sending each by itself.
    else for (const item of items) setAlone(item)
    return []
  }

  #gapped(items: readonly Item[]): void {
    const standing = this.mayAnswer ? 'gapped' : 'blocked'
    for (const item of items) {
      item.gaps++
      item.standing = { standing }
    }
  }

  #refuse(items: readonly Item[], reason: Refusal): Edit[] {
    for (const { edit } of items) this.#items.delete(edit.id)
    return items.map(({ edit }) => ({ ...edit, refused: reason }))
  }

  /** Whether a gap can be answered from the document: at most once until the answer is settled. */
  get mayAnswer(): boolean {
    return this.#answer === 'none' && this.#room !== 'full'
  }

  /** `update`: all that waits, of other tabs too. */
  answer(update: Uint8Array): UpdateMessage {
    this.#sent++
    const ordinal = this.#sent
    this.#answer = { ordinal }
    for (const item of this.#items.values()) {
      // What is held may not be in the document.
      if (item.standing.standing === 'held' || item.edit.epoch !== this.#epoch) continue
      item.standing = { standing: 'sent', from: ordinal, through: ordinal }
    }
    return { type: 'sync-step-2', update }
  }
}

/** Nothing is wrong with the edit: it waits for another role, or for room. */
const isPatient = (reason: Refusal): boolean => reason === 'read-only' || reason === 'quota'

const setAlone = (item: Item): void => {
  item.alone = true
  item.standing = { standing: 'waiting' }
}
