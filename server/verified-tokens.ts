/**
 * Tokens that were good a moment ago are not checked again: who reconnects brings the one that they
 * came with, and its check costs as much as all the rest of a reconnect. The token itself is not
 * kept, only its SHA-256, so that a dump of the memory gives nobody's away, and no look-up compares
 * secrets.
 */
import { hash } from 'node:crypto'
import type { Claims, TokenVerifier } from './core/ports.js'

/** Tokens that are remembered; past that the one that was checked longest ago goes. */
export const MAX_REMEMBERED = 10_000

interface Remembered {
  claims: Claims
  /** Milliseconds since 1970. */
  until: number
}

/**
 * Remembers good tokens until they expire, and for `keepFor` milliseconds at most: as long as the
 * key that they were checked with may be taken for good. `now` in milliseconds since 1970.
 */
export const rememberVerified = (
  verifier: TokenVerifier,
  keepFor: number,
  now: () => number = Date.now,
): TokenVerifier => {
  const good = new Map<string, Remembered>()
  const remember = (key: string, claims: Claims): void => {
    const until = Math.min(claims.expiresAt, now() + keepFor)
    good.delete(key)
    good.set(key, { claims, until })
    const [oldest] = good.size > MAX_REMEMBERED ? good.keys() : []
    if (oldest !== undefined) good.delete(oldest)
  }
  return {
    async verify(token) {
      const key = hash('sha256', token, 'base64')
      const known = good.get(key)
      if (known && now() < known.until) return { outcome: 'valid', claims: known.claims }
      if (known) good.delete(key)
      const verified = await verifier.verify(token)
      if (verified.outcome === 'valid') remember(key, verified.claims)
      return verified
    },
  }
}
