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
  type UpdateScanner,
  type UserId,
  unreachable,
} from 'kith-shared'
import type { UpdateMessage } from './admission/admit.js'
import { Arrivals } from './arrivals.js'
import type { MadeBatch } from './batch-maker.js'
import { CommitQueue, type Committed } from './commit-queue.js'
import { bytesOf, CommittedRows } from './committed-rows.js'
import { EPOCH_BOUNDS, type EpochBounds, EpochTrigger } from './epoch-trigger.js'
import { Feeder } from './feeder.js'
import { Notices } from './notices.js'
import type { PresenceStamp, SessionId } from './presence.js'
import { PresenceRelay } from './presence-relay.js'
import { QUOTAS, type Quotas, QuotaWarnings } from './quotas.js'
import type { RoomEffect, RoomEvent } from './room-events.js'
import { type Dialect, openSession, type RoomSession } from './room-session.js'
import type { RoomState } from './room-state.js'
import { MAX_UNSETTLED_BYTES, Settlement } from './settlement.js'
import { SnapshotTrigger } from './snapshot-trigger.js'
import { type SentEvent, StockGate } from './stock-gate.js'
import { StockSync } from './stock-sync.js'

export interface RoomParts {
  scanner: UpdateScanner
  /** A new UUID. */
  newBatchId: () => string
  /** The production's own, unless others are given. */
  quotas?: Quotas
  epochBounds?: EpochBounds
}

export class Room {
  readonly #sessions = new Map<SessionId, RoomSession>()
  readonly #presence: PresenceRelay
  readonly #stock: StockSync
  readonly #snapshots = new SnapshotTrigger()
  readonly #epochs: EpochTrigger
  readonly #arrivals: Arrivals
  readonly #gate: StockGate
  readonly #notices: Notices
  #state: RoomState
  readonly #queue: CommitQueue
  readonly #settlement: Settlement
  #effects: RoomEffect[] = []
  readonly #feeder: Feeder

  constructor(state: RoomState, given: RoomParts) {
    const { quotas = QUOTAS, epochBounds = EPOCH_BOUNDS, ...parts } = given
    this.#state = state
    const emit = (effect: RoomEffect) => this.#effects.push(effect)
    const onNewEpoch = (session: RoomSession) => this.#isBehind(session)
    const common = {
      emit,
      state: () => this.#state,
      close: (session: RoomSession, reason: CloseReason) => this.#close(session, reason),
      warnings: new QuotaWarnings(quotas),
    }
    this.#notices = new Notices(emit)
    this.#epochs = new EpochTrigger(state.index, epochBounds)
    const feeder = new Feeder(state, emit, onNewEpoch)
    this.#feeder = feeder
    const presence = new PresenceRelay(emit, (id) => this.#state.index.owners.get(id))
    this.#presence = presence
    const stock = new StockSync({ ...common, feeder, presence, onNewEpoch })
    this.#stock = stock
    this.#gate = new StockGate({
      ...common,
      admit: (session, sent) => {
        for (const event of sent) this.#handleOf(session, event)
      },
    })
    this.#queue = new CommitQueue({
      ...parts,
      ...common,
      quotas,
      publish: (made, outcome) => this.#publish(made, outcome),
      settle: (made) => this.#settlement.settle(made, this.#state),
    })
    const lookFirst = (now: number) => this.#queue.lookFirst(now)
    const arrivals = new Arrivals({ ...common, feeder, presence, lookFirst })
    this.#arrivals = arrivals
    const sessions = this.#sessions
    this.#settlement = new Settlement({ ...common, sessions, arrivals, presence, stock })
  }

  /** Whether `tick` has something to do. */
  get wantsTick(): boolean {
    return this.#presence.hasChanges || this.#stock.hasQuestions || this.#queue.isPutOff
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
    if (this.#epochs.isDue(this.#state.index, this.#sessions.size)) this.#queue.renew()
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
        this.#epochs.rested()
        return this.#stock.keepAlive(this.#sessions.values())
      case 'snapshot-done':
        if (event.size) this.#epochs.measured(event.size)
        return this.#snapshots.done(this.#state, event)
      case 'trial-done':
        return this.#queue.trialDone(event.id, event.outcome)
      case 'work-role-changed':
        return this.#queue.changeRole(event.userId, event.role)
      case 'renewed':
        if (event.outcome === 'failed') this.#epochs.failed()
        return this.#queue.renewed(event.outcome !== 'failed')
      case 'epoch-seen':
        if (event.epoch > this.#state.epoch) this.#queue.look()
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
    if (!session || (isSent(event) && this.#gate.holds(session, event))) return
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
        return this.#stock.differenceReady(session, event)
      case 'road-read':
        return this.#arrivals.roadRead(session, event.road)
      case 'earlier-ids':
        return this.#gate.found(session, event.clientIds)
      case 'read-failed':
        return this.#close(session, 'storage-away')
      case 'stalled':
        return this.#feeder.stalled(session)
      case 'drained':
        this.#presence.ask(session)
        return this.#feeder.drained(session)
      case 'role-changed':
        return this.#notices.roleChanged(session, event.role)
      case 'join':
        return
      default:
        unreachable(event)
    }
  }

  #join(id: SessionId, dialect: Dialect, stamp: PresenceStamp): void {
    const session = openSession(id, dialect, stamp)
    this.#sessions.set(id, session)
    this.#epochs.joined(dialect)
    this.#gate.join(session)
    if (dialect.dialect === 'stock') return
    if (!this.#arrivals.mayWait(session)) return this.#close(session, 'new-epoch')
    const { clientId, earlierIds } = dialect
    this.#queue.push({ type: 'hello', session, clientId, earlierIds })
  }

  #leave(session: RoomSession): void {
    if (!this.#sessions.delete(session.id)) return
    this.#epochs.left(session.dialect)
    this.#gate.leave(session)
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
    this.#epochs.restart(state.index)
    if (!sameEpoch) return this.#inNewEpoch()
    for (const session of this.#sessions.values()) {
      if (session.feed.feed === 'live') this.#feeder.feed(session, session.feed.cursor)
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
    this.#queue.dropAllBut(new Set(this.#sessions.values()))
  }

  /** What was read for the session is of a later epoch. */
  #isBehind(session: RoomSession): void {
    this.#queue.look()
    this.#close(session, 'new-epoch')
  }

  /** Without a row, ids were bound at most. A made-up `seq` must not end the trials of others. */
  #learnOwners({ index, snapshotSeq }: RoomState): void {
    for (const [clientId, owner] of index.owners) this.#state.index.owners.set(clientId, owner)
    this.#state.snapshotSeq = Math.max(this.#state.snapshotSeq, snapshotSeq)
  }

  #renamed(name: string): void {
    if (this.#state.name === name) return
    this.#state.name = name
    this.#notices.renamed(this.#sessions.values(), name)
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
}

const isSent = (event: RoomEvent): event is SentEvent =>
  event.type === 'update' ||
  event.type === 'awareness' ||
  event.type === 'query-awareness' ||
  event.type === 'sync-step-1'
