/**
 * One connection from its upgrade to its end: who it is, whether it may stay, and what its frames
 * mean. A state machine without I/O, like the room.
 *
 * Invariants
 *   1. Nothing reaches a room before token and membership are known.
 *   2. Before that, one small hello is read; while they are looked up, nothing. What came with the
 *      hello is bounded like it, and waits.
 *   3. The token is handed to the verifier and kept nowhere.
 *   4. After `close` no effect follows.
 */
import {
  CLOSE_REASONS,
  type ClientMessage,
  type CloseReason,
  decodeClientMessage,
  encodeMessage,
  type Hello,
  isWorkspaceId,
  MAX_AWARENESS_FRAME_BYTES,
  MAX_HELLO_BYTES,
  MAX_SYNC_STEP_2_BYTES,
  MAX_UPDATE_BYTES,
  PROTOCOL_VERSION,
  unreachable,
  type WorkspaceId,
} from 'kith-shared'
import { Pace, type PaceRules } from './pace.js'
import type { Arrival, Claims } from './ports.js'
import type { Dialect } from './room-session.js'
import type { Admittance, SessionEffect, SessionEvent } from './session-events.js'

/** Time for the hello to come, and then for what it needs to be looked up, in milliseconds. */
export const HELLO_TIMEOUT = 5_000
export const LOOK_UP_TIMEOUT = 5_000

/** What a frame that waits takes beside its bytes. */
const COST_OF_EARLY_FRAME = 128

type State =
  | { state: 'awaiting-hello'; until: number }
  /** What came behind the hello in the same packet, before reading stopped, waits in `early`. */
  | {
      state: 'looking-up'
      dialect: Dialect
      until: number
      early: { frames: Uint8Array[]; cost: number }
    }
  | { state: 'joined'; claims: Claims; dialect: Dialect['dialect'] }
  | { state: 'renewing'; claims: Claims; dialect: Dialect['dialect'] }
  | { state: 'closed' }

export interface SessionRules extends PaceRules {
  /** Whether `?token=` is taken. */
  allowQueryToken: boolean
  /** Whether a page of this origin may connect. */
  isAllowedOrigin: (origin: string) => boolean
}

export class Session {
  readonly #arrival: Arrival
  readonly #rules: SessionRules
  #state: State
  /** A session that has joined pays for each frame, whatever it holds. */
  #pace: Pace | undefined
  #effects: SessionEffect[] = []

  constructor(arrival: Arrival, rules: SessionRules) {
    this.#arrival = arrival
    this.#rules = rules
    this.#state = { state: 'closed' }
  }

  step(event: SessionEvent): readonly SessionEffect[] {
    if (event.type === 'opened') this.#opened(event.now)
    else if (this.#state.state !== 'closed') this.#handle(event)
    if (this.#effects.length === 0) return NOTHING
    const effects = this.#effects
    this.#effects = []
    return effects
  }

  #handle(event: Exclude<SessionEvent, { type: 'opened' }>): void {
    switch (event.type) {
      case 'frame':
        return this.#frame(event.bytes, event.now)
      case 'control':
        return this.#pay(event.bytes, event.now)
      case 'rested':
        return this.#rested(event.now)
      case 'text-frame':
        return this.#close('text-frame')
      case 'failed':
        return this.#close(event.reason)
      case 'looked-up':
        return this.#lookedUp(event.admittance, event.now)
      case 'tick':
        return this.#tick(event.now)
      case 'restart':
        return this.#restart(event.retryAfter)
      case 'closed':
        return this.#end()
      default:
        unreachable(event)
    }
  }

  #opened(now: number): void {
    const { workspaceId, origin, queryToken } = this.#arrival
    this.#state = { state: 'awaiting-hello', until: now + HELLO_TIMEOUT }
    if (!isWorkspaceId(workspaceId)) return this.#close('malformed-workspace-id')
    if (origin !== undefined && !this.#rules.isAllowedOrigin(origin)) {
      return this.#close('foreign-origin')
    }
    if (queryToken === undefined) return
    if (!this.#rules.allowQueryToken) return this.#close('not-authenticated')
    this.#lookUp(workspaceId, queryToken, { dialect: 'stock' }, now)
  }

  /** Invariant 2: the socket is not read from until the answer is here. */
  #lookUp(workspaceId: WorkspaceId, token: string, dialect: Dialect, now: number): void {
    const early = { frames: [], cost: 0 }
    this.#state = { state: 'looking-up', dialect, until: now + LOOK_UP_TIMEOUT, early }
    this.#effects.push({ type: 'pause' }, { type: 'look-up', workspaceId, token })
  }

  #lookedUp(admittance: Admittance, now: number): void {
    const state = this.#state
    if (admittance.admittance === 'refused') return this.#notAdmitted(admittance.reason)
    const { claims, role } = admittance
    if (claims.expiresAt <= now) return this.#close('token-expired')
    if (state.state === 'renewing') {
      if (claims.userId !== state.claims.userId) return this.#close('not-authenticated')
      this.#state = { state: 'joined', claims, dialect: state.dialect }
      this.#effects.push({ type: 'role', role })
    } else if (state.state === 'looking-up') {
      const { dialect, early } = state
      this.#state = { state: 'joined', claims, dialect: dialect.dialect }
      this.#pace = new Pace(this.#rules, admittance.ofUser)
      this.#effects.push({ type: 'join', dialect, claims, role })
      for (const bytes of early.frames) this.#frame(bytes, now)
    }
  }

  /** Who is in stays until the old token ends, where the new one can't be checked just now. */
  #notAdmitted(reason: CloseReason): void {
    const state = this.#state
    const isAway = CLOSE_REASONS[reason].retry === 'backoff'
    if (state.state !== 'renewing' || !isAway) return this.#close(reason)
    this.#state = { state: 'joined', claims: state.claims, dialect: state.dialect }
  }

  #frame(bytes: Uint8Array, now: number): void {
    const state = this.#state
    switch (state.state) {
      case 'awaiting-hello':
        return this.#firstFrame(bytes, now)
      case 'joined':
      case 'renewing':
        this.#pay(bytes.length, now)
        return this.#message(bytes, state.dialect)
      case 'looking-up':
        return this.#keep(bytes, state.early)
      case 'closed':
        return
      default:
        unreachable(state)
    }
  }

  #keep(bytes: Uint8Array, early: { frames: Uint8Array[]; cost: number }): void {
    early.cost += bytes.length + COST_OF_EARLY_FRAME
    if (early.cost > MAX_HELLO_BYTES) return this.#close('too-large')
    early.frames.push(new Uint8Array(bytes)) // not the chunk that it came in
  }

  #firstFrame(bytes: Uint8Array, now: number): void {
    if (bytes.length > MAX_HELLO_BYTES) return this.#close('too-large')
    const decoded = decodeClientMessage(bytes)
    if (!decoded.ok) return this.#close('broken-frame')
    if (decoded.message.type !== 'hello') return this.#close('not-authenticated')
    this.#hello(decoded.message, now)
  }

  #hello(hello: Hello, now: number): void {
    const { workspaceId } = this.#arrival
    if (!isWorkspaceId(workspaceId)) return this.#close('malformed-workspace-id')
    if (hello.protocol !== PROTOCOL_VERSION) return this.#close('protocol-version')
    const { clientId, earlierIds, epoch, seq, unsentEpoch } = hello
    const dialect: Dialect = { dialect: 'kith', clientId, earlierIds, epoch, seq, unsentEpoch }
    this.#lookUp(workspaceId, hello.token, dialect, now)
  }

  #message(bytes: Uint8Array, dialect: Dialect['dialect']): void {
    const decoded = decodeClientMessage(bytes)
    if (!decoded.ok) return this.#close('broken-frame')
    const { message } = decoded
    if (isTooLarge(message, bytes.length)) return this.#close('too-large')
    switch (message.type) {
      case 'hello':
        return this.#close('broken-frame')
      case 'token':
        return this.#renew(message.token)
      case 'probe':
        this.#effects.push({ type: 'send', frame: encodeMessage(message) })
        return
      default:
        if (dialect === 'kith' && message.type === 'sync-step-1') return
        this.#effects.push({ type: 'forward', message })
    }
  }

  /** Too fast is no offence: what is here is taken, and the rest waits in its socket. */
  #pay(bytes: number, now: number): void {
    const pause = this.#pace?.pay(bytes, now) ?? 0
    if (pause > 0) this.#effects.push({ type: 'slow-down', pause })
  }

  #rested(now: number): void {
    const pause = this.#pace?.rest(now) ?? 0
    this.#effects.push(pause > 0 ? { type: 'slow-down', pause } : { type: 'speed-up' })
  }

  #renew(token: string): void {
    const state = this.#state
    const { workspaceId } = this.#arrival
    if (state.state !== 'joined' || !isWorkspaceId(workspaceId)) return
    this.#state = { state: 'renewing', claims: state.claims, dialect: state.dialect }
    this.#effects.push({ type: 'look-up', workspaceId, token })
  }

  #tick(now: number): void {
    const state = this.#state
    if (state.state === 'awaiting-hello' && now >= state.until) this.#close('hello-timeout')
    if (state.state === 'looking-up' && now >= state.until) this.#close('overloaded')
    if (state.state !== 'joined' && state.state !== 'renewing') return
    this.#pace?.tick(now)
    if (now >= state.claims.expiresAt) this.#close('token-expired')
  }

  #restart(retryAfter: number): void {
    const state = this.#state
    if (state.state === 'joined' && state.dialect === 'kith') {
      const frame = encodeMessage({ type: 'notice', notice: 'draining', retryAfter })
      this.#effects.push({ type: 'send', frame })
    }
    this.#close('restarting')
  }

  #close(reason: CloseReason): void {
    this.#end()
    this.#effects.push({ type: 'close', reason })
  }

  #end(): void {
    if (this.#state.state === 'joined' || this.#state.state === 'renewing') {
      this.#effects.push({ type: 'leave' })
    }
    this.#state = { state: 'closed' }
  }
}

const NOTHING: readonly SessionEffect[] = []

const isTooLarge = (message: ClientMessage, bytes: number): boolean => {
  switch (message.type) {
    case 'sync-step-2':
      return message.update.length > MAX_SYNC_STEP_2_BYTES
    case 'update':
      return message.update.length > MAX_UPDATE_BYTES
    case 'awareness':
      return bytes > MAX_AWARENESS_FRAME_BYTES
    default:
      return bytes > MAX_UPDATE_BYTES
  }
}
