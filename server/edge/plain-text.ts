// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it removes
const GAPS = /[\s\u0000-\u001f\u007f-\u009f]+/g
/** They turn round the text that follows, the page's own too. */
const TURNS = /[\u202a-\u202e\u2066-\u2069]/g
const UNSEEN = /^[\p{Cf}\s]*$/u
const MAX_CHARACTERS = 200

/**
 * A name or an address as a token or a request gave it, fit to be stored and shown: one line,
 * single spaces, at most 200 characters, no control characters (PostgreSQL refuses a text with a
 * NUL) or changes of direction, no half of a surrogate pair. Empty where nothing would be seen.
 */
export const plainLine = (value: string): string => {
  const line = value.replace(GAPS, ' ').replace(TURNS, '').trim()
  if (UNSEEN.test(line)) return ''
  return [...line.slice(0, 2 * MAX_CHARACTERS)]
    .slice(0, MAX_CHARACTERS)
    .map((character) => (/^[\ud800-\udfff]$/.test(character) ? '\ufffd' : character))
    .join('')
    .trim()
}
