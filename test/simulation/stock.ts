/**
 * A page with a plain Yjs provider, as `y-websocket` speaks: its SyncStep1 on opening, its updates at
 * once, and nothing kept anywhere but in its document.
 */
import { CLOSE_REASONS, type UserId } from 'kith-shared'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { readSyncMessage, writeSyncStep1, writeUpdate } from 'y-protocols/sync'
import * as Y from 'yjs'
import type { Socket } from '../../client/core/ports.js'
import type { Entry } from './book.js'
import type { World } from './device.js'
import { write } from './writing.js'

const SYNC = 0
const RETRY = 2_000
const OLDER_EPOCH = CLOSE_REASONS['older-epoch'].code
/** y-websocket's own: it tries no more. */
const isFinal = (code: number) => code >= 4400 && code < 4500

export class StockPage {
  readonly name: string
  readonly user: UserId
  readonly #world: World
  #doc: Y.Doc
  #socket: { socket: Socket; isOpen: boolean } | undefined
  #entries: Entry[] = []
  #isOnline = true
  #tokens = 0
  /** How its last connection ended, where it was for good. */
  ended: number | undefined
  isDirty = true
  uncommitted: [client: number, clock: number][] = []

  constructor(name: string, user: string, world: World) {
    this.name = name
    this.user = user as UserId // the world names its people so
    this.#world = world
    this.#doc = this.#newDoc()
  }

  get doc(): Y.Doc {
    return this.#doc
  }

  /** Connected, or about to be. */
  get isConnected(): boolean {
    return this.#socket?.isOpen ?? false
  }

  /** Of an epoch that is over it begins anew, as a page does. */
  connect(): void {
    this.#isOnline = true
    if (this.ended === OLDER_EPOCH) return this.reload()
    this.ended = undefined
    if (!this.#socket) this.#open()
  }

  goOffline(): void {
    this.#isOnline = false
    this.#world.network.cut(this.name)
  }

  /** What it had not sent is gone. */
  reload(): void {
    this.#socket?.socket.close(1000, '')
    this.#socket = undefined
    for (const entry of this.#entries) entry.mayBeLost = true
    this.#entries = []
    this.#doc = this.#newDoc()
    this.ended = undefined
    this.connect()
  }

  edit(): void {
    const { book, random, clock } = this.#world
    const token = book.newToken()
    const written = write(this.#doc, random, clock.now(), token)
    if (!written) return
    const by = { user: this.user, device: this.name, tab: 0, isStock: true }
    const entry = book.note(token, written, by)
    if (entry) this.#entries.push(entry)
  }

  #newDoc(): Y.Doc {
    const { random, book } = this.#world
    const doc = new Y.Doc()
    doc.clientID = Math.floor(random() * 2 ** 32)
    book.register(doc.clientID, { user: this.user, device: this.name })
    doc.on('update', (update: Uint8Array, origin: unknown) => {
      this.isDirty = true
      if (origin === this || doc !== this.#doc) return
      this.#send((to) => writeUpdate(to, update))
    })
    this.isDirty = true
    return doc
  }

  #open(): void {
    const { network, route } = this.#world
    const open = network.opener({ device: this.name, tab: 0 }, () =>
      this.#isOnline ? route() : undefined,
    )
    const line = { isOpen: false }
    const socket = open(`ws://simulated/?token=${this.user}%23${++this.#tokens}`, {
      opened: () => {
        line.isOpen = true
        this.#send((to) => writeSyncStep1(to, this.#doc))
      },
      frame: (bytes) => {
        if (this.#socket === lineOf) this.#read(bytes)
      },
      textFrame: () => undefined,
      closed: (code) => {
        if (this.#socket !== lineOf) return
        this.#socket = undefined
        if (isFinal(code)) this.ended = code
        else this.#retry()
      },
    })
    const lineOf = Object.assign(line, { socket })
    this.#socket = lineOf
  }

  #retry(): void {
    const { clock, random } = this.#world
    clock.after(random() * RETRY, () => {
      if (!this.#socket && this.ended === undefined) this.#open()
    })
  }

  #read(bytes: Uint8Array): void {
    const from = decoding.createDecoder(bytes)
    if (decoding.readVarUint(from) !== SYNC) return
    const answer = encoding.createEncoder()
    encoding.writeVarUint(answer, SYNC)
    const doc = this.#doc
    const type = readSyncMessage(from, answer, doc, this)
    // A SyncStep1 has an answer; of the others nothing is to be sent.
    if (type === 0) this.#socket?.socket.send(encoding.toUint8Array(answer))
  }

  #send(write: (to: encoding.Encoder) => void): void {
    if (!this.#socket?.isOpen) return
    const to = encoding.createEncoder()
    encoding.writeVarUint(to, SYNC)
    write(to)
    this.#socket.socket.send(encoding.toUint8Array(to))
  }
}
