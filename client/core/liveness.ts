/** Whether the other side is still there: a browser can't send pings of its own. */
import { askToken } from './authentication.js'
import { type Connection, type Step, sessionOf } from './connection-state.js'
import { go, isWaiting, type Moment, stay } from './transitions.js'

/** Time for an answer to a probe: this finds a dead socket after waking. */
const PROBE_TIMEOUT = 2_000
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

export const probe = (state: Connection, { now }: Moment): Step => {
  const { phase } = state
  if ((phase.type !== 'live' && phase.type !== 'syncing') || phase.session.probing) {
    return stay(state)
  }
  return go(
    state,
    { ...phase, session: { ...phase.session, probing: true } },
    { type: 'send', message: { type: 'probe', nonce: Math.floor(now) } },
    { type: 'set-timer', timer: 'deadline', delay: PROBE_TIMEOUT },
  )
}

export const heartbeat = (state: Connection, heardAt: number, moment: Moment): Step => {
  const silence = moment.now - heardAt
  const probed: Step = silence >= HEARTBEAT ? probe(state, moment) : stay(state)
  const delay = silence >= HEARTBEAT ? HEARTBEAT : HEARTBEAT - silence
  return stay(probed.state, ...probed.effects, { type: 'set-timer', timer: 'heartbeat', delay })
}
