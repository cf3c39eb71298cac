/**
 * Makes the next batch of what waits: every message is judged against the committed index and what
 * the batch already holds. What one user wrote becomes one row.
 */
import type {
  AwarenessEntry,
  ClientId,
  Epoch,
  NoteId,
  Refusal,
  ScannedUpdate,
  UpdateScanner,
  UserId,
} from 'kith-shared'
import { admit, type UpdateMessage, type Verdict, type Weighing } from './admission/admit.js'
import { IndexDraft } from './index-draft.js'
import { joinUpdates } from './join-updates.js'
import type { Author, NoteAuthor } from './ports.js'
import { mayBind, type Quotas } from './quotas.js'
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
  /** Notes that the rows create. */
  notes: NoteAuthor[]
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
  /** Stock clients whose next update would bind ids that may be of an earlier epoch. */
  doubtful: Doubt[]
}

export interface Doubt {
  session: RoomSession
  clientIds: ClientId[]
}

export type WaitingUpdate = Extract<Waiting, { type: 'update' }>

/** What a document has told of an update that waited for its trial. */
export interface Tried {
  waiting: WaitingUpdate
  isTooHeavy: boolean
}

export interface QueueJudge {
  scanner: UpdateScanner
  /** Sessions that wait for a trial or a look-up: theirs is left to a later batch. */
  held: ReadonlySet<RoomSession>
  tried: Tried | undefined
  quotas: Quotas
  /** What the document has taken before this batch. */
  documentBytes: number
  /** In the first one, no id is of an earlier epoch. */
  epoch: Epoch
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
  judge: QueueJudge,
): MadeBatch => {
  const draft = new IndexDraft(index)
  const made: MadeBatch = {
    draft,
    rows: [],
    notes: [],
    settled: [],
    refused: [],
    postponed: [],
    isFull: false,
    forTrial: undefined,
    heavy: [],
    doubtful: [],
  }
  const updates = new Map<UserId, { author: Author; updates: Uint8Array[] }>()
  const postponed = new Set<RoomSession>(judge.held)
  let cost = 0
  let { documentBytes } = judge
  for (const waiting of queue) {
    const { session } = waiting
    const isHeld = made.isFull || postponed.has(session)
    const ownCost = isHeld ? 0 : costOf(waiting)
    made.isFull ||= cost > 0 && cost + ownCost > MAX_BATCH_BYTES
    cost += ownCost
    const outcome =
      made.isFull || isHeld ? LATER : outcomeFor(draft, waiting, { ...judge, documentBytes })
    if (outcome.outcome === 'trial' && waiting.type === 'update') {
      made.heavy.push(session)
      if (!updates.has(session.stamp.id)) made.forTrial ??= { waiting, texts: outcome.texts }
    }
    if (outcome.outcome === 'doubt') {
      made.doubtful.push({ session, clientIds: outcome.clientIds })
    }
    if (isForLater(outcome)) {
      postponed.add(session)
      made.postponed.push(waiting)
      continue
    }
    made.settled.push(waiting)
    if (outcome.outcome === 'refused') made.refused.push({ waiting, refusal: outcome.refusal })
    if (outcome.outcome !== 'row') continue
    documentBytes += outcome.update.length
    const { author } = session
    for (const noteId of outcome.notes ?? []) made.notes.push({ noteId, author })
    const mine = updates.get(session.stamp.id)
    if (mine) mine.updates.push(outcome.update)
    else updates.set(session.stamp.id, { author, updates: [outcome.update] })
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
  return joined.length < joined.buffer.byteLength ? new Uint8Array(joined) : joined
}

type Outcome =
  | { outcome: 'row'; update: Uint8Array; notes: readonly NoteId[] | undefined }
  | { outcome: 'nothing-new' }
  | { outcome: 'later' }
  | { outcome: 'trial'; texts: string[] }
  | { outcome: 'doubt'; clientIds: ClientId[] }
  | { outcome: 'refused'; refusal: Refusal }

const isForLater = ({ outcome }: Outcome): boolean =>
  outcome === 'later' || outcome === 'trial' || outcome === 'doubt'

const LATER: Outcome = { outcome: 'later' }
const NOTHING_NEW: Outcome = { outcome: 'nothing-new' }
const TOO_HEAVY: Outcome = { outcome: 'refused', refusal: 'too-heavy' }
const OVER_QUOTA: Outcome = { outcome: 'refused', refusal: 'quota' }
const FOREIGN: Outcome = { outcome: 'refused', refusal: 'foreign-client' }

const outcomeFor = (draft: IndexDraft, waiting: Waiting, judge: QueueJudge): Outcome => {
  const { tried, quotas } = judge
  const user = waiting.session.stamp.id
  switch (waiting.type) {
    case 'update':
      if (tried?.waiting !== waiting) return judgeUpdate(draft, waiting, judge, 'charged')
      return tried.isTooHeavy ? TOO_HEAVY : judgeUpdate(draft, waiting, judge, 'tried')
    case 'hello':
      return judgeHello(draft, user, waiting.clientId, waiting.earlierIds, quotas)
    case 'presence':
      return bindOwn(draft, user, waiting.entry.clientId, quotas)
  }
}

/** A bug of ours in judging one message refuses that message, and ends nothing else. */
const judgeUpdate = (
  draft: IndexDraft,
  { session, message, bytes }: WaitingUpdate,
  { scanner, quotas, documentBytes, epoch }: QueueJudge,
  weighing: Weighing,
): Outcome => {
  try {
    const scan = scanner.scan(bytes)
    if (!scan.ok) return { outcome: 'refused', refusal: scan.refusal }
    const { id: userId, role } = session.stamp
    const firsts = unownedIn(draft, scan.update)
    if (firsts > 0 && !mayBind(draft, userId, firsts, quotas)) return OVER_QUOTA
    if (firsts > 0 && epoch > 1 && session.dialect.dialect === 'stock') {
      const clientIds = doubtfulIn(draft, session, scan.update)
      if (clientIds.length > 0) return { outcome: 'doubt', clientIds }
    }
    const mayAdd = documentBytes + bytes.length <= quotas.documentBytes
    const sender = { userId, role, mayAdd }
    return outcomeOf(admit(draft, sender, message, bytes, scan.update, weighing))
  } catch {
    return { outcome: 'refused', refusal: 'broken' }
  }
}

/** Client ids of the update that its acceptance would bind. */
const unownedIn = (draft: IndexDraft, update: ScannedUpdate): number => {
  let count = 0
  for (let block = 0; block < update.blocks; block++) {
    if (draft.owner(update.blockClient[block] as ClientId) === undefined) count++
  }
  return count
}

/**
 * A stock client may load an old document from where it keeps it after it has come in. Others write
 * what they bring from an earlier epoch anew, under fresh ids.
 */
const doubtfulIn = (
  draft: IndexDraft,
  { freshIds }: RoomSession,
  update: ScannedUpdate,
): ClientId[] => {
  const ids = update.blockClient.slice(0, update.blocks)
  return ids.filter((id) => draft.owner(id) === undefined && !freshIds?.has(id))
}

const outcomeOf = (verdict: Verdict): Outcome => {
  switch (verdict.verdict) {
    case 'accepted':
      return { outcome: 'row', update: verdict.update, notes: verdict.notes }
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

/**
 * Earlier ids that turn out to be another's, or too many, are left alone: what comes under them is
 * refused.
 */
const judgeHello = (
  draft: IndexDraft,
  user: UserId,
  clientId: ClientId,
  earlierIds: readonly ClientId[],
  quotas: Quotas,
): Outcome => {
  const outcome = bindOwn(draft, user, clientId, quotas)
  if (outcome === NOTHING_NEW) for (const id of earlierIds) bindOwn(draft, user, id, quotas)
  return outcome
}

const bindOwn = (draft: IndexDraft, user: UserId, clientId: ClientId, quotas: Quotas): Outcome => {
  const owner = draft.owner(clientId)
  if (owner === user) return NOTHING_NEW
  if (owner !== undefined) return FOREIGN
  if (!mayBind(draft, user, 1, quotas)) return OVER_QUOTA
  draft.bind(clientId, user)
  return NOTHING_NEW
}
