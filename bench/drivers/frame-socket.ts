/**
 * A WebSocket at its cheapest, so that a driver takes less than the server it drives: no masking
 * (the key is 0), one buffer for all that is read, frames handed out as views of it.
 */
import { connect, type Socket } from 'node:net'

export interface FrameListener {
  opened(): void
  /** The bytes are the caller's again when this returns. */
  frame(bytes: Uint8Array): void
  /** With the code that the server closed with, where it did. */
  closed(code: number | undefined): void
}

const shared = Buffer.allocUnsafe(256 * 1024)

const OPCODE = { binary: 2, close: 8, ping: 9, pong: 10 } as const
const HEADER_ENDS = '\r\n\r\n'

/** A frame as it goes out; it may be sent again and again. */
export const frameOf = (payload: Uint8Array, opcode: number = OPCODE.binary): Buffer => {
  const { length } = payload
  const extended = length < 126 ? 0 : length < 65_536 ? 2 : 8
  const frame = Buffer.alloc(2 + extended + 4 + length)
  frame[0] = 0x80 | opcode
  frame[1] = 0x80 | (extended === 0 ? length : extended === 2 ? 126 : 127)
  if (extended === 2) frame.writeUInt16BE(length, 2)
  if (extended === 8) frame.writeBigUInt64BE(BigInt(length), 2)
  frame.set(payload, 2 + extended + 4)
  return frame
}

/** The length of a frame's header and of all of it; undefined until so much has come. */
const measure = (bytes: Buffer): { header: number; total: number } | undefined => {
  if (bytes.length < 2) return undefined
  const short = (bytes[1] ?? 0) & 0x7f
  const header = short < 126 ? 2 : short === 126 ? 4 : 10
  if (bytes.length < header) return undefined
  const payload =
    short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2))
  return { header, total: header + payload }
}

export class FrameSocket {
  readonly #listener: FrameListener
  readonly #socket: Socket
  #isOpen = false
  #code: number | undefined
  /** The beginning of a frame whose rest has not come yet: `#kept` bytes of it. */
  #rest = Buffer.alloc(0)
  #kept = 0

  constructor(port: number, path: string, listener: FrameListener) {
    this.#listener = listener
    const callback = (length: number): boolean => {
      this.#read(shared.subarray(0, length))
      return true
    }
    this.#socket = connect({ port, host: '127.0.0.1', onread: { buffer: shared, callback } })
    this.#socket.setNoDelay(true)
    this.#socket.on('error', () => this.#socket.destroy())
    this.#socket.on('close', () => listener.closed(this.#code))
    this.#socket.write(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\n` +
        `Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n` +
        `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==${HEADER_ENDS}`,
    )
  }

  send(frame: Buffer): void {
    this.#socket.write(frame)
  }

  /** Says goodbye, as a page does that is left. */
  close(): void {
    this.#socket.end(frameOf(new Uint8Array([0x03, 0xe8]), OPCODE.close))
  }

  /** Ends it without a word, as a network does. */
  cut(): void {
    this.#socket.resetAndDestroy()
  }

  #read(chunk: Buffer): void {
    let from = this.#isOpen ? 0 : this.#open(chunk)
    while (from < chunk.length)
      from = this.#kept > 0 ? this.#goOn(chunk, from) : this.#next(chunk, from)
  }

  /** Gives where the frames begin. */
  #open(chunk: Buffer): number {
    const head = chunk.toString('latin1')
    const end = head.indexOf(HEADER_ENDS)
    if (!head.startsWith('HTTP/1.1 101') || end === -1) {
      this.#socket.destroy()
      return chunk.length
    }
    this.#isOpen = true
    this.#listener.opened()
    return end + HEADER_ENDS.length
  }

  #next(chunk: Buffer, from: number): number {
    const bytes = chunk.subarray(from)
    const size = measure(bytes)
    if (size !== undefined && bytes.length >= size.total) {
      this.#hand(bytes, size)
      return from + size.total
    }
    this.#rest = Buffer.allocUnsafe(size?.total ?? 16)
    this.#kept = bytes.copy(this.#rest)
    return chunk.length
  }

  #goOn(chunk: Buffer, from: number): number {
    const known = measure(this.#rest.subarray(0, this.#kept))
    if (known === undefined) {
      // A header in two reads: byte for byte, which is as good as never.
      this.#rest[this.#kept++] = chunk[from] ?? 0
      const size = measure(this.#rest.subarray(0, this.#kept))
      if (size !== undefined) this.#grow(size)
      return from + 1
    }
    const end = Math.min(chunk.length, from + known.total - this.#kept)
    this.#kept += chunk.copy(this.#rest, this.#kept, from, end)
    if (this.#kept === known.total) this.#finish(known)
    return end
  }

  #grow(size: { header: number; total: number }): void {
    const whole = Buffer.allocUnsafe(size.total)
    this.#rest.copy(whole, 0, 0, this.#kept)
    this.#rest = whole
    if (this.#kept === size.total) this.#finish(size)
  }

  #finish(size: { header: number; total: number }): void {
    this.#kept = 0
    this.#hand(this.#rest, size)
  }

  #hand(bytes: Buffer, { header, total }: { header: number; total: number }): void {
    const opcode = (bytes[0] ?? 0) & 0x0f
    const payload = bytes.subarray(header, total)
    if (opcode === OPCODE.ping) this.send(frameOf(payload, OPCODE.pong))
    else if (opcode === OPCODE.close) {
      this.#code = payload.length < 2 ? undefined : payload.readUInt16BE(0)
      this.#socket.end()
    } else this.#listener.frame(payload)
  }
}
