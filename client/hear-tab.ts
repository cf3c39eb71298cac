import { isStale } from './core/crossing.js'
import type { Edit, OutboxChange } from './core/edit.js'
import type { TabMessage, Tabs } from './core/ports.js'
import type { Crossings } from './crossings.js'
import type { Ledger } from './ledger.js'
import type { ReplicaListener } from './replica-parts.js'

export interface Hearing {
  ledger: Ledger
  crossings: Crossings
  tabs: Tabs
  listener: ReplicaListener
  /** Whether this tab has made it, in the epoch in which it is. */
  isOwn: (edit: Edit) => boolean
  takeOther: (edit: Edit) => void
  takeRebased: (change: OutboxChange) => void
}

/** What another tab has moved too, and holds on the device, takes the place of ours. */
const hearCrossed = (
  message: Extract<TabMessage, { type: 'crossed' }>,
  { crossings, tabs, listener, takeOther, takeRebased }: Hearing,
): void => {
  const { news, change } = crossings.hear(message, message.kept)
  for (const edit of news) takeOther(edit)
  if (change.gone.length === 0) return
  tabs.post({ type: 'rebased', ...change })
  listener.keep([], change.gone)
  takeRebased(change)
}

/** Who has come since may know of a moved edit only what it was, from the device. */
const hearEdit = (
  { edit, kept, wasKept }: Extract<TabMessage, { type: 'edit' }>,
  hearing: Hearing,
): void => {
  if (wasKept === true) hearing.ledger.wasKept(edit.id)
  const { replaces, epoch } = edit
  const was =
    replaces === undefined ? undefined : hearing.ledger.pending.find(({ id }) => id === replaces)
  if (was === undefined || !isStale(was, epoch)) return hearing.takeOther(edit)
  const crossing = { refused: [], gone: [was.id], edits: [edit], settled: [] }
  hearCrossed({ type: 'crossed', kept, ...crossing }, hearing)
}

/**
 * What a tab that has just opened has read from the device. What was settled longer ago than anybody
 * remembers would wait there for ever: only who made it knows for sure.
 */
const hearFound = (
  edits: readonly Edit[],
  { ledger, crossings, tabs, isOwn, takeOther }: Hearing,
): void => {
  for (const edit of ledger.others.missed(edits)) {
    takeOther(edit)
    ledger.kept([edit.id])
  }
  const replaced = new Set(ledger.pending.map(({ replaces }) => replaces))
  const unknown = edits.filter(
    ({ id }) => !ledger.isKnown(id) && !crossings.has(id) && !replaced.has(id),
  )
  const seq = ledger.others.settledThrough
  const settled = unknown.filter(isOwn).map(({ id }) => ({ id, seq }))
  if (settled.length > 0) tabs.post({ type: 'settled', settled })
  ledger.find(unknown.filter((edit) => !isOwn(edit)))
}

/** What another tab says. */
export const hearTab = (message: TabMessage, hearing: Hearing): void => {
  const { ledger, tabs, listener, takeRebased } = hearing
  switch (message.type) {
    case 'edit':
      hearEdit(message, hearing)
      if (message.kept) ledger.kept([message.edit.id])
      break
    case 'kept':
      ledger.kept(message.ids)
      break
    case 'settled':
      ledger.settleOthers(message.settled)
      listener.settled(message.settled)
      break
    case 'rebased':
      takeRebased(message)
      break
    case 'crossed':
      hearCrossed(message, hearing)
      break
    case 'discarded':
      for (const id of message.ids) ledger.discard(id)
      break
    case 'joined':
      for (const word of ledger.wordsForNewTab()) tabs.post(word)
      break
    case 'found':
      hearFound(message.edits, hearing)
      break
    default:
      // A tab of a later version.
      return
  }
  listener.changed()
}
