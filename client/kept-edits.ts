/** Which edits the device holds, and which must not be sent before it does. */
import type { Edit } from './core/edit.js'
import type { Outbox } from './core/outbox.js'
import { UnsafeEdits } from './core/unsafe-edits.js'

export class KeptEdits {
  readonly #outbox: Outbox
  readonly #kept = new Set<string>()
  readonly #unsafe = new UnsafeEdits()

  constructor(outbox: Outbox) {
    this.#outbox = outbox
  }

  readonly has = (id: string): boolean => this.#kept.has(id)

  /** The device holds it, whoever has put it there. */
  add(id: string): void {
    this.#kept.add(id)
  }

  /** It is settled, or given up: nobody asks any more. */
  delete(id: string): void {
    this.#kept.delete(id)
  }

  /** The device has these now; what waited for that may be sent. */
  arrived(ids: readonly string[]): void {
    for (const id of this.#unsafe.kept(ids)) this.#outbox.release(id)
  }

  /** What was kept may be gone. */
  clear(): void {
    this.#kept.clear()
  }

  /** Another tab's. */
  hear(edit: Edit): void {
    this.#unsafe.hear(edit, this.has)
  }

  /** The device holds what it was. */
  wasKept(id: string): void {
    this.#unsafe.wasKept(id)
  }

  /** Whether the device holds what it was, as far as is known. */
  holdsEarlier(id: string): boolean {
    return this.#unsafe.has(id)
  }

  keptNowhere(): void {
    for (const id of this.#unsafe.keptNowhere()) this.#outbox.release(id)
  }

  /** Others took their place. */
  replaced(ids: readonly string[]): void {
    this.#unsafe.replaced(ids)
  }

  /** Whether anything waits for the device before it may be sent. */
  get isAwaited(): boolean {
    return this.#unsafe.size > 0
  }

  /**
   * Sent only when the device holds them in the place of what they were: else whoever reads the old
   * ones there would write them anew once more.
   */
  holdUntilKept(edits: readonly Edit[]): void {
    for (const edit of edits) this.#unsafe.add(edit, this.has)
    this.#outbox.hold(edits.map(({ id }) => id))
  }
}
