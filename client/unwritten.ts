import type { Edit } from './core/edit.js'

/** Edits that are to be brought onto the device, and those that are to leave it. */
export class Unwritten {
  readonly #edits = new Map<string, Edit>()
  /** Those of them that a write under way holds. */
  readonly #underWay = new Set<Edit>()
  /** Edits that left for others, or that their person gave up. */
  #gone: string[] = []
  /** All that came here, written or not, until it is known to be needed there no more. */
  readonly #taken = new Set<string>()

  add(edits: readonly Edit[], gone: readonly string[]): void {
    this.forget(gone)
    this.#gone.push(...gone)
    for (const edit of edits) {
      this.#edits.set(edit.id, edit)
      this.#taken.add(edit.id)
    }
  }

  /** Whether it may come onto the device from here: a write that is over may be a moment old. */
  brings(id: string): boolean {
    return this.#taken.has(id)
  }

  /** They need not be written any more. */
  forget(ids: readonly string[]): void {
    for (const id of ids) {
      this.#edits.delete(id)
      this.#taken.delete(id)
    }
  }

  get isEmpty(): boolean {
    return this.#gone.length === 0 && this.edits.length === 0
  }

  /** What no write under way holds. */
  get edits(): Edit[] {
    return [...this.#edits.values()].filter((edit) => !this.#underWay.has(edit))
  }

  get gone(): readonly string[] {
    return this.#gone
  }

  /** These have left the device. */
  left(ids: readonly string[]): void {
    this.#gone = this.#gone.filter((id) => !ids.includes(id))
  }

  /** What a write is to hold that begins now. */
  begin(): { batch: Edit[]; gone: string[] } {
    const batch = this.edits
    const gone = this.#gone
    this.#gone = []
    for (const edit of batch) this.#underWay.add(edit)
    return { batch, gone }
  }

  /** Such a write is over; it may have failed. */
  end({ batch, gone }: { batch: readonly Edit[]; gone: readonly string[] }, failed: boolean): void {
    for (const edit of batch) this.#underWay.delete(edit)
    if (failed) this.#gone.unshift(...gone)
  }

  /** They are on the device, in this form. Gives those that no other is to take the place of. */
  kept(edits: readonly Edit[]): Edit[] {
    const isNewest = (edit: Edit): boolean => (this.#edits.get(edit.id) ?? edit) === edit
    const newest = edits.filter(isNewest)
    for (const { id } of newest) this.#edits.delete(id)
    return newest
  }
}
