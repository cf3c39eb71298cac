/**
 * One workspace, live: admits updates, has them committed, and only then tells anyone. A state
 * machine without I/O: `step(event)` gives the effects, a runner performs them.
 *
 * Invariants (cited below by number)
 *   1. One commit is in flight at most; what arrives meanwhile waits (`commit-queue.ts`).
 *   2. A row is sent to a session only after its commit, and only as the row after its cursor.
 *   3. An ack is sent only after the commit that holds what it settles; a reject stands before it
 *      (`settlement.ts`).
 *   4. A session's messages are judged in the order they came.
 *   5. Nothing about a client id is relayed before it is bound, durably, to its user
 *      (`settlement.ts`).
 */
import {
  type AwarenessEntry,
  type CloseReason,
  encodeMessage,
  type Role,
  type ServerMessage,
  type UpdateScanner,
  type UserId,
  unreachable,
} from 'kith-shared'
import type { UpdateMessage } from './admission/admit.js'
import type { MadeBatch } from './batch-maker.js'
import { CommitQueue, type Committed } from './commit-queue.js'
import { bytesOf, CommittedRows } from './committed-rows.js'
import { Feeder } from './feeder.js'
import type { PresenceStamp, SessionId } from './presence.js'
import { PresenceRelay } from './presence-relay.js'
import { QUOTAS, type Quotas, QuotaWarnings } from './quotas.js'
import type { RoomEffect, RoomEvent } from './room-events.js'
import { type Dialect, openSession, type RoomSession } from './room-session.js'
import type { RoomState } from './room-state.js'
import { MAX_UNSETTLED_BYTES, Settlement } from './settlement.js'
import { SnapshotTrigger } from './snapshot-trigger.js'
import { StockSync } from './stock-sync.js'

export interface RoomParts {
  scanner: UpdateScanner
  /** A new UUID. */
  newBatchId: () => string
  /** The production's own, unless others are given. */
  quotas?: Quotas
}

export class Room {
  readonly #sessions = new Map<SessionId, RoomSession>()
  readonly #presence: PresenceRelay
  readonly #stock: StockSync
  readonly #snapshots = new SnapshotTrigger()
  #state: RoomState
  readonly #queue: CommitQueue
  readonly #settlement: Settlement
  #effects: RoomEffect[] = []
  readonly #feeder: Feeder

  constructor(state: RoomState, { quotas = QUOTAS, ...parts }: RoomParts) {
    this.#state = state
    const emit = (effect: RoomEffect) => this.#effects.push(effect)
    this.#feeder = new Feeder(state, emit)
    this.#presence = new PresenceRelay(emit, (id) => this.#state.index.owners.get(id))
    this.#stock = new StockSync({
      feeder: this.#feeder,
      presence: this.#presence,
      emit,
      index: () => this.#state.index,
      head: () => this.#state.head,
      close: (session, reason) => this.#close(session, reason),
    })
    this.#queue = new CommitQueue({
      ...parts,
      quotas,
      emit,
      state: () => this.#state,
      publish: (made, outcome) => this.#publish(made, outcome),
      settle: (made) => this.#settlement.settle(made, this.#state),
    })
    this.#settlement = new Settlement({
      sessions: this.#sessions,
      feeder: this.#feeder,
      presence: this.#presence,
      stock: this.#stock,
      warnings: new QuotaWarnings(quotas),
      emit,
      close: (session, reason) => this.#close(session, reason),
    })
  }

  /** Whether `tick` has something to do. */
  get wantsTick(): boolean {
    return this.#presence.hasChanges || this.#stock.hasQuestions || this.#queue.isPutOff
  }

  /** Whether the room can be dropped without losing anything. */
  get isIdle(): boolean {
    return this.#sessions.size === 0 && !this.isBusy
  }

  /** Whether something accepted or waiting is not committed yet. */
  get isBusy(): boolean {
    return this.#queue.isBusy
  }

  /** Whether something of this user's waits for its commit, also where they have left. */
  holdsWorkOf(userId: UserId): boolean {
    return this.#queue.holdsWorkOf(userId)
  }

  /** Every live session's person and what they show, for the users route. */
  present(): { stamp: PresenceStamp; json: string | undefined }[] {
    return this.#presence.shown(this.#sessions.values())
  }

  step(event: RoomEvent): RoomEffect[] {
    this.#handle(event)
    this.#queue.pump()
    const effects = this.#effects
    this.#effects = []
    return effects
  }

  #handle(event: RoomEvent): void {
    switch (event.type) {
      case 'join':
        return this.#join(event.session, event.dialect, event.stamp)
      case 'commit-done':
        return this.#queue.commitDone(event.outcome)
      case 'reloaded':
        return this.#reloaded(event.state)
      case 'tick':
        this.#stock.tick()
        return this.#presence.tell(this.#sessions.values())
      case 'keep-alive':
        return this.#stock.keepAlive(this.#sessions.values())
      case 'snapshot-done':
        return this.#snapshots.done(this.#state, event)
      case 'trial-done':
        return this.#queue.trialDone(event.id, event.outcome)
      case 'work-role-changed':
        return this.#queue.changeRole(event.userId, event.role)
      case 'member-removed':
        return this.#memberRemoved(event.userId)
      case 'renamed':
        return this.#renamed(event.name)
      default:
        this.#handleOf(this.#sessions.get(event.session), event)
    }
  }

  /** Events of one session; what comes after its end is nobody's. */
  #handleOf(session: RoomSession | undefined, event: Extract<RoomEvent, { session: SessionId }>) {
    if (!session) return
    switch (event.type) {
      case 'leave':
        return this.#leave(session)
      case 'update':
        return this.#update(session, event.message, event.bytes)
      case 'awareness':
        return this.#awareness(session, event.states)
      case 'query-awareness':
        return this.#presence.ask(session)
      case 'sync-step-1':
        return this.#stock.ask(session, event.stateVector)
      case 'rows-read':
        return this.#feeder.rowsRead(session, event.rows)
      case 'snapshot-read':
        return this.#feeder.snapshotRead(session, event.snapshot)
      case 'difference-ready':
        return this.#stock.differenceReady(session, event.seq, event.update)
      case 'read-failed':
        return this.#close(session, 'storage-away')
      case 'stalled':
        return this.#feeder.stalled(session)
      case 'drained':
        this.#presence.ask(session)
        return this.#feeder.drained(session)
      case 'role-changed':
        return this.#roleChanged(session, event.role)
      case 'join':
        return
      default:
        unreachable(event)
    }
  }

  #join(id: SessionId, dialect: Dialect, stamp: PresenceStamp): void {
    const session = openSession(id, dialect, stamp)
    this.#sessions.set(id, session)
    if (dialect.dialect === 'stock') return
    if (dialect.epoch !== 0 && dialect.epoch !== this.#state.epoch) {
      this.#close(session, 'older-epoch')
      return
    }
    const { clientId, earlierIds, epoch, seq } = dialect
    // It has seen rows of another node that we have not: look before it is told anything.
    if (epoch === this.#state.epoch && seq > this.#state.head) {
      this.#queue.lookFirst(stamp.joinedAt)
    }
    this.#queue.push({ type: 'hello', session, clientId, earlierIds })
  }

  #leave(session: RoomSession): void {
    this.#sessions.delete(session.id)
    this.#presence.leave(session)
    this.#stock.leave(session)
  }

  #close(session: RoomSession, reason: CloseReason): void {
    this.#effects.push({ type: 'close', session: session.id, reason })
    this.#leave(session)
  }

  #update(session: RoomSession, message: UpdateMessage, bytes: Uint8Array): void {
    if (this.#queue.isFullFor(session.stamp.id)) return this.#close(session, 'overloaded')
    session.received++
    session.unsettledBytes += bytes.length
    if (message === 'sync-step-2' && session.resync === 'asked') session.resync = 'answered'
    this.#queue.push({ type: 'update', session, message, bytes, ordinal: session.received })
    if (session.unsettledBytes > MAX_UNSETTLED_BYTES && !session.paused) {
      session.paused = true
      this.#effects.push({ type: 'pause', session: session.id })
    }
  }

  /** Invariant 2: the rows are committed, and go to everybody who holds all before them. */
  #publish(made: MadeBatch, outcome: Committed): void {
    const { committedAt } = outcome
    const rows = made.rows.map((row) => ({ ...row, committedAt }))
    const committed = new CommittedRows(this.#state.epoch, this.#state.head + 1, rows)
    this.#state.head = outcome.head
    this.#feeder.publish(committed, this.#sessions.values())
    const through = this.#snapshots.committed(this.#state, rows.length, bytesOf(committed))
    if (through !== undefined) this.#effects.push({ type: 'snapshot-due', through })
  }

  #reloaded(state: RoomState): void {
    const sameEpoch = state.epoch === this.#state.epoch
    const hasMoved = !sameEpoch || state.head !== this.#state.head
    this.#queue.reloaded(hasMoved)
    this.#renamed(state.name)
    if (!hasMoved) return this.#learnOwners(state)
    this.#state = state
    this.#feeder.restart(state)
    for (const session of [...this.#sessions.values()]) {
      if (!sameEpoch) this.#close(session, 'older-epoch')
      else if (session.feed.feed === 'live') this.#feeder.feed(session, session.feed.cursor)
    }
  }

  /** Without a row, ids were bound at most. A made-up `seq` must not end the trials of others. */
  #learnOwners({ index, snapshotSeq }: RoomState): void {
    for (const [clientId, owner] of index.owners) this.#state.index.owners.set(clientId, owner)
    this.#state.snapshotSeq = Math.max(this.#state.snapshotSeq, snapshotSeq)
  }

  #roleChanged(session: RoomSession, role: Role): void {
    if (session.stamp.role === role) return
    session.stamp = { ...session.stamp, role }
    this.#notify(session, { type: 'notice', notice: 'role-changed', role })
  }

  #renamed(name: string): void {
    if (this.#state.name === name) return
    this.#state.name = name
    for (const session of this.#sessions.values()) {
      this.#notify(session, { type: 'notice', notice: 'workspace-renamed', name })
    }
  }

  /** A stock client knows no notices, and who waits for the welcome finds it all there. */
  #notify(session: RoomSession, notice: Extract<ServerMessage, { type: 'notice' }>): void {
    if (session.dialect.dialect === 'kith' && session.feed.feed !== 'arriving') {
      this.#send(session, notice)
    }
  }

  #memberRemoved(userId: UserId): void {
    this.#queue.remove(userId)
    for (const session of [...this.#sessions.values()]) {
      if (session.stamp.id === userId) this.#close(session, 'not-a-member')
    }
  }

  #awareness(session: RoomSession, states: readonly AwarenessEntry[]): void {
    const entry = this.#presence.receive(session, states)
    if (entry) this.#queue.push({ type: 'presence', session, entry })
  }

  #send(session: RoomSession, message: ServerMessage): void {
    const frame = encodeMessage(message)
    this.#effects.push({ type: 'send', sessions: [session.id], frame, droppable: false })
  }
}
