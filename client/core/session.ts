/**
 * What the server's messages mean, from the welcome on.
 *
 * Invariants
 *   1. The cursor moves only over rows that follow it without a gap, or over a whole snapshot.
 *   2. Rows that are held already are skipped by their `seq`; a hole ends the connection.
 *   3. The cursor comes into another epoch only with that epoch's whole state.
 */
import {
  PROTOCOL_VERSION,
  type Rows,
  SCHEMA_VERSION,
  type ServerMessage,
  type SnapshotChunk,
  unreachable,
} from 'kith-shared'
import type {
  Connection,
  ConnectionEffect,
  Phase,
  Session,
  Settings,
  Step,
} from './connection-state.js'
import { addChunk, addState, type RoadStep, type State } from './road.js'

export type Received =
  | { outcome: 'step'; step: Step }
  | { outcome: 'broken'; reason: 'hole' | 'broken-server' }
  /** Welcomed as somebody else. */
  | { outcome: 'denied'; token: string }
  | { outcome: 'obsolete'; reason: 'server-behind' | 'protocol-version' }

type InSession = Extract<Phase, { session: Session }>

const BROKEN = { outcome: 'broken', reason: 'broken-server' } as const
const HOLE = { outcome: 'broken', reason: 'hole' } as const

const took = (state: Connection, ...effects: ConnectionEffect[]): Received => ({
  outcome: 'step',
  step: { state, effects },
})

export const receive = (
  state: Connection,
  message: ServerMessage,
  now: number,
  settings: Settings,
): Received => {
  const { phase } = state
  if (phase.type === 'connecting' && phase.reason === 'greeting') {
    return welcome(state, phase, message, now, settings)
  }
  if (phase.type !== 'syncing' && phase.type !== 'live') return BROKEN
  const wasProbing = phase.session.probing
  const heard: InSession = { ...phase, session: { ...phase.session, heardAt: now, probing: false } }
  const received = inSession({ ...state, phase: heard }, heard, message)
  if (!wasProbing || received.outcome !== 'step') return received
  const calm: ConnectionEffect = { type: 'clear-timer', timer: 'deadline' }
  return took(received.step.state, calm, ...received.step.effects)
}

type Greeting = Extract<Phase, { reason: 'greeting' }>

const welcome = (
  state: Connection,
  { token, named }: Greeting,
  message: ServerMessage,
  now: number,
  { userId }: Settings,
): Received => {
  if (message.type !== 'welcome') return BROKEN
  if (message.protocol !== PROTOCOL_VERSION)
    return { outcome: 'obsolete', reason: 'protocol-version' }
  if (message.user.id !== userId) return { outcome: 'denied', token }
  const { cursor } = state
  const { epoch, head, follows } = message
  // A later epoch may begin at an earlier row: a backup was restored before it.
  if (cursor.epoch > epoch || (cursor.epoch === epoch && cursor.seq > head)) {
    return { outcome: 'obsolete', reason: 'server-behind' }
  }
  const isElsewhere = cursor.epoch !== 0 && cursor.epoch !== epoch
  const isBehind = named !== undefined && named < epoch
  if (follows === 'tail' ? isElsewhere || isBehind : follows === 'epochs' && !isBehind) {
    return BROKEN
  }
  const session: Session = {
    token,
    epoch,
    named,
    head,
    from: cursor.seq,
    since: now,
    heardAt: now,
    parts: undefined,
    probing: false,
    retryAfter: undefined,
  }
  const phase: Phase =
    follows === 'epochs'
      ? { type: 'syncing', reason: follows, session, road: { steps: [], closing: undefined } }
      : { type: 'syncing', reason: follows, session }
  const { schema } = message
  const at = isElsewhere ? cursor : { epoch, seq: cursor.seq }
  const welcomed = { ...state, cursor: at, phase, schema }
  const isNews = schema > SCHEMA_VERSION && state.schema <= SCHEMA_VERSION
  const outdated = isNews ? [OUTDATED] : []
  return took(settle(welcomed), { type: 'welcomed', welcome: message }, ...outdated)
}

const OUTDATED: ConnectionEffect = {
  type: 'error',
  code: 'update-required',
  message: 'the workspace has a newer schema than this page, which only reads: refresh it',
}

/** Live as soon as all is here that was there at the welcome. */
const settle = (state: Connection): Connection => {
  const { phase, cursor } = state
  if (phase.type !== 'syncing' || phase.reason !== 'tail') return state
  if (cursor.seq < phase.session.head) return state
  return { ...state, phase: { type: 'live', reason: 'live', session: phase.session } }
}

const inSession = (state: Connection, phase: InSession, message: ServerMessage): Received => {
  switch (message.type) {
    case 'snapshot-chunk':
      return chunk(state, phase, message)
    case 'rows':
      return rows(state, phase, message)
    case 'ack':
      return took(state, { type: 'settled', count: message.count, seq: message.seq })
    case 'reject':
      return took(state, { type: 'rejected', ordinal: message.ordinal, reason: message.reason })
    case 'sync-step-1':
      return took(state, { type: 'asked-for-more', stateVector: message.stateVector })
    case 'awareness':
      return took(state, { type: 'presence', states: message.states })
    case 'notice':
      return notice(state, phase, message)
    case 'probe':
      return took(state)
    case 'welcome':
    case 'sync-step-2':
    case 'update':
      return BROKEN
    default:
      return unreachable(message)
  }
}

const notice = (
  state: Connection,
  phase: InSession,
  message: Extract<ServerMessage, { type: 'notice' }>,
): Received => {
  const told: ConnectionEffect = { type: 'notice', notice: message }
  if (message.notice !== 'draining') return took(state, told)
  const session = { ...phase.session, retryAfter: message.retryAfter }
  return took({ ...state, phase: { ...phase, session } }, told)
}

/** One may come where a tail was announced: rows that it covers are gone by now. */
const chunk = (state: Connection, phase: InSession, message: SnapshotChunk): Received => {
  const added = addChunk(phase.session.parts, message)
  const isPresent = message.epoch === phase.session.epoch
  if (added === 'broken' || (phase.reason !== 'epochs' && !isPresent)) return BROKEN
  if ('chunks' in added) {
    const session = { ...phase.session, parts: added }
    const next: Phase =
      phase.reason === 'epochs'
        ? { ...phase, session }
        : { type: 'syncing', reason: 'snapshot', session }
    return took({ ...state, phase: next })
  }
  const session = { ...phase.session, parts: undefined }
  if (phase.reason !== 'epochs') return whole(state, session, added)
  const road = addState(phase.road, added)
  if (road === 'broken' || added.epoch > session.epoch) return BROKEN
  if (road.closing !== undefined || added.epoch !== session.epoch) {
    return took({ ...state, phase: { ...phase, session, road } })
  }
  return arrive(state, session, road.steps, added)
}

/** A state of the server's epoch. */
const whole = (state: Connection, session: Session, snapshot: State): Received => {
  const { named, epoch } = session
  const isPresent = state.cursor.epoch === epoch && (named === undefined || named >= epoch)
  if (!isPresent) return arrive(state, session, [], snapshot)
  const seq = Math.max(state.cursor.seq, snapshot.seq)
  const next = inTail({ ...state, cursor: { epoch, seq } }, { ...session, from: seq })
  return snapshot.seq === 0 ? took(next) : took(next, { type: 'apply-snapshot', ...snapshot })
}

/** Invariant 3. Where the cursor is in this epoch already, its own tail follows. */
const arrive = (
  state: Connection,
  session: Session,
  steps: RoadStep[],
  opening: State,
): Received => {
  const { epoch, named } = session
  const isNewer = state.cursor.epoch !== epoch || opening.seq > state.cursor.seq
  const cursor = isNewer ? { epoch, seq: opening.seq } : state.cursor
  // What the hello named is answered: a snapshot that comes in the place of rows says nothing of it.
  const answered = { ...session, named: undefined, from: cursor.seq }
  const next = inTail({ ...state, cursor }, answered)
  return took(next, { type: 'cross', steps, state: opening, named })
}

const inTail = (state: Connection, session: Session): Connection =>
  settle({ ...state, phase: { type: 'syncing', reason: 'tail', session } })

/** Invariants 1 and 2. */
const rows = (state: Connection, phase: InSession, message: Rows): Received => {
  const { cursor } = state
  const isWhole = phase.reason === 'tail' || phase.reason === 'live'
  if (!isWhole || message.epoch !== cursor.epoch) return BROKEN
  const known = cursor.seq + 1 - message.firstSeq
  if (known < 0) return HOLE
  if (known >= message.rows.length) return took(state)
  const { epoch } = message
  const fresh = message.rows.slice(known)
  const moved = { ...state, cursor: { epoch, seq: cursor.seq + fresh.length } }
  return took(settle(moved), {
    type: 'apply-rows',
    epoch,
    firstSeq: cursor.seq + 1,
    rows: fresh,
  })
}
