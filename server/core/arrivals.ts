/**
 * Kith clients on their way in: each says in its hello where it stands, and is sent what leads from
 * there to the present. Who comes from an epoch that is over with unsent work gets the road: the
 * closing and opening states in between. Who has seen more than this room makes it look first.
 */
import { type CloseReason, type Epoch, encodeMessage } from 'kith-shared'
import type { Feeder } from './feeder.js'
import type { EpochStep } from './ports.js'
import type { PresenceRelay } from './presence-relay.js'
import type { QuotaWarnings } from './quotas.js'
import type { RoomEffect } from './room-events.js'
import type { Dialect, RoomSession } from './room-session.js'
import type { RoomState } from './room-state.js'
import { welcomeOf } from './welcome.js'

/** What was read of the road; `gone` where the history does not reach back so far. */
export type Road = { outcome: 'road'; steps: readonly EpochStep[] } | { outcome: 'gone' }

export interface ArrivalsParts {
  feeder: Feeder
  presence: PresenceRelay
  warnings: QuotaWarnings
  state: () => RoomState
  emit: (effect: RoomEffect) => void
  close: (session: RoomSession, reason: CloseReason) => void
  /** What was read for it leads to a later epoch than the room's. */
  onNewEpoch: (session: RoomSession) => void
  /** Has the journal read before the next batch; false where that was done a moment ago. */
  lookFirst: (now: number) => boolean
}

export class Arrivals {
  readonly #parts: ArrivalsParts

  constructor(parts: ArrivalsParts) {
    this.#parts = parts
  }

  /** A made-up epoch or `seq` must not buy a reading each time: false where it has to come back. */
  mayWait({ dialect, stamp }: RoomSession): boolean {
    if (dialect.dialect === 'stock') return true
    const { lookFirst, state } = this.#parts
    const { epoch, head } = state()
    if (newestOf(dialect) > epoch) return lookFirst(stamp.joinedAt)
    // Who comes too soon after gets what this room has, from the snapshot on.
    if (dialect.epoch === epoch && dialect.seq > head) lookFirst(stamp.joinedAt)
    return true
  }

  /** Its ids are bound. */
  bound(session: RoomSession): void {
    const { state, close, emit } = this.#parts
    const { dialect } = session
    if (dialect.dialect === 'stock') return
    const { epoch } = state()
    // After a look: the journal itself is behind it, so it is a backup.
    if (newestOf(dialect) > epoch) return close(session, 'older-epoch')
    const from = dialect.unsentEpoch ?? 0
    if (from === 0 || from === epoch) return this.#welcome(session, undefined)
    session.feed = { feed: 'awaiting-road' }
    emit({ type: 'read-road', session: session.id, from })
  }

  roadRead(session: RoomSession, road: Road): void {
    if (session.feed.feed !== 'awaiting-road') return
    if (road.outcome === 'gone') return this.#welcome(session, undefined)
    const end = road.steps.at(-1)?.opening.epoch
    // It leads elsewhere than to this room's epoch, which is over.
    if (end !== this.#parts.state().epoch) return this.#parts.onNewEpoch(session)
    this.#welcome(session, road.steps)
  }

  #welcome(session: RoomSession, road: readonly EpochStep[] | undefined): void {
    const { feeder, presence, warnings, state } = this.#parts
    const { welcome, cursor } = welcomeOf(state(), session, road)
    this.#send(session, encodeMessage(welcome))
    const text = warnings.ofClientIds(session, state())
    if (text !== undefined) {
      this.#send(session, encodeMessage({ type: 'notice', notice: 'quota-warning', text }))
    }
    if (road) feeder.sendRoad(session, road, cursor)
    else if (welcome.follows === 'snapshot') feeder.readSnapshot(session)
    else feeder.feed(session, cursor)
    presence.sendAll(session)
  }

  #send(session: RoomSession, frame: Uint8Array): void {
    this.#parts.emit({ type: 'send', sessions: [session.id], frame, droppable: false })
  }
}

const newestOf = ({ epoch, unsentEpoch = 0 }: Extract<Dialect, { dialect: 'kith' }>): Epoch =>
  Math.max(epoch, unsentEpoch)
