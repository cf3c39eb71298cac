/** Admission of an update's deletes (SPEC A3 and A4): all known, and nothing of it written once. */
import type { ClientId, Refusal } from 'kith-shared'
import type { IndexDraft } from '../index-draft.js'
import type { UpdateMessage } from './admit.js'
import type { PlacedStructs } from './integration-order.js'
import { isWrittenOnce } from './place.js'
import type { ClockRange } from './strip.js'

export type Deletes =
  /** The ranges that are not deleted yet, in the update's order. */
  { ok: true; fresh: ClockRange[] } | { ok: false; refusal: Refusal }

/**
 * Ranges that are new, in one message. What is known already is only looked up: a stock client
 * sends all that its document has deleted with every SyncStep2.
 */
export const MAX_FRESH_DELETES = 40_000

/**
 * An update that deletes a creation is refused. In a SyncStep2 such deletes are left out: where two
 * people create the same id at once, every document drops one of the two by itself, and an honest
 * replica then says so with all else that it has.
 */
export const judgeDeletes = (
  draft: IndexDraft,
  placed: PlacedStructs,
  message: UpdateMessage,
): Deletes => {
  const known = knownDeletes(draft, placed, MAX_FRESH_DELETES)
  if (!known.ok) return known
  let touchesCreations = false
  const look = (root: string) => {
    if (isWrittenOnce(root)) touchesCreations = true
  }
  known.fresh.forEach(({ client, start, end }) => {
    draft.runsIn(client, start, end, look)
    placed.runsIn(client, start, end, look)
    if (end <= draft.clock(client)) placed.buildOn(client, end - 1)
  })
  if (!touchesCreations) return known
  if (message === 'update') return { ok: false, refusal: 'written-once' }
  return { ok: true, fresh: withoutCreations(draft, placed, known.fresh) }
}

const withoutCreations = (
  draft: IndexDraft,
  placed: PlacedStructs,
  ranges: readonly ClockRange[],
): ClockRange[] => {
  const kept: ClockRange[] = []
  for (const { client, start, end } of ranges) {
    const keep = (root: string, from: number, to: number) => {
      if (!isWrittenOnce(root)) kept.push({ client, start: from, end: to })
    }
    draft.runsIn(client, start, end, keep)
    placed.runsIn(client, start, end, keep)
  }
  return kept
}

/** The ranges that are not deleted yet, whatever they lie in; `too-heavy` past `limit` of them. */
export const knownDeletes = (
  draft: IndexDraft,
  placed: PlacedStructs,
  limit = Number.POSITIVE_INFINITY,
): Deletes => {
  const { update } = placed
  const fresh: ClockRange[] = []
  let client: ClientId = -1
  let known = 0
  const take = (start: number, end: number) => void fresh.push({ client, start, end })
  for (let row = 0; row < update.deletes; row++) {
    const owner = update.deleteClient[row] as ClientId
    if (owner !== client) {
      known = placed.end(owner)
      client = owner
    }
    const start = update.deleteClock[row] as number
    const end = start + (update.deleteLength[row] as number)
    if (end > known) return { ok: false, refusal: 'gap' }
    draft.undeleted(client, start, end, take)
    if (fresh.length > limit) return { ok: false, refusal: 'too-heavy' }
  }
  return { ok: true, fresh }
}
