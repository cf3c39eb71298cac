/**
 * What the live sessions of one user share, whatever workspaces they are in: their number has a
 * bound, and so has what they send together. Else one person could take all of a process by opening
 * one session more, each of them within its own pace.
 */
import type { UserId } from 'kith-shared'
import { Allowance, type PaceRules } from './pace.js'

/**
 * Each tab has one: a person with five devices, and twenty tabs open on each, finds a place for all.
 */
export const MAX_SESSIONS_PER_USER = 100
/** All of them may send so many times what one may: nobody works in more tabs than that at once. */
export const PACES_PER_USER = 4

interface Sharing {
  allowance: Allowance
  sessions: number
}

export class UserSessions {
  readonly #rules: PaceRules
  readonly #users = new Map<UserId, Sharing>()

  /** `rules` are those of one session. */
  constructor({ messagesPerSecond, bytesPerSecond }: PaceRules) {
    this.#rules = {
      messagesPerSecond: messagesPerSecond * PACES_PER_USER,
      bytesPerSecond: bytesPerSecond * PACES_PER_USER,
    }
  }

  /** Users that something is kept of. */
  get count(): number {
    return this.#users.size
  }

  /** A place, to be given back by `leave`, and what its session pays from; undefined: none left. */
  enter(userId: UserId, now: number): Allowance | undefined {
    const sharing = this.#users.get(userId) ?? this.#begin(userId, now)
    if (sharing.sessions >= MAX_SESSIONS_PER_USER) return undefined
    sharing.sessions++
    return sharing.allowance
  }

  leave(userId: UserId): void {
    const sharing = this.#users.get(userId)
    if (sharing) sharing.sessions--
  }

  /** About once a second. What is owed is owed also by who leaves and comes again. */
  tick(now: number): void {
    for (const [userId, { sessions, allowance }] of this.#users) {
      if (sessions === 0 && allowance.isFull(now)) this.#users.delete(userId)
    }
  }

  #begin(userId: UserId, now: number): Sharing {
    const sharing = { allowance: new Allowance(this.#rules, now), sessions: 0 }
    this.#users.set(userId, sharing)
    return sharing
  }
}
