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
 * An update that deletes a creation is refused. In a SyncStep2 such deletes are left out: where two
 * people create the same id at once, every document drops one of the two by itself, and an honest
 * replica then says so with all else that it has.
 */
export const judgeDeletes = (
  draft: IndexDraft,
  placed: PlacedStructs,
  message: UpdateMessage,
): Deletes => {
  const known = knownDeletes(draft, placed)
  if (!known.ok) return known
  const fresh: ClockRange[] = []
  let touchesCreations = false
  for (const { client, start, end } of known.fresh) {
    const take = (root: string, from: number, to: number) => {
      if (isWrittenOnce(root)) touchesCreations = true
      else fresh.push({ client, start: from, end: to })
    }
    draft.runsIn(client, start, end, take)
    placed.runsIn(client, start, end, take)
    if (end <= draft.clock(client)) placed.buildOn(client, end - 1)
  }
  if (touchesCreations && message === 'update') return { ok: false, refusal: 'written-once' }
  return { ok: true, fresh }
}

/** The ranges that are not deleted yet, whatever they lie in. */
export const knownDeletes = (draft: IndexDraft, placed: PlacedStructs): Deletes => {
  const { update } = placed
  const fresh: ClockRange[] = []
  for (let row = 0; row < update.deletes; row++) {
    const client = update.deleteClient[row] as ClientId
    const start = update.deleteClock[row] as number
    const end = start + (update.deleteLength[row] as number)
    if (end > placed.end(client)) return { ok: false, refusal: 'gap' }
    draft.undeleted(client, start, end, (from, to) => fresh.push({ client, start: from, end: to }))
  }
  return { ok: true, fresh }
}
