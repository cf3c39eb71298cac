/** Whether the other side is still there: a browser can't send pings of its own. */
import { askToken } from './authentication.js'
import {
  type Connection,
  type ConnectionEffect,
  type Settings,
  type Step,
  sessionOf,
} from './connection-state.js'
import { hangUp } from './loss.js'
import { go, isWaiting, type Moment, stay } from './transitions.js'

/** Time for an answer to a probe: this finds a dead socket after waking. */
const PROBE_TIMEOUT = 2_000
/**
 * The same where nobody waits for it, or while bytes of ours are before it: within this some must
 * leave, or the way is dead. What left the browser may still lie with the system, unseen.
 */
const DRAIN_TIMEOUT = 10_000
/** Silence after which the socket is probed. */
export const HEARTBEAT = 20_000

export const wake = (state: Connection, moment: Moment): Step => {
  const { phase } = state
  if (sessionOf(state) !== undefined) return probe(state, moment)
  if (isWaiting(phase) && phase.reason !== 'disconnected' && phase.type !== 'update-required') {
    return askToken({ ...state, attempt: 0 })
  }
  return stay(state)
}

export const network = (state: Connection, event: Moment & { network: 'up' | 'down' }): Step => {
  const next = { ...state, network: event.network }
  if (event.network === 'up') return wake(next, event)
  // The browser may be wrong: the socket itself is asked.
  return sessionOf(next) === undefined ? stay(next) : probe(next, event)
}

export const probe = (
  state: Connection,
  { now, unsent }: Moment,
  timeout: number = PROBE_TIMEOUT,
): Step => {
  const { phase } = state
  if (phase.type !== 'live' && phase.type !== 'syncing') return stay(state)
  const deadline: ConnectionEffect = {
    type: 'set-timer',
    timer: 'deadline',
    delay: unsent > 0 ? DRAIN_TIMEOUT : timeout,
  }
  if (phase.session.probing !== false) {
    // One that is under way must answer as soon as whoever waits now wants.
    return timeout === PROBE_TIMEOUT ? stay(state, deadline) : stay(state)
  }
  return go(
    state,
    { ...phase, session: { ...phase.session, probing: { unsent } } },
    { type: 'send', message: { type: 'probe', nonce: Math.floor(now) } },
    deadline,
  )
}

/**
 * No answer in time. A probe queues behind all that we sent before it, which takes its time on a
 * slow way up: bytes that still leave count as life, or a large edit would never get through.
 */
export const unanswered = (state: Connection, moment: Moment, settings: Settings): Step => {
  const { phase } = state
  if (phase.type !== 'live' && phase.type !== 'syncing') return stay(state)
  const { probing } = phase.session
  if (probing === false) return stay(state)
  const { unsent } = moment
  if (unsent >= probing.unsent) return hangUp(state, moment, settings)
  return go(
    state,
    { ...phase, session: { ...phase.session, probing: { unsent } } },
    { type: 'set-timer', timer: 'deadline', delay: DRAIN_TIMEOUT },
  )
}

export const heartbeat = (state: Connection, heardAt: number, moment: Moment): Step => {
  const silence = moment.now - heardAt
  const probed: Step = silence >= HEARTBEAT ? probe(state, moment, DRAIN_TIMEOUT) : stay(state)
  const delay = silence >= HEARTBEAT ? HEARTBEAT : HEARTBEAT - silence
  return stay(probed.state, ...probed.effects, { type: 'set-timer', timer: 'heartbeat', delay })
}
