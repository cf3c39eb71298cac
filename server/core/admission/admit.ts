/**
 * The gate: what one member's update becomes, given what the room holds. Everything is judged
 * before anything changes; an update is taken whole (less what is known already) or not at all.
 * The steps are numbered as in SPEC.md, "Admission"; step A1, the scan, has been taken before.
 */
import {
  type ClientId,
  CONTENT,
  mayWrite,
  type Refusal,
  type Role,
  type ScannedUpdate,
  type UserId,
} from 'kith-shared'
import type { IndexDraft } from '../index-draft.js'
import { orderStructs, type PlacedStructs } from './integration-order.js'
import { isWrittenOnce } from './place.js'
import { type ClockRange, strip } from './strip.js'

export interface Sender {
  userId: UserId
  role: Role
}

export type Verdict =
  /** Its new part, now in the draft. */
  | { verdict: 'accepted'; update: Uint8Array }
  /** All of it is known: settled with whatever holds it. */
  | { verdict: 'known' }
  /** It builds on what another user has in the same batch: judge it again after the commit. */
  | { verdict: 'later' }
  | { verdict: 'refused'; refusal: Refusal }

const KNOWN = { verdict: 'known' } as const
const LATER = { verdict: 'later' } as const
const refused = (refusal: Refusal): Verdict => ({ verdict: 'refused', refusal })

/** SPEC A5: more than this in one update is refused. */
export const MAX_STRUCTS = 200_000
export const MAX_CLIENTS = 20_000
export const MAX_DELETES = 200_000

/** Judges `bytes`, whose scan is `update`; where it is accepted, the draft holds it from then on. */
export const admit = (
  draft: IndexDraft,
  sender: Sender,
  bytes: Uint8Array,
  update: ScannedUpdate,
): Verdict => {
  const identity = refusalOfIdentity(draft, sender.userId, update)
  if (identity) return refused(identity)
  if (isTooHeavy(update)) return refused('too-heavy')
  const order = orderStructs(draft, update, sender.userId)
  if (!order.ok) return refused(order.refusal)
  const deletes = judgeDeletes(draft, order.placed)
  if (!deletes.ok) return refused(deletes.refusal)
  if (!order.placed.hasNew && deletes.fresh.length === 0) return KNOWN
  if (!mayWrite(sender.role)) return refused('read-only')
  if (order.placed.buildsOnOthers) return LATER
  const stripped = isAllNew(draft, update, deletes)
    ? bytes
    : strip(bytes, update, (client) => draft.clock(client), deletes.fresh)
  apply(draft, sender.userId, order.placed, deletes.fresh)
  return { verdict: 'accepted', update: stripped }
}

/** SPEC A2: what is new extends ids of the sender or of nobody yet, and leaves no gap. */
const refusalOfIdentity = (
  draft: IndexDraft,
  sender: UserId,
  update: ScannedUpdate,
): Refusal | undefined => {
  let gap = false
  for (let block = 0; block < update.blocks; block++) {
    const client = update.blockClient[block] as ClientId
    const known = draft.clock(client)
    if ((update.blockEnd[block] as number) <= known) continue
    const owner = draft.owner(client)
    if (owner !== undefined && owner !== sender) return 'foreign-client'
    gap ||= (update.blockClock[block] as number) > known
  }
  return gap ? 'gap' : undefined
}

const isTooHeavy = (update: ScannedUpdate): boolean =>
  update.structs > MAX_STRUCTS || update.blocks > MAX_CLIENTS || update.deletes > MAX_DELETES

type Deletes =
  /** The ranges that are not deleted yet. */
  { ok: true; fresh: ClockRange[] } | { ok: false; refusal: Refusal }

/** SPEC A3 and A4 for deletes: all of it is known, and nothing of it is written once. */
const judgeDeletes = (draft: IndexDraft, placed: PlacedStructs): Deletes => {
  const { update } = placed
  const fresh: ClockRange[] = []
  for (let row = 0; row < update.deletes; row++) {
    const client = update.deleteClient[row] as ClientId
    const start = update.deleteClock[row] as number
    const end = start + (update.deleteLength[row] as number)
    if (end > placed.end(client)) return { ok: false, refusal: 'gap' }
    const first = fresh.length
    draft.undeleted(client, start, end, (from, to) => fresh.push({ client, start: from, end: to }))
    for (const range of fresh.slice(first)) {
      if (touchesWrittenOnce(draft, placed, range)) return { ok: false, refusal: 'written-once' }
      if (range.end <= draft.clock(client)) placed.buildOn(client, range.end - 1)
    }
  }
  return { ok: true, fresh }
}

const touchesWrittenOnce = (
  draft: IndexDraft,
  placed: PlacedStructs,
  { client, start, end }: ClockRange,
): boolean => {
  let touches = false
  const visit = (root: string) => {
    touches ||= isWrittenOnce(root)
  }
  draft.rootsIn(client, start, end, visit)
  placed.rootsIn(client, start, end, visit)
  return touches
}

/** Whether the bytes can go to the journal as they came. */
const isAllNew = (
  draft: IndexDraft,
  update: ScannedUpdate,
  deletes: { fresh: readonly ClockRange[] },
): boolean => {
  for (let block = 0; block < update.blocks; block++) {
    const known = draft.clock(update.blockClient[block] as ClientId)
    if ((update.blockClock[block] as number) !== known) return false
  }
  let claimed = 0
  for (let row = 0; row < update.deletes; row++) claimed += update.deleteLength[row] as number
  const fresh = deletes.fresh.reduce((sum, { start, end }) => sum + end - start, 0)
  return claimed === fresh
}

const apply = (
  draft: IndexDraft,
  sender: UserId,
  placed: PlacedStructs,
  deletes: readonly ClockRange[],
): void => {
  const { update } = placed
  placed.eachNew((client, row, start, end) => {
    draft.bind(client, sender)
    draft.extend(client, end, placed.root(row))
    if (update.kind[row] === CONTENT.deleted) draft.delete(client, start, end)
  })
  for (const { client, start, end } of deletes) draft.delete(client, start, end)
}
