import { isolate } from 'kith-shared'

/** Who wants to be told of one kind of thing. */
export class Listeners<Thing extends unknown[] = []> {
  readonly #listeners = new Set<(...thing: Thing) => void>()

  /** Gives the way to stop. The same function twice is told twice. */
  add(listener: (...thing: Thing) => void): () => void {
    const one = (...thing: Thing): void => listener(...thing)
    this.#listeners.add(one)
    return () => {
      this.#listeners.delete(one)
    }
  }

  /** One that throws keeps no other from hearing; its error is thrown again in a microtask. */
  tell(...thing: Thing): void {
    for (const listener of [...this.#listeners]) isolate(() => listener(...thing))
  }
}
