import type { StoreFailure } from './core/ports.js'

/** What the last write of either kind came to. */
export class DeviceHealth {
  readonly #tell: (problem: StoreFailure | undefined) => void
  readonly #problems = new Map<'edits' | 'rows', StoreFailure>()

  /** `tell` hears of every failure, and of the end of the last one. */
  constructor(tell: (problem: StoreFailure | undefined) => void) {
    this.#tell = tell
  }

  failed(what: 'edits' | 'rows'): boolean {
    return this.#problems.has(what)
  }

  /** Without the rows the device falls behind, whatever room there is for edits. */
  came(what: 'edits' | 'rows', problem: StoreFailure | undefined): void {
    const failed = this.#problems.delete(what)
    if (problem !== undefined) this.#problems.set(what, problem)
    const [first] = this.#problems.values()
    if (problem !== undefined || failed) this.#tell(first)
  }
}
