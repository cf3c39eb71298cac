/**
 * One WebSocket from its upgrade on, which completes when somebody is let in, or is told why not:
 * until then what the client sends stays unread. Bounds what is read of a peer that is not let in
 * yet, or not any more.
 */
import { Socket as TcpSocket } from 'node:net'
import type { Duplex } from 'node:stream'
import { MAX_HELLO_BYTES } from 'kith-shared'
import type { WebSocket } from 'ws'
import type { PauseReason, Socket, SocketListener } from '../core/ports.js'

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

export class Wire implements Socket {
  readonly #raw: Duplex
  readonly #upgrade: Upgrade
  readonly #pauses = new Set<PauseReason>()
  #listener: SocketListener | undefined
  #socket: WebSocket | undefined
  /** How many bytes more are read. */
  #budget = BYTES_BEFORE_ADMISSION
  /** Frames that are not out, to the last byte. */
  #unsent = 0
  readonly #sent = (): void => {
    this.#unsent--
  }
  #phase: 'open' | 'closing' | 'discarding' | 'gone' = 'open'

  constructor(raw: Duplex, upgrade: Upgrade) {
    this.#raw = raw
    this.#upgrade = upgrade
    // Node took its own listener off for the upgrade: without one a reset would end the process.
    raw.on('error', () => undefined)
    raw.once('close', () => {
      if (!this.#socket) this.#gone()
    })
  }

  get isPaused(): boolean {
    return this.#pauses.size > 0 && this.#phase === 'open'
  }

  /** The socket is read from only after this. */
  attach(listener: SocketListener): void {
    this.#listener = listener
    if (this.#phase === 'gone') listener.closed()
  }

  /** Safe twice. */
  open(): void {
    if (this.#socket || this.#phase === 'gone') return
    this.#upgrade((socket) => {
      this.#socket = socket
      if (this.#pauses.size > 0) socket.pause()
      this.#hear(socket)
      this.#raw.on('data', (chunk: Buffer) => this.#read(chunk.length))
    })
  }

  #hear(socket: WebSocket): void {
    socket.on('message', (data, isBinary) => {
      // `binaryType` is nodebuffer: a message comes as one Buffer.
      if (isBinary) this.#listener?.frame(plainBytes(data as Buffer))
      else this.#listener?.textFrame()
    })
    socket.on('ping', (data) => this.#listener?.control(data.length))
    socket.on('pong', (data) => this.#listener?.control(data.length))
    // `ws` closes by itself here, with 1009, 1008 or 1002: what is left to do is to say so.
    socket.on('error', (error: Error & { code?: string }) => {
      this.#listener?.failed(TOO_LARGE.has(error.code ?? '') ? 'too-large' : 'broken-frame')
    })
    socket.on('close', () => this.#gone())
  }

  #gone(): void {
    if (this.#phase === 'gone') return
    this.#phase = 'gone'
    this.#listener?.closed()
  }

  #read(bytes: number): void {
    if (this.#budget === Number.POSITIVE_INFINITY) return
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
    this.open()
  }

  send(frame: Uint8Array): void {
    if (!this.#socket) return
    this.#unsent++
    this.#socket.send(frame, this.#sent)
    // Not less what is out, which is counted frame by frame: this comes with each of them.
    const waiting = this.#socket.bufferedAmount + this.#unsent * BYTES_PER_FRAME
    if (waiting > MAX_UNREAD_BYTES) this.#listener?.failed('slow-reader')
  }

  close(code: number, text: string): void {
    this.open()
    if (this.#phase !== 'open') return
    this.#phase = 'closing'
    this.#budget = Math.min(this.#budget, BYTES_AFTER_CLOSE)
    // A paused socket would never see the peer's answer to the close.
    this.#socket?.resume()
    this.#socket?.close(code, text)
    setTimeout(() => this.terminate(), CLOSE_TIMEOUT).unref()
  }

  pause(reason: PauseReason): void {
    this.#pauses.add(reason)
    if (this.#phase === 'open') this.#socket?.pause()
  }

  resume(reason: PauseReason): void {
    if (this.#pauses.delete(reason) && !this.isPaused) this.#socket?.resume()
  }

  get bufferedBytes(): number {
    if (!this.#socket) return 0
    return this.#socket.bufferedAmount - bytesOut(this.#raw) + this.#unsent * BYTES_PER_FRAME
  }

  ping(): void {
    this.#socket?.ping()
  }

  terminate(): void {
    if (this.#socket) this.#socket.terminate()
    else this.#raw.destroy()
  }
}

/**
 * Node counts what it has handed to the system as unsent until the last byte of it is out, and hands
 * over all that waits at once: on a slow line nothing would seem to move for minutes. What is out of
 * it is known to the handle alone (net.js looks there too, before it ends an idle socket).
 */
const bytesOut = (raw: Duplex): number => {
  if (!(raw instanceof TcpSocket) || raw.writableLength === 0) return 0
  const { _handle: handle } = raw as TcpSocket & { _handle?: Partial<Handle> | null }
  const { writeQueueSize, bytesWritten } = handle ?? {}
  if (writeQueueSize === undefined || bytesWritten === undefined) return 0
  const waiting = raw.bytesWritten - bytesWritten
  return Math.max(0, raw.writableLength - waiting - writeQueueSize)
}

interface Handle {
  /** Bytes that the system has not taken of what was handed over; all that was, ever. */
  writeQueueSize: number
  bytesWritten: number
}

/** A message beyond `maxPayload`, or in more pieces than are kept. */
const TOO_LARGE = new Set(['WS_ERR_UNSUPPORTED_MESSAGE_LENGTH', 'WS_ERR_TOO_MANY_BUFFERED_PARTS'])

/** Not a Buffer, whose `slice` shares its memory with the chunk that it came in. */
const plainBytes = ({ buffer, byteOffset, byteLength }: Buffer): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength)
