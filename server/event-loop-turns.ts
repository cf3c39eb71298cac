/**
 * Work for many who wait for the same, one after another, each in a turn of the event loop of its
 * own: 150 people who join at once are sent some 100 MB in one go else, and nobody else hears
 * anything meanwhile.
 */
export class EventLoopTurns {
  #waiting: (() => void)[] = []
  #next = 0

  /** `work` must not throw. */
  take(work: () => void): void {
    this.#waiting.push(work)
    if (this.#waiting.length === 1) setImmediate(() => this.#turn())
  }

  #turn(): void {
    this.#waiting[this.#next++]?.()
    if (this.#next < this.#waiting.length) {
      setImmediate(() => this.#turn())
      return
    }
    this.#waiting = []
    this.#next = 0
  }
}

/** Does pausing work to its end, and lets everything else have a turn at each pause. */
export const inTurns = async <Result>(work: Iterator<unknown, Result>): Promise<Result> => {
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
    await new Promise((resolve) => setImmediate(resolve))
  }
}
