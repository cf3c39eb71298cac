/**
 * What a batch's end means for who sent it: acks, rejects, welcomes, warnings. Rows are published
 * before; here nobody learns anything of somebody else's change.
 */
import { type CloseReason, encodeMessage, type Refusal, type ServerMessage } from 'kith-shared'
import type { Arrivals } from './arrivals.js'
import type { MadeBatch, Waiting } from './batch-maker.js'
import type { SessionId } from './presence.js'
import type { PresenceRelay } from './presence-relay.js'
import type { QuotaWarnings } from './quotas.js'
import { consequenceOf } from './refusal-policy.js'
import type { RoomEffect } from './room-events.js'
import type { RoomSession } from './room-session.js'
import type { RoomState } from './room-state.js'
import type { StockSync } from './stock-sync.js'

/** Past this many bytes without a commit a session's socket is not read from any more. */
export const MAX_UNSETTLED_BYTES = 1024 * 1024

export interface SettlementParts {
  /** Those that live; who has left meanwhile is told nothing. */
  sessions: ReadonlyMap<SessionId, RoomSession>
  arrivals: Arrivals
  presence: PresenceRelay
  stock: StockSync
  warnings: QuotaWarnings
  emit: (effect: RoomEffect) => void
  close: (session: RoomSession, reason: CloseReason) => void
}

export class Settlement {
  readonly #parts: SettlementParts

  constructor(parts: SettlementParts) {
    this.#parts = parts
  }

  /** The room's invariant 3: the commit that holds what is acknowledged here is done. */
  settle(made: MadeBatch, state: RoomState): void {
    const { sessions, warnings } = this.#parts
    const acked = new Set<RoomSession>()
    const refusals = new Map(made.refused.map(({ waiting, refusal }) => [waiting, refusal]))
    for (const waiting of made.settled) {
      const { session } = waiting
      if (sessions.get(session.id) !== session) continue
      if (waiting.type === 'update') {
        this.#settled(session, waiting.ordinal, waiting.bytes.length)
        acked.add(session)
      }
      const refusal = refusals.get(waiting)
      if (refusal) this.#refuse(waiting, refusal, state)
      else if (waiting.type === 'update') forgetResync(session, state)
      else this.#bound(waiting)
    }
    for (const session of acked) {
      if (session.dialect.dialect === 'stock' || !sessions.has(session.id)) continue
      this.#send(session, { type: 'ack', count: session.settled, seq: state.head })
      this.#warn(session, warnings.ofDocument(session, state))
    }
  }

  #settled(session: RoomSession, ordinal: number, bytes: number): void {
    session.settled = Math.max(session.settled, ordinal)
    session.unsettledBytes -= bytes
    if (session.paused && session.unsettledBytes < MAX_UNSETTLED_BYTES / 2) {
      session.paused = false
      this.#parts.emit({ type: 'resume', session: session.id })
    }
  }

  /** The room's invariant 5: the ids are bound; now others may hear of them. */
  #bound(waiting: Exclude<Waiting, { type: 'update' }>): void {
    const { arrivals, presence } = this.#parts
    const { session } = waiting
    if (waiting.type === 'presence') return presence.bound(session, waiting.entry.clientId)
    presence.bound(session, waiting.clientId)
    arrivals.bound(session)
  }

  #refuse(waiting: Waiting, refusal: Refusal, state: RoomState): void {
    const { emit, stock, close } = this.#parts
    const { session } = waiting
    const consequence = consequenceOf(waiting, refusal)
    emit({ type: 'refused', session: session.id, refusal })
    for (const message of consequence.messages) this.#send(session, message)
    if (consequence.resync) {
      session.resync = 'asked'
      session.askedAt = state.head
      stock.askBack(session)
    }
    if (consequence.close) close(session, consequence.close)
  }

  #warn(session: RoomSession, text: string | undefined): void {
    if (text !== undefined) this.#send(session, { type: 'notice', notice: 'quota-warning', text })
  }

  #send(session: RoomSession, message: ServerMessage): void {
    const frame = encodeMessage(message)
    this.#parts.emit({ type: 'send', sessions: [session.id], frame, droppable: false })
  }
}

/**
 * What is taken ends a gap, unless nothing was written since it was asked about: the answer would be
 * the same, and what is known already, sent again and again, must not buy a state vector each time.
 */
const forgetResync = (session: RoomSession, state: RoomState): void => {
  if (session.askedAt !== state.head) session.resync = 'none'
}
