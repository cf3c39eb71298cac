import type { OpenSocket } from '../core/ports.js'

/** As a browser's `WebSocket`; the `ws` package's fits too. */
export interface WebSocketClass {
  new (url: string): WebSocketLike
}

interface WebSocketLike {
  binaryType: string
  readonly bufferedAmount: number
  readonly readyState: number
  send(data: Uint8Array<ArrayBuffer>): void
  close(code?: number, reason?: string): void
  onopen: ((event: never) => void) | null
  onmessage: ((event: never) => void) | null
  onclose: ((event: never) => void) | null
  onerror: ((event: never) => void) | null
}

/** `WebSocket.OPEN`, of whichever class. */
const OPEN = 1

/** Sockets of this class; by default of the browser's own. */
export const webSockets =
  (Class?: WebSocketClass): OpenSocket =>
  (url, listener) => {
    const socket: WebSocketLike = new (Class ?? WebSocket)(url)
    socket.binaryType = 'arraybuffer'
    socket.onopen = () => listener.opened()
    socket.onmessage = ({ data }: { data: unknown }) => {
      if (data instanceof ArrayBuffer) listener.frame(new Uint8Array(data))
      else listener.textFrame()
    }
    socket.onclose = ({ code, reason }: { code: number; reason: string }) => {
      listener.closed(code, reason)
    }
    // A close event follows every error; in Node an error without a listener would throw.
    socket.onerror = () => undefined
    return {
      get bufferedAmount() {
        return socket.bufferedAmount
      },
      send: (frame) => {
        // One that closes sends nothing more, and a browser would complain in its console: what is
        // lost here goes again in the next session.
        if (socket.readyState !== OPEN) return
        // The codec's frames are backed by an ArrayBuffer, never by shared memory.
        socket.send(frame as Uint8Array<ArrayBuffer>)
      },
      close: (code, text) => socket.close(code, text),
    }
  }
