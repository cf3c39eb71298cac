/** Every open connection of this process, ticked by one timer. */

import { setTimeout as wait } from 'node:timers/promises'
import { Connection, type ConnectionPorts } from './connection.js'
import type { Arrival, Socket, SocketListener } from './core/ports.js'

/** Deadlines and expiries are looked at this often, in milliseconds. */
const TICK = 1_000
/** So many connections are closed at a time, a moment apart, so that not all come back at once. */
const CLOSE_AT_ONCE = 50
const CLOSE_PAUSE = 50
/** Their return is spread over so many milliseconds for each, and at most so many in all. */
const RETURN_SPACING = 5
const RETURN_WITHIN = 5_000

export class Connections {
  readonly #ports: ConnectionPorts
  readonly #max: number
  readonly #open = new Map<number, Connection>()
  #lastId = 0
  #timer: NodeJS.Timeout | undefined

  constructor(ports: ConnectionPorts, max: number) {
    this.#ports = ports
    this.#max = max
  }

  get count(): number {
    return this.#open.size
  }

  start(): void {
    this.#timer = setInterval(() => {
      const now = Date.now()
      for (const connection of this.#open.values()) connection.tick(now)
    }, TICK)
  }

  /** Takes a socket, or closes it where there are too many. */
  accept(arrival: Arrival, socket: Socket): SocketListener {
    const id = ++this.#lastId
    const connection = new Connection(id, arrival, socket, this.#ports)
    const hasRoom = this.#open.size < this.#max
    this.#open.set(id, connection)
    if (hasRoom) connection.start()
    else connection.close('too-many-connections')
    return {
      frame: (bytes) => connection.frame(bytes),
      textFrame: () => connection.textFrame(),
      failed: (reason) => connection.failed(reason),
      closed: () => {
        this.#open.delete(id)
        connection.closed()
      },
    }
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
