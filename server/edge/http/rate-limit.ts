/** How often one address may create things or follow invites. */
import { problem } from '../problem.js'
import { addressOf, type Middleware } from './ports.js'

/** So many at once, and so many a second from then on. */
export const BURST = 200
const PER_SECOND = 2
/** Addresses that are remembered: past this the one that was seen longest ago is forgotten. */
const MAX_ADDRESSES = 10_000

/** Takes one from its address's bucket, or answers 429. */
export type Spend = Middleware

/** `now` gives milliseconds. One bucket an address, for all routes that it stands in front of. */
export const rateLimit = (now: () => number): Spend => {
  const buckets = new Map<string, { left: number; at: number }>()
  return async (context, next) => {
    const address = addressOf(context)
    const at = now()
    const known = buckets.get(address)
    const refilled = known ? known.left + (Math.max(0, at - known.at) / 1000) * PER_SECOND : BURST
    const left = Math.min(BURST, refilled)
    // Deleted first, so that the order of the map stays that of `at`.
    buckets.delete(address)
    buckets.set(address, { left: left < 1 ? left : left - 1, at })
    if (buckets.size > MAX_ADDRESSES) {
      for (const oldest of buckets.keys()) {
        buckets.delete(oldest)
        break
      }
    }
    if (left >= 1) return next()
    context.header('retry-after', String(Math.ceil((1 - left) / PER_SECOND)))
    return problem(context, 429, 'Too many requests')
  }
}
