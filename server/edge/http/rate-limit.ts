/** How often one address may change the directory: each change is a row of the audit, for good. */
import { TokenBucket } from '../../core/token-bucket.js'
import { problem } from '../problem.js'
import { addressGroup } from '../trusted-proxy.js'
import type { Middleware } from './ports.js'

/** So many at once, and so many a second from then on. */
const BURST = 200
const PER_SECOND = 2
/** Addresses that are remembered: past this the one that was seen longest ago is forgotten. */
const MAX_ADDRESSES = 10_000

/** Takes one from its address's bucket, or answers 429. */
export type Spend = Middleware

/** `now` gives milliseconds. One bucket an address, for all routes that it stands in front of. */
export const rateLimit = (now: () => number): Spend => {
  const buckets = new Map<string, TokenBucket>()
  return async (context, next) => {
    const group = addressGroup(context.get('address'))
    const bucket = buckets.get(group) ?? new TokenBucket(PER_SECOND, BURST, now())
    // Deleted first, so that who was seen longest ago stands first.
    buckets.delete(group)
    buckets.set(group, bucket)
    const [oldest] = buckets.size > MAX_ADDRESSES ? buckets.keys() : []
    if (oldest !== undefined) buckets.delete(oldest)
    const wait = bucket.wait(now())
    if (wait === 0) {
      bucket.take(1, now())
      return next()
    }
    context.header('retry-after', String(Math.ceil(wait / 1_000)))
    return problem(context, 429, 'Too many requests')
  }
}
