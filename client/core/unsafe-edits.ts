import type { Edit } from './edit.js'

/**
 * Edits that were written anew, or told in which epoch they are, and that the device does not hold
 * so yet. They are not sent: whoever reads there what they were would write them anew once more.
 * Where the device can keep nothing, only those must wait of which it holds what they were.
 */
export class UnsafeEdits {
  readonly #ids = new Set<string>()
  /** Of these the device holds an earlier form, or the one before that. */
  readonly #earlier = new Set<string>()

  get size(): number {
    return this.#ids.size
  }

  add({ id, replaces }: Edit, isKept: (id: string) => boolean): void {
    this.#ids.add(id)
    const before = replaces ?? id
    if (isKept(before) || this.#earlier.has(before)) this.#earlier.add(id)
  }

  /** Another tab's; it may be this one's to send later. */
  hear({ id, replaces }: Edit, isKept: (id: string) => boolean): void {
    if (replaces === undefined || isKept(id)) return
    if (isKept(replaces) || this.#earlier.has(replaces)) this.#earlier.add(id)
  }

  /** Whoever said so knows that the device holds an earlier form. */
  wasKept(id: string): void {
    this.#earlier.add(id)
  }

  /** Whether the device holds an earlier form, as far as is known. */
  has(id: string): boolean {
    return this.#earlier.has(id)
  }

  /** The device has them now. Gives those that waited for it. */
  kept(ids: readonly string[]): string[] {
    for (const id of ids) this.#earlier.delete(id)
    return ids.filter((id) => this.#ids.delete(id))
  }

  /** The device keeps nothing now. Gives those that need not wait for it. */
  keptNowhere(): string[] {
    const free = [...this.#ids].filter((id) => !this.#earlier.has(id))
    for (const id of free) this.#ids.delete(id)
    return free
  }

  /** Written anew once more before the device held them, they never will be held there. */
  replaced(ids: readonly string[]): void {
    for (const id of ids) this.#ids.delete(id)
  }
}
