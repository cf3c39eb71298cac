/**
 * Wires between devices and nodes: each frame takes its time, a wire can be cut any moment, and
 * either end may stop reading, upon which frames wait at the other.
 */
import type { OpenSocket, SocketListener } from '../../client/core/ports.js'
import type { PauseReason } from '../../server/core/ports.js'
import type { Random } from '../harness/team.js'
import type { Clock } from './clock.js'

/** The server's end of a wire. */
export interface ServerEnd {
  /** Bytes sent that the client has not read. */
  readonly bufferedBytes: number
  send(frame: Uint8Array): void
  close(code: number, text: string): void
  /** Frames of the client wait until no reason is left. */
  pause(reason: PauseReason): void
  resume(reason: PauseReason): void
}

export interface ServerListener {
  frame(bytes: Uint8Array): void
  closed(): void
}

export type Accept = (end: ServerEnd, url: string) => ServerListener

/** Who opens a wire: all wires of a device end and stall together. */
export interface Party {
  readonly device: string
  /** Tells the tabs of a device apart. */
  readonly tab: number
}

/** Sees every frame as it passes one end of a wire; wires have numbers of their own. */
export interface Tap {
  opened(wire: number, party: Party): void
  toServer(wire: number, moment: 'sent' | 'read', frame: Uint8Array): void
  toClient(wire: number, moment: 'sent' | 'read', frame: Uint8Array, buffered: number): void
  closed(wire: number): void
}

export interface Network {
  /** How a device opens sockets; `route` says which node, undefined where there is no way. */
  opener(party: Party, route: () => Accept | undefined): OpenSocket
  /** Cuts every wire of a device, as when its network goes. */
  cut(device: string): void
  /** For so many milliseconds nothing that was sent to a device is read there. */
  stall(device: string, duration: number): void
}

const ABNORMAL = 1006

/** What goes one way, in its order. */
class Lane {
  readonly #clock: Clock
  readonly #latency: () => number
  readonly #waiting: (() => void)[] = []
  #arrival = 0
  isReading = true

  constructor(clock: Clock, latency: () => number) {
    this.#clock = clock
    this.#latency = latency
  }

  deliver(act: () => void): void {
    this.#arrival = Math.max(this.#clock.now() + this.#latency(), this.#arrival)
    this.#clock.after(this.#arrival - this.#clock.now(), () => {
      this.#waiting.push(act)
      this.flush()
    })
  }

  flush(): void {
    while (this.isReading && this.#waiting.length > 0) this.#waiting.shift()?.()
  }
}

interface Wire {
  device: string
  toClient: Lane
  break(): void
}

export const createNetwork = (clock: Clock, random: Random, tap?: Tap): Network => {
  const wires = new Set<Wire>()
  /** Until when a device reads nothing. */
  const stalled = new Map<string, number>()
  let lastWire = 0
  const latency = () => 1 + Math.floor(random() ** 3 * 300)
  const isStalled = (device: string) => (stalled.get(device) ?? 0) > clock.now()

  const open = (party: Party, route: Accept | undefined, url: string, client: SocketListener) => {
    const id = ++lastWire
    const { device } = party
    const toServer = new Lane(clock, latency)
    const toClient = new Lane(clock, latency)
    toClient.isReading = !isStalled(device)
    const pauses = new Set<PauseReason>()
    let isOpen = true
    let buffered = 0
    let server: ServerListener | undefined
    const gone = () => {
      isOpen = false
      wires.delete(wire)
      tap?.closed(id)
      server?.closed()
    }
    const end = (code: number, text: string) => {
      if (!isOpen) return
      gone()
      clock.after(0, () => client.closed(code, text))
    }
    const wire = { device, toClient, break: () => end(ABNORMAL, '') }
    wires.add(wire)
    tap?.opened(id, party)
    const send = (frame: Uint8Array) => {
      if (!isOpen) return
      buffered += frame.length
      tap?.toClient(id, 'sent', frame, buffered)
      const copy = frame.slice()
      toClient.deliver(() => {
        buffered -= copy.length
        if (!isOpen) return
        tap?.toClient(id, 'read', copy, buffered)
        client.frame(copy)
      })
    }
    const serverEnd: ServerEnd = {
      get bufferedBytes() {
        return buffered
      },
      send,
      close: (code, text) => toClient.deliver(() => end(code, text)),
      pause: (reason) => {
        pauses.add(reason)
        toServer.isReading = false
      },
      resume: (reason) => {
        pauses.delete(reason)
        toServer.isReading = pauses.size === 0
        // Later: whoever resumes is in the middle of something.
        clock.after(0, () => toServer.flush())
      },
    }
    toClient.deliver(() => {
      if (!isOpen) return
      if (!route) return end(ABNORMAL, '')
      server = route(serverEnd, url)
      client.opened()
    })
    return {
      bufferedAmount: 0,
      send: (frame: Uint8Array) => {
        if (!isOpen) return
        const copy = frame.slice()
        tap?.toServer(id, 'sent', copy)
        toServer.deliver(() => {
          if (!isOpen) return
          tap?.toServer(id, 'read', copy)
          server?.frame(copy)
        })
      },
      close: () => {
        if (isOpen) gone()
      },
    }
  }

  return {
    opener: (party, route) => (url, listener) => open(party, route(), url, listener),
    cut(device) {
      for (const wire of [...wires]) if (wire.device === device) wire.break()
    },
    stall(device, time) {
      const duration = Math.round(time)
      stalled.set(device, clock.now() + duration)
      for (const wire of wires) if (wire.device === device) wire.toClient.isReading = false
      clock.after(duration, () => {
        if (isStalled(device)) return
        for (const wire of wires) {
          if (wire.device !== device) continue
          wire.toClient.isReading = true
          wire.toClient.flush()
        }
      })
    },
  }
}
