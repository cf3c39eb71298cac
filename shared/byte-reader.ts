/**
 * Reads lib0's encodings from bytes that nobody vouches for. It never throws: past the end, or at
 * bytes that are no number or no UTF-8, `failed` turns true and stays so, and reads give 0 or ''.
 * (lib0's own decoder throws, and its errors would have to be told apart from our bugs.)
 */

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** A view for each string would take several times what a short one does: these are decoded here. */
const SHORT = 64
const short = new Uint8Array(SHORT)
const shortViews = Array.from({ length: SHORT + 1 }, (_, length) => short.subarray(0, length))

export class ByteReader {
  bytes: Uint8Array
  position = 0
  end: number
  failed = false

  constructor(bytes: Uint8Array = new Uint8Array(0)) {
    this.bytes = bytes
    this.end = bytes.length
  }

  /** Starts over on other bytes; a scanner keeps one reader for all its updates. */
  reset(bytes: Uint8Array): void {
    this.bytes = bytes
    this.position = 0
    this.end = bytes.length
    this.failed = false
  }

  get atEnd(): boolean {
    return this.position >= this.end
  }

  fail(): number {
    this.failed = true
    this.position = this.end
    return 0
  }

  byte(): number {
    return this.position < this.end ? (this.bytes[this.position++] as number) : this.fail()
  }

  /** An unsigned integer of 7 bits a byte, at most 2^53 - 1. */
  varUint(): number {
    const first = this.byte()
    if (first < 0x80) return first
    let value = first & 0x7f
    let factor = 128
    for (;;) {
      const next = this.byte()
      value += (next & 0x7f) * factor
      if (value > Number.MAX_SAFE_INTEGER) return this.fail()
      if (next < 0x80) return value
      factor *= 128
      if (factor > Number.MAX_SAFE_INTEGER) return this.fail()
    }
  }

  /** Steps over a signed integer (lib0's varInt) and says nothing of its value. */
  skipVarInt(): void {
    let read = 1
    let next = this.byte()
    while (next >= 0x80) {
      if (++read > 8) {
        this.fail()
        return
      }
      next = this.byte()
    }
  }

  skip(length: number): void {
    if (length > this.end - this.position) this.fail()
    else this.position += length
  }

  /** A view into the frame, not a copy: whoever keeps it, copies it. */
  varBytes(): Uint8Array {
    const length = this.varUint()
    const start = this.position
    this.skip(length)
    return this.failed ? new Uint8Array(0) : this.bytes.subarray(start, start + length)
  }

  /** Steps over what follows, if it is the same bytes as those at `[start, end)`. */
  skipSame(start: number, end: number): boolean {
    const stop = this.position + end - start
    if (end === start || stop > this.end) return false
    for (let at = start; at < end; at++) {
      if (this.bytes[at] !== this.bytes[this.position + at - start]) return false
    }
    this.position = stop
    return true
  }

  varString(): string {
    const length = this.varUint()
    const start = this.position
    this.skip(length)
    if (this.failed) return ''
    try {
      return utf8.decode(this.#view(start, length))
    } catch {
      this.fail()
      return ''
    }
  }

  #view(start: number, length: number): Uint8Array {
    const view = shortViews[length]
    if (!view) return this.bytes.subarray(start, start + length)
    for (let at = 0; at < length; at++) view[at] = this.bytes[start + at] as number
    return view
  }

  /**
   * Steps over a string and gives its length in UTF-16 units, which is how Yjs counts; checks that
   * it is UTF-8 as TextDecoder would (overlong forms, surrogates and values past U+10FFFF fail).
   */
  skipString(): number {
    const length = this.varUint()
    if (length > this.end - this.position) return this.fail()
    const stop = this.position + length
    let units = 0
    while (this.position < stop) {
      const size = this.#characterSize(stop)
      if (size === 0) return this.fail()
      this.position += size
      units += size === 4 ? 2 : 1
    }
    return units
  }

  /** Bytes of the UTF-8 character at the position, 0 where it is none. */
  #characterSize(stop: number): 0 | 1 | 2 | 3 | 4 {
    const { bytes, position } = this
    const lead = bytes[position] as number
    if (lead < 0x80) return 1
    const second = bytes[position + 1] ?? 0
    if (lead >= 0xc2 && lead <= 0xdf) {
      return position + 2 <= stop && isContinuation(second) ? 2 : 0
    }
    const third = bytes[position + 2] ?? 0
    if (lead >= 0xe0 && lead <= 0xef) {
      const overlong = lead === 0xe0 && second < 0xa0
      const surrogate = lead === 0xed && second > 0x9f
      const whole = position + 3 <= stop && isContinuation(second) && isContinuation(third)
      return whole && !overlong && !surrogate ? 3 : 0
    }
    if (lead >= 0xf0 && lead <= 0xf4) {
      const overlong = lead === 0xf0 && second < 0x90
      const beyond = lead === 0xf4 && second > 0x8f
      const whole = position + 4 <= stop && isContinuation(second) && isContinuation(third)
      return whole && isContinuation(bytes[position + 3] ?? 0) && !overlong && !beyond ? 4 : 0
    }
    return 0
  }
}

const isContinuation = (byte: number): boolean => (byte & 0xc0) === 0x80
