/**
 * Time that stands still until a test lets it pass. What is due happens in its order, and between two
 * acts all promises settle. No timer of the machine is used, so it does not mind if they are faked.
 */

interface Due {
  at: number
  order: number
  act: () => void
}

/** How many promises may wait for each other, one after the other, between two acts. */
const CHAIN = 100

export class TestClock {
  readonly #due = new Set<Due>()
  #now: number
  #order = 0
  /** Acts that are no mere timers: something is on its way. */
  #underWay = 0

  constructor(start: number) {
    this.#now = start
  }

  /** Milliseconds since 1970. */
  now(): number {
    return this.#now
  }

  /** Nothing is on its way. */
  get isQuiet(): boolean {
    return this.#underWay === 0
  }

  /** Gives the way to cancel it. */
  after(delay: number, act: () => void): () => void {
    const due = { at: this.#now + Math.max(0, delay), order: this.#order++, act }
    this.#due.add(due)
    return () => {
      this.#due.delete(due)
    }
  }

  /** Something is on its way, and arrives so many milliseconds later. */
  deliver(delay: number, act: () => void): void {
    this.#underWay++
    this.after(delay, () => {
      this.#underWay--
      act()
    })
  }

  async pass(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds
    await settle()
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#due.delete(next)
      this.#now = next.at
      next.act()
      await settle()
    }
    this.#now = end
  }

  #next(end: number): Due | undefined {
    let first: Due | undefined
    for (const due of this.#due) {
      if (due.at > end) continue
      const isFirst = first === undefined || due.at < first.at
      if (isFirst || (due.at === first?.at && due.order < first.order)) first = due
    }
    return first
  }
}

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < CHAIN; turn++) await undefined
}
