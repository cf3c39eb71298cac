/** How fast somebody may go on: by the message and by the byte, whichever is slower. */

/** What may come at once after a rest, in seconds of what may come steadily. */
export const BURST_SECONDS = 5

export interface PaceRules {
  /** Each at least 1. */
  messagesPerSecond: number
  bytesPerSecond: number
}

/**
 * What may come just now: of one session, or of all sessions of one user. Two buckets that fill alike
 * (`token-bucket.ts`), in one object, since every connection may have one.
 */
export class Allowance {
  readonly #rules: PaceRules
  /** Less than nothing where it is owed. */
  #messages: number
  #bytes: number
  #at: number

  constructor(rules: PaceRules, now: number) {
    this.#rules = rules
    this.#messages = rules.messagesPerSecond * BURST_SECONDS
    this.#bytes = rules.bytesPerSecond * BURST_SECONDS
    this.#at = now
  }

  /** One message has come. */
  take(bytes: number, now: number): void {
    this.#fill(now)
    this.#messages -= 1
    this.#bytes -= bytes
  }

  /** Milliseconds until nothing is owed; 0 where nothing is. */
  wait(now: number): number {
    this.#fill(now)
    if (this.#messages >= 0 && this.#bytes >= 0) return 0
    const { messagesPerSecond, bytesPerSecond } = this.#rules
    const most = Math.max(-this.#messages / messagesPerSecond, -this.#bytes / bytesPerSecond)
    return Math.ceil(most * 1_000)
  }

  /** Whether it is as if nothing had ever come. */
  isFull(now: number): boolean {
    this.#fill(now)
    const { messagesPerSecond, bytesPerSecond } = this.#rules
    return (
      this.#messages >= messagesPerSecond * BURST_SECONDS &&
      this.#bytes >= bytesPerSecond * BURST_SECONDS
    )
  }

  /** A clock that was set back gives nothing, and takes nothing. */
  #fill(now: number): void {
    if (now === this.#at) return
    const passed = Math.max(0, now - this.#at) / 1_000
    this.#at = now
    const { messagesPerSecond, bytesPerSecond } = this.#rules
    this.#messages = Math.min(
      messagesPerSecond * BURST_SECONDS,
      this.#messages + passed * messagesPerSecond,
    )
    this.#bytes = Math.min(bytesPerSecond * BURST_SECONDS, this.#bytes + passed * bytesPerSecond)
  }
}

/** The pace of one session, which pays from its own allowance and from its user's. */
export class Pace {
  readonly #rules: PaceRules
  readonly #ofUser: Allowance | undefined
  /** None where it would be full: most sessions are silent most of the time. */
  #own: Allowance | undefined
  #isResting = false

  constructor(rules: PaceRules, ofUser: Allowance | undefined) {
    this.#rules = rules
    this.#ofUser = ofUser
  }

  /** One message has come. Gives the milliseconds to rest where a rest begins with it, else 0. */
  pay(bytes: number, now: number): number {
    this.#own ??= new Allowance(this.#rules, now)
    this.#own.take(bytes, now)
    this.#ofUser?.take(bytes, now)
    return this.#isResting ? 0 : this.rest(now)
  }

  /** Milliseconds to rest, after a rest: what was under way may have made it longer. Else 0. */
  rest(now: number): number {
    const pause = Math.max(this.#own?.wait(now) ?? 0, this.#ofUser?.wait(now) ?? 0)
    this.#isResting = pause > 0
    return pause
  }

  /** About once a second. */
  tick(now: number): void {
    if (this.#own?.isFull(now)) this.#own = undefined
  }
}
