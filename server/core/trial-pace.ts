/**
 * How often somebody may cause a trial (`trials.ts`): so many at once, then one every few seconds.
 * Honest work causes few, as what a trial counts takes the place of what was charged; who makes sure
 * that each of their updates needs one waits, and keeps the thread of trials free for others.
 */
import type { UserId } from 'kith-shared'
import { TokenBucket } from './token-bucket.js'

export const TRIALS_AT_ONCE = 8
/** Milliseconds for each further one. */
export const TRIAL_SPACING = 5_000

/** Past so many authors those who have rested long enough are forgotten. */
const MANY = 1_000

export class TrialPace {
  readonly #buckets = new Map<UserId, { bucket: TokenBucket; at: number }>()

  get authors(): number {
    return this.#buckets.size
  }

  /**
   * Takes one trial of an author's, where this gives 0; else the milliseconds until there is one.
   * `now` in milliseconds, by a clock that is not set back.
   */
  take(author: UserId, now: number): number {
    let known = this.#buckets.get(author)
    if (!known) {
      if (this.#buckets.size >= MANY) this.#forget(now)
      known = { bucket: new TokenBucket(1_000 / TRIAL_SPACING, TRIALS_AT_ONCE - 1, now), at: now }
      this.#buckets.set(author, known)
    }
    const wait = known.bucket.wait(now)
    if (wait > 0) return wait
    known.bucket.take(1, now)
    known.at = now
    return 0
  }

  /** Whose bucket is full again for certain. */
  #forget(now: number): void {
    for (const [author, { at }] of this.#buckets) {
      if (now - at >= TRIALS_AT_ONCE * TRIAL_SPACING) this.#buckets.delete(author)
    }
  }
}
