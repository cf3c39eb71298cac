/**
 * What waits in a room to be committed: batches are made of it, one after another, and each outcome
 * goes back to the room. The room's invariant 1 lives here: one commit is in flight at most, and
 * what arrives meanwhile waits.
 */
import { type ClientId, type Role, type UpdateScanner, type UserId, unreachable } from 'kith-shared'
import { type Doubt, type MadeBatch, makeBatch, type Waiting } from './batch-maker.js'
import type { CommitOutcome } from './ports.js'
import type { Quotas } from './quotas.js'
import type { RoomEffect } from './room-events.js'
import type { RoomSession } from './room-session.js'
import type { RoomState } from './room-state.js'
import type { TrialReport } from './trial.js'
import { Trials } from './trials.js'

/**
 * Past this many bytes in the queue of a room, whoever has more than their share of it there is asked
 * to come back later; past twice as many, everybody is.
 */
export const MAX_QUEUED_BYTES = 64 * 1024 * 1024
const SHARE_BYTES = 2 * 1024 * 1024

/**
 * A `seq` beyond the head makes the room read the journal, so often at most, in milliseconds. Who
 * comes too soon after gets what this room has, from the snapshot on.
 */
const LOOK_SPACING = 3_000

export type Committed = Extract<CommitOutcome, { outcome: 'committed' }>

export interface CommitQueueParts {
  scanner: UpdateScanner
  quotas: Quotas
  /** A new UUID. */
  newBatchId: () => string
  emit: (effect: RoomEffect) => void
  state: () => RoomState
  /** Rows are committed: everybody may have them. Comes before their `settle`. */
  publish: (made: MadeBatch, outcome: Committed) => void
  /** Nothing of a batch waits any more. */
  settle: (made: MadeBatch) => void
  /** Stock clients of whom some ids are being looked up: their updates wait. */
  doubtful: ReadonlyMap<RoomSession, unknown>
  /** Looks the ids up; false where the session has left, and will bring its update again. */
  lookUp: (doubt: Doubt) => boolean
}

type Storage =
  | { storage: 'idle' }
  | { storage: 'committing'; made: MadeBatch }
  /** Until the journal's state is here, which another node has moved. */
  | { storage: 'reloading' }
  /** The next epoch is built from what is committed: nothing is added meanwhile. */
  | { storage: 'renewing' }

export class CommitQueue {
  readonly #parts: CommitQueueParts
  readonly #trials: Trials
  #storage: Storage = { storage: 'idle' }
  #queue: Waiting[] = []
  #queuedBytes = 0
  readonly #bytesOf = new Map<UserId, number>()
  #isPutOff = false
  /** Sessions of removed members: a user who comes back has another. */
  readonly #removed = new WeakSet<RoomSession>()
  /** Somebody knows more of the journal than this room does. */
  #isBehind = false
  #lookedAt = Number.NEGATIVE_INFINITY

  constructor(parts: CommitQueueParts) {
    this.#parts = parts
    this.#trials = new Trials(parts.emit, parts.state)
  }

  /** Whether something accepted or waiting is not committed yet. */
  get isBusy(): boolean {
    return this.#queue.length > 0 || this.#storage.storage !== 'idle'
  }

  /** Whether nothing more of this user's has a place. */
  isFullFor(userId: UserId): boolean {
    if (this.#queuedBytes <= MAX_QUEUED_BYTES) return false
    const own = this.#bytesOf.get(userId) ?? 0
    return own > SHARE_BYTES || this.#queuedBytes > 2 * MAX_QUEUED_BYTES
  }

  push(waiting: Waiting): void {
    this.#count(waiting, 1)
    this.#queue.push(waiting)
  }

  #count(waiting: Waiting, sign: 1 | -1): void {
    if (waiting.type !== 'update') return
    const { id } = waiting.session.stamp
    const bytes = sign * waiting.bytes.length
    this.#queuedBytes += bytes
    const own = (this.#bytesOf.get(id) ?? 0) + bytes
    if (own === 0) this.#bytesOf.delete(id)
    else this.#bytesOf.set(id, own)
  }

  /**
   * What waits from a removed member is not committed: they may not write any more, and nobody has
   * been told that it is saved. What is in flight was sent off while they were one: it counts if it
   * is taken, and is not judged again.
   */
  remove(userId: UserId): void {
    for (const { session } of this.#inFlightAndWaiting()) {
      if (session.stamp.id === userId) this.#removed.add(session)
    }
    this.#dropRemoved()
  }

  /** Updates of this user that are in flight or wait. */
  holdsWorkOf(userId: UserId): boolean {
    return this.#bytesOf.has(userId)
  }

  /** What waits is judged by the role that its author has then; a session that left hears of none. */
  changeRole(userId: UserId, role: Role): void {
    for (const { session } of this.#inFlightAndWaiting()) {
      if (session.stamp.id === userId) session.stamp = { ...session.stamp, role }
    }
  }

  #inFlightAndWaiting(): Waiting[] {
    const inFlight = this.#storage.storage === 'committing' ? this.#storage.made.settled : []
    return [...inFlight, ...this.#queue]
  }

  #dropRemoved(): void {
    for (const waiting of this.#queue) {
      if (this.#removed.has(waiting.session)) this.#count(waiting, -1)
    }
    this.#queue = this.#queue.filter(({ session }) => !this.#removed.has(session))
  }

  /**
   * Somebody has seen rows of another node that this room has not: look before the next batch. A
   * made-up `seq` must not buy a reading of the journal each time: false where one has to wait.
   */
  lookFirst(now: number): boolean {
    if (this.#isBehind) return true
    if (now - this.#lookedAt < LOOK_SPACING) return false
    this.#lookedAt = now
    this.#isBehind = true
    return true
  }

  /** The journal itself has told that it is ahead. */
  look(): void {
    this.#isBehind = true
  }

  /** Whether `pump` left work that nothing else brings on, so as not to hold up the event loop. */
  get isPutOff(): boolean {
    return this.#isPutOff
  }

  /** Makes and sends off the next batch, unless one is under way. */
  pump(): void {
    this.#isPutOff = false
    if (this.#storage.storage === 'idle' && this.#isBehind) return this.#reload()
    while (this.#storage.storage === 'idle' && this.#queue.length > 0) {
      const { scanner, state, quotas } = this.#parts
      const { held, tried } = this.#trials
      const { index, documentBytes, epoch } = state()
      const judge = { scanner, held: this.#with(held), tried, quotas, documentBytes, epoch }
      const made = makeBatch(index, this.#queue, judge)
      this.#queue = made.postponed
      this.#trials.ask(made)
      for (const doubt of made.doubtful) if (!this.#parts.lookUp(doubt)) this.#drop(doubt.session)
      // What filled the batch may wait for a trial from now on, and the rest for no one's event.
      this.#isPutOff = made.settled.length === 0 && made.isFull
      if (made.settled.length === 0) return
      if (made.rows.length > 0 || made.draft.bindings.length > 0) return this.#commit(made)
      this.#settle(made)
      this.#isPutOff = made.isFull
      if (made.isFull) return
    }
  }

  #with(held: ReadonlySet<RoomSession>): ReadonlySet<RoomSession> {
    const { doubtful } = this.#parts
    return doubtful.size === 0 ? held : new Set([...held, ...doubtful.keys()])
  }

  commitDone(outcome: Exclude<CommitOutcome, { outcome: 'away' }>): void {
    if (this.#storage.storage !== 'committing') return
    const { made } = this.#storage
    switch (outcome.outcome) {
      case 'conflict':
        // Refusals too: what another node wrote may make them right.
        this.#queue = [...made.settled, ...this.#queue]
        this.#dropRemoved()
        return this.#reload(made.draft.bindings.map(({ clientId }) => clientId))
      case 'committed':
        this.#storage = { storage: 'idle' }
        made.draft.fold()
        if (made.rows.length > 0) this.#parts.publish(made, outcome)
        return this.#settle(made)
      default:
        unreachable(outcome)
    }
  }

  trialDone(id: number, outcome: TrialReport): void {
    this.#trials.done(id, outcome)
  }

  /** The room holds the journal's state again, which `hasMoved` since or not. */
  reloaded(hasMoved: boolean): void {
    if (hasMoved) this.#trials.drop()
    this.#storage = { storage: 'idle' }
  }

  /** Builds the next epoch, unless something is under way: until `renewed`, what comes waits. */
  renew(): void {
    if (this.#storage.storage !== 'idle' || this.#isBehind) return
    const { epoch, head } = this.#parts.state()
    this.#storage = { storage: 'renewing' }
    this.#parts.emit({ type: 'renew', epoch, through: head })
  }

  /** Whether the journal's epoch or head may have moved by it. */
  renewed(mayHaveMoved: boolean): void {
    if (this.#storage.storage !== 'renewing') return
    this.#storage = { storage: 'idle' }
    if (mayHaveMoved) this.#reload()
  }

  #drop(session: RoomSession): void {
    this.#keep((waiting) => waiting.session !== session)
  }

  /** What sessions that are not there any more have sent is of an epoch that is over. */
  dropAllBut(sessions: ReadonlySet<RoomSession>): void {
    this.#keep(({ session }) => sessions.has(session))
  }

  #keep(stays: (waiting: Waiting) => boolean): void {
    for (const waiting of this.#queue) if (!stays(waiting)) this.#count(waiting, -1)
    this.#queue = this.#queue.filter(stays)
  }

  #commit(made: MadeBatch): void {
    const { workspaceId, epoch, head } = this.#parts.state()
    const { rows, notes, draft } = made
    const id = this.#parts.newBatchId()
    this.#storage = { storage: 'committing', made }
    const batch = { id, workspaceId, epoch, head, rows, bindings: draft.bindings }
    this.#parts.emit({ type: 'commit', batch: notes.length === 0 ? batch : { ...batch, notes } })
  }

  #settle(made: MadeBatch): void {
    for (const waiting of made.settled) this.#count(waiting, -1)
    this.#parts.settle(made)
  }

  /**
   * Reads the journal anew: another node has written to it, or another user has bound one of these
   * ids, perhaps in an earlier epoch, of which the room knows nothing.
   */
  #reload(owned: readonly ClientId[] = []): void {
    this.#isBehind = false
    this.#storage = { storage: 'reloading' }
    this.#parts.emit({ type: 'reload', owned })
  }
}
