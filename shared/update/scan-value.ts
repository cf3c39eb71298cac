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
 *
 * The size is that of the longest encoding that lib0 may give the value when Yjs writes it again,
 * in a merge or a snapshot: what is admitted once must pass for ever.
 */
export const skipJsonValue = (reader: ByteReader): boolean => {
  const size = sizeOfValue(reader, 0)
  return size !== REFUSED && !reader.failed && size <= MAX_VALUE_BYTES
}

/** Every value has a type byte, so no size is 0. */
const REFUSED = 0
const TYPE = 1
/** lib0 writes what is no small integer and no exact float32 as a float64. */
const LONGEST_NUMBER = 9
/** From this many bytes on an integer may lie beyond 2^31, which lib0 writes as a float. */
const LONG_INTEGER = 5

/** Steps over a value at `depth`, and gives its size; `REFUSED` where it may not be. */
const sizeOfValue = (reader: ByteReader, depth: number): number => {
  const start = reader.position
  switch (reader.byte()) {
    case ANY.null:
    case ANY.true:
    case ANY.false:
      return TYPE
    case ANY.integer:
      reader.skipVarInt()
      return reader.position - start > LONG_INTEGER ? LONGEST_NUMBER : reader.position - start
    case ANY.float32:
      reader.skip(4)
      return LONGEST_NUMBER
    case ANY.float64:
      reader.skip(8)
      return LONGEST_NUMBER
    case ANY.string:
      reader.skipString()
      return reader.position - start
    case ANY.array:
      return depth < MAX_VALUE_DEPTH ? sizeOfArray(reader, depth + 1) : REFUSED
    case ANY.object:
      return depth < MAX_VALUE_DEPTH ? sizeOfObject(reader, depth + 1) : REFUSED
    case ANY.undefined:
    case ANY.bigint:
    case ANY.bytes:
      return REFUSED
    default:
      return reader.fail()
  }
}

const sizeOfArray = (reader: ByteReader, depth: number): number => {
  const start = reader.position
  const length = reader.varUint()
  let size = TYPE + reader.position - start
  for (let n = 0; n < length && !reader.failed; n++) {
    const item = sizeOfValue(reader, depth)
    if (item === REFUSED) return REFUSED
    size += item
  }
  return size
}

const sizeOfObject = (reader: ByteReader, depth: number): number => {
  const start = reader.position
  const length = reader.varUint()
  let size = TYPE + reader.position - start
  for (let n = 0; n < length && !reader.failed; n++) {
    const key = reader.position
    reader.skipString()
    size += reader.position - key
    if (isProto(reader.bytes, key, reader.position)) return REFUSED
    const value = sizeOfValue(reader, depth)
    if (value === REFUSED) return REFUSED
    size += value
  }
  return size
}

/** As lib0 writes a string: its length in bytes, then its bytes. */
const PROTO = [9, ...Array.from('__proto__', (character) => character.charCodeAt(0))]

const isProto = (bytes: Uint8Array, start: number, end: number): boolean =>
  end - start === PROTO.length && PROTO.every((byte, at) => bytes[start + at] === byte)
