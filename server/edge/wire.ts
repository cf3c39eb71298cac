/**
 * One WebSocket from its upgrade on, which completes when somebody is let in, or is told why not:
 * until then what the client sends stays unread. Bounds what is read of a peer that is not let in
 * yet, or not any more. There are thousands of them: none keeps its request, or a closure that it can
 * do without.
 */
import { Socket as TcpSocket } from 'node:net'
import type { Duplex } from 'node:stream'
import { MAX_HELLO_BYTES } from 'kith-shared'
import { WebSocket } from 'ws'
import type { PauseReason, Socket, SocketListener } from '../core/ports.js'
import { bytesOut } from './bytes-out.js'
import { type Framing, MAX_FRAMED_BYTES } from './framing.js'

/** A hello, its framing, and a few control frames, as they come over the raw socket. */
const BYTES_BEFORE_ADMISSION = MAX_HELLO_BYTES + 1024
/** What is under way when we close is still parsed, for the peer's answer to the close. */
const BYTES_AFTER_CLOSE = 64 * 1024
/** More than this waiting in one socket is more than any room or session hands out at a time. */
const MAX_UNREAD_BYTES = 64 * 1024 * 1024
/** What each of its frames takes beside its bytes, in Node's and `ws`' queues. */
const BYTES_PER_FRAME = 512
/** What `close` waits for the peer's own close before the socket is destroyed, in milliseconds. */
const CLOSE_TIMEOUT = 3_000
/** The same where it goes on sending: enough for our close to arrive. */
const DISCARD_TIMEOUT = 1_000

/** Completes the upgrade: calls back at once, or never where the request is none. */
export type Upgrade = (opened: (socket: WebSocket) => void) => void

/** What all sockets of a server share. */
export interface WireParts {
  /** Those that are heard, from `attach` until they are gone. */
  alive: Set<Wire>
  framing: Framing
}

/** One bit each. */
const PAUSES: Record<PauseReason, number> = { admission: 1, unsettled: 2, 'too-fast': 4 }

export class Wire implements Socket {
  readonly #raw: Duplex
  readonly #parts: WireParts
  /** Until it is called: it holds the request. */
  #upgrade: Upgrade | undefined
  #closedEarly: (() => void) | undefined
  #listener: SocketListener | undefined
  #socket: WebSocket | undefined
  #pauses = 0
  /** How many bytes more are read. */
  #budget = BYTES_BEFORE_ADMISSION
  /** Counts what is read, while that is bounded. */
  #reading: ((chunk: Buffer) => void) | undefined
  /** Frames that came while others waited, and are not out to the last byte. */
  #unsent = 0
  #sent: (() => void) | undefined
  #phase: 'open' | 'closing' | 'discarding' | 'gone' = 'open'
  /** Bytes that had been read at the last ping; -1 where there was none. */
  #heard = -1

  constructor(raw: Duplex, upgrade: Upgrade, parts: WireParts) {
    this.#raw = raw
    this.#parts = parts
    this.#upgrade = upgrade
    this.#closedEarly = () => this.gone()
    // Node took its own listener off for the upgrade: without one a reset would end the process.
    raw.on('error', ignore)
    raw.on('close', this.#closedEarly)
  }

  get isPaused(): boolean {
    return this.#pauses !== 0 && this.#phase === 'open'
  }

  /** The socket is read from only after this. */
  attach(listener: SocketListener): void {
    this.#listener = listener
    if (this.#phase === 'gone') listener.closed()
    else this.#parts.alive.add(this)
  }

  /** Safe twice. */
  open(): void {
    const upgrade = this.#upgrade
    if (!upgrade || this.#phase === 'gone') return
    this.#upgrade = undefined
    upgrade((socket) => this.#opened(socket))
  }

  /** From here on `ws` listens to the raw socket, and says what becomes of it. */
  #opened(socket: WebSocket): void {
    this.#socket = socket
    this.#raw.off('error', ignore)
    if (this.#closedEarly) this.#raw.off('close', this.#closedEarly)
    this.#closedEarly = undefined
    if (this.#pauses !== 0) socket.pause()
    listenTo(socket, this)
    if (this.#budget < Number.POSITIVE_INFINITY) this.#countReading()
  }

  message(data: Buffer, isBinary: boolean): void {
    if (isBinary) this.#listener?.frame(plainBytes(data))
    else this.#listener?.textFrame()
  }

  control(data: Buffer): void {
    this.#listener?.control(data.length)
  }

  /** `ws` closes by itself here, with 1009, 1008 or 1002: what is left to do is to say so. */
  broken(error: Error & { code?: string }): void {
    this.#listener?.failed(TOO_LARGE.has(error.code ?? '') ? 'too-large' : 'broken-frame')
  }

  /** Safe twice. */
  gone(): void {
    if (this.#phase === 'gone') return
    this.#phase = 'gone'
    this.#parts.alive.delete(this)
    this.#listener?.closed()
  }

  #countReading(): void {
    if (this.#reading) return
    this.#reading = (chunk) => this.#read(chunk.length)
    this.#raw.on('data', this.#reading)
  }

  #read(bytes: number): void {
    this.#budget -= bytes
    if (this.#budget >= 0 || this.#phase === 'discarding') return
    this.#listener?.failed('too-large')
    this.#discard()
  }

  /**
   * Nothing of what still comes is kept. It is read, though: destroying a socket with unread bytes
   * resets the connection, and the peer would not hear why.
   */
  #discard(): void {
    if (this.#phase === 'gone') return
    this.#phase = 'discarding'
    this.#raw.removeAllListeners('data') // `ws` reads by this event alone
    this.#raw.resume()
    setTimeout(() => this.terminate(), DISCARD_TIMEOUT).unref()
  }

  admit(): void {
    this.#budget = Number.POSITIVE_INFINITY
    if (this.#reading) this.#raw.off('data', this.#reading)
    this.#reading = undefined
    this.open()
  }

  send(frame: Uint8Array): void {
    if (this.#socket?.readyState !== WebSocket.OPEN) return
    const hasQueue = this.#raw.writableLength > 0
    if (hasQueue) this.#unsent++
    const sent = hasQueue ? this.#whenSent() : undefined
    if (frame.length > MAX_FRAMED_BYTES) this.#socket.send(frame, sent)
    else this.#raw.write(this.#parts.framing.of(frame), sent)
    if (hasQueue && this.#waiting() > MAX_UNREAD_BYTES) this.#listener?.failed('slow-reader')
  }

  #whenSent(): () => void {
    this.#sent ??= () => {
      this.#unsent--
    }
    return this.#sent
  }

  /** Not less what is out, which is counted frame by frame: this comes with each of them. */
  #waiting(): number {
    return this.#raw.writableLength + this.#unsent * BYTES_PER_FRAME
  }

  close(code: number, text: string): void {
    this.open()
    if (this.#phase !== 'open') return
    this.#phase = 'closing'
    this.#budget = Math.min(this.#budget, BYTES_AFTER_CLOSE)
    // A paused socket would never see the peer's answer to the close.
    this.#socket?.resume()
    if (this.#socket) this.#countReading()
    this.#socket?.close(code, text)
    setTimeout(() => this.terminate(), CLOSE_TIMEOUT).unref()
  }

  pause(reason: PauseReason): void {
    this.#pauses |= PAUSES[reason]
    if (this.#phase === 'open') this.#socket?.pause()
  }

  resume(reason: PauseReason): void {
    const before = this.#pauses
    this.#pauses &= ~PAUSES[reason]
    if (before !== this.#pauses && !this.isPaused) this.#socket?.resume()
  }

  get bufferedBytes(): number {
    if (!this.#socket || this.#raw.writableLength === 0) return 0
    return this.#waiting() - bytesOut(this.#raw)
  }

  /**
   * Asks for a sign of life, and ends what gave none since it was last asked. Any byte is one: a pong
   * may stand behind megabytes on a slow line. A paused socket can't be heard, so its silence says
   * nothing, nor does that until the next ping after it.
   */
  beat(): void {
    const heard = this.#raw instanceof TcpSocket ? this.#raw.bytesRead : 0
    if (this.isPaused) this.#heard = -1
    else if (heard > this.#heard) {
      this.#heard = heard
      this.#socket?.ping()
    } else {
      this.#listener?.failed('heartbeat-lost')
      this.terminate()
    }
  }

  terminate(): void {
    if (this.#socket) this.#socket.terminate()
    else this.#raw.destroy()
  }
}

const ignore = (): void => undefined

/** A WebSocket knows its Wire, so that all of them have the same listeners. */
const WIRE = Symbol('wire')
interface Wired {
  [WIRE]: Wire
}
const wireOf = (socket: WebSocket): Wire => (socket as WebSocket & Wired)[WIRE]

const listenTo = (socket: WebSocket, wire: Wire): void => {
  const wired: WebSocket & Partial<Wired> = socket
  wired[WIRE] = wire
  socket.on('message', heardMessage)
  socket.on('ping', heardControl)
  socket.on('pong', heardControl)
  socket.on('error', heardError)
  socket.on('close', heardClose)
}

function heardMessage(this: WebSocket, data: unknown, isBinary: boolean): void {
  // `binaryType` is nodebuffer: a message comes as one Buffer.
  wireOf(this).message(data as Buffer, isBinary)
}
function heardControl(this: WebSocket, data: Buffer): void {
  wireOf(this).control(data)
}
function heardError(this: WebSocket, error: Error): void {
  wireOf(this).broken(error)
}
function heardClose(this: WebSocket): void {
  wireOf(this).gone()
}

/** A message beyond `maxPayload`, or in more pieces than are kept. */
const TOO_LARGE = new Set(['WS_ERR_UNSUPPORTED_MESSAGE_LENGTH', 'WS_ERR_TOO_MANY_BUFFERED_PARTS'])

/** Not a Buffer, whose `slice` shares its memory with the chunk that it came in. */
const plainBytes = ({ buffer, byteOffset, byteLength }: Buffer): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength)
