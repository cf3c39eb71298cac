/** How long to wait before the next try: by chance, so that those who lose one server spread out. */

/** Longest wait between two tries, in milliseconds. */
const CAP = 30_000
/** Within which the first try comes after a cut that hit perhaps everybody; in milliseconds. */
const FIRST_RETRY = 1_000
/** The longest that a server's hint is heeded: a browser's timers end at 31 bits. */
const LONGEST_HINT = 60_000
/** A page that is seen waits no longer than this part of the time for which the server was away. */
const PATIENCE = 1 / 5

/**
 * Full jitter: the wait before try number `attempt`, counted from 0, which comes at once. The
 * ceiling doubles from `firstCeiling` on; `random` lies in [0, 1).
 */
export const backoff = (attempt: number, firstCeiling: number, random: number): number =>
  attempt === 0 ? 0 : random * Math.min(CAP, firstCeiling * 2 ** Math.min(attempt - 1, 20))

/** After the cut of a connection that lasted. */
export const firstRetry = (firstCeiling: number, random: number): number =>
  random * Math.min(FIRST_RETRY, firstCeiling)

/** A server that can't be reached, for a person who looks: back soon after it is. */
export const eagerBackoff = (
  attempt: number,
  firstCeiling: number,
  away: number,
  random: number,
): number => {
  const ceiling = Math.max(firstCeiling, away * PATIENCE)
  return Math.min(backoff(attempt, firstCeiling, random), random * Math.min(CAP, ceiling))
}

/** When a server that is going wants us back. */
export const hinted = (retryAfter: number, firstCeiling: number, random: number): number =>
  Math.min(LONGEST_HINT, retryAfter) + backoff(1, firstCeiling, random)
