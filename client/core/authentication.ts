/** Tokens: asked for at each try and before the end of the last, and never tried twice. */
import { backoff } from './backoff.js'
import {
  type AuthReason,
  type Connection,
  type ConnectionEffect,
  type DeniedReason,
  type Phase,
  type Settings,
  type Step,
  sessionOf,
} from './connection-state.js'
import { tokenUser } from './token-claims.js'
import { renewalDelay } from './token-expiry.js'
import { go, hasLasted, leave, type Moment, offline, retryIn, stay } from './transitions.js'

/** Time for a socket to open and the welcome to come, in milliseconds. */
const CONNECT_TIMEOUT = 15_000
const RENEW_AGAIN = 10_000

/** Asks for a token, the first thing of each try. In needs-auth and denied the phase stays. */
export const askToken = (state: Connection): Step => {
  const { phase } = state
  const ask = state.ask + 1
  const isRefused = phase.type === 'needs-auth' || phase.type === 'denied'
  const question: ConnectionEffect = {
    type: 'ask-token',
    ask,
    reason: isRefused ? 'refused' : 'connect',
  }
  const asking = { ...state, ask }
  if (isRefused) return stay(asking, { type: 'clear-timer', timer: 'retry' }, question)
  return go(
    asking,
    { type: 'connecting', reason: 'asking-token' },
    { type: 'clear-timer', timer: 'retry' },
    question,
  )
}

export const takeToken = (
  state: Connection,
  token: string,
  moment: Moment,
  { userId }: Settings,
): Step => {
  const { phase } = state
  const isRefused = phase.type === 'needs-auth' || phase.type === 'denied'
  // No tries are under way then: the next token that comes is tried at once.
  const stopped = { ...state, attempt: Math.min(1, state.attempt) }
  if (isRefused && token === phase.refused) return stay(stopped)
  // A hello with it would give this page's ids to that user for good.
  if ((tokenUser(token) ?? userId) !== userId) return stranger(state, token)
  if (sessionOf(state) !== undefined) return renew(state, token, moment)
  if (token === '') {
    return go(
      stopped,
      { type: 'needs-auth', reason: 'no-token', refused: '' },
      { type: 'error', code: 'not-authenticated', message: 'getToken gave no token' },
    )
  }
  if (!isRefused && phase.type !== 'connecting') return stay(state)
  const socket = state.socket + 1
  return go(
    { ...state, socket },
    { type: 'connecting', reason: 'opening', token },
    { type: 'open', socket },
    { type: 'set-timer', timer: 'deadline', delay: CONNECT_TIMEOUT },
  )
}

export const renew = (state: Connection, token: string, { now }: Moment): Step => {
  const { phase } = state
  if (phase.type !== 'live' && phase.type !== 'syncing') return stay(state)
  // A token that is still the same will be another one later, or the server ends the session.
  if (token === '' || token === phase.session.token) return stay(state, renewIn(RENEW_AGAIN))
  const delay = renewalDelay(token, now)
  return go(
    state,
    { ...phase, session: { ...phase.session, token } },
    { type: 'send', message: { type: 'token', token } },
    ...(delay === undefined ? [] : [renewIn(delay)]),
  )
}

export const renewIn = (delay: number): ConnectionEffect => ({
  type: 'set-timer',
  timer: 'renew',
  delay,
})

export const tokenFailed = (
  state: Connection,
  event: Moment & { cause: unknown },
  settings: Settings,
): Step => {
  const { phase } = state
  if (sessionOf(state) !== undefined) return stay(state, renewIn(RENEW_AGAIN))
  const failed: ConnectionEffect = {
    type: 'error',
    code: 'token-unavailable',
    message: 'getToken failed',
    cause: event.cause,
  }
  const attempt = state.attempt + 1
  const retry = retryIn(backoff(attempt, settings.ceiling, event.random))
  const next = { ...state, attempt, waitsSince: event.now }
  if (phase.type === 'needs-auth' || phase.type === 'denied') return stay(next, failed, retry)
  return go(
    next,
    offline(state.network === 'down' ? 'no-network' : 'token-unavailable'),
    failed,
    retry,
  )
}

/**
 * Another tab has got a token: who lacks one asks for it. Where one after the other is refused, each
 * tab's next would bring all of them at once: by chance, as after their own.
 */
export const tokenThere = (state: Connection, { random }: Moment, { ceiling }: Settings): Step => {
  const { phase, attempt } = state
  const isRefused = phase.type === 'needs-auth' || phase.type === 'denied'
  if (isRefused && attempt > 1) return stay(state, retryIn(backoff(attempt - 1, ceiling, random)))
  return isRefused || phase.reason === 'token-unavailable' ? askToken(state) : stay(state)
}

/** Invariant 4: one question for another token, at once the first time, later after a wait. */
export const refusedToken = (
  before: Connection,
  left: Step,
  reason: Exclude<AuthReason, 'no-token'> | 'not-a-member',
  moment: Moment,
  { ceiling }: Settings,
): Step => {
  const { phase } = before
  const token = sessionOf(before)?.token ?? ('token' in phase ? phase.token : '')
  const next: Phase =
    reason === 'not-a-member'
      ? { type: 'denied', reason, refused: token }
      : { type: 'needs-auth', reason, refused: token }
  const tries = hasLasted(before, moment) ? 0 : before.attempt
  const state = { ...left.state, phase: next, attempt: tries + 1 }
  if (tries > 0) {
    return stay(state, ...left.effects, retryIn(backoff(tries, ceiling, moment.random)))
  }
  const asked = askToken(state)
  return stay(asked.state, ...left.effects, deniedError(reason), ...asked.effects)
}

export const deniedError = (reason: AuthReason | DeniedReason): ConnectionEffect => ({
  type: 'error',
  code:
    reason === 'not-a-member' || reason === 'malformed-workspace-id'
      ? 'denied'
      : 'not-authenticated',
  message: `the server does not let this user in: ${reason}`,
})

/** The token is somebody else's: their edits must not mix with what this device holds. */
export const stranger = (state: Connection, refused: string): Step => {
  const left = leave(state, 1000, 'another user')
  return go(left.state, { type: 'denied', reason: 'user-mismatch', refused }, ...left.effects, {
    type: 'error',
    code: 'user-mismatch',
    message: 'the token is not that of `userId`',
  })
}
