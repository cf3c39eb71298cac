/**
 * How fast somebody may go on. What has happened is always taken, if need be on credit; who is in
 * debt has to wait. So one large message goes through, and what follows pays for it.
 */
export class TokenBucket {
  readonly #perSecond: number
  readonly #capacity: number
  #tokens: number
  #at: number

  /** `now` in milliseconds; full at first. */
  constructor(perSecond: number, capacity: number, now: number) {
    this.#perSecond = perSecond
    this.#capacity = capacity
    this.#tokens = capacity
    this.#at = now
  }

  take(amount: number, now: number): void {
    this.#fill(now)
    this.#tokens -= amount
  }

  /** Milliseconds until nothing is owed; 0 where nothing is. */
  wait(now: number): number {
    this.#fill(now)
    return this.#tokens >= 0 ? 0 : Math.ceil((-this.#tokens * 1_000) / this.#perSecond)
  }

  isFull(now: number): boolean {
    this.#fill(now)
    return this.#tokens >= this.#capacity
  }

  /** A clock that was set back gives nothing, and takes nothing. */
  #fill(now: number): void {
    const passed = Math.max(0, now - this.#at) / 1_000
    this.#at = now
    this.#tokens = Math.min(this.#capacity, this.#tokens + passed * this.#perSecond)
  }
}
