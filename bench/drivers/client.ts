import type { Target } from '../target.js'
import { type Heard, type Person, type Talk, talkTo } from './dialect.js'
import { FrameSocket, frameOf } from './frame-socket.js'

export interface ClientOptions {
  /** Decodes changes and presence, and tells them; else they are counted alone. */
  reads?: boolean
  update?: (update: Uint8Array) => void
  acked?: (count: number) => void
  awareness?: (payload: Uint8Array) => void
  /** The server closed it, with this code; unless given, that ends the driver. */
  ended?: (code: number) => void
}

const JOIN_TIME = 120_000

/** One connection of one person. */
export class Client {
  readonly person: Person
  readonly talk: Talk
  /** Bytes of the document that it was sent while joining. */
  loadedBytes = 0
  /** Resolves when it holds what the server held; rejects where the connection ends before. */
  readonly joined: Promise<void>
  readonly closed: Promise<void>
  #socket: FrameSocket | undefined
  readonly #target: Target
  #hasClosed: () => void = () => undefined
  #hasJoined: () => void = () => undefined
  #fail: (error: Error) => void = () => undefined
  readonly #options: ClientOptions
  #isLeaving = false

  constructor(target: Target, person: Person, options: ClientOptions = {}) {
    this.#target = target
    this.person = person
    this.#options = options
    this.joined = new Promise((resolve, reject) => {
      this.#hasJoined = resolve
      this.#fail = reject
    })
    this.closed = new Promise((resolve) => {
      this.#hasClosed = resolve
    })
    this.talk = talkTo(target, person, this.#heard(), options.reads ?? false)
  }

  /** Connects; see `joined`. */
  start(): Promise<void> {
    const { talk } = this
    const late = setTimeout(() => this.#fail(new Error('nobody was let in in time')), JOIN_TIME)
    this.#socket = new FrameSocket(this.#target.port, talk.path(), {
      opened: () => {
        for (const payload of talk.opening()) this.sendPayload(payload)
      },
      frame: (bytes) => talk.hear(bytes),
      closed: (code) => {
        clearTimeout(late)
        this.#hasClosed()
        this.#fail(new Error(`the server closed the connection (${code ?? 'cut'})`))
        if (this.#isLeaving || code === undefined) return
        if (this.#options.ended) this.#options.ended(code)
        else throw new Error(`the server closed a connection with ${code}`)
      },
    })
    return this.joined.finally(() => clearTimeout(late))
  }

  send(frame: Buffer): void {
    this.#socket?.send(frame)
  }

  sendPayload(payload: Uint8Array): void {
    this.send(frameOf(payload))
  }

  close(): Promise<void> {
    this.#isLeaving = true
    this.#socket?.close()
    return this.closed
  }

  cut(): Promise<void> {
    this.#isLeaving = true
    this.#socket?.cut()
    return this.closed
  }

  #heard(): Heard {
    const { update, acked, awareness } = this.#options
    return {
      send: (payload) => this.sendPayload(payload),
      joined: () => this.#hasJoined(),
      update: (bytes) => update?.(bytes),
      acked: (count) => acked?.(count),
      awareness: (payload) => awareness?.(payload),
      loaded: (bytes) => {
        this.loadedBytes += bytes
      },
    }
  }
}

/** All join, at most `atOnce` at a time. */
export const joinAll = async (clients: readonly Client[], atOnce = 20): Promise<void> => {
  const waiting = clients.values()
  const joinOne = async (): Promise<void> => {
    for (const client of waiting) await client.start()
  }
  await Promise.all(Array.from({ length: atOnce }, joinOne))
}

export const closeAll = async (clients: readonly Client[]): Promise<void> => {
  await Promise.all(clients.map((client) => client.close()))
}
