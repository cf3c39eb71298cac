/**
 * What waits for a lock holds a connection of the pool meanwhile. Without a bound, requests about one
 * workspace that is locked (its deletion takes long, or somebody works on it with psql) would take
 * all of them, and hold up the commits of every other workspace.
 */

/** So many of one lane may wait; more are refused at once. */
const MOST_WAITING = 100

interface Turn {
  lane: string
  start(): void
}

export class Turns {
  readonly #atOnce: number
  readonly #perLane: number
  readonly #waiting: Turn[] = []
  readonly #running = new Map<string, number>()
  #count = 0

  /** So much work at a time in all, and so much of one lane. */
  constructor(atOnce: number, perLane: number) {
    this.#atOnce = atOnce
    this.#perLane = perLane
  }

  /** `work`'s result, when it was its turn; `away`, and no work, where too much waits already. */
  async take<T>(lane: string, work: () => Promise<T>): Promise<T | { outcome: 'away' }> {
    const before = this.#waiting.filter((turn) => turn.lane === lane)
    if (before.length >= MOST_WAITING) return { outcome: 'away' }
    await new Promise<void>((start) => {
      this.#waiting.push({ lane, start })
      this.#startSome()
    })
    try {
      return await work()
    } finally {
      this.#end(lane)
    }
  }

  #end(lane: string): void {
    this.#count--
    const left = this.#of(lane) - 1
    if (left === 0) this.#running.delete(lane)
    else this.#running.set(lane, left)
    this.#startSome()
  }

  #startSome(): void {
    while (this.#count < this.#atOnce) {
      const at = this.#waiting.findIndex(({ lane }) => this.#of(lane) < this.#perLane)
      const [turn] = at === -1 ? [] : this.#waiting.splice(at, 1)
      if (turn === undefined) return
      this.#count++
      this.#running.set(turn.lane, this.#of(turn.lane) + 1)
      turn.start()
    }
  }

  #of(lane: string): number {
    return this.#running.get(lane) ?? 0
  }
}
