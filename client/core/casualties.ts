import type { ClientId } from 'kith-shared'
import type * as Y from 'yjs'
import type { Edit, OutboxChange } from './edit.js'
import { Lost } from './lost.js'
import { type Fate, rebase } from './rebase.js'
import type { Rewritten } from './rewriter.js'
import { type EditAside, SetAside } from './set-aside.js'

export interface Rebuilding {
  /** What the server committed. */
  committed: readonly Uint8Array[]
  /** Edits that no commit holds yet and that are not set aside, of all tabs. */
  pending: readonly Edit[]
  /** Which of those that build on a refused edit are this tab's to write anew. */
  isMine: (edit: Edit) => boolean
  clientId: ClientId
  /** For an edit in the place of another. */
  remake: (edit: Edit, update: Uint8Array) => Edit
}

export interface Rebuilt {
  doc: Y.Doc
  /** What became of this tab's edits. */
  change: OutboxChange
  /** Edits that build on what is lost and that others are to write anew. */
  held: Edit[]
}

/**
 * What refusals cost: the refused edits, what is lost with them, and how the rest goes on.
 *
 * 1. What builds on a refused edit can't be sent as it is (`Lost`), and is in no document that
 *    shows the truth. Its tab writes it anew; until then it counts as waiting.
 * 2. What was written under lost ids is remembered as long as the tab lives: a tab that has not
 *    heard yet may still build on it.
 */
export class Casualties {
  readonly aside = new SetAside()
  #lost = new Lost()
  /** Edits that only take away, and of that something is nowhere. */
  readonly #orphans = new Set<string>()
  /** What documents held before, and hold no more. */
  readonly #left = new Map<string, { edit: Edit; fate: Fate }>()

  /** Whether this edit is known to be refused or replaced. */
  has(id: string): boolean {
    return this.#left.has(id) || this.aside.has(id)
  }

  /** Ids of edits that others took the place of. */
  get replaced(): string[] {
    return [...this.#left].filter(([, { fate }]) => fate === 'elsewhere').map(([id]) => id)
  }

  /** What documents of the present epoch held before, and hold no more. */
  get left(): { edit: Edit; fate: Fate }[] {
    return [...this.#left.values()]
  }

  /** Another epoch: clocks of the one before mean nothing in it. */
  renew(): void {
    this.#lost = new Lost()
    this.#orphans.clear()
    this.#left.clear()
  }

  refuse(edit: Edit): void {
    this.aside.add(edit)
    this.#lost.add(edit.update)
    this.#left.set(edit.id, { edit, fate: 'refused' })
  }

  /** It can't be sent as it is; gives it back. */
  lose(edit: Edit): Edit {
    this.#lost.add(edit.update)
    return edit
  }

  /** What it builds on, or takes away, is nowhere any more. */
  orphan(edit: Edit): void {
    this.#lost.add(edit.update)
    this.#orphans.add(edit.id)
  }

  /** Others took its place, or nothing had to. */
  replace(edit: Edit): void {
    this.#lost.add(edit.update)
    this.#left.set(edit.id, { edit, fate: 'elsewhere' })
  }

  /** Whether an edit builds on what is lost, as far as is known. */
  holds(edit: Edit): boolean {
    return this.#orphans.has(edit.id) || this.#lost.holds(edit.update)
  }

  /** Whether an edit builds on what is lost; it is lost itself from then on. */
  claims(edit: Edit): boolean {
    return this.#orphans.has(edit.id) || this.#lost.claim(edit.update)
  }

  /** The document without what is lost, and what becomes of this tab's edits (rule 1). */
  rebuild({ committed, pending, isMine, clientId, remake }: Rebuilding): Rebuilt {
    const behind = this.#behind(pending)
    const held = behind.filter((edit) => !isMine(edit))
    const mine = behind.filter(isMine)
    const unsent: { edit: Edit; fate: Fate }[] = [
      ...this.#left.values(),
      ...held.map((edit) => ({ edit, fate: 'elsewhere' as const })),
      ...mine.map((edit) => ({ edit, fate: 'moved' as const })),
      ...pending
        .filter((edit) => !behind.includes(edit))
        .map((edit) => ({ edit, fate: 'kept' as const })),
    ]
    const { doc, moved } = rebase({
      before: committed,
      after: committed,
      unsent: unsent
        .sort((a, b) => byId(a.edit, b.edit))
        .map(({ edit: { id, update }, fate }) => ({ id, update, fate })),
      clientId,
    })
    const change: OutboxChange = { refused: [], gone: [], edits: [] }
    const originals = new Map(mine.map((edit) => [edit.id, edit]))
    for (const [id, { update, aside }] of moved) {
      const edit = originals.get(id)
      if (edit === undefined) continue
      if (update !== undefined) change.edits.push(remake(edit, update))
      if (aside === undefined) {
        change.gone.push(edit.id)
        this.replace(edit)
      } else {
        const blocked = this.#blocked(edit, aside)
        change.refused.push(blocked)
        this.refuse(blocked)
      }
    }
    return { doc, change, held }
  }

  /** What builds on lost edits, whatever the order in which the tabs' clocks put them. */
  #behind(pending: readonly Edit[]): Edit[] {
    const behind = new Set<Edit>()
    for (let before = -1; before !== behind.size; ) {
      before = behind.size
      for (const edit of pending) if (this.claims(edit)) behind.add(edit)
    }
    return [...behind].sort(byId)
  }

  /** It can't be written anew here, whatever becomes of it elsewhere. */
  setAside(edit: Edit): void {
    this.aside.add(this.#blocked(edit, ALL))
    this.replace(edit)
  }

  /** As one that is set aside with the refused edit that it belongs to. */
  #blocked(edit: Edit, { touches, blockedBy }: NonNullable<Rewritten['aside']>): Edit {
    const refused = this.aside.edits
    const cause = refused.find(({ id }) => id === blockedBy) ?? this.#causeOf(edit, refused)
    return {
      ...edit,
      touches: touches === 'all' ? edit.touches : touches,
      refused: cause?.refused ?? 'gap',
      ...(cause === undefined ? {} : { blockedBy: cause.id }),
    }
  }

  #causeOf({ clientId }: Edit, refused: readonly EditAside[]): EditAside | undefined {
    return refused.find((edit) => edit.clientId === clientId) ?? refused[0]
  }
}

const ALL = { touches: 'all', blockedBy: undefined } as const

const byId = (a: Edit, b: Edit): number => (a.id < b.id ? -1 : 1)
