/**
 * Speaks the wire by itself, as strictly as the promises are written: what no ack covers is sent
 * again on every connection, and nothing that was covered ever is.
 */
import {
  decodeServerMessage,
  encodeMessage,
  type Reject,
  type ServerMessage,
  type Welcome,
} from 'kith-shared'
import { WebSocket } from 'ws'
import * as Y from 'yjs'
import { helloOf } from '../harness/wire-client.js'
import { followWords, type Person, type PersonParts, writeWord } from './person.js'

interface Edit {
  readonly words: readonly string[]
  readonly update: Uint8Array
}

/** An update message of this connection, by its ordinal. */
interface Sent {
  readonly edits: readonly Edit[]
  refused: boolean
}

const FROM_SERVER = Symbol('from the server')
/** Milliseconds between two tries. */
const RETRY = 10
/** Closes after which a server that lives may be asked again; 1006 is a connection that was cut. */
const COMES_BACK = new Set([1006, 1012, 1013])
const OLDER_EPOCH = 4409

export class WirePerson implements Person {
  readonly name: string
  #doc = new Y.Doc()
  readonly #parts: PersonParts
  readonly #onLive: () => void
  /** Not covered by an ack, in the order in which they were made. */
  #waiting: Edit[] = []
  #words: string[] = []
  #epoch = 0
  #seq = 0
  #head = Number.POSITIVE_INFINITY
  #socket: WebSocket | undefined
  #phase: 'away' | 'joining' | 'live' = 'away'
  #sent: Sent[] = []
  #settled = 0
  #chunks: Uint8Array[] = []
  #retry: NodeJS.Timeout | undefined
  #isClosed = false

  /** `onLive` is called each time when it has all that there is. */
  constructor(parts: PersonParts, onLive: () => void = () => undefined) {
    this.name = parts.name
    this.#onLive = onLive
    this.#parts = parts
    this.#follow()
  }

  get doc(): Y.Doc {
    return this.#doc
  }

  #follow(): void {
    followWords(this.#doc, this.#parts)
    this.#doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin === FROM_SERVER) return
      const edit = { words: this.#words.splice(0), update }
      this.#waiting.push(edit)
      if (this.#phase === 'live') this.#send([edit])
    })
  }

  get unsaved(): number {
    return this.#waiting.length
  }

  get isLive(): boolean {
    return this.#phase === 'live'
  }

  start(): void {
    this.#connect()
  }

  write(word: string, ballast: number): void {
    this.#words.push(word)
    this.#parts.ledger.wrote(word)
    writeWord(this.doc, word, ballast)
  }

  hurry(): void {
    if (this.#socket === undefined) this.#connect()
  }

  cut(): void {
    this.#socket?.terminate()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#retry)
    this.#socket?.terminate()
    this.doc.destroy()
  }

  #connect(): void {
    clearTimeout(this.#retry)
    if (this.#isClosed) return
    const { workspaceId, token, route } = this.#parts
    const socket = new WebSocket(`${route()}/ws/workspace/${workspaceId}`, {
      perMessageDeflate: false,
    })
    this.#socket = socket
    this.#phase = 'joining'
    this.#sent = []
    this.#settled = 0
    this.#chunks = []
    this.#head = Number.POSITIVE_INFINITY
    const hello = { token, clientId: this.doc.clientID, epoch: this.#epoch, seq: this.#seq }
    socket.on('open', () => socket.send(encodeMessage(helloOf(hello))))
    socket.on('error', () => undefined)
    socket.on('message', (data) => {
      const decoded = decodeServerMessage(new Uint8Array(data as Buffer)) // nodebuffer, ws's default
      if (decoded.ok) this.#receive(decoded.message)
      else this.#parts.ledger.violation(`${this.name} was sent a frame that is no message`)
    })
    socket.on('close', (code, text) => this.#closed(code, text.toString()))
  }

  #closed(code: number, text: string): void {
    this.#socket = undefined
    this.#phase = 'away'
    if (this.#isClosed) return
    if (code === OLDER_EPOCH && this.#parts.mayRenew && this.#waiting.length === 0) {
      this.#startOver()
    } else if (!COMES_BACK.has(code)) {
      this.#parts.ledger.violation(`${this.name} was closed for good: ${code} ${text}`)
      return
    }
    this.#retry = setTimeout(() => this.#connect(), RETRY)
  }

  /** As somebody who has nothing yet. */
  #startOver(): void {
    this.#doc.destroy()
    this.#doc = new Y.Doc()
    this.#epoch = 0
    this.#seq = 0
    this.#follow()
  }

  #send(edits: readonly Edit[], type: 'update' | 'sync-step-2' = 'update'): void {
    const update = Y.mergeUpdates(edits.map((edit) => edit.update))
    this.#sent.push({ edits, refused: false })
    if (this.#socket?.readyState === WebSocket.OPEN) {
      this.#socket.send(encodeMessage({ type, update }))
    }
  }

  #receive(message: ServerMessage): void {
    switch (message.type) {
      case 'welcome':
        return this.#welcome(message)
      case 'snapshot-chunk':
        return this.#takeChunk(message)
      case 'rows':
        return this.#takeRows(message)
      case 'reject':
        return this.#refused(message)
      case 'ack':
        return this.#acknowledged(message)
      case 'sync-step-1':
        // What was saved is not sent again: it would heal a loss that must be seen.
        return this.#waiting.length > 0 ? this.#send(this.#waiting, 'sync-step-2') : undefined
      default:
        return
    }
  }

  #welcome({ head }: Welcome): void {
    this.#head = head
    this.#goLive()
  }

  #goLive(): void {
    if (this.#phase !== 'joining' || this.#seq < this.#head) return
    this.#phase = 'live'
    for (const edit of this.#waiting) this.#send([edit])
    this.#onLive()
  }

  #takeChunk(chunk: Extract<ServerMessage, { type: 'snapshot-chunk' }>): void {
    this.#chunks.push(chunk.bytes)
    if (chunk.offset + chunk.bytes.length < chunk.total) return
    Y.applyUpdate(this.doc, Buffer.concat(this.#chunks), FROM_SERVER)
    this.#chunks = []
    this.#epoch = chunk.epoch
    this.#seq = chunk.seq
    this.#goLive()
  }

  #takeRows({ epoch, firstSeq, rows }: Extract<ServerMessage, { type: 'rows' }>): void {
    const { ledger } = this.#parts
    if (firstSeq > this.#seq + 1) {
      ledger.violation(`${this.name} was sent row ${firstSeq} after ${this.#seq}`)
    }
    for (const [index, { update }] of rows.entries()) {
      ledger.row(firstSeq + index, update, this.name)
      Y.applyUpdate(this.doc, update, FROM_SERVER)
    }
    this.#epoch = epoch
    this.#seq = Math.max(this.#seq, firstSeq + rows.length - 1)
    this.#goLive()
  }

  /** Another server may not know yet what this builds on: it asks, and takes it then. */
  #refused({ ordinal, reason }: Reject): void {
    const sent = this.#sent[ordinal - 1]
    if (sent) sent.refused = true
    if (reason !== 'gap' || !this.#parts.mayMeetGaps) {
      this.#parts.ledger.violation(`${this.name} was refused ${ordinal}: ${reason}`)
    }
  }

  #acknowledged({ count, seq }: Extract<ServerMessage, { type: 'ack' }>): void {
    const { ledger } = this.#parts
    const settled = this.#sent.slice(this.#settled, count).filter(({ refused }) => !refused)
    this.#settled = count
    const edits = new Set(settled.flatMap((sent) => sent.edits))
    this.#waiting = this.#waiting.filter((edit) => !edits.has(edit))
    for (const word of [...edits].flatMap(({ words }) => words)) ledger.saved(word, this.name)
    ledger.acknowledged(seq, this.name)
  }
}
