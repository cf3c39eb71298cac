/**
 * The connection's life, as a pure state machine: when to connect, with which token, and what to
 * do after a loss. What the messages of a session mean stands in `session.ts`.
 *
 * Invariants
 *   1. At most one socket and one question for a token count; what others still say is ignored.
 *   2. Nothing but a hello is sent before the welcome.
 *   3. Whatever waits, waits on a timer or on somebody's act that is named by the reason.
 *   4. A refused token is never tried again.
 *   5. Whatever one event may do to many clients at once is answered by each at a moment of chance.
 */
import { PROTOCOL_VERSION, SCHEMA_VERSION, unreachable } from 'kith-shared'
import {
  askToken,
  renewIn,
  stranger,
  takeToken,
  tokenFailed,
  tokenThere,
} from './authentication.js'
import {
  type Connection,
  type ConnectionEvent,
  type Settings,
  type Step,
  sessionOf,
  type Timer,
} from './connection-state.js'
import { activity, HEARTBEAT, heartbeat, network, unanswered, wake } from './liveness.js'
import { abandon, closed, hangUp, lost, obsolete } from './loss.js'
import { receive } from './session.js'
import { LEAD, renewalDelay } from './token-expiry.js'
import { anew, go, hasLasted, isWaiting, leave, type Moment, offline, stay } from './transitions.js'

export const step = (state: Connection, event: ConnectionEvent, settings: Settings): Step => {
  switch (event.type) {
    case 'loaded':
      return loaded(state, event)
    case 'connect':
      return connect(state)
    case 'disconnect':
      return disconnect(state)
    case 'wake':
      return wake(state, event)
    case 'activity':
      return activity(state, event, settings)
    case 'network':
      return network(state, event)
    case 'token':
      return event.ask === state.ask ? takeToken(state, event.token, event, settings) : stay(state)
    case 'token-failed':
      return event.ask === state.ask ? tokenFailed(state, event, settings) : stay(state)
    case 'token-there':
      return tokenThere(state, event, settings)
    case 'timer':
      return timer(state, event.timer, event, settings)
    case 'resync':
      return resync(state, event.seq, event, settings)
    case 'lost-road':
      return lostRoad(state, event, settings)
    default:
      return event.socket === state.socket ? onSocket(state, event, settings) : stay(state)
  }
}

type SocketEvent = Extract<ConnectionEvent, { socket: number }>
type Opened = Extract<ConnectionEvent, { type: 'opened' }>

const onSocket = (state: Connection, event: SocketEvent, settings: Settings): Step => {
  switch (event.type) {
    case 'opened':
      return greet(state, event, settings)
    case 'closed':
      return closed(state, event, settings)
    case 'broken-frame':
      return abandon(state, 'broken-server', event, settings)
    case 'message': {
      const received = receive(state, event.message, event.now, settings)
      if (received.outcome === 'step') return afterWelcome(received.step, state, event)
      if (received.outcome === 'denied') return stranger(state, received.token)
      if (received.outcome === 'obsolete') return refuse(state, received.reason)
      return abandon(state, received.reason, event, settings)
    }
    default:
      return unreachable(event)
  }
}

const loaded = (state: Connection, { epoch, seq }: { epoch: number; seq: number }): Step => {
  const { phase } = state
  if (phase.type !== 'loading') return stay(state)
  const ready = { ...state, cursor: { epoch, seq } }
  return phase.wish === 'connect' ? askToken(ready) : go(ready, offline('disconnected'))
}

const connect = (state: Connection): Step => {
  const { phase } = state
  if (phase.type === 'loading') return go(state, { ...phase, wish: 'connect' })
  if (!isWaiting(phase)) return stay(state)
  // Whoever asks for it wants a new answer, and no longer the one that was begun.
  const asked = askToken(anew(state))
  return stay(asked.state, { type: 'forget-token' }, ...asked.effects)
}

const disconnect = (state: Connection): Step => {
  const { phase } = state
  if (phase.type === 'loading') return go(state, { ...phase, wish: 'disconnect' })
  const ended = leave(state, 1000, 'disconnected')
  return go(ended.state, offline('disconnected'), ...ended.effects)
}

/** What we hold and what the server holds do not belong together. */
const refuse = (state: Connection, reason: 'server-behind' | 'protocol-version'): Step => {
  const left = leave(state, 1000, reason)
  return obsolete(left.state, left.effects, reason)
}

/** Invariant 2. */
const greet = (
  state: Connection,
  { earlierIds, unsentEpoch: named }: Pick<Opened, 'earlierIds' | 'unsentEpoch'>,
  { clientId }: Settings,
): Step => {
  const { phase, cursor } = state
  if (phase.type !== 'connecting' || phase.reason !== 'opening') return stay(state)
  const { token } = phase
  const hello = {
    type: 'hello' as const,
    protocol: PROTOCOL_VERSION,
    clientId,
    earlierIds,
    ...cursor,
    schema: SCHEMA_VERSION,
    token,
    ...(named === undefined ? {} : { unsentEpoch: named }),
  }
  const greeting = { type: 'connecting', reason: 'greeting', token, named } as const
  return go(state, greeting, { type: 'send', message: hello })
}

/** The timers of a session start with its welcome. */
const afterWelcome = (received: Step, before: Connection, { now }: Moment): Step => {
  const session = sessionOf(received.state)
  if (before.phase.type !== 'connecting' || session === undefined) return received
  const delay = renewalDelay(session.token, now)
  return stay(
    received.state,
    { type: 'clear-timer', timer: 'deadline' },
    { type: 'set-timer', timer: 'heartbeat', delay: HEARTBEAT },
    ...(delay === undefined ? [] : [renewIn(delay)]),
    ...received.effects,
  )
}

const timer = (state: Connection, name: Timer, moment: Moment, settings: Settings): Step => {
  const session = sessionOf(state)
  switch (name) {
    case 'retry':
      return isWaiting(state.phase) ? askToken(state) : stay(state)
    case 'deadline':
      return deadline(state, moment, settings)
    case 'heartbeat':
      return session === undefined ? stay(state) : heartbeat(state, session.heardAt, moment)
    case 'renew': {
      if (session === undefined) return stay(state)
      // A timer has its limit, and a clock may have been set back.
      const wait = renewalDelay(session.token, moment.now)
      if (wait !== undefined && wait > LEAD) return stay(state, renewIn(wait))
      const ask = state.ask + 1
      return stay({ ...state, ask }, { type: 'ask-token', ask, reason: 'renew' })
    }
    default:
      return unreachable(name)
  }
}

const deadline = (state: Connection, moment: Moment, settings: Settings): Step => {
  if (sessionOf(state) !== undefined) return unanswered(state, moment, settings)
  return state.phase.type === 'connecting' ? hangUp(state, moment, settings) : stay(state)
}

const resync = (state: Connection, seq: number, moment: Moment, settings: Settings): Step => {
  const back = { ...state, cursor: { ...state.cursor, seq: Math.min(seq, state.cursor.seq) } }
  // A hello that was sent named what the device has lost: no row behind it would come again.
  const isNamed = sessionOf(state) !== undefined || state.phase.reason === 'greeting'
  return isNamed ? abandon(back, 'hole', moment, settings) : stay(back)
}

const OVER = 'an epoch is over'
/** Tries for a road that come at once, one after the other. */
const ROADS_AT_ONCE = 3

/** Comes back at once, and says from where the road is wanted; not for ever. */
const lostRoad = (
  state: Connection,
  event: Moment & { cursor: Connection['cursor'] },
  settings: Settings,
): Step => {
  const back = { ...state, cursor: event.cursor }
  const { phase } = state
  // A hello that is still to come names it.
  if (sessionOf(state) === undefined && phase.reason !== 'greeting') return stay(back)
  const attempt = hasLasted(state, event) ? 0 : state.attempt
  if (attempt >= ROADS_AT_ONCE) {
    const gone = lost(back, event, settings, 'new-epoch')
    return stay(gone.state, { type: 'close', code: 1000, text: OVER }, ...gone.effects)
  }
  const left = leave(back, 1000, OVER)
  const again = askToken({ ...left.state, attempt: attempt + 1, phase: offline('new-epoch') })
  return stay(again.state, ...left.effects, ...again.effects)
}
