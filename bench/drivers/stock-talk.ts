import { ByteReader, MESSAGE, SYNC } from 'kith-shared'
import * as encoding from 'lib0/encoding'
import type { Heard, Person, Talk } from './dialect.js'

const reader = new ByteReader()

const NOTHING = new Uint8Array([0, 0])
const EMPTY_STATE_VECTOR = new Uint8Array([0])
const AUTH_TOKEN = 0

export interface StockOptions {
  reads: boolean
  /** Hocuspocus's: stands before each message. */
  name: string
  /** Else it is a relay that only forwards: whoever is connected has joined. */
  answers: boolean
}

/**
 * y-protocols' sync and awareness, as y-websocket's client speaks them. Hocuspocus's clients speak
 * the same behind the document's name, and send a token first.
 */
export class StockTalk implements Talk {
  readonly #person: Person
  readonly #heard: Heard
  readonly #reads: boolean
  readonly #name: string
  readonly #answers: boolean
  readonly held = { epoch: 0, seq: 0 }
  received = 0

  constructor(person: Person, heard: Heard, { reads, name, answers }: StockOptions) {
    this.#person = person
    this.#heard = heard
    this.#reads = reads
    this.#name = name
    this.#answers = answers
  }

  path(): string {
    return this.#name === '' ? `/${this.#person.room}` : '/'
  }

  opening(): Uint8Array[] {
    if (!this.#answers) {
      this.#heard.joined()
      return []
    }
    const ask = this.#sync(SYNC.step1, this.#person.held?.stateVector ?? EMPTY_STATE_VECTOR)
    if (this.#name === '') return [ask]
    const auth = this.#start()
    encoding.writeVarUint(auth, MESSAGE.auth)
    encoding.writeVarUint(auth, AUTH_TOKEN)
    encoding.writeVarString(auth, 'token')
    return [encoding.toUint8Array(auth), ask]
  }

  update(update: Uint8Array): Uint8Array {
    return this.#sync(SYNC.update, update)
  }

  awareness(states: Uint8Array): Uint8Array {
    const to = this.#start()
    encoding.writeVarUint(to, MESSAGE.awareness)
    encoding.writeVarUint8Array(to, states)
    return encoding.toUint8Array(to)
  }

  hear(frame: Uint8Array): void {
    reader.reset(frame)
    if (this.#name !== '') reader.skip(reader.varUint())
    switch (reader.varUint()) {
      case MESSAGE.sync:
        return this.#hearSync(reader.varUint())
      case MESSAGE.awareness:
        if (this.#reads) this.#heard.awareness(reader.varBytes())
        return
      default:
        return
    }
  }

  #hearSync(step: number): void {
    switch (step) {
      case SYNC.step1:
        this.#heard.send(this.#sync(SYNC.step2, NOTHING))
        return
      case SYNC.step2:
        this.#heard.loaded(reader.varBytes().length)
        this.#heard.joined()
        return
      default:
        this.received++
        if (this.#reads) this.#heard.update(reader.varBytes())
    }
  }

  #start(): encoding.Encoder {
    const to = encoding.createEncoder()
    if (this.#name !== '') encoding.writeVarString(to, this.#name)
    return to
  }

  #sync(step: number, bytes: Uint8Array): Uint8Array {
    const to = this.#start()
    encoding.writeVarUint(to, MESSAGE.sync)
    encoding.writeVarUint(to, step)
    encoding.writeVarUint8Array(to, bytes)
    return encoding.toUint8Array(to)
  }
}
