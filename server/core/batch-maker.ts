/**
 * Makes the next batch of what waits: every message is judged against the committed index and what
 * the batch already holds. What one user wrote becomes one row.
 */
import type { AwarenessEntry, ClientId, Refusal, UpdateScanner, UserId } from 'kith-shared'
import { admit, type UpdateMessage, type Verdict, type Weighing } from './admission/admit.js'
import { IndexDraft } from './index-draft.js'
import { joinUpdates } from './join-updates.js'
import type { Author } from './ports.js'
import type { RoomIndex } from './room-index.js'
import type { RoomSession } from './room-session.js'

export type Waiting =
  | {
      type: 'update'
      session: RoomSession
      message: UpdateMessage
      bytes: Uint8Array
      /** Number of this update message on its connection, from 1. */
      ordinal: number
    }
  /** A Kith client's ids: its welcome waits until they are bound. */
  | { type: 'hello'; session: RoomSession; clientId: ClientId; earlierIds: readonly ClientId[] }
  /** A stock client's id, known by its first awareness: not relayed before it is bound. */
  | { type: 'presence'; session: RoomSession; entry: AwarenessEntry }

export interface MadeBatch {
  draft: IndexDraft
  rows: { author: Author; update: Uint8Array }[]
  /** What the commit settles, in order; refused messages among them. */
  settled: Waiting[]
  refused: { waiting: Waiting; refusal: Refusal }[]
  /** What has to be judged after this batch. */
  postponed: Waiting[]
  /** Whether the rest was left because this was enough for one step. */
  isFull: boolean
  /** The first that needs a trial, and builds on nothing that is not committed. */
  forTrial: { waiting: WaitingUpdate; texts: string[] } | undefined
  /** Sessions whose next update needs a trial. */
  heavy: RoomSession[]
}

export type WaitingUpdate = Extract<Waiting, { type: 'update' }>

/** What a document has told of an update that waited for its trial. */
export interface Tried {
  waiting: WaitingUpdate
  isTooHeavy: boolean
}

export interface QueueJudge {
  scanner: UpdateScanner
  /** Sessions that wait for a trial: theirs is left to a later batch. */
  held: ReadonlySet<RoomSession>
  tried: Tried | undefined
}

/**
 * A batch judges so many bytes at most, or one message that is larger, and leaves the rest to the
 * next: so that the event loop goes on after 50 ms, and one transaction stays short.
 */
const MAX_BATCH_BYTES = 512 * 1024
/** What a message costs apart from its bytes, as so many of them: a step takes some 25 ms. */
const MESSAGE_COST = 256

export const makeBatch = (
  index: RoomIndex,
  queue: readonly Waiting[],
  { scanner, held, tried }: QueueJudge,
): MadeBatch => {
  const draft = new IndexDraft(index)
  const made: MadeBatch = {
    draft,
    rows: [],
    settled: [],
    refused: [],
    postponed: [],
    isFull: false,
    forTrial: undefined,
    heavy: [],
  }
  const updates = new Map<UserId, { author: Author; updates: Uint8Array[] }>()
  const postponed = new Set<RoomSession>(held)
  let cost = 0
  for (const waiting of queue) {
    const { session } = waiting
    const isHeld = made.isFull || postponed.has(session)
    const ownCost = isHeld ? 0 : costOf(waiting)
    made.isFull ||= cost > 0 && cost + ownCost > MAX_BATCH_BYTES
    cost += ownCost
    const outcome = made.isFull || isHeld ? LATER : judge(draft, waiting, scanner, tried)
    if (outcome.outcome === 'trial' && waiting.type === 'update') {
      made.heavy.push(session)
      if (!updates.has(session.stamp.id)) made.forTrial ??= { waiting, texts: outcome.texts }
    }
    if (outcome.outcome === 'later' || outcome.outcome === 'trial') {
      postponed.add(session)
      made.postponed.push(waiting)
      continue
    }
    made.settled.push(waiting)
    if (outcome.outcome === 'refused') made.refused.push({ waiting, refusal: outcome.refusal })
    if (outcome.outcome !== 'row') continue
    const mine = updates.get(session.stamp.id)
    if (mine) mine.updates.push(outcome.update)
    else updates.set(session.stamp.id, { author: session.author, updates: [outcome.update] })
  }
  for (const { author, updates: parts } of updates.values()) {
    made.rows.push({ author, update: rowOf(parts) })
  }
  return made
}

const costOf = (waiting: Waiting): number =>
  waiting.type === 'update' ? MESSAGE_COST + waiting.bytes.length : MESSAGE_COST

/**
 * One row of what one user wrote. A lone update may be a view into a much larger chunk of the
 * socket's, which a copy doesn't keep.
 */
const rowOf = (parts: readonly Uint8Array[]): Uint8Array => {
  const joined = joinUpdates(parts)
  return parts.length === 1 ? new Uint8Array(joined) : joined
}

type Outcome =
  | { outcome: 'row'; update: Uint8Array }
  | { outcome: 'nothing-new' }
  | { outcome: 'later' }
  | { outcome: 'trial'; texts: string[] }
  | { outcome: 'refused'; refusal: Refusal }

const LATER: Outcome = { outcome: 'later' }
const NOTHING_NEW: Outcome = { outcome: 'nothing-new' }
const TOO_HEAVY: Outcome = { outcome: 'refused', refusal: 'too-heavy' }
const FOREIGN: Outcome = { outcome: 'refused', refusal: 'foreign-client' }

const judge = (
  draft: IndexDraft,
  waiting: Waiting,
  scanner: UpdateScanner,
  tried: Tried | undefined,
): Outcome => {
  switch (waiting.type) {
    case 'update':
      if (tried?.waiting !== waiting) return judgeUpdate(draft, waiting, scanner, 'charged')
      return tried.isTooHeavy ? TOO_HEAVY : judgeUpdate(draft, waiting, scanner, 'tried')
    case 'hello':
      return judgeHello(draft, waiting.session.stamp.id, waiting.clientId, waiting.earlierIds)
    case 'presence':
      return bindOwn(draft, waiting.session.stamp.id, waiting.entry.clientId)
  }
}

/** A bug of ours in judging one message refuses that message, and ends nothing else. */
const judgeUpdate = (
  draft: IndexDraft,
  { session, message, bytes }: WaitingUpdate,
  scanner: UpdateScanner,
  weighing: Weighing,
): Outcome => {
  try {
    const scan = scanner.scan(bytes)
    if (!scan.ok) return { outcome: 'refused', refusal: scan.refusal }
    const sender = { userId: session.stamp.id, role: session.stamp.role }
    return outcomeOf(admit(draft, sender, message, bytes, scan.update, weighing))
  } catch {
    return { outcome: 'refused', refusal: 'broken' }
  }
}

const outcomeOf = (verdict: Verdict): Outcome => {
  switch (verdict.verdict) {
    case 'accepted':
      return { outcome: 'row', update: verdict.update }
    case 'known':
      return NOTHING_NEW
    case 'later':
      return LATER
    case 'trial':
      return { outcome: 'trial', texts: verdict.texts }
    case 'refused':
      return { outcome: 'refused', refusal: verdict.refusal }
  }
}

/** Earlier ids that turn out to be another's are left alone: what comes under them is refused. */
const judgeHello = (
  draft: IndexDraft,
  user: UserId,
  clientId: ClientId,
  earlierIds: readonly ClientId[],
): Outcome => {
  const outcome = bindOwn(draft, user, clientId)
  if (outcome === NOTHING_NEW) for (const id of earlierIds) draft.bind(id, user)
  return outcome
}

const bindOwn = (draft: IndexDraft, user: UserId, clientId: ClientId): Outcome => {
  const owner = draft.owner(clientId)
  if (owner !== undefined && owner !== user) return FOREIGN
  draft.bind(clientId, user)
  return NOTHING_NEW
}
