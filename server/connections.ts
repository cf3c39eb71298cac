/** Every open connection of this process, ticked by one timer. */

import { setTimeout as wait } from 'node:timers/promises'
import { Connection, type ConnectionPorts } from './connection.js'
import type { Arrival, Socket, SocketListener } from './core/ports.js'
import type { SessionId } from './core/presence.js'
import { UserSessions } from './core/user-sessions.js'
import { addressGroup } from './edge/trusted-proxy.js'

/** Deadlines and expiries are looked at this often, in milliseconds. */
const TICK = 1_000
/** So many connections are closed at a time, a moment apart, so that not all come back at once. */
const CLOSE_AT_ONCE = 50
const CLOSE_PAUSE = 50
/** Their return is spread over so many milliseconds for each, and at most so many in all. */
const RETURN_SPACING = 5
const RETURN_WITHIN = 5_000

export interface ConnectionCaps {
  maxConnections: number
  /** Of one IPv4 address or one IPv6 /64. */
  maxConnectionsPerAddress: number
}

export class Connections {
  readonly #ports: ConnectionPorts
  readonly #users: UserSessions
  readonly #caps: ConnectionCaps
  readonly #open = new Map<SessionId, Connection>()
  readonly #refused = new Set<SessionId>()
  /** Those that were not refused at once: whom that befalls takes nobody's place. */
  #taken = 0
  readonly #takenBy = new Map<string, number>()
  #lastId = 0
  #timer: NodeJS.Timeout | undefined

  constructor(ports: Omit<ConnectionPorts, 'users' | 'left'>, caps: ConnectionCaps) {
    this.#users = new UserSessions(ports.rules)
    const left = (id: SessionId, address: string) => this.#left(id, address)
    this.#ports = { ...ports, users: this.#users, left }
    this.#caps = caps
  }

  get count(): number {
    return this.#open.size
  }

  start(): void {
    this.#timer = setInterval(() => {
      const now = Date.now()
      for (const connection of this.#open.values()) connection.tick(now)
      this.#users.tick(now)
    }, TICK)
  }

  /** Takes a socket, or closes it where there are too many. */
  accept(arrival: Arrival, socket: Socket): SocketListener {
    const id = ++this.#lastId
    const connection = new Connection(id, arrival, socket, this.#ports)
    this.#open.set(id, connection)
    if (this.#take(addressGroup(arrival.address))) connection.start()
    else {
      this.#refused.add(id)
      connection.close('too-many-connections')
    }
    return connection
  }

  /** A place, from the upgrade on, which `#left` gives back; false where there is none. */
  #take(group: string): boolean {
    const { maxConnections, maxConnectionsPerAddress } = this.#caps
    const count = this.#takenBy.get(group) ?? 0
    if (this.#taken >= maxConnections || count >= maxConnectionsPerAddress) return false
    this.#taken++
    this.#takenBy.set(group, count + 1)
    return true
  }

  #left(id: SessionId, address: string): void {
    if (!this.#open.delete(id) || this.#refused.delete(id)) return
    this.#taken--
    const group = addressGroup(address)
    const left = (this.#takenBy.get(group) ?? 1) - 1
    if (left > 0) this.#takenBy.set(group, left)
    else this.#takenBy.delete(group)
  }

  /** Closes all because the server ends, and asks each to come back at a moment of its own. */
  async restart(): Promise<void> {
    clearInterval(this.#timer)
    let closed = 0
    const spread = Math.min(RETURN_WITHIN, this.#open.size * RETURN_SPACING)
    for (const connection of [...this.#open.values()]) {
      connection.restart(Math.round(Math.random() * spread))
      if (++closed % CLOSE_AT_ONCE === 0) await wait(CLOSE_PAUSE)
    }
  }
}
