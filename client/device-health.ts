import type { StoreFailure } from './core/ports.js'

/** What the last write of either kind came to. */
export class DeviceHealth {
  readonly #tell: (problem: StoreFailure | undefined) => void
  readonly #problems = new Map<'edits' | 'rows', StoreFailure>()
  #isWellTold = true

  /** `tell` hears of every failure at once, and of the end of the last one when all is written. */
  constructor(tell: (problem: StoreFailure | undefined) => void) {
    this.#tell = tell
  }

  failed(what: 'edits' | 'rows'): boolean {
    return this.#problems.has(what)
  }

  /** Without the rows the device falls behind, whatever room there is for edits. */
  came(what: 'edits' | 'rows', problem: StoreFailure | undefined): void {
    this.#problems.delete(what)
    if (problem === undefined) return
    this.#problems.set(what, problem)
    this.#isWellTold = false
    this.#tell(problem)
  }

  /** All that waited was tried: before, one kind might be written and the other not. */
  tried(): void {
    if (this.#isWellTold || this.#problems.size > 0) return
    this.#isWellTold = true
    this.#tell(undefined)
  }
}
