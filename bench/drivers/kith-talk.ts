import {
  ByteReader,
  decodeServerMessage,
  encodeMessage,
  MESSAGE,
  PROTOCOL_VERSION,
  SCHEMA_VERSION,
  type ServerMessage,
} from 'kith-shared'
import type { Target } from '../target.js'
import type { Heard, Person, Talk } from './dialect.js'
import { tokenOf } from './token.js'

const reader = new ByteReader()

/** Kith's own dialect, by its own codec. */
export class KithTalk implements Talk {
  readonly #target: Target
  readonly #person: Person
  readonly #heard: Heard
  readonly #reads: boolean
  #epoch = 0
  #seq = 0
  /** The journal's head when it was welcomed; undefined before, and once it has joined. */
  #joiningTo: number | undefined

  constructor(target: Target, person: Person, heard: Heard, reads: boolean) {
    this.#target = target
    this.#person = person
    this.#heard = heard
    this.#reads = reads
  }

  get received(): number {
    return this.#seq
  }

  get held() {
    return { epoch: this.#epoch, seq: this.#seq }
  }

  path(): string {
    return `/ws/workspace/${this.#person.room}`
  }

  opening(): Uint8Array[] {
    const { clientId, user, held } = this.#person
    const { epoch, seq } = held ?? { epoch: 0, seq: 0 }
    this.#seq = seq
    const token = tokenOf(user, this.#target.secret)
    const hello = { protocol: PROTOCOL_VERSION, clientId, earlierIds: [], epoch, seq, token }
    return [encodeMessage({ type: 'hello', schema: SCHEMA_VERSION, ...hello })]
  }

  update(update: Uint8Array): Uint8Array {
    return encodeMessage({ type: 'update', update })
  }

  awareness(states: Uint8Array): Uint8Array {
    return awarenessMessage(states)
  }

  hear(frame: Uint8Array): void {
    if (frame[0] === MESSAGE.rows && !this.#reads) this.#countRows(frame)
    else if (frame[0] === MESSAGE.awareness) {
      if (this.#reads) this.#heard.awareness(awarenessStates(frame))
    } else {
      const decoded = decodeServerMessage(frame)
      if (!decoded.ok) throw new Error('a frame of the server is no message')
      this.#take(decoded.message)
    }
  }

  #countRows(frame: Uint8Array): void {
    reader.reset(frame)
    reader.varUint()
    this.#epoch = reader.varUint()
    const first = reader.varUint()
    this.#advance(first, reader.varUint())
  }

  #advance(first: number, count: number): void {
    if (first > this.#seq + 1) throw new Error(`row ${first} came after ${this.#seq}`)
    this.#seq = Math.max(this.#seq, first + count - 1)
    this.#joinedYet()
  }

  #joinedYet(): void {
    if (this.#joiningTo === undefined || this.#seq < this.#joiningTo) return
    this.#joiningTo = undefined
    this.#heard.joined()
  }

  #take(message: ServerMessage): void {
    switch (message.type) {
      case 'welcome':
        this.#epoch = message.epoch
        this.#joiningTo = message.head
        if (message.follows === 'tail') this.#joinedYet()
        return
      case 'snapshot-chunk':
        this.#heard.loaded(message.bytes.length)
        if (message.offset + message.bytes.length < message.total) return
        this.#seq = message.seq
        this.#joinedYet()
        return
      case 'rows':
        for (const { update } of message.rows) {
          if (this.#joiningTo === undefined) this.#heard.update(update)
        }
        this.#advance(message.firstSeq, message.rows.length)
        return
      case 'ack':
        this.#heard.acked(message.count)
        return
      case 'reject':
        throw new Error(`the server refused an edit of the bench: ${message.reason}`)
      default:
        return
    }
  }
}

/** The payload is y-protocols' own; it need not be decoded and encoded again. */
export const awarenessMessage = (states: Uint8Array): Uint8Array => {
  const head: number[] = [MESSAGE.awareness]
  for (let rest = states.length; ; rest = Math.floor(rest / 128)) {
    head.push(rest < 128 ? rest : 128 | (rest % 128))
    if (rest < 128) break
  }
  return Buffer.concat([Buffer.from(head), states])
}

/** The payload of an awareness frame. */
export const awarenessStates = (frame: Uint8Array): Uint8Array => {
  reader.reset(frame)
  reader.varUint()
  return reader.varBytes()
}
