/** When a token is renewed. */
import { tokenExpiry } from './token-claims.js'

/** Renewed this long before the end, or at four fifths of what is left of a short life; in milliseconds. */
export const LEAD = 60_000
/** Longest timer: browsers count its milliseconds in 31 bits. */
const LONGEST = 24 * 60 * 60 * 1000
/** Where a token that the server has just taken is over by our clock: the clock is wrong. */
const CLOCK_IS_WRONG = 60_000

/** How long to wait before asking for the next token; `undefined` for one without an end. */
export const renewalDelay = (token: string, now: number): number | undefined => {
  const expiry = tokenExpiry(token)
  if (expiry === undefined) return undefined
  const left = expiry - now
  if (left <= 0) return CLOCK_IS_WRONG
  return Math.min(LONGEST, Math.max(1_000, left - Math.min(LEAD, left / 5)))
}
