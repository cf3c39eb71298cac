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
  type Epoch,
  type Seq,
  type UserId,
  unreachable,
} from 'kith-shared'
import type { UpdateMessage } from './admission/admit.js'
import { type AssembledRoom, assembleRoom, type RoomParts } from './assemble-room.js'
import type { MadeBatch } from './batch-maker.js'
import type { Committed } from './commit-queue.js'
import { bytesOf, CommittedRows } from './committed-rows.js'
import type { PresenceStamp, SessionId } from './presence.js'
import type { RoomEffect, RoomEvent } from './room-events.js'
import { type Dialect, openSession, type RoomSession } from './room-session.js'
import type { RoomState } from './room-state.js'
import { MAX_UNSETTLED_BYTES } from './settlement.js'
import { SnapshotTrigger } from './snapshot-trigger.js'
import type { SentEvent } from './stock-gate.js'

export class Room {
  readonly #sessions = new Map<SessionId, RoomSession>()
  readonly #snapshots = new SnapshotTrigger()
  readonly #parts: AssembledRoom
  #state: RoomState
  #effects: RoomEffect[] = []

  constructor(state: RoomState, parts: RoomParts) {
    this.#state = state
    this.#parts = assembleRoom(parts, {
      sessions: this.#sessions,
      state: () => this.#state,
      emit: (effect) => this.#effects.push(effect),
      close: (session, reason) => this.#close(session, reason),
      publish: (made, outcome) => this.#publish(made, outcome),
      sent: (session, event) => this.#handleOf(session, event),
    })
  }

  /** Whether `tick` has something to do. */
  get wantsTick(): boolean {
    return (
      this.#parts.presence.hasChanges ||
      this.#parts.stock.hasQuestions ||
      this.#parts.queue.isPutOff ||
      this.#snapshots.wantsTick(this.#state)
    )
  }

  get epoch(): Epoch {
    return this.#state.epoch
  }

  /** Whether the room can be dropped without losing anything. */
  get isIdle(): boolean {
    return this.#sessions.size === 0 && !this.isBusy
  }

  /** Whether something accepted or waiting is not committed yet. */
  get isBusy(): boolean {
    return this.#parts.queue.isBusy
  }

  /** Whether something of this user's waits for its commit, also where they have left. */
  holdsWorkOf(userId: UserId): boolean {
    return this.#parts.queue.holdsWorkOf(userId)
  }

  /** Every live session's person and what they show, for the users route. */
  present(): { stamp: PresenceStamp; json: string | undefined }[] {
    return this.#parts.presence.shown(this.#sessions.values())
  }

  step(event: RoomEvent): RoomEffect[] {
    this.#handle(event)
    if (this.#parts.epochs.isDue(this.#state.index, this.#sessions.size)) this.#parts.queue.renew()
    this.#parts.queue.pump()
    const effects = this.#effects
    this.#effects = []
    return effects
  }

  #handle(event: RoomEvent): void {
    switch (event.type) {
      case 'join':
        return this.#join(event.session, event.dialect, event.stamp)
      case 'commit-done':
        return this.#parts.queue.commitDone(event.outcome)
      case 'reloaded':
        return this.#reloaded(event.state)
      case 'tick':
        this.#parts.stock.tick()
        this.#parts.presence.tell(this.#sessions.values())
        return this.#compact(this.#snapshots.tick(this.#state))
      case 'keep-alive':
        this.#parts.epochs.rested()
        return this.#parts.stock.keepAlive(this.#sessions.values())
      case 'snapshot-done':
        if (event.size) this.#parts.epochs.measured(event.size)
        return this.#snapshots.done(this.#state, event)
      case 'trial-done':
        return this.#parts.queue.trialDone(event.id, event.outcome)
      case 'work-role-changed':
        return this.#parts.queue.changeRole(event.userId, event.role)
      case 'renewed':
        // Stale without another epoch behind it would be tried again at once, for ever.
        if (event.outcome !== 'begun') this.#parts.epochs.failed()
        return this.#parts.queue.renewed(event.outcome !== 'failed')
      case 'epoch-seen':
        if (event.epoch > this.#state.epoch) this.#parts.queue.look()
        return
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
    if (!session || (isSent(event) && this.#parts.gate.holds(session, event))) return
    switch (event.type) {
      case 'leave':
        return this.#leave(session)
      case 'update':
        return this.#update(session, event.message, event.bytes)
      case 'awareness':
        return this.#awareness(session, event.states)
      case 'query-awareness':
        return this.#parts.presence.ask(session)
      case 'sync-step-1':
        return this.#parts.stock.ask(session, event.stateVector)
      case 'rows-read':
        return this.#parts.feeder.rowsRead(session, event.rows)
      case 'snapshot-read':
        return this.#parts.feeder.snapshotRead(session, event.snapshot)
      case 'difference-ready':
        return this.#parts.stock.differenceReady(session, event)
      case 'road-read':
        return this.#parts.arrivals.roadRead(session, event.road)
      case 'earlier-ids':
        return this.#parts.gate.found(session, event.clientIds)
      case 'read-failed':
        return this.#close(session, 'storage-away')
      case 'stalled':
        return this.#parts.feeder.stalled(session)
      case 'drained':
        this.#parts.presence.ask(session)
        return this.#parts.feeder.drained(session)
      case 'role-changed':
        return this.#parts.notices.roleChanged(session, event.role)
      case 'join':
        return
      default:
        unreachable(event)
    }
  }

  #join(id: SessionId, dialect: Dialect, stamp: PresenceStamp): void {
    const session = openSession(id, dialect, stamp)
    this.#sessions.set(id, session)
    this.#parts.epochs.joined(dialect)
    this.#parts.gate.join(session)
    if (dialect.dialect === 'stock') return
    if (!this.#parts.arrivals.mayWait(session)) return this.#close(session, 'new-epoch')
    const { clientId, earlierIds } = dialect
    this.#parts.queue.push({ type: 'hello', session, clientId, earlierIds })
  }

  #leave(session: RoomSession): void {
    if (!this.#sessions.delete(session.id)) return
    this.#parts.epochs.left(session.dialect)
    this.#parts.gate.leave(session)
    this.#parts.presence.leave(session)
    this.#parts.stock.leave(session)
  }

  #close(session: RoomSession, reason: CloseReason): void {
    this.#effects.push({ type: 'close', session: session.id, reason })
    this.#leave(session)
  }

  #update(session: RoomSession, message: UpdateMessage, bytes: Uint8Array): void {
    if (this.#parts.queue.isFullFor(session.stamp.id)) return this.#close(session, 'overloaded')
    session.received++
    session.unsettledBytes += bytes.length
    if (message === 'sync-step-2' && session.resync === 'asked') session.resync = 'answered'
    this.#parts.queue.push({ type: 'update', session, message, bytes, ordinal: session.received })
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
    this.#parts.epochs.committed()
    this.#state.head = outcome.head
    this.#parts.feeder.publish(committed, this.#sessions.values())
    this.#compact(this.#snapshots.committed(this.#state, rows.length, bytesOf(committed)))
  }

  #compact(through: Seq | undefined): void {
    if (through !== undefined) this.#effects.push({ type: 'snapshot-due', through })
  }

  #reloaded(state: RoomState): void {
    const sameEpoch = state.epoch === this.#state.epoch
    const hasMoved = !sameEpoch || state.head !== this.#state.head
    this.#parts.queue.reloaded(hasMoved)
    this.#renamed(state.name)
    if (!hasMoved) return this.#learnOwners(state)
    this.#state = state
    this.#parts.feeder.restart(state)
    this.#parts.epochs.restart(state, !sameEpoch)
    if (!sameEpoch) return this.#inNewEpoch()
    for (const session of this.#sessions.values()) {
      if (session.feed.feed === 'live') this.#parts.feeder.feed(session, session.feed.cursor)
    }
  }

  /**
   * Nothing that waits was written in this epoch, save for hellos. A stock client's document is of
   * the epoch that is over, unless it was not told anything yet.
   */
  #inNewEpoch(): void {
    for (const session of [...this.#sessions.values()]) {
      const { dialect, feed, received } = session
      const isNew = feed.feed === 'arriving' && received === 0
      if (dialect.dialect === 'stock') this.#close(session, isNew ? 'new-epoch' : 'older-epoch')
      else if (!isNew) this.#close(session, 'new-epoch')
    }
    this.#parts.queue.dropAllBut(new Set(this.#sessions.values()))
  }

  /** Without a row, ids were bound at most. A made-up `seq` must not end the trials of others. */
  #learnOwners({ index, snapshotSeq }: RoomState): void {
    for (const [clientId, owner] of index.owners) this.#state.index.owners.set(clientId, owner)
    this.#state.snapshotSeq = Math.max(this.#state.snapshotSeq, snapshotSeq)
  }

  #renamed(name: string): void {
    if (this.#state.name === name) return
    this.#state.name = name
    this.#parts.notices.renamed(this.#sessions.values(), name)
  }

  #memberRemoved(userId: UserId): void {
    this.#parts.queue.remove(userId)
    for (const session of [...this.#sessions.values()]) {
      if (session.stamp.id === userId) this.#close(session, 'not-a-member')
    }
  }

  #awareness(session: RoomSession, states: readonly AwarenessEntry[]): void {
    const entry = this.#parts.presence.receive(session, states)
    if (entry) this.#parts.queue.push({ type: 'presence', session, entry })
  }
}

const isSent = (event: RoomEvent): event is SentEvent =>
  event.type === 'update' ||
  event.type === 'awareness' ||
  event.type === 'query-awareness' ||
  event.type === 'sync-step-1'
