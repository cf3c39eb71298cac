/** Each edit writes a token of its own, by which it is found again wherever its bytes go. */
export type Token = number

export const inked = (token: Token): string => `~ki${token}~`

const PATTERN = /~ki(\d+)~/g

/** The tokens in a text, as often as they stand there. */
export const tokensIn = (text: string): Token[] =>
  Array.from(text.matchAll(PATTERN), ([, digits]) => Number(digits))

/** The same of encoded bytes: Yjs writes strings as they are. */
export const tokensInBytes = (bytes: Uint8Array): Token[] =>
  tokensIn(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1'))
