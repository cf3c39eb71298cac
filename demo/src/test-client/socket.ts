import {
  type ClientMessage,
  decodeClientMessage,
  decodeServerMessage,
  encodeMessage,
  type ServerMessage,
} from 'kith-shared'

/** What happens on the socket, in the order it happens. */
export type SocketEvent =
  | { type: 'opening'; address: string }
  | { type: 'open' }
  | { type: 'sent'; message: ClientMessage | undefined; bytes: number }
  | { type: 'sent-raw'; what: string; bytes: number }
  | { type: 'received'; message: ServerMessage | undefined; bytes: Uint8Array }
  | { type: 'received-text'; text: string }
  /** `isLast`: no other socket has taken its place meanwhile. */
  | { type: 'closed'; code: number; text: string; isLast: boolean }

export interface InspectedSocket {
  readonly isOpen: boolean
  connect(address: string): void
  disconnect(): void
  send(message: ClientMessage): void
  /** Bytes or text as they are, right or wrong. */
  sendRaw(data: Uint8Array<ArrayBuffer> | string, what: string): void
}

/** One WebSocket at a time, every frame of it decoded and told to `listener`. */
export const createInspectedSocket = (listener: (event: SocketEvent) => void): InspectedSocket => {
  let socket: WebSocket | undefined
  const isOpen = (): boolean => socket?.readyState === WebSocket.OPEN
  return {
    get isOpen() {
      return isOpen()
    },
    connect: (address) => {
      socket?.close(1000)
      const opened = openSocket(address, listener, () => socket === opened)
      socket = opened
    },
    disconnect: () => socket?.close(1000, 'by hand'),
    send: (message) => {
      if (!socket || !isOpen()) return
      const bytes = Uint8Array.from(encodeMessage(message))
      socket.send(bytes)
      const decoded = decodeClientMessage(bytes)
      listener({
        type: 'sent',
        message: decoded.ok ? decoded.message : undefined,
        bytes: bytes.length,
      })
    },
    sendRaw: (data, what) => {
      if (!socket || !isOpen()) return
      socket.send(data)
      listener({ type: 'sent-raw', what, bytes: data.length })
    },
  }
}

const openSocket = (
  address: string,
  listener: (event: SocketEvent) => void,
  isLast: () => boolean,
): WebSocket => {
  // The token never stands in the log, which people paste into reports.
  listener({ type: 'opening', address: address.replace(/token=[^&]*/, 'token=…') })
  const socket = new WebSocket(address)
  socket.binaryType = 'arraybuffer'
  socket.onopen = () => listener({ type: 'open' })
  socket.onmessage = ({ data }) => {
    if (!(data instanceof ArrayBuffer)) {
      listener({ type: 'received-text', text: String(data) })
      return
    }
    const bytes = new Uint8Array(data)
    const decoded = decodeServerMessage(bytes)
    listener({ type: 'received', message: decoded.ok ? decoded.message : undefined, bytes })
  }
  socket.onclose = ({ code, reason }) =>
    listener({ type: 'closed', code, text: reason, isLast: isLast() })
  return socket
}
