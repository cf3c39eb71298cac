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
import { anew, go, isWaiting, type Moment, stay } from './transitions.js'

/** Time for an answer to a probe: this finds a dead socket after waking. */
const PROBE_TIMEOUT = 2_000
/**
 * The same where nobody waits for it, or while bytes of ours are before it: within this some must
 * leave, or the way is dead. What left the browser may still lie with the system, unseen.
 */
const DRAIN_TIMEOUT = 10_000
/** Silence after which the socket is probed. */
export const HEARTBEAT = 20_000
/** Silence that no page that runs keeps: it is probed before, and the probe answered or given up. */
const SLEPT = 2 * HEARTBEAT

export const wake = (state: Connection, moment: Moment): Step => {
  const { phase } = state
  if (sessionOf(state) !== undefined) return probe(state, moment)
  if (isWaiting(phase) && phase.reason !== 'disconnected' && phase.type !== 'update-required') {
    return askToken(anew(state))
  }
  return stay(state)
}

/** In these nobody has asked us to wait. */
const IMPATIENT: ReadonlySet<Connection['phase']['reason']> = new Set([
  'no-network',
  'connection-lost',
  'unreachable',
])

/** Whether a try is due for who uses the page, whatever is left of a long wait. */
export const isDueForUser = (
  { phase, waitsSince }: Connection,
  now: number,
  { ceiling }: Settings,
): boolean => phase.type === 'offline' && IMPATIENT.has(phase.reason) && now - waitsSince >= ceiling

/** Whether this machine has slept: timers may stand still meanwhile, and nobody may say that it woke. */
export const hasSlept = (state: Connection, now: number): boolean => {
  const session = sessionOf(state)
  if (session === undefined || now - session.heardAt < SLEPT) return false
  return session.probing === false || !session.probing.isAwaited
}

export const activity = (state: Connection, moment: Moment, settings: Settings): Step => {
  if (hasSlept(state, moment.now)) return probe(state, moment)
  return isDueForUser(state, moment.now, settings) ? askToken(state) : stay(state)
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
  const isAwaited = timeout === PROBE_TIMEOUT
  const { probing } = phase.session
  if (probing !== false) {
    // One that is under way must answer as soon as whoever waits now wants.
    if (!isAwaited) return stay(state)
    const awaited = { ...phase.session, probing: { ...probing, isAwaited } }
    return go(state, { ...phase, session: awaited }, deadline)
  }
  return go(
    state,
    { ...phase, session: { ...phase.session, probing: { unsent, isAwaited } } },
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
    { ...phase, session: { ...phase.session, probing: { ...probing, unsent } } },
    { type: 'set-timer', timer: 'deadline', delay: DRAIN_TIMEOUT },
  )
}

export const heartbeat = (state: Connection, heardAt: number, moment: Moment): Step => {
  // A clock that was set back must not put off the next look.
  const silence = Math.max(0, moment.now - heardAt)
  const probed: Step = silence >= HEARTBEAT ? probe(state, moment, DRAIN_TIMEOUT) : stay(state)
  const delay = silence >= HEARTBEAT ? HEARTBEAT : HEARTBEAT - silence
  return stay(probed.state, ...probed.effects, { type: 'set-timer', timer: 'heartbeat', delay })
}
