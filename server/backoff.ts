import { setTimeout as wait } from 'node:timers/promises'

const FIRST_CEILING = 50
const LAST_CEILING = 2_000

/** Waits with full jitter under a ceiling that doubles from 50 ms to 2 s. */
export class Backoff {
  #ceiling = FIRST_CEILING

  /** Resolves after the next pause, or at once when `signal` is aborted. */
  async wait(signal: AbortSignal): Promise<void> {
    const pause = Math.random() * this.#ceiling
    this.#ceiling = Math.min(this.#ceiling * 2, LAST_CEILING)
    await wait(pause, undefined, { signal }).catch(() => undefined)
  }
}
