import type { Epoch } from 'kith-shared'
import type { Away } from './crossing.js'
import type { Crossing, Edit } from './edit.js'
import { mergeAll } from './merge-all.js'

/** An edit that builds on more than so many bytes is left to its own tab. */
const MOST_BEHIND = 1 << 16

/** Edits that have left for another epoch: as they were, and what came in their place. */
export class Departed {
  readonly #pairs = new Map<string, Away>()
  /** All that moved or was set aside, also what this tab had not heard of. */
  readonly #ids = new Set<string>()

  get pairs(): ReadonlyMap<string, Away> {
    return this.#pairs
  }

  has(id: string): boolean {
    return this.#ids.has(id)
  }

  /** What came in the place of this one. */
  nextOf(id: string): Edit | undefined {
    return this.#pairs.get(id)?.to
  }

  add(edit: Edit, to: Edit): void {
    this.#pairs.set(edit.id, { edit, to })
  }

  /** As they were, those of an epoch. */
  of(epoch: Epoch): Edit[] {
    const edits = [...this.#pairs.values()].map(({ edit }) => edit)
    return edits.filter((edit) => edit.epoch === epoch)
  }

  /** What an edit of an epoch that is over builds on, as far as it has moved. */
  behind(epoch: Epoch): Edit['behind'] {
    const pairs = [...this.#pairs.values()].filter(({ edit }) => edit.epoch === epoch)
    const bytes = pairs.reduce((sum, { edit, to }) => {
      return sum + edit.update.length + (to?.update.length ?? 0)
    }, 0)
    if (pairs.length === 0 || bytes > MOST_BEHIND) return undefined
    return runsOf(pairs).map((run) => ({
      was: mergeAll(run.map(({ edit }) => edit.update)),
      is: mergeAll(run.flatMap(({ to }) => to?.update ?? [])),
      epoch: epochOf(run[0]),
    }))
  }

  /** What each of these was, as far back as is known. */
  before(edits: readonly Edit[]): Map<string, Edit> {
    const present = new Map(edits.map((edit) => [edit.id, edit]))
    const before = new Map<string, Edit>()
    for (const edit of edits) if (edit.replaces !== undefined) before.set(edit.replaces, edit)
    for (const [was, { to }] of this.#pairs) {
      const edit = to === undefined ? undefined : present.get(to.id)
      if (edit !== undefined) before.set(was, edit)
    }
    return before
  }

  /** `known`: those that go, as far as they are known here. */
  leave({ gone, refused, edits }: Crossing, known: readonly Edit[]): void {
    const present = new Map(known.map((edit) => [edit.id, edit]))
    const next = new Map(edits.map((edit) => [edit.replaces, edit]))
    for (const id of [...gone, ...refused.map((edit) => edit.id)]) {
      this.#ids.add(id)
      const edit = present.get(id)
      if (edit !== undefined) this.#pairs.set(id, { edit, to: next.get(id) })
    }
    this.replace((id) => next.get(id))
  }

  /** Something else comes in the place of what came in theirs. */
  replace(next: (id: string) => Edit | undefined): void {
    for (const [id, { edit, to }] of this.#pairs) {
      const later = to === undefined ? undefined : next(to.id)
      if (later !== undefined) this.#pairs.set(id, { edit, to: later })
    }
  }
}

const epochOf = (pair: Away | undefined): Epoch => pair?.to?.epoch ?? 0

/** Those that follow each other and came into one epoch: what is merged must have no gap in it. */
const runsOf = (pairs: readonly Away[]): Away[][] => {
  const runs: Away[][] = []
  for (const pair of [...pairs].sort((a, b) => (a.edit.id < b.edit.id ? -1 : 1))) {
    const last = runs.at(-1)
    if (last !== undefined && epochOf(last[0]) === epochOf(pair)) last.push(pair)
    else runs.push([pair])
  }
  return runs
}
