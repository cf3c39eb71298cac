/** What the connection is, what can happen to it, and what it asks for. */
import type {
  AwarenessEntry,
  CLOSE_REASONS,
  ClientId,
  ClientMessage,
  CloseReason,
  Epoch,
  Notice,
  Refusal,
  Seq,
  ServerMessage,
  Welcome,
  WireRow,
} from 'kith-shared'
import type { SyncErrorCode } from '../sync-error.js'
import { type Road, type RoadStep, roadProgress, type State, type StateParts } from './road.js'
import type { TokenReason } from './token-desk.js'

export interface Settings {
  userId: string
  clientId: ClientId
  /** First ceiling of the backoff, in milliseconds. */
  ceiling: number
}

export interface Connection {
  phase: Phase
  /** What the document holds of the journal without a gap; epoch 0 where it holds nothing. */
  cursor: { epoch: Epoch; seq: Seq }
  /** Tries since the last connection that lasted. */
  attempt: number
  /** Names the newest socket, so that what an older one still says is ignored. */
  socket: number
  /** Names the newest question for a token, likewise. */
  ask: number
  network: 'up' | 'down'
  /** Since when there is no session, as far as somebody has tried for one. */
  lostAt: number | undefined
  /** Since when the next try waits. */
  waitsSince: number
  /** The document's, by the last word of a server; 0 before the first. */
  schema: number
}

export type Phase =
  | { type: 'loading'; reason: 'reading-device'; wish: 'connect' | 'disconnect' }
  | { type: 'offline'; reason: OfflineReason }
  | { type: 'connecting'; reason: 'asking-token' }
  | { type: 'connecting'; reason: 'opening'; token: string }
  /** `named`: the oldest epoch with unsent work, as the hello said. */
  | { type: 'connecting'; reason: 'greeting'; token: string; named: Epoch | undefined }
  | { type: 'syncing'; reason: 'snapshot' | 'tail'; session: Session }
  | { type: 'syncing'; reason: 'epochs'; session: Session; road: Road }
  | { type: 'live'; reason: 'live'; session: Session }
  | { type: 'needs-auth'; reason: AuthReason; refused: string }
  | { type: 'denied'; reason: DeniedReason; refused: string }
  | { type: 'storage-error'; reason: 'storage-away' }
  | { type: 'update-required'; reason: ObsoleteReason }

type ClosedFor<R extends (typeof CLOSE_REASONS)[CloseReason]['retry']> = {
  [Reason in CloseReason]: (typeof CLOSE_REASONS)[Reason]['retry'] extends R ? Reason : never
}[CloseReason]

/** The server wants us back later. */
export type PatientReason = ClosedFor<'backoff'>

export type OfflineReason =
  | 'disconnected'
  | 'no-network'
  | 'connection-lost'
  | 'unreachable'
  | 'token-unavailable'
  | 'hole'
  | 'broken-server'
  | Exclude<PatientReason, 'storage-away'>

export type AuthReason = 'no-token' | Exclude<ClosedFor<'with-new-token'>, 'not-a-member'>

/** A page of a foreign origin is told that it is no member. */
export type DeniedReason = 'not-a-member' | 'user-mismatch' | 'malformed-workspace-id'

/** `server-behind`: it has forgotten what this device holds as committed. */
export type ObsoleteReason =
  | Exclude<ClosedFor<'never'>, 'foreign-origin' | 'malformed-workspace-id'>
  | 'broken-server'
  | 'server-behind'

/** One welcome and what came after it. */
export interface Session {
  token: string
  /** The server's, whatever the cursor's is. */
  epoch: Epoch
  /** The oldest epoch with unsent work, as the hello said. */
  named: Epoch | undefined
  /** The journal's head when we were welcomed: through it, we are up to date. */
  head: Seq
  /** Where the tail began, for progress. */
  from: Seq
  since: number
  heardAt: number
  /** A state that is coming in. */
  parts: StateParts | undefined
  /** With what was unsent when we last looked, and whether somebody waits for the answer. */
  probing: false | { unsent: number; isAwaited: boolean }
  /** The server said that it will close, and when to come back. */
  retryAfter: number | undefined
}

export type Timer = 'retry' | 'deadline' | 'heartbeat' | 'renew'

/** What the machine can't know by itself, with each event. */
export interface Moment {
  now: number
  random: number
  /** Bytes that the socket holds and has not sent; 0 without one. */
  unsent: number
  /** Whether somebody may be looking at the page. */
  isVisible: boolean
}

export type ConnectionEvent = Moment &
  (
    | { type: 'loaded'; epoch: Epoch; seq: Seq }
    | { type: 'connect' }
    | { type: 'disconnect' }
    /** The page became visible, or came back from the back-forward cache. */
    | { type: 'wake' }
    /** Somebody uses the page. */
    | { type: 'activity' }
    /** The browser's word on the network. */
    | { type: 'network'; network: 'up' | 'down' }
    | { type: 'token'; ask: number; token: string }
    | { type: 'token-failed'; ask: number; cause: unknown }
    /** Another tab has got one. */
    | { type: 'token-there' }
    | { type: 'opened'; socket: number; earlierIds: ClientId[]; unsentEpoch: Epoch | undefined }
    | { type: 'closed'; socket: number; code: number; text: string }
    | { type: 'message'; socket: number; message: ServerMessage }
    | { type: 'broken-frame'; socket: number }
    | { type: 'timer'; timer: Timer }
    /** The device holds less than the document: from this `seq` on everything is wanted again. */
    | { type: 'resync'; seq: Seq }
    /** There is work of an epoch that is over, and the road from there is wanted. */
    | { type: 'lost-road'; cursor: { epoch: Epoch; seq: Seq } }
  )

export type ConnectionEffect =
  | { type: 'ask-token'; ask: number; reason: TokenReason }
  /** Whoever is still asked for a token need not answer. */
  | { type: 'forget-token' }
  | { type: 'open'; socket: number }
  | { type: 'close'; code: number; text: string }
  | { type: 'send'; message: ClientMessage }
  | { type: 'set-timer'; timer: Timer; delay: number }
  | { type: 'clear-timer'; timer: Timer }
  | { type: 'welcomed'; welcome: Welcome }
  /** The session is over: nothing that was sent and not acknowledged counts as sent. */
  | { type: 'ended' }
  | { type: 'apply-snapshot'; epoch: Epoch; seq: Seq; update: Uint8Array }
  /**
   * The way to the server's epoch, and its state where the document is of another one. No steps
   * where the history does not reach back to `named`, or nothing was named.
   */
  | { type: 'cross'; steps: RoadStep[]; state: State; named: Epoch | undefined }
  | { type: 'apply-rows'; epoch: Epoch; firstSeq: Seq; rows: WireRow[] }
  | { type: 'settled'; count: number; seq: Seq }
  | { type: 'rejected'; ordinal: number; reason: Refusal }
  | { type: 'asked-for-more'; stateVector: Uint8Array }
  | { type: 'presence'; states: AwarenessEntry[] }
  | { type: 'notice'; notice: Notice }
  | { type: 'error'; code: SyncErrorCode; message: string; cause?: unknown }

export interface Step {
  state: Connection
  effects: ConnectionEffect[]
}

export const initialConnection = (network: 'up' | 'down'): Connection => ({
  phase: { type: 'loading', reason: 'reading-device', wish: 'disconnect' },
  cursor: { epoch: 0, seq: 0 },
  attempt: 0,
  socket: 0,
  ask: 0,
  network,
  lostAt: undefined,
  waitsSince: 0,
  schema: 0,
})

/** The session, where there is one. */
export const sessionOf = (state: Connection): Session | undefined =>
  state.phase.type === 'syncing' || state.phase.type === 'live' ? state.phase.session : undefined

/** How much of what was missing at the welcome is here, from 0 to 1. */
export const progressOf = ({ phase, cursor }: Connection): number | undefined => {
  if (phase.type !== 'syncing') return undefined
  const { parts, epoch, head, from } = phase.session
  switch (phase.reason) {
    case 'epochs':
      return roadProgress(phase.road, parts, epoch)
    case 'snapshot':
      return parts === undefined ? 0 : parts.received / Math.max(1, parts.total)
    default:
      return (cursor.seq - from) / Math.max(1, head - from)
  }
}
