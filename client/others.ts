import type { ClientId, Seq } from 'kith-shared'
import type { Edit } from './core/edit.js'
import type { Settled, Tabs } from './core/ports.js'

/** Settled edits that are remembered. */
const REMEMBERED = 200

/** The edits of other tabs, which they send; and who takes them over when their tab is gone. */
export class Others {
  readonly #tabs: Tabs
  readonly #adopt: (edits: Edit[]) => void
  readonly #edits = new Map<string, Edit>()
  readonly #watched = new Set<ClientId>()
  /**
   * The last ones of any tab, by id: who joins may have read an edit from the device that was on
   * its way out, and the tab that settled it may be gone.
   */
  readonly #settled = new Map<string, Settled>()
  /**
   * Read from the device by another tab, and known here no more: settled long ago, most likely. They
   * are sent once more if this tab leads, and who settled them is gone: a repetition costs nothing.
   */
  readonly #found = new Map<string, Edit>()
  /** The last row that an acknowledgement named, of any tab. */
  #settledThrough: Seq = 0
  #leads = false
  /** The device could not be read: what it holds is heard from other tabs. */
  isBlind = false

  readonly #pending: () => readonly Edit[]

  /**
   * `adopt` takes what a tab that is gone has left, if this tab is the one that leads. `pending`:
   * all that waits, of this tab and others.
   */
  constructor(tabs: Tabs, adopt: (edits: Edit[]) => void, pending: () => readonly Edit[]) {
    this.#tabs = tabs
    this.#adopt = adopt
    this.#pending = pending
  }

  get edits(): Edit[] {
    return [...this.#edits.values()]
  }

  get settled(): Settled[] {
    return [...this.#settled.values()]
  }

  has(id: string): boolean {
    return this.#edits.has(id)
  }

  get(id: string): Edit | undefined {
    return this.#edits.get(id)
  }

  get settledThrough(): Seq {
    return this.#settledThrough
  }

  add(edit: Edit): void {
    this.#edits.set(edit.id, edit)
    this.#found.delete(edit.id)
    if (this.#leads && this.#tabs.knowsWhoLives) this.#watch(edit.owner)
  }

  delete(id: string): void {
    this.#edits.delete(id)
    this.#found.delete(id)
  }

  /** Of tabs that may be gone, and not known here. */
  find(edits: readonly Edit[]): void {
    if (!this.#tabs.knowsWhoLives) return
    for (const edit of edits) {
      this.#found.set(edit.id, edit)
      if (this.#leads) this.#watch(edit.owner)
    }
  }

  /** What of another tab's device this one has to know, lest nobody sends it where this one leads. */
  missed(found: readonly Edit[]): readonly Edit[] {
    if (!this.isBlind) return []
    // It was written anew here, and the device holds yet what it was.
    const replaced = new Set(this.#pending().map(({ replaces }) => replaces))
    return found.filter(({ id }) => !this.#settled.has(id) && !replaced.has(id))
  }

  /** From now on edits of tabs that are gone become ours, and whenever another one goes. */
  lead(): void {
    this.#leads = true
    const owners = new Set([...this.edits, ...this.#found.values()].map(({ owner }) => owner))
    // Where nobody can tell, whoever else lives sends theirs too: a repetition costs nothing.
    for (const owner of owners) {
      if (this.#tabs.knowsWhoLives) this.#watch(owner)
      else this.#takeOver(owner)
    }
  }

  #watch(owner: ClientId): void {
    if (this.#watched.has(owner)) return
    this.#watched.add(owner)
    this.#tabs.onGone(owner, () => {
      // Its last message may come only now.
      this.#watched.delete(owner)
      this.#takeOver(owner)
    })
  }

  #takeOver(owner: ClientId): void {
    const all = [...this.edits, ...this.#found.values()]
    const left = all.filter((edit) => edit.owner === owner)
    for (const { id } of left) this.delete(id)
    this.#adopt(left)
  }

  remember(settled: readonly Settled[]): void {
    for (const one of settled) {
      this.#settledThrough = Math.max(this.#settledThrough, one.seq)
      this.#settled.delete(one.id)
      this.#settled.set(one.id, one)
    }
    for (const id of this.#settled.keys()) {
      if (this.#settled.size <= REMEMBERED) return
      this.#settled.delete(id)
    }
  }
}
