/** One live connection, as its room sees it. */
import type { AwarenessEntry, ClientId, Epoch, Seq } from 'kith-shared'
import type { ChunkFrames } from './chunk-frames.js'
import type { Author } from './ports.js'
import type { PresenceStamp, SessionId } from './presence.js'

/** Kith's own client says hello; a stock Yjs client speaks sync and awareness alone. */
export type Dialect =
  | {
      dialect: 'kith'
      clientId: ClientId
      earlierIds: readonly ClientId[]
      epoch: Epoch
      seq: Seq
      /** The oldest epoch in which work was written that it is still to send. */
      unsentEpoch?: Epoch | undefined
    }
  | { dialect: 'stock' }

/** How a session is fed the journal: strictly in order, `cursor` + 1 next. */
export type Feed =
  /** A Kith client whose ids are being bound, or a stock client that has not sent SyncStep1. */
  | { feed: 'arriving' }
  /** A Kith client of an earlier epoch: its welcome waits for what leads on from there. */
  | { feed: 'awaiting-road' }
  /** The snapshot, rows of the journal or a difference are being read for it. */
  | { feed: 'reading'; what: 'snapshot' | 'rows' | 'difference'; cursor: Seq }
  /** States go out, one after the other, a few chunks at a time; behind them the rows after `cursor`. */
  | {
      feed: 'snapshot'
      frames: ChunkFrames
      next: number
      then: readonly ChunkFrames[]
      cursor: Seq
    }
  /** It holds all through `cursor`, and gets each commit as it comes. */
  | { feed: 'live'; cursor: Seq }
  /** It reads too slowly: nothing is sent until it has drained. */
  | { feed: 'stalled'; cursor: Seq }

/** A session's presence speaks for one client id, once that is bound to its user. */
export type PresenceRight =
  | { right: 'none' }
  | { right: 'binding'; entry: AwarenessEntry }
  | { right: 'bound'; clientId: ClientId }

export interface RoomSession {
  readonly id: SessionId
  readonly dialect: Dialect
  stamp: PresenceStamp
  readonly author: Author
  feed: Feed
  presence: PresenceRight
  /** Update messages received and settled on this connection. */
  received: number
  settled: number
  /** Bytes received and not settled; past a bound the socket is not read from. */
  unsettledBytes: number
  paused: boolean
  /** Whether SyncStep1 was sent after a gap, and whether its answer has come. */
  resync: 'none' | 'asked' | 'answered'
  /** The head as of when it was last sent. */
  askedAt: Seq | undefined
  /** A stock client's ids that were looked up: they are of no earlier epoch. */
  freshIds: Set<ClientId> | undefined
}

/** Whether it has been told anything yet. */
export const hasArrived = ({ feed }: RoomSession): boolean =>
  feed.feed !== 'arriving' && feed.feed !== 'awaiting-road'

export const openSession = (
  id: SessionId,
  dialect: Dialect,
  stamp: PresenceStamp,
): RoomSession => ({
  id,
  dialect,
  stamp,
  author: { id: stamp.id, name: stamp.name },
  feed: { feed: 'arriving' },
  presence: { right: 'none' },
  received: 0,
  settled: 0,
  unsettledBytes: 0,
  paused: false,
  resync: 'none',
  askedAt: undefined,
  freshIds: undefined,
})
