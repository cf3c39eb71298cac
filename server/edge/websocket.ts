/**
 * WebSockets by `ws`: `/ws/workspace/{id}`. A refusal is an accepted upgrade followed by its close
 * code, because a browser can't read an HTTP status here.
 */
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { MAX_FRAME_BYTES } from 'kith-shared'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Arrival, Socket, SocketListener } from '../core/ports.js'

const PATH = /^\/ws\/workspace\/([^/]*)$/
/** A ping this often, in milliseconds; where nothing at all came until the next, it is dead. */
const PING_INTERVAL = 15_000
/** More than this waiting in one socket is more than any room or session hands out at a time. */
const MAX_UNREAD_BYTES = 64 * 1024 * 1024
/** What `close` waits for the peer's own close before the socket is destroyed, in milliseconds. */
const CLOSE_TIMEOUT = 3_000

export interface WebSocketEdge {
  readonly count: number
  /** Stops pings and new upgrades; sockets that are still open are destroyed. */
  close(): void
}

/** `accept` is called for each upgrade on the path; what it gives listens to that socket. */
export const listenForWebSockets = (
  server: Server,
  accept: (arrival: Arrival, socket: Socket) => SocketListener,
): WebSocketEdge => {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
  })
  const alive = new Map<WebSocket, Alive>()
  const upgrade = (request: IncomingMessage, raw: Duplex, head: Buffer) => {
    const arrival = arrivalOf(request)
    if (!arrival) return refuseUpgrade(raw)
    sockets.handleUpgrade(request, raw, head, (socket) => {
      const listener = accept(
        arrival,
        socketOf(socket, () => listener.failed('slow-reader')),
      )
      alive.set(socket, { listener, bytesRead: () => request.socket.bytesRead, heard: -1 })
      socket.on('message', (data, isBinary) => {
        // `binaryType` is nodebuffer: a message comes as one Buffer.
        if (isBinary) listener.frame(plainBytes(data as Buffer))
        else listener.textFrame()
      })
      // `ws` closes by itself here, with 1009 or 1002: what is left to do is to say so.
      socket.on('error', (error: Error & { code?: string }) => {
        const isTooLarge = error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH'
        listener.failed(isTooLarge ? 'too-large' : 'broken-frame')
      })
      socket.on('close', () => {
        alive.delete(socket)
        listener.closed()
      })
    })
  }
  server.on('upgrade', upgrade)
  const pings = setInterval(() => pingAll(alive), PING_INTERVAL)
  return {
    get count() {
      return alive.size
    },
    close() {
      clearInterval(pings)
      server.off('upgrade', upgrade)
      for (const socket of alive.keys()) socket.terminate()
    },
  }
}

interface Alive {
  listener: SocketListener
  bytesRead: () => number
  /** Bytes that had been read at the last ping. */
  heard: number
}

/**
 * Any byte is a sign of life: a pong may stand behind megabytes on a slow line. A paused socket
 * can't be heard, so its silence says nothing.
 */
const pingAll = (alive: ReadonlyMap<WebSocket, Alive>): void => {
  for (const [socket, entry] of alive) {
    if (socket.isPaused) continue
    const heard = entry.bytesRead()
    if (heard > entry.heard) {
      entry.heard = heard
      socket.ping()
    } else {
      entry.listener.failed('heartbeat-lost')
      socket.terminate()
    }
  }
}

/** Not a Buffer, whose `slice` shares its memory with the chunk that it came in. */
const plainBytes = ({ buffer, byteOffset, byteLength }: Buffer): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength)

const arrivalOf = (request: IncomingMessage): Arrival | undefined => {
  const target = request.url ?? ''
  // Whatever stands in the request line comes here: `//` is no URL, and must not throw.
  if (!URL.canParse(target, 'http://server')) return undefined
  const url = new URL(target, 'http://server')
  const workspaceId = PATH.exec(url.pathname)?.[1]
  if (workspaceId === undefined) return undefined
  return {
    workspaceId,
    queryToken: url.searchParams.get('token') ?? undefined,
    origin: request.headers.origin,
    address: request.socket.remoteAddress ?? '',
  }
}

const refuseUpgrade = (raw: Duplex): void => {
  // Node took its own listener off for the upgrade: without one a reset would end the process.
  raw.on('error', () => undefined)
  raw.once('finish', () => raw.destroy())
  raw.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
}

const socketOf = (socket: WebSocket, overflow: () => void): Socket => ({
  send: (frame) => {
    socket.send(frame)
    if (socket.bufferedAmount > MAX_UNREAD_BYTES) overflow()
  },
  close: (code, text) => {
    // A paused socket would never see the peer's answer to the close.
    socket.resume()
    socket.close(code, text)
    setTimeout(() => socket.terminate(), CLOSE_TIMEOUT).unref()
  },
  pause: () => socket.pause(),
  resume: () => socket.resume(),
  get bufferedBytes() {
    return socket.bufferedAmount
  },
})
