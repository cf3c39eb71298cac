/**
 * Bytes to messages and back, total in both directions: whatever a frame holds, decoding gives a
 * message or says that there is none. One message a frame; what is left over breaks it.
 */
import * as encoding from 'lib0/encoding'
import { unreachable } from '../assert.js'
import { ByteReader } from '../byte-reader.js'
import { MAX_AWARENESS_STATES } from '../limits.js'
import { type Ack, readAck, writeAck } from './ack.js'
import { type AwarenessMessage, readAwareness, writeAwareness } from './awareness.js'
import { type Hello, readHello, writeHello } from './hello.js'
import { MESSAGE } from './message-types.js'
import { type Notice, readNotice, writeNotice } from './notice.js'
import { type Probe, readProbe, writeProbe } from './probe.js'
import { type Reject, readReject, writeReject } from './reject.js'
import { type Rows, readRows, writeRows } from './rows.js'
import { encodeSnapshotChunk, readSnapshotChunk, type SnapshotChunk } from './snapshot-chunk.js'
import { readSync, type Sync, writeSync } from './sync.js'
import { readToken, type TokenRefresh, writeToken } from './token.js'
import { readWelcome, type Welcome, writeWelcome } from './welcome.js'

export interface QueryAwareness {
  type: 'query-awareness'
}

/** What a client may send. */
export type ClientMessage = Hello | TokenRefresh | Probe | Sync | AwarenessMessage | QueryAwareness

/** What a server may send; a stock client gets only `Sync` and `AwarenessMessage`. */
export type ServerMessage =
  | Welcome
  | SnapshotChunk
  | Rows
  | Ack
  | Reject
  | Notice
  | Probe
  | Sync
  | AwarenessMessage

export type Decoded<Message> = { ok: true; message: Message } | { ok: false }

const BROKEN = { ok: false } as const

export const encodeMessage = (message: ClientMessage | ServerMessage): Uint8Array => {
  if (message.type === 'snapshot-chunk') return encodeSnapshotChunk(message)
  const to = encoding.createEncoder()
  write(to, message)
  return encoding.toUint8Array(to)
}

const write = (
  to: encoding.Encoder,
  message: ClientMessage | Exclude<ServerMessage, SnapshotChunk>,
): void => {
  switch (message.type) {
    case 'hello':
      writeHello(to, message)
      break
    case 'welcome':
      writeWelcome(to, message)
      break
    case 'rows':
      writeRows(to, message)
      break
    case 'ack':
      writeAck(to, message)
      break
    case 'reject':
      writeReject(to, message)
      break
    case 'token':
      writeToken(to, message)
      break
    case 'notice':
      if (message.notice !== 'unknown') writeNotice(to, message)
      break
    case 'probe':
      writeProbe(to, message)
      break
    case 'sync-step-1':
    case 'sync-step-2':
    case 'update':
      writeSync(to, message)
      break
    case 'awareness':
      writeAwareness(to, message)
      break
    case 'query-awareness':
      encoding.writeVarUint(to, MESSAGE.queryAwareness)
      break
    default:
      unreachable(message)
  }
}

/** Decodes a frame that a client sent. Byte fields are views into `frame`. */
export const decodeClientMessage = (frame: Uint8Array): Decoded<ClientMessage> => {
  const from = new ByteReader(frame)
  const message = readClientMessage(from)
  const extensible = message?.type === 'hello'
  return finish(from, message, extensible)
}

/** Decodes a frame that a server sent. Byte fields are views into `frame`. */
export const decodeServerMessage = (frame: Uint8Array): Decoded<ServerMessage> => {
  const from = new ByteReader(frame)
  const message = readServerMessage(from)
  const extensible = message?.type === 'welcome' || message?.type === 'notice'
  return finish(from, message, extensible)
}

/** Messages that later versions may extend carry bytes that this one does not know. */
const finish = <M>(from: ByteReader, message: M | undefined, extensible: boolean): Decoded<M> =>
  message === undefined || from.failed || !(from.atEnd || extensible)
    ? BROKEN
    : { ok: true, message }

const readClientMessage = (from: ByteReader): ClientMessage | undefined => {
  switch (from.varUint()) {
    case MESSAGE.sync:
      return from.failed ? undefined : readSync(from)
    case MESSAGE.awareness:
      return readAwareness(from, MAX_AWARENESS_STATES)
    case MESSAGE.queryAwareness:
      return { type: 'query-awareness' }
    case MESSAGE.hello:
      return readHello(from)
    case MESSAGE.token:
      return readToken(from)
    case MESSAGE.probe:
      return readProbe(from)
    default:
      return undefined
  }
}

const readServerMessage = (from: ByteReader): ServerMessage | undefined => {
  switch (from.varUint()) {
    case MESSAGE.sync:
      return from.failed ? undefined : readSync(from)
    case MESSAGE.awareness:
      return readAwareness(from)
    case MESSAGE.welcome:
      return readWelcome(from)
    case MESSAGE.snapshotChunk:
      return readSnapshotChunk(from)
    case MESSAGE.rows:
      return readRows(from)
    case MESSAGE.ack:
      return readAck(from)
    case MESSAGE.reject:
      return readReject(from)
    case MESSAGE.notice:
      return readNotice(from)
    case MESSAGE.probe:
      return readProbe(from)
    default:
      return undefined
  }
}
