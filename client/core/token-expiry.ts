/**
 * When a JWT ends, in milliseconds since 1970; `undefined` where it doesn't say. Read for timing
 * alone: whether a token is any good is the server's affair.
 */
export const tokenExpiry = (token: string): number | undefined => {
  const payload = token.split('.')[1]
  if (payload === undefined) return undefined
  try {
    const claims: unknown = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')))
    if (typeof claims !== 'object' || claims === null || !('exp' in claims)) return undefined
    return typeof claims.exp === 'number' ? claims.exp * 1000 : undefined
  } catch {
    return undefined
  }
}

/** Renewed this long before the end, or at four fifths of what is left of a short life. */
const LEAD = 60_000
/** Longest timer: browsers count its milliseconds in 31 bits. */
const LONGEST = 24 * 60 * 60 * 1000

/** How long to wait before asking for the next token; `undefined` for one without an end. */
export const renewalDelay = (token: string, now: number): number | undefined => {
  const expiry = tokenExpiry(token)
  if (expiry === undefined) return undefined
  const left = Math.max(0, expiry - now)
  return Math.min(LONGEST, Math.max(1_000, left - Math.min(LEAD, left / 5)))
}
