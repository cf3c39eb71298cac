/**
 * The edits of this tab, and of tabs that are gone, which no commit holds yet: in order, and where
 * each of them stands on the present connection.
 *
 * Invariants
 *   1. An edit leaves only by an acknowledgement; a refused one stays, aside.
 *   2. Nothing is sent twice on one connection, save for what the server asked for again; so no
 *      refusal and no gap can go round in circles.
 *   3. What follows a refused edit of the same client id can't be taken any more (its clocks would
 *      leave a gap), so it is blocked: kept, not sent.
 *   4. At most `WINDOW` messages are under way; what gathers meanwhile is merged.
 */
import { type ClientId, type Refusal, type Sync, UPDATE_SPLIT_BYTES } from 'kith-shared'
import * as Y from 'yjs'
import { splitUpdate } from './split-update.js'

/** One local transaction. */
export interface Edit {
  id: string
  /** The first Yjs client id of the tab that made it; names the tab's lock. */
  owner: ClientId
  /** The Yjs client id that it was written under. */
  clientId: ClientId
  update: Uint8Array
  /** What it touched: `<contact id>`, `<contact id>/<field>`, note ids, `about/<contact id>`. */
  touches: readonly string[]
  refused?: Refusal
}

type Standing =
  | { standing: 'waiting' }
  /** In update messages `from` to `through` of this connection. */
  | { standing: 'sent'; from: number; through: number }
  /** Rejected for a gap; the server's question, or its next commit of ours, sends it again. */
  | { standing: 'gapped' }
  | { standing: 'blocked' }
  | { standing: 'refused'; reason: Refusal }

interface Item {
  edit: Edit
  standing: Standing
  /** It was refused together with others: now it goes by itself. */
  alone: boolean
  gaps: number
}

const WINDOW = 32
/** `mergeUpdates` takes more than linear time. */
const MERGE = 50
/** A gap that this many tries did not close is left for the next connection. */
const GAP_TRIES = 3

type FirstRefused = Map<ClientId, { id: string; reason: Refusal }>

export interface EditAside {
  edit: Edit
  /** Of the refusal that it waits behind, where it is not refused itself. */
  reason: Refusal
  /** The refused edit without which it can't be sent. */
  blockedBy?: string
}

export type UpdateMessage = Extract<Sync, { update: Uint8Array }>

export class Outbox {
  readonly #items = new Map<string, Item>()
  /** Update messages sent and acknowledged on this connection. */
  #sent = 0
  #acked = 0
  #isOpen = false
  #mayWrite = true
  /** The document holds an edit that was refused. */
  #isTainted = false
  /** The answer to a gap: its ordinal while it is under way, and whether it failed. */
  #answer: { ordinal: number } | 'none' | 'failed' = 'none'

  /** A new edit, or one of a tab that is gone. */
  add(edit: Edit): void {
    if (this.#items.has(edit.id)) return
    const standing: Standing =
      edit.refused !== undefined
        ? { standing: 'refused', reason: edit.refused }
        : { standing: isBehind(edit, this.#firstRefused()) ? 'blocked' : 'waiting' }
    this.#items.set(edit.id, { edit, standing, alone: false, gaps: 0 })
  }

  /** What a commit may still hold, in order. */
  get pending(): Edit[] {
    const refused = this.#firstRefused()
    return this.#editsWhere((item) => !isAside(item, refused))
  }

  /** Refused edits, and those behind them that can't be sent any more (invariant 3), in order. */
  get aside(): EditAside[] {
    const refused = this.#firstRefused()
    return Array.from(this.#items.values()).flatMap((item): EditAside[] => {
      const { edit, standing } = item
      if (standing.standing === 'refused') return [{ edit, reason: standing.reason }]
      const first = refused.get(edit.clientId)
      if (first === undefined || !isAside(item, refused)) return []
      return [{ edit, reason: first.reason, blockedBy: first.id }]
    })
  }

  /**
   * Forgets an edit that is set aside. What was behind it still can't be sent: the first of that is
   * refused in its place, and given, to be kept so. `undefined` where it is not set aside.
   */
  discard(id: string): Edit[] | undefined {
    const item = this.#items.get(id)
    if (item === undefined || !isAside(item, this.#firstRefused())) return undefined
    this.#items.delete(id)
    const { edit, standing } = item
    if (standing.standing !== 'refused') return []
    const heir = Array.from(this.#items.values()).find(
      (other) => other.edit.clientId === edit.clientId && other.edit.id > id,
    )
    if (heir?.standing.standing !== 'blocked') return []
    heir.edit = { ...heir.edit, refused: standing.reason }
    heir.standing = standing
    return [heir.edit]
  }

  /** Of each client id. Ids of edits sort by the time they were made. */
  #firstRefused(): FirstRefused {
    const first: FirstRefused = new Map()
    for (const { edit, standing } of this.#items.values()) {
      if (standing.standing !== 'refused') continue
      const known = first.get(edit.clientId)
      if (known === undefined || edit.id < known.id) {
        first.set(edit.clientId, { id: edit.id, reason: standing.reason })
      }
    }
    return first
  }

  get refused(): Edit[] {
    return this.#editsWhere((item) => item.standing.standing === 'refused')
  }

  #editsWhere(matches: (item: Item) => boolean): Edit[] {
    return Array.from(this.#items.values())
      .filter(matches)
      .map(({ edit }) => edit)
  }

  get hasBlocked(): boolean {
    return Array.from(this.#items.values()).some(({ standing }) => standing.standing === 'blocked')
  }

  has(id: string): boolean {
    return this.#items.has(id)
  }

  /** Client ids with work that is not committed; for the hello. */
  get clientIds(): ClientId[] {
    return [...new Set(this.pending.map((edit) => edit.clientId))]
  }

  /** Whether an edit under this client id would be blocked: write under a fresh one instead. */
  isBlocked(clientId: ClientId): boolean {
    for (const { edit, standing } of this.#items.values()) {
      const isStuck = standing.standing === 'refused' || standing.standing === 'blocked'
      if (isStuck && edit.clientId === clientId) return true
    }
    return false
  }

  /** A welcome: counting starts anew, and what was blocked by a gap alone is tried once more. */
  open(): void {
    this.#reset()
    this.#isOpen = true
  }

  close(): void {
    this.#reset()
    this.#isOpen = false
  }

  #reset(): void {
    this.#sent = 0
    this.#acked = 0
    this.#answer = 'none'
    for (const item of this.#items.values()) {
      if (item.standing.standing === 'refused') continue
      item.standing = { standing: 'waiting' }
      item.gaps = 0
    }
    this.#blockBehindRefused()
  }

  /** A viewer's edits wait for another role. */
  setMayWrite(mayWrite: boolean): void {
    this.#mayWrite = mayWrite
  }

  /** What can be sent now, in order. */
  take(): UpdateMessage[] {
    const messages: UpdateMessage[] = []
    if (!this.#isOpen || !this.#mayWrite) return messages
    while (this.#sent - this.#acked < WINDOW) {
      const batch = this.#nextBatch()
      const [first] = batch
      if (first === undefined) break
      const updates = batch.map(({ edit }) => edit.update)
      const update = updates.length === 1 ? first.edit.update : Y.mergeUpdates(updates)
      const from = this.#sent + 1
      for (const part of splitUpdate(update, UPDATE_SPLIT_BYTES)) {
        messages.push({ type: 'update', update: part })
        this.#sent++
      }
      for (const item of batch) item.standing = { standing: 'sent', from, through: this.#sent }
    }
    return messages
  }

  /** Waiting edits of one client id that follow each other and fit one message. */
  #nextBatch(): Item[] {
    const batch: Item[] = []
    let bytes = 0
    for (const item of this.#items.values()) {
      const [first] = batch
      if (item.standing.standing !== 'waiting') {
        if (first === undefined) continue
        break
      }
      bytes += item.edit.update.length
      const fits = batch.length < MERGE && bytes <= UPDATE_SPLIT_BYTES && !item.alone
      if (first && (!fits || first.alone || first.edit.clientId !== item.edit.clientId)) break
      batch.push(item)
    }
    return batch
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
    if (done.length > 0) this.#retryGapped()
    return done
  }

  /** Something of ours was taken: what was missing may be there now. */
  #retryGapped(): void {
    for (const item of this.#items.values()) {
      if (item.standing.standing !== 'gapped') continue
      item.standing = { standing: item.gaps < GAP_TRIES ? 'waiting' : 'blocked' }
    }
  }

  /** Gives the edits that are refused for good. */
  rejected(ordinal: number, reason: Refusal): Edit[] {
    const isAnswer = typeof this.#answer === 'object' && this.#answer.ordinal === ordinal
    if (isAnswer) this.#answer = 'failed'
    const items = Array.from(this.#items.values()).filter(
      ({ standing }) =>
        standing.standing === 'sent' && standing.from <= ordinal && ordinal <= standing.through,
    )
    if (reason === 'gap') this.#gapped(items)
    else if (reason === 'read-only') this.#putBack(items)
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

  #putBack(items: readonly Item[]): void {
    this.#mayWrite = false
    for (const item of items) item.standing = { standing: 'waiting' }
  }

  /** Another tab's edit was refused, and is in our document too. */
  taint(): void {
    this.#isTainted = true
  }

  #refuse(items: readonly Item[], reason: Refusal): Edit[] {
    this.#isTainted = true
    for (const item of items) {
      item.edit = { ...item.edit, refused: reason }
      item.standing = { standing: 'refused', reason }
    }
    this.#blockBehindRefused()
    return items.map(({ edit }) => edit)
  }

  /** Invariant 3. */
  #blockBehindRefused(): void {
    const refused = this.#firstRefused()
    for (const item of this.#items.values()) {
      if (item.standing.standing === 'waiting' && isBehind(item.edit, refused)) {
        item.standing = { standing: 'blocked' }
      }
    }
  }

  /**
   * Whether a gap can be answered from the document: at most once until the answer is settled, and
   * not while the document holds a refused edit, which the answer would carry.
   */
  get mayAnswer(): boolean {
    return this.#answer === 'none' && !this.#isTainted
  }

  /** `update`: all that the document holds beyond what the server said it has. */
  answer(update: Uint8Array): UpdateMessage {
    this.#sent++
    const ordinal = this.#sent
    this.#answer = { ordinal }
    const refused = this.#firstRefused()
    for (const item of this.#items.values()) {
      // What is set aside may not be in the document at all.
      if (!isAside(item, refused)) {
        item.standing = { standing: 'sent', from: ordinal, through: ordinal }
      }
    }
    return { type: 'sync-step-2', update }
  }
}

const isBehind = ({ id, clientId }: Edit, refused: FirstRefused): boolean => {
  const first = refused.get(clientId)
  return first !== undefined && first.id < id
}

const isAside = ({ edit, standing }: Item, refused: FirstRefused): boolean =>
  standing.standing === 'refused' || (standing.standing === 'blocked' && isBehind(edit, refused))

const setAlone = (item: Item): void => {
  item.alone = true
  item.standing = { standing: 'waiting' }
}
