/** How a connection ends, and what is done about it. */
import { retryAfterClose } from 'kith-shared'
import { askToken, deniedError, refusedToken } from './authentication.js'
import { backoff } from './backoff.js'
import { closeReasonOf } from './close-reason.js'
import {
  type Connection,
  type ConnectionEffect,
  type ObsoleteReason,
  type OfflineReason,
  type Phase,
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
  switch (retryAfterClose(event.code, event.text)) {
    case 'backoff':
      return reason === 'new-epoch'
        ? newEpoch(state, event, settings)
        : lost(state, event, settings, reason)
    case 'with-new-token':
      return refusedToken(state, { state: left.state, effects }, reason, event, settings)
    case 'never':
      return reason === 'foreign-origin' || reason === 'malformed-workspace-id'
        ? go(left.state, { type: 'denied', reason, refused: '' }, ...effects, deniedError(reason))
        : obsolete(left.state, effects, reason)
    default:
      return stay(state)
  }
}

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
 * A cut, or a server that asks to come back later. After a session that lasted the next try comes
 * at once; one that was dropped early counts as a try that failed, however far it came.
 */
export const lost = (
  state: Connection,
  moment: Moment,
  { ceiling }: Settings,
  reason?: OfflineReason | 'storage-away',
): Step => {
  const session = sessionOf(state)
  const left = leave(state, 1000, '')
  const effects = left.effects.filter((effect) => effect.type !== 'close')
  const isCut = reason === undefined
  // A server that ends many sessions at once must not see them all again in the same instant.
  const attempt = hasLasted(state, moment) ? (isCut ? 0 : 1) : state.attempt + 1
  const next = { ...left.state, attempt }
  if (attempt === 0 && state.network === 'up') {
    const again = askToken({ ...next, phase: offline('connection-lost') })
    return stay(again.state, ...effects, ...again.effects)
  }
  const wait = (session?.retryAfter ?? 0) + backoff(Math.max(1, attempt), ceiling, moment.random)
  return go(next, waitingFor(state, session !== undefined, reason), ...effects, retryIn(wait))
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

/** Closes a socket that is silent: a cut that only we noticed. */
export const hangUp = (state: Connection, moment: Moment, settings: Settings): Step => {
  const gone = lost(state, moment, settings)
  return stay(gone.state, { type: 'close', code: 4408, text: 'no answer' }, ...gone.effects)
}
