/**
 * A Kith-dialect client at its simplest, as far as durability goes: a Y.Doc, what it holds of the
 * journal, and its edits, each kept until an ack covers it and sent again on the next connection.
 */
import type { ClientMessage, Epoch, Seq, ServerMessage, Welcome } from 'kith-shared'
import * as Y from 'yjs'
import { waitFor } from './wait-for.js'
import { connectWire, helloOf, type WireClient } from './wire-client.js'

export interface Edit {
  readonly name: string
  readonly update: Uint8Array
}

const FROM_SERVER = Symbol('from the server')

export class Writer {
  readonly doc: Y.Doc
  /** Edits that an ack covered, and those that none did yet, in their order. */
  readonly acked: Edit[] = []
  readonly unacked: Edit[] = []
  readonly rejects: string[] = []
  /** Through where it holds the journal without a gap. */
  epoch: Epoch = 0
  seq: Seq = 0
  /** Called when an ack has settled edits. */
  onAck: () => void = () => undefined
  readonly #token: string
  #client: WireClient | undefined
  #inFlight: Edit[] = []
  #settled = 0
  #chunks: Uint8Array[] = []
  #edit = ''

  constructor(token: string, clientId?: number) {
    this.#token = token
    this.doc = new Y.Doc()
    if (clientId !== undefined) this.doc.clientID = clientId
    this.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== FROM_SERVER) this.#send({ name: this.#edit, update })
    })
  }

  get client(): WireClient {
    if (this.#client === undefined) throw new Error('never connected')
    return this.#client
  }

  /** Joins, catches up, and then sends again what is not acknowledged. */
  async connect(url: string): Promise<Welcome> {
    const client = await connectWire(url)
    this.#client = client
    this.#inFlight = []
    this.#settled = 0
    this.#chunks = []
    client.onMessage((message) => this.#receive(message))
    const { epoch, seq } = this
    client.send(helloOf({ token: this.#token, clientId: this.doc.clientID, epoch, seq }))
    const welcome = await client.first('welcome')
    await this.untilSeq(welcome.head)
    for (const edit of this.unacked.splice(0)) this.#send(edit)
    return welcome
  }

  /** One update, whatever `change` does. */
  edit(name: string, change: (doc: Y.Doc) => void): void {
    this.#edit = name
    this.doc.transact(() => change(this.doc))
  }

  untilSettled(): Promise<boolean> {
    return waitFor(() => this.unacked.length === 0, {
      message: () => `acks of ${this.unacked.length} edits`,
    })
  }

  /** Holds the journal through `seq`. */
  untilSeq(seq: Seq): Promise<boolean> {
    return waitFor(() => this.seq >= seq, { message: () => `seq ${seq}, at ${this.seq}` })
  }

  #send(edit: Edit): void {
    this.unacked.push(edit)
    if (!this.#client?.isOpen) return
    this.#inFlight.push(edit)
    const message: ClientMessage = { type: 'update', update: edit.update }
    this.#client.send(message)
  }

  #receive(message: ServerMessage): void {
    switch (message.type) {
      case 'snapshot-chunk':
        return this.#takeChunk(message)
      case 'rows':
        return this.#takeRows(message)
      case 'reject':
        this.rejects.push(`${message.ordinal}: ${message.reason}`)
        return
      case 'ack':
        return this.#takeAck(message.count)
      default:
        return
    }
  }

  #takeChunk(chunk: Extract<ServerMessage, { type: 'snapshot-chunk' }>): void {
    this.#chunks.push(chunk.bytes)
    if (chunk.offset + chunk.bytes.length < chunk.total) return
    Y.applyUpdate(this.doc, Buffer.concat(this.#chunks), FROM_SERVER)
    this.epoch = chunk.epoch
    this.seq = chunk.seq
  }

  #takeRows({ epoch, firstSeq, rows }: Extract<ServerMessage, { type: 'rows' }>): void {
    if (firstSeq > this.seq + 1) throw new Error(`row ${firstSeq} came after ${this.seq}`)
    for (const { update } of rows) Y.applyUpdate(this.doc, update, FROM_SERVER)
    this.epoch = epoch
    this.seq = firstSeq + rows.length - 1
  }

  #takeAck(count: number): void {
    const settled = this.#inFlight.splice(0, count - this.#settled)
    this.#settled = count
    this.acked.push(...settled)
    this.unacked.splice(0, settled.length)
    this.onAck()
  }
}
