/** A WebSocket and the codec, nothing more: says what a test tells it to, and keeps what came. */
import { once } from 'node:events'
import {
  type ClientMessage,
  decodeServerMessage,
  encodeMessage,
  type Hello,
  PROTOCOL_VERSION,
  SCHEMA_VERSION,
  type ServerMessage,
} from 'kith-shared'
import { WebSocket } from 'ws'
import { waitFor } from './wait-for.js'

export interface Close {
  code: number
  text: string
}

export interface WireClient {
  /** All that came so far. */
  readonly messages: readonly ServerMessage[]
  /** How the connection ended, whoever ended it. */
  readonly closed: Promise<Close>
  readonly isOpen: boolean
  /** Dropped where the connection has ended, as a network would. */
  send(message: ClientMessage): void
  sendRaw(data: Uint8Array | string): void
  /** Called for each message, in order, after it was added to `messages`. */
  onMessage(listener: (message: ServerMessage) => void): void
  /** The first message of this type, which may have come already. */
  first<Type extends ServerMessage['type']>(
    type: Type,
  ): Promise<Extract<ServerMessage, { type: Type }>>
  /** Ends the connection without a word. */
  cut(): void
}

/** Resolves when the connection is open. */
export const connectWire = async (
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<WireClient> => {
  const socket = new WebSocket(url, { headers, perMessageDeflate: false })
  const messages: ServerMessage[] = []
  const listeners: ((message: ServerMessage) => void)[] = []
  socket.on('message', (data) => {
    const decoded = decodeServerMessage(new Uint8Array(data as Buffer)) // nodebuffer, ws's default
    if (!decoded.ok) throw new Error('the server sent a frame that is no message')
    messages.push(decoded.message)
    for (const listener of listeners) listener(decoded.message)
  })
  const closed = new Promise<Close>((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, text: reason.toString() }))
  })
  await once(socket, 'open')
  socket.on('error', () => undefined)
  const sendRaw = (data: Uint8Array | string): void => {
    if (socket.readyState === WebSocket.OPEN) socket.send(data)
  }
  return {
    messages,
    closed,
    get isOpen() {
      return socket.readyState === WebSocket.OPEN
    },
    send: (message) => sendRaw(encodeMessage(message)),
    sendRaw,
    onMessage: (listener) => listeners.push(listener),
    first: (type) => firstOf(messages, type),
    cut: () => socket.terminate(),
  }
}

const firstOf = <Type extends ServerMessage['type']>(
  messages: readonly ServerMessage[],
  type: Type,
): Promise<Extract<ServerMessage, { type: Type }>> => {
  const isIt = (message: ServerMessage): message is Extract<ServerMessage, { type: Type }> =>
    message.type === type
  return waitFor(() => messages.find(isIt), {
    message: () => `${type} among ${messages.map((message) => message.type).join(', ')}`,
  })
}

export const helloOf = (parts: Partial<Hello> & { token: string }): Hello => ({
  type: 'hello',
  protocol: PROTOCOL_VERSION,
  clientId: 1 + Math.floor(Math.random() * 2 ** 31),
  earlierIds: [],
  epoch: 0,
  seq: 0,
  schema: SCHEMA_VERSION,
  ...parts,
})
