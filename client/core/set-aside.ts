import type { Refusal } from 'kith-shared'
import type { RefusedChange } from '../api.js'
import type { Edit } from './edit.js'

export type EditAside = Edit & { refused: Refusal }

/** Edits that the server refused, and those that mean nothing without them, in order. */
export class SetAside {
  readonly #edits = new Map<string, EditAside>()

  get edits(): EditAside[] {
    return [...this.#edits.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
  }

  get size(): number {
    return this.#edits.size
  }

  has(id: string): boolean {
    return this.#edits.has(id)
  }

  /** Anything that is not refused is left out. */
  add(edit: Edit): void {
    const { refused } = edit
    if (refused !== undefined) this.#edits.set(edit.id, { ...edit, refused })
  }

  /** Whether it was there. */
  delete(id: string): boolean {
    return this.#edits.delete(id)
  }
}

/** As its person sees it. */
export const refusedChangeOf = (edit: EditAside): RefusedChange => {
  const { id, refused: reason, touches, update, blockedBy } = edit
  return { id, reason, touches, update, ...(blockedBy === undefined ? {} : { blockedBy }) }
}
