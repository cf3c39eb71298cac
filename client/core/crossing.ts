import type { ClientId, Epoch } from 'kith-shared'
import type { Crossing, Edit } from './edit.js'
import { move, type Pair } from './move.js'
import type { Fate } from './rebase.js'
import type { Rewritten } from './rewriter.js'
import type { RoadStep } from './road.js'

export interface CrossingParts {
  /** None where the history does not reach back to `named`. */
  steps: readonly RoadStep[]
  /** Where the road leads. */
  present: Epoch
  named: Epoch | undefined
  /** What the device holds, of all tabs. */
  kept: readonly Edit[]
  /** What this tab is to send, on the device or not. */
  mine: readonly Edit[]
  /** Of other tabs, and perhaps not on the device: theirs to move. */
  others: readonly Edit[]
  /** Made before any server was heard, and shown in documents of all epochs (`isEarly`). */
  early: readonly Edit[]
  /** What other tabs have moved, by id; it may not be on the device yet. */
  moved: ReadonlySet<string>
  /** What the device has held, and holds no more: another tab moved it, and its word is on the way. */
  vanished: ReadonlySet<string>
  /** What was left behind in documents before. */
  left: readonly { edit: Edit; fate: Fate }[]
  /** By id, what moved before. */
  away: ReadonlyMap<string, Away>
  committed: { epoch: Epoch; updates: readonly Uint8Array[] }
  clientId: ClientId
  /** For an edit in the place of another. */
  remake: (edit: Edit, update: Uint8Array) => Edit
}

/** An edit as it was, and what came in its place. */
export interface Away {
  edit: Edit
  to: Edit | undefined
}

/**
 * What becomes of the edits of epochs that are over.
 *
 * 1. Whoever moves an edit sends it. So all of a device's move in one transaction; an edit that
 *    another tab has moved is gone, whichever way this tab learns of it.
 * 2. What an edit builds on goes with it. Where it does not, the edit is left to its own tab, and is
 *    set aside where that is gone.
 * 3. What the road does not reach stays as it is, for another road; what the history does not reach
 *    is set aside.
 */
export const cross = (parts: CrossingParts): Crossing => {
  const { steps, named, kept, away } = parts
  const crossing: Crossing = { refused: [], gone: [], edits: [], settled: [] }
  const moving: Edit[] = []
  const ground: Pair[] = []
  const first = steps[0]?.closing.epoch
  const onDevice = new Map(kept.map((edit) => [edit.id, edit]))
  const next = new Map(kept.map((edit) => [edit.replaces, edit]))
  const isGone = (id: string): boolean =>
    next.has(id) || parts.moved.has(id) || parts.vanished.has(id)
  for (const edit of staleOf(parts)) {
    const { id, epoch } = edit
    const aside = onDevice.get(id)?.refused === undefined ? undefined : onDevice.get(id)
    if (aside !== undefined) crossing.refused.push(aside)
    else if (away.has(id)) crossing.gone.push(id)
    else if (isGone(id)) {
      crossing.gone.push(id)
      ground.push({ edit, to: next.get(id) })
    } else if (steps.some(({ closing }) => closing.epoch === epoch)) moving.push(edit)
    else if (first === undefined ? epoch === named : epoch > first) {
      crossing.refused.push({ ...edit, refused: 'older-epoch' })
    }
  }
  if (moving.length > 0) add(crossing, moving, ground, parts)
  return crossing
}

/** What waits in epochs that are over. */
export const isStale = ({ epoch, refused }: Edit, present: Epoch): boolean =>
  refused === undefined && epoch !== 0 && epoch < present

/** On the device and of this tab, in the order in which they were made. */
const staleOf = ({ kept, mine, present }: CrossingParts): Edit[] => {
  const stale = new Map<string, Edit>()
  for (const edit of [...kept, ...mine]) {
    if (isStale(edit, present)) stale.set(edit.id, edit)
  }
  return [...stale.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
}

const add = (
  crossing: Crossing,
  moving: readonly Edit[],
  ground: readonly Pair[],
  parts: CrossingParts,
): void => {
  const { steps, kept, others, left, away, committed, clientId, remake } = parts
  const edits = new Map<string, { edit: Edit; fate: Exclude<Fate, 'kept'> }>()
  for (const edit of others) edits.set(edit.id, { edit, fate: 'elsewhere' })
  for (const { edit, fate } of left) if (fate !== 'kept') edits.set(edit.id, { edit, fate })
  for (const edit of kept) {
    if (edit.refused !== undefined) edits.set(edit.id, { edit, fate: 'refused' })
  }
  for (const edit of moving) edits.set(edit.id, { edit, fate: 'moved' })
  const pairs: Pair[] = []
  const onRoad = (to: Pair['to']): Pair['to'] =>
    to && steps.some(({ opening }) => opening.epoch === to.epoch) ? to : undefined
  for (const { edit, to } of [...away.values(), ...ground]) {
    edits.delete(edit.id)
    pairs.push({ edit, to: onRoad(to) })
  }
  for (const edit of moving) {
    for (const [at, { was, is, epoch }] of (edit.behind ?? []).entries()) {
      const before = { ...edit, id: `${edit.id}<${at}`, update: was }
      pairs.push({ edit: before, to: onRoad({ epoch, update: is }) })
    }
  }
  const early = earlyOf(parts, [...away.values(), ...ground])
  const moved = move({ steps, edits: [...edits.values()], pairs, early, committed, clientId })
  for (const [id, { update, aside, lacks }] of moved) {
    const edit = moving.find((one) => one.id === id)
    if (edit === undefined) continue
    // What another tab's builds on may be known there alone.
    const isNowhere = lacks === true || (update === undefined && aside?.touches === 'all')
    if (isNowhere && !parts.mine.some((one) => one.id === id)) continue
    if (update !== undefined) crossing.edits.push(remake(edit, update))
    if (aside !== undefined) crossing.refused.push(setAside(edit, aside))
    else crossing.gone.push(id)
    if (update !== undefined || aside !== undefined) continue
    const closing = steps.find((step) => step.closing.epoch === edit.epoch)?.closing
    crossing.settled.push({ id, seq: closing?.seq ?? 0 })
  }
}

/** Of no epoch, or told its epoch later. */
export const isEarly = ({ epoch, early }: Edit): boolean => epoch === 0 || early === true

const earlyOf = ({ early, kept }: CrossingParts, pairs: readonly Pair[]): Pair[] => {
  const all = new Map([...early, ...kept.filter(isEarly)].map((edit) => [edit.id, edit]))
  const moved = pairs.filter(({ edit }) => isEarly(edit))
  for (const { edit } of moved) all.delete(edit.id)
  return [...moved, ...[...all.values()].map((edit) => ({ edit, to: undefined }))]
}

const setAside = (edit: Edit, { touches, blockedBy }: NonNullable<Rewritten['aside']>): Edit => ({
  ...edit,
  touches: touches === 'all' ? edit.touches : touches,
  refused: 'older-epoch',
  ...(blockedBy === undefined ? {} : { blockedBy }),
})
