/** What happens to a session, and what it wants done: the two unions of `Session.step`. */
import type { ClientMessage, CloseReason, Role, WorkspaceId } from 'kith-shared'
import type { Allowance } from './pace.js'
import type { Claims, SocketFailure } from './ports.js'
import type { Dialect } from './room-session.js'

/** What a token and the membership behind it turned out to be. */
export type Admittance =
  | {
      admittance: 'admitted'
      claims: Claims
      role: Role
      /** What it pays from together with the user's other sessions. */
      ofUser?: Allowance | undefined
    }
  | { admittance: 'refused'; reason: CloseReason }

export type SessionEvent =
  | { type: 'opened'; now: number }
  | { type: 'frame'; bytes: Uint8Array; now: number }
  | { type: 'text-frame' }
  /** A ping or a pong. */
  | { type: 'control'; bytes: number; now: number }
  /** The time of `slow-down` is over. */
  | { type: 'rested'; now: number }
  /** The socket's edge gives it up. */
  | { type: 'failed'; reason: SocketFailure }
  | { type: 'looked-up'; admittance: Admittance; now: number }
  /** About once a second. */
  | { type: 'tick'; now: number }
  /** The server ends: come back after about `retryAfter` milliseconds. */
  | { type: 'restart'; retryAfter: number }
  /** The socket is gone. */
  | { type: 'closed' }

export type SessionEffect =
  | { type: 'look-up'; workspaceId: WorkspaceId; token: string }
  /** Reading goes on once the room has it; what is forwarded before that waits for it. */
  | { type: 'join'; dialect: Dialect; claims: Claims; role: Role }
  /** What the membership says at a renewal. */
  | { type: 'role'; role: Role }
  | { type: 'forward'; message: Exclude<ClientMessage, { type: 'hello' | 'token' | 'probe' }> }
  | { type: 'send'; frame: Uint8Array }
  /** Not read from until it has joined. */
  | { type: 'pause' }
  /** Too fast: not read from for so many milliseconds; then say `rested`. */
  | { type: 'slow-down'; pause: number }
  | { type: 'speed-up' }
  | { type: 'leave' }
  | { type: 'close'; reason: CloseReason }
