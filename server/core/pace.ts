/** How fast one session may go on: by the message and by the byte, whichever is slower. */
import { TokenBucket } from './token-bucket.js'

/** What may come at once after a rest, in seconds of what may come steadily. */
export const BURST_SECONDS = 5

export interface PaceRules {
  /** Each at least 1. */
  messagesPerSecond: number
  bytesPerSecond: number
}

export class Pace {
  readonly #messages: TokenBucket
  readonly #bytes: TokenBucket
  #isResting = false

  constructor({ messagesPerSecond, bytesPerSecond }: PaceRules, now: number) {
    this.#messages = new TokenBucket(messagesPerSecond, messagesPerSecond * BURST_SECONDS, now)
    this.#bytes = new TokenBucket(bytesPerSecond, bytesPerSecond * BURST_SECONDS, now)
  }

  /** One message has come. Gives the milliseconds to rest where a rest begins with it, else 0. */
  pay(bytes: number, now: number): number {
    this.#messages.take(1, now)
    this.#bytes.take(bytes, now)
    return this.#isResting ? 0 : this.rest(now)
  }

  /** Milliseconds to rest, after a rest: what was under way may have made it longer. Else 0. */
  rest(now: number): number {
    const pause = Math.max(this.#messages.wait(now), this.#bytes.wait(now))
    this.#isResting = pause > 0
    return pause
  }
}
