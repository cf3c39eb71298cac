/**
 * Before the gate of a stock client: what it knows is judged before anything is sent to it or taken
 * from it. One that knows a client id of an epoch that is over holds that epoch's document, and would
 * merge the two. In a workspace's first epoch nobody does, and nobody waits.
 */
import type { ClientId, CloseReason } from 'kith-shared'
import type { Doubt } from './batch-maker.js'
import type { SessionId } from './presence.js'
import type { RoomEffect, RoomEvent } from './room-events.js'
import type { RoomSession } from './room-session.js'
import type { RoomState } from './room-state.js'
import { readStateVector } from './state-vector.js'

/** Of more ids than these that nobody knows, these are looked up. */
const MAX_ASKED = 5_000
/** So many bytes wait with one session, about. */
const MAX_HELD_BYTES = 1024 * 1024
const COST_OF_EVENT = 128

/** What a session sends that the room acts upon. */
export type SentEvent = Extract<
  RoomEvent,
  { type: 'update' | 'awareness' | 'query-awareness' | 'sync-step-1' }
>

export interface StockGateParts {
  sessions: ReadonlyMap<SessionId, RoomSession>
  state: () => RoomState
  emit: (effect: RoomEffect) => void
  close: (session: RoomSession, reason: CloseReason) => void
  /** It may come in: what it sent so far, in order. */
  admit: (session: RoomSession, sent: readonly SentEvent[]) => void
}

interface Waiting {
  sent: SentEvent[]
  bytes: number
  /** What is being looked up, from its first SyncStep1 on. */
  asked: readonly ClientId[] | undefined
}

export class StockGate {
  readonly #parts: StockGateParts
  readonly #waiting = new Map<RoomSession, Waiting>()
  /** Who is in, and has sent what would bind ids that nobody knows. */
  readonly doubtful = new Map<RoomSession, readonly ClientId[]>()

  constructor(parts: StockGateParts) {
    this.#parts = parts
  }

  join(session: RoomSession): void {
    if (session.dialect.dialect !== 'stock' || this.#parts.state().epoch === 1) return
    this.#waiting.set(session, { sent: [], bytes: 0, asked: undefined })
  }

  leave(session: RoomSession): void {
    this.#waiting.delete(session)
    this.doubtful.delete(session)
  }

  /** Whether what the session sent waits here. */
  holds(session: RoomSession, event: SentEvent): boolean {
    const waiting = this.#waiting.get(session)
    if (!waiting) return false
    waiting.sent.push(event)
    waiting.bytes += COST_OF_EVENT + (event.type === 'update' ? event.bytes.length : 0)
    if (event.type === 'sync-step-1' && !waiting.asked) this.#judge(session, waiting, event)
    else if (waiting.bytes > MAX_HELD_BYTES) this.#parts.close(session, 'overloaded')
    return true
  }

  /** Which of the ids that were asked about are from an earlier epoch. */
  found(session: RoomSession, earlier: readonly ClientId[]): void {
    if (earlier.length > 0) return this.#parts.close(session, 'older-epoch')
    const waiting = this.#waiting.get(session)
    session.freshIds ??= new Set()
    for (const id of waiting?.asked ?? this.doubtful.get(session) ?? []) session.freshIds.add(id)
    this.doubtful.delete(session)
    if (waiting) this.#admit(session, waiting)
  }

  /** Asks whether these are of an earlier epoch. False where the session has left. */
  lookUp({ session, clientIds }: Doubt): boolean {
    const { sessions, emit } = this.#parts
    if (sessions.get(session.id) !== session) return false
    this.doubtful.set(session, clientIds)
    emit({ type: 'find-earlier-ids', session: session.id, clientIds })
    return true
  }

  #judge(
    session: RoomSession,
    waiting: Waiting,
    { stateVector }: Extract<SentEvent, { type: 'sync-step-1' }>,
  ): void {
    const { state, close, emit } = this.#parts
    const clocks = readStateVector(stateVector)
    if (!clocks) return close(session, 'broken-frame')
    const { index } = state()
    const unknown = [...clocks].filter(([id, clock]) => clock > 0 && index.clock(id) === 0)
    if (unknown.length === 0) return this.#admit(session, waiting)
    const clientIds = unknown.slice(0, MAX_ASKED).map(([id]) => id)
    waiting.asked = clientIds
    emit({ type: 'find-earlier-ids', session: session.id, clientIds })
  }

  #admit(session: RoomSession, waiting: Waiting): void {
    this.#waiting.delete(session)
    this.#parts.admit(session, waiting.sent)
  }
}
