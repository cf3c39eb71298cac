import type { ByteReader } from '../byte-reader.js'
import { MAX_VALUE_BYTES, MAX_VALUE_DEPTH } from '../limits.js'

/** lib0's "any" encoding (lib0 `encoding.js`, writeAny): a type byte, counted down from 127. */
const ANY = {
  undefined: 127,
  null: 126,
  integer: 125,
  float32: 124,
  float64: 123,
  bigint: 122,
  false: 121,
  true: 120,
  string: 119,
  object: 118,
  array: 117,
  bytes: 116,
} as const

/**
 * Steps over one value. False where it is no plain JSON (undefined, BigInt, bytes), deeper than
 * `MAX_VALUE_DEPTH`, larger than `MAX_VALUE_BYTES`, or holds the key `__proto__`; the reader's
 * `failed` says whether the bytes themselves were broken.
 */
export const skipJsonValue = (reader: ByteReader): boolean => {
  const start = reader.position
  return skipValue(reader, 0) && !reader.failed && reader.position - start <= MAX_VALUE_BYTES
}

const skipValue = (reader: ByteReader, depth: number): boolean => {
  switch (reader.byte()) {
    case ANY.null:
    case ANY.true:
    case ANY.false:
      return !reader.failed
    case ANY.integer:
      reader.skipVarInt()
      return !reader.failed
    case ANY.float32:
      reader.skip(4)
      return !reader.failed
    case ANY.float64:
      reader.skip(8)
      return !reader.failed
    case ANY.string:
      reader.skipString()
      return !reader.failed
    case ANY.array:
      return depth < MAX_VALUE_DEPTH && skipArray(reader, depth + 1)
    case ANY.object:
      return depth < MAX_VALUE_DEPTH && skipObject(reader, depth + 1)
    case ANY.undefined:
    case ANY.bigint:
    case ANY.bytes:
      return false
    default:
      reader.fail()
      return false
  }
}

const skipArray = (reader: ByteReader, depth: number): boolean => {
  const length = reader.varUint()
  for (let n = 0; n < length; n++) if (!skipValue(reader, depth)) return false
  return !reader.failed
}

const skipObject = (reader: ByteReader, depth: number): boolean => {
  const length = reader.varUint()
  for (let n = 0; n < length; n++) {
    const key = reader.position
    reader.skipString()
    if (reader.failed || isProto(reader.bytes, key, reader.position)) return false
    if (!skipValue(reader, depth)) return false
  }
  return !reader.failed
}

/** As lib0 writes a string: its length in bytes, then its bytes. */
const PROTO = [9, ...Array.from('__proto__', (character) => character.charCodeAt(0))]

const isProto = (bytes: Uint8Array, start: number, end: number): boolean =>
  end - start === PROTO.length && PROTO.every((byte, at) => bytes[start + at] === byte)
