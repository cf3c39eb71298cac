/** Gives a session what it asks for: its socket, the token's verdict, a place in its room. */
import {
  CLOSE_REASONS,
  type CloseReason,
  type Role,
  unreachable,
  type WorkspaceId,
} from 'kith-shared'
import type {
  Arrival,
  Claims,
  Members,
  Socket,
  SocketFailure,
  SocketListener,
  TokenVerifier,
} from './core/ports.js'
import type { SessionId } from './core/presence.js'
import type { RoomEvent } from './core/room-events.js'
import type { Dialect } from './core/room-session.js'
import type { Admittance, SessionEffect, SessionEvent, SessionRules } from './core/session.js'
import { Session } from './core/session.js'
import type { Log } from './edge/log.js'
import type { Metrics } from './edge/metrics.js'
import type { RoomRunner } from './room-runner.js'
import type { Rooms } from './rooms.js'

export interface ConnectionPorts {
  rooms: Rooms
  tokens: TokenVerifier
  members: Members
  log: Log
  metrics: Metrics
  rules: SessionRules
}

export class Connection implements SocketListener {
  readonly #id: SessionId
  readonly #arrival: Arrival
  readonly #socket: Socket
  readonly #ports: ConnectionPorts
  readonly #session: Session
  #room: RoomRunner | undefined
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

  failed(reason: SocketFailure): void {
    this.#step({ type: 'failed', reason })
  }

  closed(): void {
    this.#ended = true
    this.#step({ type: 'closed' })
  }

  tick(now: number): void {
    this.#step({ type: 'tick', now })
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
        return this.#room?.dispatch({ type: 'role-changed', session: this.#id, role: effect.role })
      case 'forward':
        return this.#room?.dispatch(eventOf(this.#id, effect.message))
      case 'send':
        return this.#socket.send(effect.frame)
      case 'pause':
        return this.#socket.pause()
      case 'leave':
        return this.#room?.dispatch({ type: 'leave', session: this.#id })
      case 'close':
        return this.#close(effect.reason)
      default:
        unreachable(effect)
    }
  }

  async #lookUp(workspaceId: WorkspaceId, token: string): Promise<void> {
    const admittance = await this.#admittance(workspaceId, token)
    this.#step({ type: 'looked-up', admittance, now: Date.now() })
  }

  async #admittance(workspaceId: WorkspaceId, token: string): Promise<Admittance> {
    try {
      const verified = await this.#ports.tokens.verify(token)
      if (verified.outcome === 'away') return refused('overloaded')
      if (verified.outcome === 'expired') return refused('token-expired')
      if (verified.outcome === 'invalid') return refused('not-authenticated')
      const { claims } = verified
      const member = await this.#ports.members.find(workspaceId, claims.userId)
      if (member.outcome === 'away') return refused('storage-away')
      if (member.outcome === 'none') return refused('not-a-member')
      return { admittance: 'admitted', claims, role: member.role }
    } catch (error) {
      this.#ports.log.error({ err: error }, 'a token or a membership could not be looked up')
      return refused('storage-away')
    }
  }

  async #join(dialect: Dialect, claims: Claims, role: Role): Promise<void> {
    const workspaceId = this.#arrival.workspaceId as WorkspaceId // the session has checked it
    const room = await this.#ports.rooms.open(workspaceId)
    if (this.#ended) return
    if (room === undefined || room === 'away') {
      this.close(room === 'away' ? 'storage-away' : 'not-a-member')
      return
    }
    this.#room = room
    room.attach(this.#id, this.#socket, (reason) => this.close(reason))
    const { userId: id, name, email } = claims
    const stamp = { id, name, email, role, joinedAt: Date.now() }
    this.#ports.log.info(
      { workspaceId, session: this.#id, userId: id, role, dialect: dialect.dialect },
      'joined',
    )
    room.dispatch({ type: 'join', session: this.#id, dialect, stamp })
    this.#socket.resume()
  }

  #close(reason: CloseReason): void {
    if (this.#ended) return
    this.#ended = true
    const { code, text } = CLOSE_REASONS[reason]
    const { workspaceId, address } = this.#arrival
    this.#ports.metrics.closed(reason)
    this.#ports.log.info(
      { workspaceId: workspaceId.slice(0, 64), session: this.#id, address, reason, code },
      'connection closed',
    )
    this.#socket.close(code, text)
  }
}

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
