/** How a connection ends, and what is done about it. */
import { CLOSE_REASONS, retryAfterClose } from 'kith-shared'
import { askToken, deniedError, refusedToken } from './authentication.js'
import { backoff, eagerBackoff, firstRetry, hinted } from './backoff.js'
import { closeReasonOf, type ToldReason } from './close-reason.js'
import {
  type Connection,
  type ConnectionEffect,
  type ObsoleteReason,
  type OfflineReason,
  type PatientReason,
  type Phase,
  type Session,
  type Settings,
  type Step,
  sessionOf,
} from './connection-state.js'
import { go, hasLasted, leave, type Moment, offline, retryIn, stay } from './transitions.js'

export const closed = (
  state: Connection,
  event: Moment & { code: number; text: string },
  settings: Settings,
): Step => {
  const reason = closeReasonOf(event.code, event.text)
  const left = leave(state, 1000, '')
  // It is closed already.
  const effects = left.effects.filter((effect) => effect.type !== 'close')
  if (reason === undefined) {
    const final = retryAfterClose(event.code, event.text) === 'never'
    return final ? obsolete(left.state, effects, 'broken-server') : lost(state, event, settings)
  }
  if (isPatient(reason)) {
    return reason === 'new-epoch'
      ? newEpoch(state, event, settings)
      : lost(state, event, settings, reason)
  }
  switch (reason) {
    case 'not-authenticated':
    case 'token-expired':
    case 'not-a-member':
      return refusedToken(state, { state: left.state, effects }, reason, event, settings)
    case 'malformed-workspace-id':
      return go(
        left.state,
        { type: 'denied', reason, refused: '' },
        ...effects,
        deniedError(reason),
      )
    default:
      return obsolete(left.state, effects, reason)
  }
}

const isPatient = (reason: ToldReason): reason is PatientReason =>
  CLOSE_REASONS[reason].retry === 'backoff'

/** The server is there, and asks back at once; not in a loop. */
const newEpoch = (state: Connection, moment: Moment, settings: Settings): Step => {
  const isLasting = hasLasted(state, moment)
  if (!isLasting && state.attempt > 0) return lost(state, moment, settings, 'new-epoch')
  const left = leave(state, 1000, '')
  const effects = left.effects.filter((effect) => effect.type !== 'close')
  const attempt = isLasting ? 0 : 1
  const again = askToken({ ...left.state, attempt, phase: offline('new-epoch') })
  return stay(again.state, ...effects, ...again.effects)
}

export const obsolete = (
  state: Connection,
  effects: ConnectionEffect[],
  reason: ObsoleteReason,
): Step =>
  go(state, { type: 'update-required', reason }, ...effects, {
    type: 'error',
    code: 'update-required',
    message: `the server ended the connection for good: ${reason}`,
  })

/**
 * A cut, or a server that asks to come back later. One that dropped us early counts as a try that
 * failed, however far it came.
 */
export const lost = (
  state: Connection,
  moment: Moment,
  settings: Settings,
  reason?: OfflineReason | 'storage-away',
): Step => {
  const session = sessionOf(state)
  const left = leave(state, 1000, '')
  const effects = left.effects.filter((effect) => effect.type !== 'close')
  const isLasting = hasLasted(state, moment)
  // A server that ends many sessions at once must not see them all again in the same instant.
  const attempt = isLasting ? (reason === undefined ? 0 : 1) : state.attempt + 1
  const lostAt = isLasting ? moment.now : (state.lostAt ?? moment.now)
  const next = { ...left.state, attempt, lostAt, waitsSince: moment.now }
  const phase = waitingFor(state, session !== undefined, reason)
  return go(next, phase, ...effects, retryIn(waitOf(next, session, reason, moment, settings)))
}

/** `state`: as it is behind the loss. */
const waitOf = (
  { attempt, lostAt, network }: Connection,
  session: Session | undefined,
  reason: OfflineReason | 'storage-away' | undefined,
  { now, random, isVisible }: Moment,
  { ceiling }: Settings,
): number => {
  if (session?.retryAfter !== undefined) return hinted(session.retryAfter, ceiling, random)
  if (attempt === 0 && network === 'up') return firstRetry(ceiling, random)
  const tries = Math.max(1, attempt)
  const isUnreachable = session === undefined && reason === undefined
  if (!isUnreachable || !isVisible) return backoff(tries, ceiling, random)
  return eagerBackoff(tries, ceiling, now - (lostAt ?? now), random)
}

export const waitingFor = (
  state: Connection,
  wasWelcomed: boolean,
  reason: OfflineReason | 'storage-away' | undefined,
): Phase => {
  if (reason === 'storage-away') return { type: 'storage-error', reason }
  if (reason !== undefined) return offline(reason)
  if (state.network === 'down') return offline('no-network')
  return offline(wasWelcomed ? 'connection-lost' : 'unreachable')
}

/** Closes from our side, and tries again after a wait. */
export const abandon = (
  state: Connection,
  reason: OfflineReason,
  moment: Moment,
  settings: Settings,
): Step => {
  const gone = lost(state, moment, settings, reason)
  return stay(gone.state, { type: 'close', code: 4400, text: reason }, ...gone.effects)
}

/** Closes a socket that is silent: a cut that only we noticed. At once again where somebody waits. */
export const hangUp = (state: Connection, moment: Moment, settings: Settings): Step => {
  const close = { type: 'close', code: 4408, text: 'no answer' } as const
  const probing = sessionOf(state)?.probing
  const isAwaited = typeof probing === 'object' && probing.isAwaited
  if (isAwaited && state.network === 'up' && hasLasted(state, moment)) {
    const left = leave(state, 1000, '')
    const effects = left.effects.filter((effect) => effect.type !== 'close')
    const again = askToken({ ...left.state, attempt: 0, phase: offline('connection-lost') })
    return stay({ ...again.state, lostAt: moment.now }, close, ...effects, ...again.effects)
  }
  const gone = lost(state, moment, settings)
  return stay(gone.state, close, ...gone.effects)
}
