/** How fast somebody may go on: by the message and by the byte, whichever is slower. */
import { TokenBucket } from './token-bucket.js'

/** What may come at once after a rest, in seconds of what may come steadily. */
export const BURST_SECONDS = 5

export interface PaceRules {
  /** Each at least 1. */
  messagesPerSecond: number
  bytesPerSecond: number
}

/** What may come just now: of one session, or of all sessions of one user. */
export class Allowance {
  readonly #messages: TokenBucket
  readonly #bytes: TokenBucket

  constructor({ messagesPerSecond, bytesPerSecond }: PaceRules, now: number) {
    this.#messages = new TokenBucket(messagesPerSecond, messagesPerSecond * BURST_SECONDS, now)
    this.#bytes = new TokenBucket(bytesPerSecond, bytesPerSecond * BURST_SECONDS, now)
  }

  /** One message has come. */
  take(bytes: number, now: number): void {
    this.#messages.take(1, now)
    this.#bytes.take(bytes, now)
  }

  /** Milliseconds until nothing is owed; 0 where nothing is. */
  wait(now: number): number {
    return Math.max(this.#messages.wait(now), this.#bytes.wait(now))
  }

  /** Whether it is as if nothing had ever come. */
  isFull(now: number): boolean {
    return this.#messages.isFull(now) && this.#bytes.isFull(now)
  }
}

/** The pace of one session, which pays from its own allowance and from its user's. */
export class Pace {
  readonly #allowances: readonly Allowance[]
  #isResting = false

  constructor(rules: PaceRules, ofUser: Allowance | undefined, now: number) {
    const own = new Allowance(rules, now)
    this.#allowances = ofUser ? [own, ofUser] : [own]
  }

  /** One message has come. Gives the milliseconds to rest where a rest begins with it, else 0. */
  pay(bytes: number, now: number): number {
    for (const allowance of this.#allowances) allowance.take(bytes, now)
    return this.#isResting ? 0 : this.rest(now)
  }

  /** Milliseconds to rest, after a rest: what was under way may have made it longer. Else 0. */
  rest(now: number): number {
    const pause = Math.max(...this.#allowances.map((allowance) => allowance.wait(now)))
    this.#isResting = pause > 0
    return pause
  }
}
