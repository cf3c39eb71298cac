// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it removes
const GAPS = /[\s\u0000-\u001f\u007f-\u009f]+/g
const MAX_CHARACTERS = 200

/**
 * A name or an address as a token or a request gave it, fit to be stored and shown: one line,
 * single spaces, at most 200 characters, no control characters (PostgreSQL refuses a text with a NUL), no half of
 * a surrogate pair. May be empty.
 */
export const plainLine = (value: string): string => {
  const line = value.replace(GAPS, ' ').trim()
  return [...line.slice(0, 2 * MAX_CHARACTERS)]
    .slice(0, MAX_CHARACTERS)
    .map((character) => (/^[\ud800-\udfff]$/.test(character) ? '\ufffd' : character))
    .join('')
    .trim()
}
