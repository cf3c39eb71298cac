/** The small moves that every part of the connection makes. */
import {
  type Connection,
  type ConnectionEffect,
  type Moment,
  type OfflineReason,
  type Phase,
  type Step,
  sessionOf,
  type Timer,
} from './connection-state.js'

export type { Moment } from './connection-state.js'

export const stay = (state: Connection, ...effects: ConnectionEffect[]): Step => ({
  state,
  effects,
})

export const go = (state: Connection, phase: Phase, ...effects: ConnectionEffect[]): Step => ({
  state: { ...state, phase },
  effects,
})

export const offline = (reason: OfflineReason): Phase => ({ type: 'offline', reason })

/** Whether nothing is under way: the next act may be ours. */
export const isWaiting = (phase: Phase): boolean =>
  phase.type !== 'loading' &&
  phase.type !== 'connecting' &&
  phase.type !== 'syncing' &&
  phase.type !== 'live'

/** Somebody asks for a connection: what failed before does not count. */
export const anew = (state: Connection): Connection => ({
  ...state,
  attempt: 0,
  lostAt: undefined,
})

/** A session this long, in milliseconds, proves that the server is well. */
const LASTING = 5_000

export const hasLasted = (state: Connection, { now }: Moment): boolean => {
  const session = sessionOf(state)
  return session !== undefined && now - session.since >= LASTING
}

/** Invariant 1: what is under way is given up, and its late answers are nobody's any more. */
export const leave = (state: Connection, code: number, text: string): Step => {
  const { phase } = state
  const effects: ConnectionEffect[] = [{ type: 'forget-token' }]
  if (sessionOf(state) !== undefined) effects.push({ type: 'ended' })
  if (phase.type === 'connecting' || sessionOf(state) !== undefined) {
    if (phase.reason !== 'asking-token') effects.push({ type: 'close', code, text })
  }
  for (const timer of TIMERS) effects.push({ type: 'clear-timer', timer })
  return {
    state: { ...state, socket: state.socket + 1, ask: state.ask + 1 },
    effects,
  }
}

export const TIMERS = ['retry', 'deadline', 'heartbeat', 'renew'] as const satisfies Timer[]

export const retryIn = (delay: number): ConnectionEffect => ({
  type: 'set-timer',
  timer: 'retry',
  delay,
})
