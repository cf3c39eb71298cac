/** Edits that the server could not take, since they build on what it had not got. */
import type { ClientId } from 'kith-shared'
import type { Casualties } from './core/casualties.js'
import { ClockRanges } from './core/clock-ranges.js'
import type { Edit } from './core/edit.js'
import type { Outbox } from './core/outbox.js'
import { isIntegrable, partsOf } from './core/update-parts.js'

/**
 * A gap is that of an edit that this one was built on, under another client id: closed as soon as
 * nothing that waits brings what it names. The reject may come after the word of that.
 */
export const retryGaps = (outbox: Outbox, pending: () => readonly Edit[]): void => {
  if (!outbox.hasGaps) return
  const waiting = new ClockRanges()
  for (const { update } of pending()) {
    for (const range of partsOf(update)?.structs ?? []) waiting.add(range)
  }
  outbox.retry(({ clientId, update }) => {
    const { origins, deletes } = partsOf(update) ?? { origins: [], deletes: [] }
    const foreign = [...origins, ...deletes].filter(({ client }) => client !== clientId)
    return !foreign.some((range) => waiting.meets(range))
  })
}

/**
 * What a stuck edit builds on may be gone: its record was damaged, or it was refused and given up
 * before this edit was written anew. It would wait for ever. `stateOf` is the document's, which holds
 * all else that waits.
 */
export const loseOrphans = (
  outbox: Outbox,
  casualties: Casualties,
  stateOf: (client: ClientId) => number,
): void => {
  for (const edit of outbox.stuck) {
    const parts = partsOf(edit.update)
    if (parts === undefined || !isIntegrable(parts, stateOf)) casualties.orphan(edit)
  }
}
