// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it removes
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g
const MAX_CHARACTERS = 200

/**
 * A name or an address as a token or a request gave it, fit to be stored and shown: one line,
 * at most 200 characters, no control characters (PostgreSQL refuses a text with a NUL), no half of
 * a surrogate pair. May be empty.
 */
export const plainLine = (value: string): string => {
  const line = value.replace(CONTROLS, ' ').trim()
  return [...line.slice(0, 2 * MAX_CHARACTERS)]
    .slice(0, MAX_CHARACTERS)
    .map((character) => (/^[\ud800-\udfff]$/.test(character) ? '\ufffd' : character))
    .join('')
    .trim()
}
