/** Who is a member, and which tokens speak for whom. */
import { isUserId, type Role, type UserId } from 'kith-shared'
import type { Admittance } from '../core/session-events.js'

/** A member of the workspace in memory. */
export interface MemoryMember {
  /** 1 to 128 characters, as a token's `user_id`. */
  readonly id: string
  readonly name: string
  readonly email: string | null
  readonly role: Role
}

/** How long a token is good for, in milliseconds. */
const TOKEN_LIFE = 60 * 60 * 1000

export class People {
  readonly #members = new Map<string, MemoryMember>()
  readonly #tokens = new Map<string, { userId: UserId; expiresAt: number }>()
  #made = 0

  member(userId: string): MemoryMember | undefined {
    return this.#members.get(userId)
  }

  setMember(member: MemoryMember): void {
    this.#members.set(member.id, member)
  }

  remove(userId: string): void {
    this.#members.delete(userId)
  }

  /** A token for this person, good for an hour: a JWT that nobody has signed. */
  tokenFor(userId: string, now: number): string {
    if (!isUserId(userId)) throw new TypeError(`not a user id: ${userId}`)
    const expiresAt = now + TOKEN_LIFE
    const part = (value: unknown): string => btoa(JSON.stringify(value)).replaceAll('=', '')
    const exp = Math.floor(expiresAt / 1000)
    const token = `${part({ alg: 'none' })}.${part({ exp, jti: ++this.#made })}.`
    this.#tokens.set(token, { userId, expiresAt })
    return token
  }

  /** None of this person's tokens is taken from now on. */
  expireTokens(userId: string): void {
    for (const [token, { userId: owner }] of this.#tokens) {
      if (owner === userId) this.#tokens.delete(token)
    }
  }

  lookUp(token: string, now: number): Admittance {
    const known = this.#tokens.get(token)
    if (known === undefined || known.expiresAt <= now) {
      return { admittance: 'refused', reason: 'token-expired' }
    }
    const member = this.#members.get(known.userId)
    if (member === undefined) return { admittance: 'refused', reason: 'not-a-member' }
    const { name, email, role } = member
    return { admittance: 'admitted', claims: { ...known, name, email }, role }
  }
}
