/** IndexedDB of one browser: what survives, how long it takes, and how it fails. */
import type { Store, StoreFailure, StoreProblem } from '../../client/core/ports.js'
import { type Disk, emptyDisk, memoryStore } from '../../client/testing/memory-store.js'
import type { Random } from '../harness/team.js'
import type { Clock } from './clock.js'
import { type Token, tokensInBytes } from './token.js'

/** The writes of one tab that are not done yet. */
export class Writes {
  readonly waiting = new Set<() => void>()
  isOpen = true
}

export class DeviceDisk {
  readonly #clock: Clock
  readonly #random: Random
  readonly #disk: Disk = emptyDisk()
  #trouble: { problem: StoreProblem; until: number } | undefined
  #aborts = 0
  /** Something was written since the last look. */
  isChanged = false

  constructor(clock: Clock, random: Random) {
    this.#clock = clock
    this.#random = random
  }

  /** No edit waits there. */
  get isEmpty(): boolean {
    return this.#disk.outbox.size === 0
  }

  /** Tokens of the edits that it holds, not of what the server sent. */
  get outbox(): Set<Token> {
    return new Set([...this.#disk.outbox.values()].flatMap(({ update }) => tokensInBytes(update)))
  }

  /** `full`: it can be read. */
  fail(problem: StoreProblem, duration: number): void {
    this.#trouble = { problem, until: this.#clock.now() + duration }
  }

  /** The next transaction does nothing. */
  abortNext(): void {
    this.#aborts++
  }

  heal(): void {
    this.#trouble = undefined
    this.#aborts = 0
  }

  /** What can't be read once, this tab does not write to either. */
  open(writes: Writes): Store {
    let broken: StoreFailure | undefined
    const store = memoryStore(this.#disk, (write) =>
      this.#later(writes, () => broken ?? this.#problem() ?? write()),
    )
    const reader = memoryStore(this.#disk, (read) =>
      this.#later(writes, () => {
        const problem = this.#problem()
        if (problem && problem.reason !== 'full') broken = problem
        return broken ?? read()
      }),
    )
    return { ...store, load: () => reader.load() }
  }

  #problem(): StoreFailure | undefined {
    if (this.#aborts > 0) {
      this.#aborts--
      return { outcome: 'failed', reason: 'failed' }
    }
    const trouble = this.#trouble
    if (!trouble || trouble.until < this.#clock.now()) return undefined
    return { outcome: 'failed', reason: trouble.problem }
  }

  /** It takes a moment, and does one tab's writes in their order. */
  #later<T>(writes: Writes, write: () => T): Promise<T> {
    return new Promise((resolve) => {
      const act = () => {
        const outcome = write()
        this.isChanged = true
        resolve(outcome)
      }
      writes.waiting.add(act)
      this.#clock.after(this.#random() * 20, () => {
        if (!writes.isOpen) return
        for (const earlier of writes.waiting) {
          writes.waiting.delete(earlier)
          earlier()
          if (earlier === act) return
        }
      })
    })
  }
}
