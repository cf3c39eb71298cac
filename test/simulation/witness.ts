/** Sees every frame at both ends of its wire, and keeps what the promises are about. */
import {
  type ClientMessage,
  decodeClientMessage,
  decodeServerMessage,
  type ServerMessage,
} from 'kith-shared'
import * as Y from 'yjs'
import type { Clock } from './clock.js'
import type { Party, Tap } from './network.js'
import { type Token, tokensInBytes } from './token.js'

/** An update message, by its number on its wire. */
export interface Message {
  tokens: readonly Token[]
  clocks: ReadonlyMap<number, number>
  bytes: number
  /** To the server's question: it holds the edits of other tabs, too. */
  isAnswer: boolean
  isRejected: boolean
}

export interface Wire {
  readonly party: Party
  /** As the client has sent them, and as a server has read them. */
  readonly sent: Message[]
  readonly read: Message[]
  /** So many messages are settled, by the word of the server, and as the client has heard. */
  acked: number
  heard: number
  /** Bytes sent to the client that it has not read. */
  buffered: number
  /** Since when it held too much to be sent more. */
  fullSince: number | undefined
  lastChunk: number
}

export interface Acknowledgement {
  wire: Wire
  messages: readonly Message[]
  seq: number
}

export interface WitnessBounds {
  /** A wire with more than `full` unread bytes is full until it has no more than `drained`. */
  full: number
  drained: number
}

export class Witness implements Tap {
  readonly wires = new Map<number, Wire>()
  /** Since the last look: said by a server, heard by a tab, and tokens that were sent to one. */
  acknowledged: Acknowledgement[] = []
  heard: Acknowledgement[] = []
  shown: { party: Party; tokens: readonly Token[] }[] = []
  /** Rows sent to a wire that was full. */
  overfed: Wire[] = []
  readonly #clock: Clock
  readonly #bounds: WitnessBounds

  constructor(clock: Clock, bounds: WitnessBounds) {
    this.#clock = clock
    this.#bounds = bounds
  }

  opened(id: number, party: Party): void {
    const counts = { acked: 0, heard: 0, buffered: 0, fullSince: undefined, lastChunk: -1 }
    this.wires.set(id, { party, sent: [], read: [], ...counts })
  }

  closed(id: number): void {
    this.wires.delete(id)
  }

  toServer(id: number, moment: 'sent' | 'read', frame: Uint8Array): void {
    const wire = this.wires.get(id)
    const decoded = decodeClientMessage(frame)
    if (!wire || !decoded.ok) return
    const message = messageOf(decoded.message)
    if (message) wire[moment].push(message)
  }

  toClient(id: number, moment: 'sent' | 'read', frame: Uint8Array, buffered: number): void {
    const wire = this.wires.get(id)
    const decoded = decodeServerMessage(frame)
    if (!wire || !decoded.ok) return
    const { message } = decoded
    if (moment === 'sent') this.#said(wire, message, frame)
    else this.#heard(wire, message)
    this.#fills(wire, message, moment, buffered)
  }

  #said(wire: Wire, message: ServerMessage, frame: Uint8Array): void {
    this.shown.push({ party: wire.party, tokens: tokensInBytes(frame) })
    if (message.type === 'reject') reject(wire.read, message.ordinal)
    if (message.type !== 'ack') return
    const messages = wire.read.slice(wire.acked, message.count).filter(isTaken)
    this.acknowledged.push({ wire, messages, seq: message.seq })
    wire.acked = Math.max(wire.acked, message.count)
  }

  #heard(wire: Wire, message: ServerMessage): void {
    if (message.type === 'reject') reject(wire.sent, message.ordinal)
    if (message.type !== 'ack') return
    const messages = wire.sent.slice(wire.heard, message.count).filter(isTaken)
    this.heard.push({ wire, messages, seq: message.seq })
    wire.heard = Math.max(wire.heard, message.count)
  }

  /** A snapshot goes on once it is read, and what follows it goes with it. */
  #fills(wire: Wire, message: ServerMessage, moment: 'sent' | 'read', buffered: number): void {
    const now = this.#clock.now()
    wire.buffered = buffered
    if (moment === 'read') {
      if (buffered <= this.#bounds.drained) wire.fullSince = undefined
      return
    }
    if (message.type === 'snapshot-chunk') wire.lastChunk = now
    const isFull = wire.fullSince !== undefined && wire.fullSince < now && wire.lastChunk !== now
    if (isFull && message.type === 'rows') this.overfed.push(wire)
    if (buffered > this.#bounds.full) wire.fullSince ??= now
  }
}

const isTaken = ({ isRejected }: Message): boolean => !isRejected

const reject = (messages: readonly Message[], ordinal: number): void => {
  const message = messages[ordinal - 1]
  if (message) message.isRejected = true
}

const messageOf = (message: ClientMessage): Message | undefined => {
  if (message.type !== 'update' && message.type !== 'sync-step-2') return undefined
  const { update } = message
  const tokens = tokensInBytes(update)
  const isAnswer = message.type === 'sync-step-2'
  return { tokens, clocks: clocksIn(update), bytes: update.length, isAnswer, isRejected: false }
}

/** Somebody hostile's bytes may be no update at all; no promise is about them then. */
const clocksIn = (update: Uint8Array): ReadonlyMap<number, number> => {
  try {
    return Y.parseUpdateMeta(update).to
  } catch {
    return new Map()
  }
}
