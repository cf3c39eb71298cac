/**
 * A message as it goes over the line: a WebSocket frame of its own, final, binary and, as a server's
 * are, not masked (RFC 6455, section 5.2). It is made once for however many sockets get it, where
 * `ws` would make a header for each and hand the system two buffers. Between two calls of `ws` this
 * may be written to its socket: without compression it writes each of its own frames whole, at once.
 */

/** A larger message is not copied: `ws` writes it behind a header. Its length takes two bytes. */
export const MAX_FRAMED_BYTES = 0xffff

const FINAL_BINARY = 0x82
const SHORT = 125
const TWO_BYTES_FOLLOW = 126

export class Framing {
  #message: Uint8Array | undefined
  #framed: Buffer = Buffer.alloc(0)

  /** Of at most `MAX_FRAMED_BYTES`. The same message again and again, by identity, is framed once. */
  of(message: Uint8Array): Buffer {
    if (message !== this.#message) {
      this.#framed = framed(message)
      this.#message = message
    }
    return this.#framed
  }
}

const framed = (message: Uint8Array): Buffer => {
  const { length } = message
  const header = length <= SHORT ? 2 : 4
  const frame = Buffer.allocUnsafe(header + length)
  frame[0] = FINAL_BINARY
  if (length <= SHORT) frame[1] = length
  else {
    frame[1] = TWO_BYTES_FOLLOW
    frame.writeUInt16BE(length, 2)
  }
  frame.set(message, header)
  return frame
}
