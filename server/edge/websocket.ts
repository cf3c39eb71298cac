/**
 * WebSockets by `ws`: `/ws/workspace/{id}`. A refusal is an accepted upgrade followed by its close
 * code, because a browser can't read an HTTP status here. With `?token=` the upgrade itself waits
 * for the verdict; without, it is taken at once, for the hello.
 */
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { MAX_FRAME_BYTES } from 'kith-shared'
import { WebSocketServer } from 'ws'
import type { Arrival, Socket, SocketListener } from '../core/ports.js'
import { Framing } from './framing.js'
import { type Upgrade, Wire, type WireParts } from './wire.js'

const PATH = /^\/ws\/workspace\/([^/]*)$/
/** What Kith's own client asks for, which no URL need be made of. */
const PLAIN_TARGET = /^\/ws\/workspace\/([A-Za-z0-9_-]+)$/
/** A ping this often, in milliseconds; what nothing at all came from until the next is dead. */
const PING_INTERVAL = 15_000
/**
 * A message's fragments, and the chunks of a frame as they come in, are kept until it is whole: each
 * costs some 100 bytes beside its own. A browser's fragments have many KB; a chunk is at least what
 * one packet of a slow line carries. So the largest message fits, in pieces of 4 KB and 512 bytes.
 */
const MAX_FRAGMENTS = 4 * 1024
const MAX_CHUNKS = 32 * 1024

export interface WebSocketEdge {
  readonly count: number
  /** Stops pings and new upgrades; sockets that are still open are destroyed. */
  close(): void
}

export interface WebSocketPorts {
  /** Called for each upgrade on the path; what it gives listens to that socket. */
  accept: (arrival: Arrival, socket: Socket) => SocketListener
  addressOf: (request: IncomingMessage) => string
}

export const listenForWebSockets = (
  server: Server,
  { accept, addressOf }: WebSocketPorts,
): WebSocketEdge => {
  // `maxFragments` and `maxBufferedChunks` are options of ws 8.23 that its types lack.
  const options = { maxFragments: MAX_FRAGMENTS, maxBufferedChunks: MAX_CHUNKS }
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
    ...options,
  })
  const parts: WireParts = { alive: new Set(), framing: new Framing() }
  const upgrade = (request: IncomingMessage, raw: Duplex, head: Buffer) => {
    const arrival = arrivalOf(request, addressOf)
    if (!arrival) return refuseUpgrade(raw)
    const complete: Upgrade = (opened) => sockets.handleUpgrade(request, raw, head, opened)
    const wire = new Wire(raw, complete, parts)
    // What `ws` would refuse is refused before anything is looked up for it.
    if (arrival.queryToken === undefined || !isUpgrade(request)) wire.open()
    if (raw.writableEnded || raw.destroyed) return
    wire.attach(accept(arrival, wire))
  }
  server.on('upgrade', upgrade)
  const pings = setInterval(() => {
    for (const wire of parts.alive) wire.beat()
  }, PING_INTERVAL)
  return {
    get count() {
      return parts.alive.size
    },
    close() {
      clearInterval(pings)
      server.off('upgrade', upgrade)
      for (const wire of parts.alive) wire.terminate()
    },
  }
}

/** As `ws` judges it (`handleUpgrade`). */
const isUpgrade = ({ method, headers }: IncomingMessage): boolean =>
  method === 'GET' &&
  headers.upgrade?.toLowerCase() === 'websocket' &&
  /^[+/0-9A-Za-z]{22}==$/.test(headers['sec-websocket-key'] ?? '') &&
  ['8', '13'].includes(headers['sec-websocket-version'] ?? '')

const arrivalOf = (
  request: IncomingMessage,
  addressOf: WebSocketPorts['addressOf'],
): Arrival | undefined => {
  const target = request.url ?? ''
  const plain = PLAIN_TARGET.exec(target)?.[1]
  if (plain !== undefined) return arrivalAt(plain, undefined, request, addressOf)
  // Whatever stands in the request line comes here: `//` is no URL, and must not throw.
  if (!URL.canParse(target, 'http://server')) return undefined
  const url = new URL(target, 'http://server')
  const workspaceId = PATH.exec(url.pathname)?.[1]
  if (workspaceId === undefined) return undefined
  return arrivalAt(workspaceId, url.searchParams.get('token') ?? undefined, request, addressOf)
}

const arrivalAt = (
  workspaceId: string,
  queryToken: string | undefined,
  request: IncomingMessage,
  addressOf: WebSocketPorts['addressOf'],
): Arrival => ({
  workspaceId,
  queryToken,
  origin: request.headers.origin,
  address: addressOf(request),
})

const refuseUpgrade = (raw: Duplex): void => {
  // Node took its own listener off for the upgrade: without one a reset would end the process.
  raw.on('error', () => undefined)
  raw.once('finish', () => raw.destroy())
  raw.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
}
