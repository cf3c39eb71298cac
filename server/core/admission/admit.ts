/**
 * The gate: what one member's update becomes, given what the room holds. Everything is judged
 * before anything changes; an update is taken whole (less what is known already) or not at all.
 * The steps are numbered as in SPEC.md, "Admission"; step A1, the scan, has been taken before.
 */
import {
  type ClientId,
  CONTENT,
  mayWrite,
  NOTES,
  type NoteId,
  type Refusal,
  type Role,
  type ScannedUpdate,
  type UserId,
} from 'kith-shared'
import type { IndexDraft } from '../index-draft.js'
import { Ranges } from '../ranges.js'
import { type Deletes, judgeDeletes, knownDeletes } from './deletes.js'
import { orderStructs, type PlacedStructs } from './integration-order.js'
import { refusalOfPlace } from './place.js'
import { strip } from './strip.js'
import { isTooHeavy, weigh } from './weight.js'

export interface Sender {
  userId: UserId
  role: Role
  /** False where the workspace is full: what is new is refused, deletes are not. */
  mayAdd?: boolean
}

/** How an update came: SyncStep2 carries all that a replica has, an update what was just done. */
export type UpdateMessage = 'sync-step-2' | 'update'

export type Verdict =
  /** Its new part, now in the draft; the notes that it creates, absent where it is none. */
  | { verdict: 'accepted'; update: Uint8Array; notes?: NoteId[] }
  /** All of it is known: settled with whatever holds it. */
  | { verdict: 'known' }
  /** It builds on what another user has in the same batch: judge it again after the commit. */
  | { verdict: 'later' }
  /** It may be slow to integrate, or fill one of these texts: a document has to tell. */
  | { verdict: 'trial'; texts: string[] }
  | { verdict: 'refused'; refusal: Refusal }

const KNOWN = { verdict: 'known' } as const
const LATER = { verdict: 'later' } as const
const refused = (refusal: Refusal): Verdict => ({ verdict: 'refused', refusal })

/** Whether a trial in a document has counted the steps of an update, so that it is not charged. */
export type Weighing = 'charged' | 'tried'

/** Judges `bytes`, whose scan is `update`; where it is accepted, the draft holds it from then on. */
export const admit = (
  draft: IndexDraft,
  sender: Sender,
  message: UpdateMessage,
  bytes: Uint8Array,
  update: ScannedUpdate,
  weighing: Weighing = 'charged',
): Verdict => {
  const identity = refusalOfIdentity(draft, sender.userId, update)
  if (identity) return refused(identity)
  const order = orderStructs(draft, update, sender.userId, refusalOfPlace)
  if (!order.ok) return refused(order.refusal)
  const deletes = judgeDeletes(draft, order.placed, message)
  if (!deletes.ok) return refused(deletes.refusal)
  if (!order.placed.hasNew && deletes.fresh.length === 0) return KNOWN
  if (!mayWrite(sender.role)) return refused('read-only')
  if (sender.mayAdd === false && order.placed.hasNew) return refused('quota')
  if (order.placed.buildsOnOthers) return LATER
  const weight = weigh(draft, order.placed, deletes.fresh, sender.userId)
  if (weighing === 'charged' && isTooHeavy(draft, sender.userId, weight)) {
    const isConvicted = draft.base.weights.isConvicted(sender.userId)
    return isConvicted ? refused('too-heavy') : { verdict: 'trial', texts: weight.texts }
  }
  const stripped = isAllNew(draft, update, deletes)
    ? bytes
    : strip(bytes, update, (client) => draft.clock(client), deletes.fresh)
  if (!stripped) return refused('broken')
  apply(draft, sender.userId, order.placed, deletes)
  draft.weigh(sender.userId, weight, weighing === 'charged' ? weight.steps : 0)
  const notes = createdNotes(order.placed)
  return { verdict: 'accepted', update: stripped, ...(notes && { notes }) }
}

/**
 * Ids of the notes that the new structs create. What lies in that root is written once and has no
 * origin (SPEC A4), so each names its parent and key.
 */
const createdNotes = (placed: PlacedStructs): NoteId[] | undefined => {
  const { update } = placed
  // Most updates create none, and are not looked through.
  if (!update.roots.includes(NOTES)) return undefined
  const notes: NoteId[] = []
  placed.eachNew((_, row) => {
    // The place was judged: the key of a note is its id.
    if (placed.root(row) === NOTES) notes.push(update.keys[row] as NoteId)
  })
  return notes.length === 0 ? undefined : notes
}

/**
 * Takes a committed update into the draft, whatever today's rules would say of it: what was
 * accepted once must load for ever. False where it does not follow from what is known.
 */
export const replay = (draft: IndexDraft, author: UserId, update: ScannedUpdate): boolean => {
  if (hasGap(draft, update)) return false
  const order = orderStructs(draft, update, author, () => undefined)
  if (!order.ok) return false
  const deletes = knownDeletes(draft, order.placed)
  if (!deletes.ok) return false
  const weight = weigh(draft, order.placed, deletes.fresh, author)
  apply(draft, author, order.placed, deletes)
  draft.weigh(author, weight, weight.steps)
  return true
}

/** SPEC A2: what is new extends ids of the sender or of nobody yet, and leaves no gap. */
const refusalOfIdentity = (
  draft: IndexDraft,
  sender: UserId,
  update: ScannedUpdate,
): Refusal | undefined => {
  const isForeign = update.blockClient.some((client, block) => {
    if ((update.blockEnd[block] as number) <= draft.clock(client)) return false
    const owner = draft.owner(client)
    return owner !== undefined && owner !== sender
  })
  if (isForeign) return 'foreign-client'
  return hasGap(draft, update) ? 'gap' : undefined
}

const hasGap = (draft: IndexDraft, update: ScannedUpdate): boolean =>
  update.blockClient.some(
    (client, block) => (update.blockClock[block] as number) > draft.clock(client),
  )

/** Whether the bytes can go to the journal as they came. */
const isAllNew = (
  draft: IndexDraft,
  update: ScannedUpdate,
  { fresh }: Extract<Deletes, { ok: true }>,
): boolean => {
  const goesOn = update.blockClient.every(
    (client, block) => update.blockClock[block] === draft.clock(client),
  )
  if (!goesOn) return false
  let claimed = 0
  for (let row = 0; row < update.deletes; row++) claimed += update.deleteLength[row] as number
  return claimed === fresh.reduce((sum, { start, end }) => sum + end - start, 0)
}

const apply = (
  draft: IndexDraft,
  sender: UserId,
  placed: PlacedStructs,
  { fresh }: Extract<Deletes, { ok: true }>,
): void => {
  const { update } = placed
  const deleted = new Map<ClientId, Ranges>()
  const remember = (client: ClientId, start: number, end: number) => {
    const ranges = deleted.get(client)
    if (ranges) return ranges.add(start, end)
    const first = new Ranges()
    first.add(start, end)
    deleted.set(client, first)
  }
  placed.eachNew((client, row, start, end) => {
    draft.bind(client, sender)
    draft.extend(client, end, placed.root(row), placed.joins(row, start))
    if (update.kind[row] === CONTENT.deleted) remember(client, start, end)
  })
  for (const [client, ranges] of deleted) draft.delete(client, ranges)
  deleted.clear()
  fresh.forEach(({ client, start, end }) => {
    remember(client, start, end)
  })
  for (const [client, ranges] of deleted) draft.delete(client, ranges)
}
