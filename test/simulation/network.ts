/** Wires between devices and nodes: each frame takes its time, and a wire can be cut any moment. */
import type { OpenSocket, SocketListener } from '../../client/core/ports.js'
import type { Random } from '../harness/team.js'
import type { Clock } from './clock.js'

/** The server's end of a wire. */
export interface ServerEnd {
  send(frame: Uint8Array): void
  close(code: number, text: string): void
}

export interface ServerListener {
  frame(bytes: Uint8Array): void
  closed(): void
}

export interface Network {
  /** How a device opens sockets; `route` says which node, undefined where there is no way. */
  opener(device: string, route: () => Accept | undefined): OpenSocket
  /** Cuts every wire of a device, as when its network goes. */
  cut(device: string): void
}

export type Accept = (end: ServerEnd) => ServerListener

interface Wire {
  device: string
  break(): void
}

const ABNORMAL = 1006

export const createNetwork = (clock: Clock, random: Random): Network => {
  const wires = new Set<Wire>()
  const latency = () => 1 + Math.floor(random() ** 3 * 300)
  const open = (device: string, accept: Accept | undefined, client: SocketListener) => {
    let isOpen = true
    let server: ServerListener | undefined
    // Frames of one direction keep their order, whatever each one's latency.
    const arrivals = { toServer: 0, toClient: 0 }
    const deliver = (direction: 'toServer' | 'toClient', act: () => void) => {
      const at = Math.max(clock.now() + latency(), arrivals[direction])
      arrivals[direction] = at
      clock.after(at - clock.now(), () => {
        if (isOpen) act()
      })
    }
    const end = (code: number, text: string) => {
      if (!isOpen) return
      isOpen = false
      wires.delete(wire)
      server?.closed()
      clock.after(0, () => client.closed(code, text))
    }
    const wire = { device, break: () => end(ABNORMAL, '') }
    wires.add(wire)
    deliver('toClient', () => {
      if (!accept) return end(ABNORMAL, '')
      server = accept({
        send: (frame) => deliver('toClient', () => client.frame(frame.slice())),
        close: (code, text) => deliver('toClient', () => end(code, text)),
      })
      client.opened()
    })
    return {
      bufferedAmount: 0,
      send: (frame: Uint8Array) => {
        const copy = frame.slice()
        deliver('toServer', () => server?.frame(copy))
      },
      close: () => {
        if (!isOpen) return
        isOpen = false
        wires.delete(wire)
        server?.closed()
      },
    }
  }
  return {
    opener: (device, route) => (_url, listener) => open(device, route(), listener),
    cut(device) {
      for (const wire of [...wires]) if (wire.device === device) wire.break()
    },
  }
}
