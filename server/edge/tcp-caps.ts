/**
 * Bounds on TCP connections, before anybody has said anything: half an upgrade, headers that trickle
 * in, kept HTTP connections. They lie above the caps of WebSockets, so that one too many of those
 * still hears its close code; past these a connection is cut.
 */
import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { addressGroup, type Peers } from './trusted-proxy.js'

const SPARE = 1_000
const SPARE_PER_ADDRESS = 100

export interface Caps {
  /** Of WebSockets. */
  maxConnections: number
  maxConnectionsPerAddress: number
}

export const capTcp = (server: Server, caps: Caps, peers: Peers): void => {
  const byAddress = new Map<string, number>()
  const most = caps.maxConnectionsPerAddress + SPARE_PER_ADDRESS
  server.maxConnections = caps.maxConnections + SPARE
  server.on('connection', (socket: Socket) => {
    // A proxy speaks for many; its clients are counted as WebSockets alone.
    if (peers.isProxy(socket.remoteAddress)) return
    const group = addressGroup(socket.remoteAddress ?? '')
    const count = (byAddress.get(group) ?? 0) + 1
    if (count > most) {
      socket.destroy()
      return
    }
    byAddress.set(group, count)
    const counted: Counted = socket
    counted[COUNTED] = { group, byAddress }
    socket.on('close', uncount)
  })
}

/** One listener for all sockets, as there are thousands: each knows where it is counted. */
const COUNTED = Symbol('counted')
type Counted = Socket & { [COUNTED]?: { group: string; byAddress: Map<string, number> } }

function uncount(this: Counted): void {
  const counted = this[COUNTED]
  if (!counted) return
  const { group, byAddress } = counted
  const left = (byAddress.get(group) ?? 1) - 1
  if (left === 0) byAddress.delete(group)
  else byAddress.set(group, left)
}
