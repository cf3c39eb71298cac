/**
 * Takes unsent edits from epochs that are over into the present one, one step of the road after the
 * other: what each did is read off the closing state and written on the opening state.
 *
 * 1. What the closing state holds already makes no difference, so a lost acknowledgement doubles
 *    nothing.
 * 2. All edits that are unsent on a device move together, whichever tab made them: one that was
 *    typed into another's letters, or over its value, means something only behind it.
 * 3. An edit that comes late finds those it builds on moved already (`Pair`): they are on both
 *    grounds, as they were and as they are now.
 */
import type { ClientId, Epoch } from 'kith-shared'
import type { Edit } from './edit.js'
import { type Fate, rebase, type Unsent } from './rebase.js'
import type { Rewritten } from './rewriter.js'
import type { RoadStep } from './road.js'

/** An edit that moved before, and what came in its place in the present epoch. */
export interface Pair {
  edit: Edit
  /** Absent where nothing had to, or where it is of no epoch on the road. */
  to: { epoch: Epoch; update: Uint8Array } | undefined
}

export interface Moving {
  steps: readonly RoadStep[]
  /** In the order in which they were made, each of an epoch that the road begins in or passes. */
  edits: readonly { edit: Edit; fate: Exclude<Fate, 'kept'> }[]
  pairs: readonly Pair[]
  /** Edits made before any server was heard, as other epochs have shown them; placed by now, or not. */
  early: readonly Pair[]
  /** What is committed in an epoch that is over, as far as a document here has it. */
  committed: { epoch: Epoch; updates: readonly Uint8Array[] }
  /** Used by nobody before, save for what `pairs` came to. */
  clientId: ClientId
}

interface Moved {
  id: string
  /** As it is in the epoch that the walk has reached. */
  update: Uint8Array
  fate: Exclude<Fate, 'kept'> | 'paired'
}

/** What became of each edit that was to move, in an order in which they follow each other. */
export const move = ({
  steps,
  edits,
  pairs,
  early,
  committed,
  clientId,
}: Moving): Map<string, Rewritten> => {
  const results = new Map<string, Rewritten>()
  let under: Moved[] = []
  for (const step of steps) {
    const { epoch } = step.closing
    const own = joining(edits, pairs, epoch)
    const all: Moved[] = [...under, ...own.sort((a, b) => (a.id < b.id ? -1 : 1))]
    const known = committed.epoch === epoch ? committed.updates : []
    const rewritten = across(step, all, { known, early, pairs }, clientId)
    under = []
    for (const [id, became] of rewritten) {
      const fate = all.find((one) => one.id === id)?.fate
      if (fate === 'moved') results.set(id, together(results.get(id), became))
      if (fate !== undefined && became.update !== undefined) {
        under.push({ id, update: became.update, fate })
      }
    }
  }
  return results
}

const joining = (edits: Moving['edits'], pairs: readonly Pair[], epoch: Epoch): Moved[] => [
  ...edits
    .filter(({ edit }) => edit.epoch === epoch)
    .map(({ edit: { id, update }, fate }) => ({ id, update, fate })),
  ...pairs
    .filter(({ edit }) => edit.epoch === epoch)
    .map(({ edit: { id, update } }) => ({ id, update, fate: 'paired' as const })),
]

/**
 * A pair is on both grounds in the step that leads to what came of it (rule 3); behind that it is an
 * edit like others, or committed. Before, it moves like any other: what it was there nobody knows.
 */
const across = (
  { closing, opening }: RoadStep,
  all: readonly Moved[],
  { known, early, pairs }: Pick<Moving, 'early' | 'pairs'> & { known: readonly Uint8Array[] },
  clientId: ClientId,
): Map<string, Rewritten> => {
  // What damage took from the closing state is deleted there, and nobody can tell where it was.
  const before = [...known, closing.update]
  const after = [opening.update]
  const both: { was: Uint8Array; is: Uint8Array }[] = []
  const unsent: Unsent[] = []
  for (const { edit, to } of early) {
    const { id, epoch, update } = edit
    if (epoch === 0 || epoch > closing.epoch) both.push({ was: update, is: update })
    else if (epoch === closing.epoch) continue
    else if (to?.epoch === opening.epoch) both.push({ was: update, is: to.update })
    // In its own epoch it moved like any other; here it may have been shown a second time.
    else unsent.push({ id: `${id}<early`, update, fate: 'elsewhere' })
  }
  for (const { id, update, fate } of all) {
    const to = pairs.find(({ edit }) => edit.id === id)?.to
    if (fate !== 'paired') unsent.push({ id, update, fate })
    else if (to === undefined) unsent.push({ id, update, fate: 'elsewhere' })
    else if (to.epoch !== opening.epoch) unsent.push({ id, update, fate: 'moved' })
    else both.push({ was: update, is: to.update })
  }
  const { doc, moved } = rebase({ before, after, pairs: both, unsent, clientId })
  doc.destroy()
  return moved
}

/** An edit may leave something behind at each step. */
const together = (
  before: Rewritten | undefined,
  { update, aside, lacks }: Rewritten,
): Rewritten => {
  const earlier = before?.aside
  const some = before?.lacks ?? lacks
  const lacking = some === undefined ? {} : { lacks: some }
  if (earlier === undefined || aside === undefined) {
    return { update, aside: aside ?? earlier, ...lacking }
  }
  const isAll = earlier.touches === 'all' || aside.touches === 'all'
  const touches = isAll ? ('all' as const) : [...new Set([...earlier.touches, ...aside.touches])]
  return { update, aside: { touches, blockedBy: earlier.blockedBy ?? aside.blockedBy }, ...lacking }
}
