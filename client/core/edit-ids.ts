import type { ClientId } from 'kith-shared'

/** Names a tab's edits: sorts by time within this tab for sure, across tabs as well as clocks do. */
export class EditIds {
  readonly #owner: ClientId
  readonly #now: () => number
  #last = 0

  constructor(owner: ClientId, now: () => number) {
    this.#owner = owner
    this.#now = now
  }

  next(): string {
    this.#last = Math.max(this.#last + 1, Math.floor(this.#now()))
    return `${String(this.#last).padStart(15, '0')}-${this.#owner}`
  }
}
