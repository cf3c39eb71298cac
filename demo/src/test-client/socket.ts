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
  /** Where it held a token, `bytes` hold stars in its place. */
  | { type: 'sent'; message: ClientMessage | undefined; bytes: Uint8Array }
  | { type: 'sent-raw'; what: string; bytes: Uint8Array }
  | { type: 'received'; message: ServerMessage | undefined; bytes: Uint8Array }
  | { type: 'received-text'; text: string }
  /** `isLast`: no other socket has taken its place meanwhile. */
  | { type: 'closed'; code: number; text: string; isLast: boolean }

export interface InspectedSocket {
  readonly isOpen: boolean
  connect(address: string): void
  disconnect(): void
  /** Without a goodbye that says why, and nothing more is read: as near as a page comes to a cut. */
  cut(): void
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
    cut: () => {
      if (!socket) return
      const cut = socket
      socket = undefined
      cut.onmessage = null
      cut.onclose = null
      cut.close()
      listener({ type: 'closed', code: 1006, text: '', isLast: true })
    },
    send: (message) => {
      if (!socket || !isOpen()) return
      const bytes = Uint8Array.from(encodeMessage(message))
      socket.send(bytes)
      const decoded = decodeClientMessage(bytes)
      listener({
        type: 'sent',
        message: decoded.ok ? decoded.message : undefined,
        bytes: withoutToken(message, bytes),
      })
    },
    sendRaw: (data, what) => {
      if (!socket || !isOpen()) return
      socket.send(data)
      const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data
      listener({ type: 'sent-raw', what, bytes })
    },
  }
}

/** The log is pasted into reports: a token never stands in it, not even as bytes. */
const withoutToken = (message: ClientMessage, bytes: Uint8Array): Uint8Array =>
  'token' in message
    ? encodeMessage({ ...message, token: '*'.repeat(message.token.length) })
    : bytes

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
