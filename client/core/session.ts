/**
 * What the server's messages mean, from the welcome on.
 *
 * Invariants
 *   1. The cursor moves only over rows that follow it without a gap, or over a whole snapshot.
 *   2. Rows that are held already are skipped by their `seq`; a hole ends the connection.
 */
import { type Rows, type ServerMessage, type SnapshotChunk, unreachable } from 'kith-shared'
import type {
  Connection,
  ConnectionEffect,
  Phase,
  Session,
  Settings,
  Step,
} from './connection-state.js'

export type Received =
  | { outcome: 'step'; step: Step }
  | { outcome: 'broken'; reason: 'hole' | 'broken-server' }
  /** Welcomed as somebody else. */
  | { outcome: 'denied' }
  | { outcome: 'obsolete'; reason: 'older-epoch' | 'server-behind' }

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
    return welcome(state, phase.token, message, now, settings)
  }
  if (phase.type !== 'syncing' && phase.type !== 'live') return BROKEN
  const wasProbing = phase.session.probing
  const heard: InSession = { ...phase, session: { ...phase.session, heardAt: now, probing: false } }
  const received = inSession({ ...state, phase: heard }, heard, message)
  if (!wasProbing || received.outcome !== 'step') return received
  const calm: ConnectionEffect = { type: 'clear-timer', timer: 'deadline' }
  return took(received.step.state, calm, ...received.step.effects)
}

const welcome = (
  state: Connection,
  token: string,
  message: ServerMessage,
  now: number,
  { userId }: Settings,
): Received => {
  if (message.type !== 'welcome') return BROKEN
  if (message.user.id !== userId) return { outcome: 'denied' }
  const { cursor } = state
  const follows = message.follows
  if (follows === 'epochs') return BROKEN
  if (cursor.epoch !== 0 && cursor.epoch !== message.epoch) {
    return { outcome: 'obsolete', reason: 'older-epoch' }
  }
  if (cursor.seq > message.head) return { outcome: 'obsolete', reason: 'server-behind' }
  const session: Session = {
    token,
    head: message.head,
    from: cursor.seq,
    since: now,
    heardAt: now,
    snapshot: undefined,
    probing: false,
    retryAfter: undefined,
  }
  const welcomed: Connection = {
    ...state,
    cursor: { epoch: message.epoch, seq: cursor.seq },
    phase: { type: 'syncing', reason: follows, session },
  }
  return took(settle(welcomed), { type: 'welcomed', welcome: message })
}

/** Live as soon as all is here that was there at the welcome. */
const settle = (state: Connection): Connection => {
  const { phase, cursor } = state
  if (phase.type !== 'syncing' || phase.reason === 'snapshot') return state
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

const chunk = (state: Connection, phase: InSession, message: SnapshotChunk): Received => {
  if (phase.type !== 'syncing' || phase.reason !== 'snapshot') return BROKEN
  const { seq, total, offset, bytes } = message
  const parts = phase.session.snapshot ?? { chunks: [], received: 0, total, seq }
  const isNext = parts.seq === seq && parts.total === total && parts.received === offset
  if (!isNext || message.epoch !== state.cursor.epoch || offset + bytes.length > total)
    return BROKEN
  const chunks = [...parts.chunks, bytes]
  const received = offset + bytes.length
  if (received < total) {
    const snapshot = { ...parts, chunks, received }
    const session = { ...phase.session, snapshot }
    return took({ ...state, phase: { ...phase, session } })
  }
  const { epoch } = message
  const session = { ...phase.session, snapshot: undefined, from: seq }
  const next: Connection = {
    ...state,
    cursor: { epoch, seq },
    phase: { type: 'syncing', reason: 'tail', session },
  }
  if (total === 0) return took(settle(next))
  return took(settle(next), { type: 'apply-snapshot', epoch, seq, update: join(chunks, total) })
}

const join = (chunks: readonly Uint8Array[], total: number): Uint8Array => {
  const whole = new Uint8Array(total)
  let at = 0
  for (const bytes of chunks) {
    whole.set(bytes, at)
    at += bytes.length
  }
  return whole
}

/** Invariants 1 and 2. */
const rows = (state: Connection, phase: InSession, message: Rows): Received => {
  const { cursor } = state
  if (phase.reason === 'snapshot' || message.epoch !== cursor.epoch) return BROKEN
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
