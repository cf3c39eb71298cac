/** Longest wait between two tries, in milliseconds. */
const CAP = 30_000

/**
 * Full jitter: the wait before try number `attempt`, counted from 0, which comes at once. The
 * ceiling doubles from `firstCeiling` on; `random` lies in [0, 1).
 */
export const backoff = (attempt: number, firstCeiling: number, random: number): number =>
  attempt === 0 ? 0 : random * Math.min(CAP, firstCeiling * 2 ** Math.min(attempt - 1, 20))
