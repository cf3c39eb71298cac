/** WebSockets without a network: each frame takes a millisecond, in its order, or never arrives. */
import type { MemoryConnection, MemoryServer } from 'kith-server/memory'
import type { Socket, SocketListener } from '../core/ports.js'
import type { TestClock } from './test-clock.js'

/** One WebSocket, seen from outside. */
export interface Line {
  readonly socket: Socket
  /** As when a network goes: neither end is told by the other. */
  cut(): void
}

/** Milliseconds from one end to the other. */
const LATENCY = 1
const ABNORMAL = 1006

export class TestNetwork {
  readonly #clock: TestClock
  readonly #server: MemoryServer

  constructor(clock: TestClock, server: MemoryServer) {
    this.#clock = clock
    this.#server = server
  }

  open(listener: SocketListener, isOnline: () => boolean): Line {
    let state: 'open' | 'closed' = 'open'
    let connection: MemoryConnection | undefined
    const later = (act: () => void): void =>
      this.#clock.deliver(LATENCY, () => state === 'open' && act())
    const end = (code: number, text: string): void => {
      if (state === 'closed') return
      state = 'closed'
      listener.closed(code, text)
    }
    const hangUp = (): void => {
      if (state === 'closed') return
      state = 'closed'
      connection?.closed()
    }
    later(() => {
      if (!isOnline()) return end(ABNORMAL, '')
      connection = this.#server.accept({
        // A copy, as a network would make one.
        send: (frame) => {
          const copy = frame.slice()
          later(() => listener.frame(copy))
        },
        close: (code, text) => later(() => end(code, text)),
      })
      listener.opened()
    })
    return {
      socket: {
        bufferedAmount: 0,
        send: (frame) => {
          const copy = frame.slice()
          later(() => connection?.frame(copy))
        },
        close: hangUp,
      },
      cut: () => {
        if (state === 'closed') return
        hangUp()
        this.#clock.deliver(LATENCY, () => listener.closed(ABNORMAL, ''))
      },
    }
  }
}
