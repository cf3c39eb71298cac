import type { TokenVerifier } from './core/ports.js'

/** Tokens that are checked at a time: each may wait for the issuer's keys. */
export const MAX_VERIFICATIONS = 1_024

/**
 * At most so many at a time; past that a verifier is `away`, and who comes tries again. A bad token
 * costs a check of some 50 µs and its sender a connection, which the caps count: failures are not
 * counted by address, where many people may share one.
 */
export const boundVerifications = (
  verifier: TokenVerifier,
  max: number = MAX_VERIFICATIONS,
): TokenVerifier => {
  let running = 0
  return {
    async verify(token) {
      if (running >= max) return { outcome: 'away' }
      running++
      try {
        return await verifier.verify(token)
      } finally {
        running--
      }
    },
  }
}
