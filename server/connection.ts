/** Gives a session what it asks for: its socket, the token's verdict, a place in its room. */
import {
  CLOSE_REASONS,
  type CloseReason,
  isWorkspaceId,
  type Role,
  unreachable,
  type WorkspaceId,
} from 'kith-shared'
import type { Audit } from './core/audit.js'
import type { Allowance } from './core/pace.js'
import type {
  Arrival,
  Claims,
  FoundMember,
  Socket,
  SocketFailure,
  SocketListener,
  TokenVerifier,
} from './core/ports.js'
import type { SessionId } from './core/presence.js'
import type { RoomEvent } from './core/room-events.js'
import type { Dialect } from './core/room-session.js'
import { Session, type SessionRules } from './core/session.js'
import type { Admittance, SessionEffect, SessionEvent } from './core/session-events.js'
import type { UserSessions } from './core/user-sessions.js'
import type { Log } from './edge/log.js'
import type { Metrics } from './edge/metrics.js'
import { reach } from './edge/points.js'
import type { LiveMembers, Membered } from './live-members.js'
import type { RoomRunner } from './room-runner.js'
import type { Rooms } from './rooms.js'

export interface ConnectionPorts {
  rooms: Rooms
  tokens: TokenVerifier
  live: LiveMembers
  audit: Audit
  log: Log
  metrics: Metrics
  rules: SessionRules
  users: UserSessions
  /** A socket is gone. */
  left: (id: SessionId, address: string) => void
}

export class Connection implements SocketListener, Membered {
  readonly #id: SessionId
  readonly #arrival: Arrival
  readonly #socket: Socket
  readonly #ports: ConnectionPorts
  readonly #session: Session
  /** Whoever its last good token named. */
  #claims: Claims | undefined
  /** Its place among its user's sessions, from the first good token on. */
  #ofUser: Allowance | undefined
  /** As last told: it may change while the room loads. */
  #role: Role = 'viewer'
  #room: RoomRunner | undefined
  /** What came with the hello, while the room loads: no more than was read before the admission. */
  #early: RoomEvent[] | undefined
  #rest: NodeJS.Timeout | undefined
  #ended = false

  constructor(id: SessionId, arrival: Arrival, socket: Socket, ports: ConnectionPorts) {
    this.#id = id
    this.#arrival = arrival
    this.#socket = socket
    this.#ports = ports
    this.#session = new Session(arrival, ports.rules)
  }

  start(): void {
    this.#step({ type: 'opened', now: Date.now() })
  }

  frame(bytes: Uint8Array): void {
    this.#ports.metrics.received(bytes.length)
    this.#step({ type: 'frame', bytes, now: Date.now() })
  }

  textFrame(): void {
    this.#step({ type: 'text-frame' })
  }

  control(bytes: number): void {
    this.#step({ type: 'control', bytes, now: Date.now() })
  }

  failed(reason: SocketFailure): void {
    this.#step({ type: 'failed', reason })
  }

  closed(): void {
    this.#ports.left(this.#id, this.#arrival.address)
    if (!this.#ended) this.#over('left')
    this.#step({ type: 'closed' })
  }

  tick(now: number): void {
    this.#step({ type: 'tick', now })
  }

  found(found: FoundMember): void {
    this.#lookedUp(this.#admittance(found))
  }

  roleChanged(role: Role): void {
    this.#role = role
    this.#room?.dispatch({ type: 'role-changed', session: this.#id, role })
  }

  ended(reason: CloseReason): void {
    this.close(reason)
  }

  /** Ends the connection because the server does; it should come back after `retryAfter` ms. */
  restart(retryAfter: number): void {
    this.#step({ type: 'restart', retryAfter })
  }

  /** Ends the connection from outside. */
  close(reason: CloseReason): void {
    this.#close(reason)
    this.#step({ type: 'closed' })
  }

  #step(event: SessionEvent): void {
    for (const effect of this.#session.step(event)) this.#perform(effect)
  }

  #perform(effect: SessionEffect): void {
    switch (effect.type) {
      case 'look-up':
        return void this.#lookUp(effect.workspaceId, effect.token)
      case 'join':
        return void this.#join(effect.dialect, effect.claims, effect.role)
      case 'role':
        return this.roleChanged(effect.role)
      case 'forward':
        return this.#toRoom(eventOf(this.#id, effect.message))
      case 'send':
        return this.#socket.send(effect.frame)
      case 'pause':
        return this.#socket.pause('admission')
      case 'slow-down':
        this.#socket.pause('too-fast')
        this.#rest = setTimeout(() => this.#rested(), effect.pause)
        return
      case 'speed-up':
        return this.#socket.resume('too-fast')
      case 'leave':
        return this.#room?.dispatch({ type: 'leave', session: this.#id })
      case 'close':
        return this.#close(effect.reason)
      default:
        unreachable(effect)
    }
  }

  #rested(): void {
    this.#step({ type: 'rested', now: Date.now() })
  }

  #toRoom(event: RoomEvent): void {
    if (this.#room) this.#room.dispatch(event)
    else {
      this.#early ??= []
      this.#early.push(event)
    }
  }

  async #lookUp(workspaceId: WorkspaceId, token: string): Promise<void> {
    reach('hello')
    const verified = await this.#verified(token)
    if (this.#ended) return
    if (verified.outcome !== 'valid') return this.#lookedUp(refused(REFUSALS[verified.outcome]))
    const { claims } = verified
    // Somebody else's token: a session speaks for one person.
    if (this.#claims && this.#claims.userId !== claims.userId) {
      return this.#lookedUp(refused('not-authenticated'))
    }
    this.#ofUser ??= this.#ports.users.enter(claims.userId, Date.now())
    if (!this.#ofUser) return this.#lookedUp(refused('too-many-connections'))
    this.#claims = claims
    this.#ports.live.enter(this.#id, this, workspaceId, claims.userId)
  }

  async #verified(token: string): ReturnType<TokenVerifier['verify']> {
    try {
      return await this.#ports.tokens.verify(token)
    } catch (error) {
      this.#ports.log.error({ err: error }, 'a token could not be checked')
      return { outcome: 'away' }
    }
  }

  #admittance(found: FoundMember): Admittance {
    if (found.outcome === 'away') return refused('storage-away')
    if (found.outcome === 'none' || !this.#claims) return refused('not-a-member')
    const { role } = found
    return { admittance: 'admitted', claims: this.#claims, role, ofUser: this.#ofUser }
  }

  #lookedUp(admittance: Admittance): void {
    this.#step({ type: 'looked-up', admittance, now: Date.now() })
  }

  async #join(dialect: Dialect, claims: Claims, role: Role): Promise<void> {
    const workspaceId = this.#arrival.workspaceId as WorkspaceId // the session has checked it
    this.#role = role
    reach('joining')
    const room = await this.#ports.rooms.open(workspaceId)
    if (this.#ended) return
    if (room === undefined || room === 'away') {
      this.close(room === 'away' ? 'storage-away' : 'not-a-member')
      return
    }
    this.#room = room
    const { userId: id, name, email } = claims
    const peer = { userId: id, address: this.#arrival.address }
    room.attach(this.#id, this.#socket, peer, (reason) => this.close(reason))
    const stamp = { id, name, email, role: this.#role, joinedAt: Date.now() }
    this.#ports.log.info(
      { workspaceId, session: this.#id, userId: id, role: this.#role, dialect: dialect.dialect },
      'joined',
    )
    this.#socket.admit()
    room.dispatch({ type: 'join', session: this.#id, dialect, stamp })
    const early = this.#early ?? []
    this.#early = undefined
    for (const event of early) room.dispatch(event)
    reach('joined')
    this.#socket.resume('admission')
  }

  #close(reason: CloseReason): void {
    if (this.#ended) return
    const { code, text } = CLOSE_REASONS[reason]
    const { workspaceId, address } = this.#arrival
    this.#ports.metrics.closed(reason)
    this.#ports.log.info(
      { workspaceId: workspaceId.slice(0, 64), session: this.#id, address, reason, code },
      'connection closed',
    )
    this.#over(reason)
    this.#socket.close(code, text)
  }

  #over(reason: CloseReason | 'left'): void {
    this.#ended = true
    clearTimeout(this.#rest)
    this.#ports.live.leave(this.#id)
    if (this.#ofUser && this.#claims) this.#ports.users.leave(this.#claims.userId)
    const { address } = this.#arrival
    const workspaceId = isWorkspaceId(this.#arrival.workspaceId)
      ? this.#arrival.workspaceId
      : undefined
    const userId = this.#claims?.userId
    if (this.#room && workspaceId !== undefined && userId !== undefined) {
      this.#ports.audit.record({ event: 'session-closed', workspaceId, userId, address, reason })
    } else if (reason !== 'left' && CLOSE_REASONS[reason].retry !== 'backoff') {
      // What is tried again by itself says nothing about who came.
      this.#ports.audit.record({ event: 'login-refused', workspaceId, userId, address, reason })
    }
  }
}

/** What a token that is not valid means for its connection. */
const REFUSALS = {
  away: 'overloaded',
  expired: 'token-expired',
  invalid: 'not-authenticated',
} as const satisfies Record<string, CloseReason>

const refused = (reason: CloseReason): Admittance => ({ admittance: 'refused', reason })

const eventOf = (
  session: SessionId,
  message: Extract<SessionEffect, { type: 'forward' }>['message'],
): RoomEvent => {
  switch (message.type) {
    case 'update':
    case 'sync-step-2':
      return { type: 'update', session, message: message.type, bytes: message.update }
    case 'sync-step-1':
      return { type: 'sync-step-1', session, stateVector: message.stateVector }
    case 'awareness':
      return { type: 'awareness', session, states: message.states }
    case 'query-awareness':
      return { type: 'query-awareness', session }
    default:
      return unreachable(message)
  }
}
