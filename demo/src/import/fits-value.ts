import { MAX_VALUE_BYTES } from 'kith-shared'

/** Bytes of an entry that JSON does not show: keys and lengths are shorter there, its id longer. */
const ENTRY_ROOM = 64

/** Whether the document takes it as one value, however Yjs encodes it. */
export const fitsValue = (value: string | object): boolean => {
  if (typeof value === 'string') {
    // A unit of UTF-16 is three bytes at most; the rest is the value's type and length.
    if (value.length * 3 + 4 <= MAX_VALUE_BYTES) return true
    return bytesOf(value) + 4 <= MAX_VALUE_BYTES
  }
  const texts: unknown[] = Object.values(value)
  let bytes = ENTRY_ROOM
  for (const text of texts) if (typeof text === 'string') bytes += bytesOf(text) + 16
  return bytes <= MAX_VALUE_BYTES
}

export const bytesOf = (text: string): number => encoder.encode(text).length

const encoder = new TextEncoder()
