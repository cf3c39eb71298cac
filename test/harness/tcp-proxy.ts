import { createServer, type Server, type Socket, connect as tcpConnect } from 'node:net'
import { type Pipe, pipe } from './proxy-pipe.js'
import { seededRandom } from './seeded.js'

/**
 * A bad network between a client and a server. Bytes keep their order in each direction, whatever
 * delay they meet; nothing is ever altered.
 */
export interface TcpProxy {
  readonly port: number
  /** `127.0.0.1:<port>`, to put in place of the target's address. */
  readonly host: string
  /** How many connections are open through it. */
  readonly connections: number
  /** All that came so far, from clients and from the target. */
  readonly bytes: { readonly sent: number; readonly received: number }
  /** Breaks every connection with a reset, and refuses new ones. */
  cut(): void
  /** New connections are let through again. */
  restore(): void
  /** Holds all bytes back, connections stay open: a network that went silent. */
  stall(): void
  resume(): void
  /** Each chunk arrives this much later; with a seed, up to twice as much. */
  delay(ms: number): void
  /** Safe twice. */
  close(): Promise<void>
}

export interface ProxyOptions {
  readonly target: { readonly host: string; readonly port: number }
  /** With a seed, chunks are torn at random places and delays vary, always in the same way. */
  readonly seed?: bigint
}

interface Link {
  readonly sockets: readonly [Socket, Socket]
  readonly pipes: readonly [Pipe, Pipe]
}

const listen = (server: Server): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })

const join = (client: Socket, { target, seed }: ProxyOptions, number: bigint): Link => {
  const upstream = tcpConnect({ ...target, allowHalfOpen: true })
  const random = (direction: bigint) =>
    seed === undefined ? undefined : seededRandom(seed + number * 2n + direction)
  const link: Link = {
    sockets: [client, upstream],
    pipes: [pipe(client, upstream, random(0n)), pipe(upstream, client, random(1n))],
  }
  for (const socket of link.sockets) socket.setNoDelay(true)
  return link
}

export const startProxy = async (options: ProxyOptions): Promise<TcpProxy> => {
  const links = new Set<Link>()
  const network = { cut: false, stalled: false, delay: 0 }
  let count = 0n
  /** Of links that are gone. */
  const past = { sent: 0, received: 0 }

  const breakLink = (link: Link): void => {
    if (!links.delete(link)) return
    past.sent += link.sockets[0].bytesRead
    past.received += link.sockets[1].bytesRead
    for (const each of link.pipes) each.close()
    for (const socket of link.sockets) socket.resetAndDestroy()
  }
  const accept = (client: Socket): void => {
    client.on('error', () => undefined)
    if (network.cut) {
      client.resetAndDestroy()
      return
    }
    count += 1n
    const link = join(client, options, count)
    links.add(link)
    for (const socket of link.sockets) {
      socket.on('error', () => breakLink(link))
      socket.on('close', () => {
        if (link.sockets.every(({ destroyed }) => destroyed)) breakLink(link)
      })
    }
    applyTo(link)
  }
  const applyTo = (link: Link): void => {
    for (const each of link.pipes) each.shape(network)
  }
  const change = (next: Partial<typeof network>): void => {
    Object.assign(network, next)
    for (const link of links) applyTo(link)
  }

  const server = createServer({ allowHalfOpen: true }, accept)
  const port = await listen(server)
  let closed: Promise<void> | undefined
  return {
    port,
    host: `127.0.0.1:${port}`,
    get connections() {
      return links.size
    },
    get bytes() {
      const all = { ...past }
      for (const { sockets } of links) {
        all.sent += sockets[0].bytesRead
        all.received += sockets[1].bytesRead
      }
      return all
    },
    cut: () => {
      change({ cut: true })
      for (const link of [...links]) breakLink(link)
    },
    restore: () => change({ cut: false }),
    stall: () => change({ stalled: true }),
    resume: () => change({ stalled: false }),
    delay: (ms) => change({ delay: ms }),
    close: () => {
      closed ??= new Promise((resolve) => server.close(() => resolve()))
      for (const link of [...links]) breakLink(link)
      return closed
    },
  }
}
