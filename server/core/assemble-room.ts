/** Who knows whom in a room. Each part has its own concern, and reaches the others by these alone. */
import type { CloseReason, UpdateScanner } from 'kith-shared'
import { Arrivals } from './arrivals.js'
import type { MadeBatch } from './batch-maker.js'
import { CommitQueue, type Committed } from './commit-queue.js'
import { EPOCH_BOUNDS, type EpochBounds, EpochTrigger } from './epoch-trigger.js'
import { Feeder } from './feeder.js'
import { Notices } from './notices.js'
import type { SessionId } from './presence.js'
import { PresenceRelay } from './presence-relay.js'
import { QUOTAS, type Quotas, QuotaWarnings } from './quotas.js'
import type { RoomEffect } from './room-events.js'
import type { RoomSession } from './room-session.js'
import type { RoomState } from './room-state.js'
import { Settlement } from './settlement.js'
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

/** What the parts need of the room itself. */
export interface RoomCore {
  sessions: ReadonlyMap<SessionId, RoomSession>
  state: () => RoomState
  emit: (effect: RoomEffect) => void
  close: (session: RoomSession, reason: CloseReason) => void
  /** Rows are committed: everybody may have them. */
  publish: (made: MadeBatch, outcome: Committed) => void
  /** A stock client has come in, and this is what it had sent before. */
  sent: (session: RoomSession, event: SentEvent) => void
}

export type AssembledRoom = ReturnType<typeof assembleRoom>

export const assembleRoom = (given: RoomParts, room: RoomCore) => {
  const { quotas = QUOTAS, epochBounds = EPOCH_BOUNDS, ...parts } = given
  const { emit, state } = room
  const warnings = new QuotaWarnings(quotas)
  /** What was read for the session is of a later epoch. */
  const onNewEpoch = (session: RoomSession): void => {
    queue.look()
    room.close(session, 'new-epoch')
  }
  const feeder = new Feeder(state(), emit, onNewEpoch)
  const presence = new PresenceRelay(emit, (id) => state().index.owners.get(id))
  const stock = new StockSync({ ...room, feeder, presence, onNewEpoch })
  const gate = new StockGate({
    ...room,
    admit: (session, sent) => {
      for (const event of sent) {
        if (room.sessions.get(session.id) === session) room.sent(session, event)
      }
    },
  })
  const queue: CommitQueue = new CommitQueue({
    ...parts,
    ...room,
    quotas,
    doubtful: gate.doubtful,
    lookUp: (doubt) => gate.lookUp(doubt),
    settle: (made) => settlement.settle(made, state()),
  })
  const lookFirst = (now: number) => queue.lookFirst(now)
  const arrivals = new Arrivals({ ...room, feeder, presence, warnings, lookFirst, onNewEpoch })
  const settlement = new Settlement({ ...room, arrivals, presence, stock, warnings })
  const epochs = new EpochTrigger(state(), epochBounds)
  const notices = new Notices(emit)
  return { feeder, presence, stock, gate, queue, arrivals, epochs, notices }
}
