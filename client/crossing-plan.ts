/** What is to become of the edits of this device on a way into a later epoch, as far as is known here. */
import type { Epoch } from 'kith-shared'
import { cross, isEarly, isStale } from './core/crossing.js'
import type { Departed } from './core/departed.js'
import type { Crossing, Edit } from './core/edit.js'
import type { RoadStep, State } from './core/road.js'
import type { Ledger } from './ledger.js'
import type { LiveDocument } from './live-document.js'

export interface Way {
  steps: readonly RoadStep[]
  state: State
  named: Epoch | undefined
}

export interface PlanParts {
  ledger: Ledger
  live: LiveDocument
  away: Departed
  newClientId: () => number
  remake: (edit: Edit, update: Uint8Array, clientId: number, epoch: Epoch) => Edit
}

export class CrossingPlan {
  readonly #parts: PlanParts

  constructor(parts: PlanParts) {
    this.#parts = parts
  }

  /** `kept`: what the device holds, of all tabs. */
  all(way: Way, kept: readonly Edit[]): Crossing {
    return this.#plan(way, kept, this.#vanishedFrom(kept))
  }

  /** Of this tab alone, whatever the device holds. */
  own(way: Way): Crossing {
    return this.#plan(way, [], new Set())
  }

  #plan(
    { steps, state, named }: Way,
    kept: readonly Edit[],
    vanished: ReadonlySet<string>,
  ): Crossing {
    const { ledger, live, away, newClientId, remake } = this.#parts
    const clientId = newClientId()
    return cross({
      steps,
      present: state.epoch,
      named,
      kept,
      mine: ledger.outbox.pending,
      others: ledger.others.edits.filter((edit) => isStale(edit, state.epoch)),
      moved: new Set(this.before(ledger.others.edits)),
      vanished,
      early: ledger.pending.filter(isEarly),
      left: ledger.casualties.left,
      away: away.pairs,
      committed: { epoch: live.epoch, updates: ledger.committed },
      clientId,
      remake: (edit, update) => remake(edit, update, clientId, state.epoch),
    })
  }

  #vanishedFrom(kept: readonly Edit[]): Set<string> {
    const { ledger } = this.#parts
    const there = new Set(kept.map(({ id }) => id))
    const mine = ledger.outbox.pending.map(({ id }) => id)
    return new Set(mine.filter((id) => ledger.isKept(id) && !there.has(id)))
  }

  /** What edits were, as far back as is known. */
  before(edits: readonly Edit[]): string[] {
    return [...this.#parts.away.before(edits).keys()]
  }

  /** What a tab holds that could not write to the device, in the place of what goes there. */
  rescued({ gone }: Crossing, kept: readonly Edit[]): Edit[] {
    const there = new Set(kept.map(({ id }) => id))
    const { ledger, away } = this.#parts
    const before = away.before(ledger.others.edits)
    const edits = new Set(gone.flatMap((id) => before.get(id) ?? []))
    return [...edits].filter(({ id }) => !there.has(id))
  }
}
