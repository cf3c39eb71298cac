import type { JWTPayload } from 'jose'
import { isUserId, type UserId } from 'kith-shared'
import type { Claims } from '../core/ports.js'
import { plainLine } from './plain-text.js'

/** Supabase's own keys are tokens too, but nobody's: a page's source shows the first of them. */
const KEY_ROLES = ['anon', 'service_role']

/** The first of the claims that is there at all decides; some issuers number their users. */
const userIdOf = (payload: JWTPayload): UserId | undefined => {
  const claim = payload.user_id ?? payload.sub ?? payload.id
  const id = Number.isSafeInteger(claim) ? String(claim) : claim
  return isUserId(id) ? id : undefined
}

const lineOf = (claim: unknown): string => (typeof claim === 'string' ? plainLine(claim) : '')

/**
 * What a verified payload says (design, section "Contracts"), or undefined where it names no user.
 * `name`, else `username`, else the email, else the id.
 */
export const claimsOf = (payload: JWTPayload): Claims | undefined => {
  const userId = userIdOf(payload)
  if (userId === undefined || payload.exp === undefined) return undefined
  if (typeof payload.role === 'string' && KEY_ROLES.includes(payload.role)) return undefined
  const email = lineOf(payload.email)
  return {
    userId,
    name: lineOf(payload.name) || lineOf(payload.username) || email || userId,
    email: email === '' ? null : email,
    // Far beyond any timer; a larger number would only lose its precision.
    expiresAt: Math.min(Math.floor(payload.exp * 1000), Number.MAX_SAFE_INTEGER),
  }
}
