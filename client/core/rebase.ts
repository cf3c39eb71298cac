/**
 * Writes edits anew on another ground: behind a refused edit on what is committed without it, or
 * of an older epoch on the opening state of the next.
 *
 * The edits are applied one by one to the state they were made on (`before`), which shows what each
 * did; just that is written on the other one (`after`), under a fresh client id.
 *
 * 1. `before` and `after` hold equal values: the same, or two epochs of one document; unless a past
 *    moment was restored in between, or something purged.
 * 2. An edit that makes no difference (what it wrote lost against another's write, it took back what
 *    is left behind) is not written again.
 * 3. Letters come after the nearest letter to their left that is on both sides.
 * 4. A creation is written only where nobody wrote one of the same id: the gate refuses another.
 * 5. What belongs to a record that a refused edit would have created, or that `after` has no more, is
 *    not written: it would be of nothing. It is told, with the rest of the edit written all the same.
 * 6. To take away what is nowhere makes no difference; what builds on it can't be read.
 */
import { type ClientId, CONTACTS, fillHoles, NOTES } from 'kith-shared'
import * as Y from 'yjs'
import { ClockRanges } from './clock-ranges.js'
import type { Passage } from './edit-effect.js'
import { Rewriter, type Rewritten } from './rewriter.js'
import { isIntegrable, partsOf, rangeOf, type UpdateParts } from './update-parts.js'

/**
 * `kept`: as it is, on both sides; it builds on nothing that is not. `moved`: to be written anew.
 * `refused`: not on the other side. `elsewhere`: no more, since its effect comes by another edit.
 */
export type Fate = 'kept' | 'moved' | 'refused' | 'elsewhere'

export interface Unsent {
  id: string
  update: Uint8Array
  fate: Fate
}

export interface Rebase {
  /** What the edits were made on; updates to be applied in order. */
  before: readonly Uint8Array[]
  /** What they shall be on. */
  after: readonly Uint8Array[]
  /**
   * Between two epochs: edits that are on both sides, as they were, and as they are there. The document
   * that comes of it is not one to show: holes of it are filled.
   */
  pairs?: readonly { was: Uint8Array; is: Uint8Array }[]
  /** In the order in which they were made. */
  unsent: readonly Unsent[]
  /** Used by nobody before. */
  clientId: ClientId
}

export interface Rebased {
  /** `after` with all that is kept and all that was written anew, under the fresh client id. */
  doc: Y.Doc
  /** Of each moved edit, in an order in which the new ones follow each other. */
  moved: Map<string, Rewritten>
}

export const rebase = ({ before, after, pairs, unsent, clientId }: Rebase): Rebased => {
  const target = docOf(after, {})
  target.clientID = clientId
  const readable = unsent.flatMap((edit) => {
    const parts = partsOf(edit.update)
    return parts === undefined ? [] : [{ ...edit, parts }]
  })
  const kept = readable.filter(({ fate }) => fate === 'kept')
  for (const { update } of kept) Y.applyUpdate(target, update)
  const moved = new Map<string, Rewritten>()
  // What they were made on takes as long to build as all the rest.
  if (unsent.some(({ fate }) => fate === 'moved')) {
    // What was overwritten must still be read.
    const source = docOf(before, { gc: false })
    // Before the pairs: of these something may be on its way to this side yet.
    const gone = before === after ? [] : goneFrom(source, target)
    if (pairs !== undefined) layPairs(pairs, source, target)
    for (const { update } of kept) Y.applyUpdate(source, update)
    const rest = readable.filter(({ fate }) => fate !== 'kept')
    new Walk(source, new Rewriter(target, gone), moved).through(rest)
    source.destroy()
  }
  for (const { id, fate } of unsent) {
    if (fate === 'moved' && !moved.has(id)) moved.set(id, UNREADABLE)
  }
  return { doc: target, moved }
}

/** Something that it builds on is nowhere. */
const UNREADABLE: Rewritten = { update: undefined, aside: { touches: 'all', blockedBy: undefined } }

const docOf = (updates: readonly Uint8Array[], options: { gc?: boolean }): Y.Doc => {
  const doc = new Y.Doc(options)
  applyAll(doc, updates)
  return doc
}

const applyAll = (doc: Y.Doc, updates: readonly Uint8Array[]): void => {
  doc.transact(() => {
    for (const update of updates) Y.applyUpdate(doc, update)
  })
}

/**
 * What came with them under the same client id may be known elsewhere alone; without it Yjs would hold
 * them back, and what is written on them would be written beside them. The fillers take the clocks of
 * what is there elsewhere.
 */
const layPairs = (pairs: NonNullable<Rebase['pairs']>, source: Y.Doc, target: Y.Doc): void => {
  applyAll(
    source,
    pairs.map(({ was }) => was),
  )
  target.transact(() => {
    applyAll(
      target,
      pairs.map(({ is }) => is),
    )
    while (fillHoles(target, true));
  })
}

const goneFrom = (source: Y.Doc, target: Y.Doc): string[] =>
  [CONTACTS, NOTES].flatMap((root) => {
    const there = target.getMap(root)
    return [...source.getMap(root).keys()].filter((id) => !there.has(id))
  })

type Readable = Unsent & { parts: UpdateParts }

class Walk {
  readonly #moved: Map<string, Rewritten>
  readonly #source: Y.Doc
  readonly #rewriter: Rewriter
  readonly #left = new ClockRanges()
  readonly #revived = new ClockRanges()

  constructor(source: Y.Doc, rewriter: Rewriter, moved: Map<string, Rewritten>) {
    this.#moved = moved
    this.#source = source
    this.#rewriter = rewriter
  }

  /** Clocks of several tabs may be out of step: an edit waits for what it builds on. */
  through(edits: readonly Readable[]): void {
    let waiting = edits
    for (let before = -1; before !== waiting.length; ) {
      before = waiting.length
      waiting = waiting.filter((edit) => !this.#step(edit))
    }
    for (const edit of waiting) if (edit.parts.structs.length === 0) this.#takeAway(edit)
  }

  /** Rule 6. */
  #takeAway(edit: Readable): void {
    this.#apply(edit)
    const rewritten = this.#moved.get(edit.id)
    if (rewritten !== undefined) this.#moved.set(edit.id, { ...rewritten, lacks: true })
  }

  #step(edit: Readable): boolean {
    const { store } = this.#source
    if (!isIntegrable(edit.parts, (client) => Y.getState(store, client))) return false
    this.#apply(edit)
    return true
  }

  #apply(edit: Readable): void {
    this.#source.once('afterTransaction', (transaction: Y.Transaction) =>
      this.#read(edit, transaction),
    )
    Y.applyUpdate(this.#source, edit.update)
  }

  /** Before the transaction ends, and Yjs joins items. */
  #read({ id, fate, parts }: Readable, transaction: Y.Transaction): void {
    const fresh = new ClockRanges()
    for (const { client, start, end } of parts.structs) {
      const known = transaction.beforeState.get(client) ?? 0
      fresh.add({ client, start: Math.max(start, known), end })
      if (fate !== 'moved') this.#left.add({ client, start: Math.max(start, known), end })
    }
    const deletes = new ClockRanges()
    for (const range of parts.deletes) deletes.add(range)
    const passage: Passage = {
      transaction,
      fresh,
      deletes,
      left: this.#left,
      revived: this.#revived,
    }
    if (fate === 'moved') {
      // What is deleted already is no change of the source's.
      const takesRevived = parts.deletes.some((range) => this.#revived.meets(range))
      this.#moved.set(id, this.#rewriter.write(passage, takesRevived ? 'all-texts' : 'changed'))
      for (const range of parts.deletes) this.#revived.delete(range)
      return
    }
    for (const [client, ranges] of transaction.deleteSet.clients) {
      for (const { clock, len } of ranges) this.#revived.add(rangeOf({ client, clock }, len))
    }
    if (fate === 'refused') this.#rewriter.leave(id, passage)
  }
}
