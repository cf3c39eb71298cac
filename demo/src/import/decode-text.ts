/** What a file may be written in; `auto` looks at its bytes. */
export type TextEncoding = 'auto' | 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252'

/**
 * Bytes of a file as text: by its byte order mark (Outlook writes UTF-16), by the zeros between the
 * letters of UTF-16 without one, else UTF-8, else what Windows wrote before that.
 */
export const decodeText = (
  bytes: Uint8Array<ArrayBuffer>,
  encoding: TextEncoding = 'auto',
): string => {
  if (encoding !== 'auto') return new TextDecoder(encoding).decode(bytes)
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  const zeros = zerosIn(bytes.subarray(0, 512))
  if (zeros.odd > 8 * (zeros.even + 1)) return new TextDecoder('utf-16le').decode(bytes)
  if (zeros.even > 8 * (zeros.odd + 1)) return new TextDecoder('utf-16be').decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}

const zerosIn = (bytes: Uint8Array): { even: number; odd: number } => {
  const zeros = { even: 0, odd: 0 }
  bytes.forEach((byte, at) => {
    if (byte === 0) zeros[at % 2 === 0 ? 'even' : 'odd']++
  })
  return zeros
}

const BEGINNINGS: readonly [bytes: string, reason: string][] = [
  [
    '504b0304',
    'This is a spreadsheet or an archive (.xlsx, .zip), not text. Save it as CSV, and import that.',
  ],
  [
    'd0cf11e0',
    'This is a file of Microsoft Office or Outlook, not text. Export it as CSV, and import that.',
  ],
  ['25504446', 'This is a PDF. Its contacts can’t be read.'],
  ['2142444e', 'This is an Outlook data file. Export its contacts as CSV, and import that.'],
]

/** Why these bytes are no text; `undefined` where they may be. */
export const whyNoText = (bytes: Uint8Array<ArrayBuffer>): string | undefined => {
  const start = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0'))
  const known = BEGINNINGS.find(([beginning]) => start.join('') === beginning)
  if (known) return known[1]
  const text = decodeText(bytes.slice(0, 4096))
  // A picture or a program has these within its first bytes; no address book has any.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
  return /[\u0000-\u0006\u000e-\u001a]/.test(text)
    ? 'This is no text file: a picture, perhaps, or a program.'
    : undefined
}
