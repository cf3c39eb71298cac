import type { ContactId } from '../ids.js'

/** Records remembered; what brings more than that is no edit but a load or an import. */
const REMEMBERED = 5_000

/** Which contacts and notes changed lately, by the revision that they came with. */
export class ChangeLog {
  /** Those changed last are last. */
  readonly #revisions = new Map<string, number>()
  #revision = 0
  /** What came with this one and earlier ones is forgotten. */
  #forgotten = 0

  get revision(): number {
    return this.#revision
  }

  add(ids: ReadonlySet<string>): void {
    if (ids.size === 0) return
    this.#revision++
    if (this.#revisions.size + ids.size > REMEMBERED) this.#forget()
    if (ids.size > REMEMBERED) return
    for (const id of ids) {
      this.#revisions.delete(id)
      this.#revisions.set(id, this.#revision)
    }
  }

  /** Everything may be another. */
  clear(): void {
    this.#revision++
    this.#forget()
  }

  since(revision: number): Set<ContactId> | undefined {
    if (revision < this.#forgotten) return undefined
    const ids = new Set<ContactId>()
    for (const [id, changed] of this.#revisions) {
      // A note's id is no contact's: whoever looks it up finds nothing there.
      if (changed > revision) ids.add(id as ContactId)
    }
    return ids
  }

  #forget(): void {
    this.#revisions.clear()
    this.#forgotten = this.#revision
  }
}
