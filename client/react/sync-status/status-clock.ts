import type { SyncStatus } from '../../index.js'

/** Milliseconds, all of them. */
export const SLOW = 300
export const AWAY = 5_000
export const SAVED_STANDS = 1_000
export const SETTLES = 1_000

/** What only time tells about a status. */
export interface StatusTimes {
  /** Changes have waited for 300 ms. */
  isSlow: boolean
  /** Not connected for 5 s, or by wish. */
  isAway: boolean
  /** Connected, and changes have waited for 5 s. */
  isStuck: boolean
  /** The last waiting change was committed within the last second. */
  isJustSaved: boolean
  /** Connected for a second: whoever is here has been told of, one after the other. */
  isSettled: boolean
}

/** Since when things are as they are; `undefined` where they are not. Milliseconds of any one clock. */
export interface StatusMoments {
  readonly waitingSince?: number | undefined
  readonly stuckSince?: number | undefined
  readonly cutSince?: number | undefined
  readonly savedAt?: number | undefined
  readonly connectedSince?: number | undefined
  /** Whoever disconnected by wish knows it: no need to wait. */
  readonly isByWish: boolean
  readonly last: { readonly pending: number; readonly refused: number }
}

export const NO_MOMENTS: StatusMoments = { isByWish: false, last: { pending: 0, refused: 0 } }

/** A step: the status is this one from `now` on. */
export const statusIs = (
  before: StatusMoments,
  { connection, pending, refused }: SyncStatus,
  now: number,
): StatusMoments => {
  const { state, reason } = connection
  const isCut = state === 'offline' || state === 'connecting' || state === 'storage-error'
  const since = (is: boolean, earlier: number | undefined): number | undefined =>
    is ? (earlier ?? now) : undefined
  // A change that stopped waiting because it was refused is not a saved one.
  const isSaved = pending === 0 && before.last.pending > 0 && refused <= before.last.refused
  const savedAt = pending > 0 ? undefined : isSaved ? now : before.savedAt
  return {
    waitingSince: since(pending > 0, before.waitingSince),
    stuckSince: since(pending > 0 && state === 'live', before.stuckSince),
    cutSince: since(isCut, before.cutSince),
    savedAt,
    connectedSince: since(state === 'live' || state === 'syncing', before.connectedSince),
    isByWish: reason === 'disconnected',
    last: { pending, refused },
  }
}

export const timesAt = (moments: StatusMoments, now: number): StatusTimes => ({
  isSlow: isPast(moments.waitingSince, SLOW, now),
  isAway: moments.isByWish || isPast(moments.cutSince, AWAY, now),
  isStuck: isPast(moments.stuckSince, AWAY, now),
  isJustSaved: moments.savedAt !== undefined && now < moments.savedAt + SAVED_STANDS,
  isSettled: isPast(moments.connectedSince, SETTLES, now),
})

/** When `timesAt` will say something else, if the status stays; `undefined`: never. */
export const nextTurn = (moments: StatusMoments, now: number): number | undefined => {
  const turns = [
    later(moments.waitingSince, SLOW),
    later(moments.cutSince, AWAY),
    later(moments.stuckSince, AWAY),
    later(moments.savedAt, SAVED_STANDS),
    later(moments.connectedSince, SETTLES),
  ].filter((turn) => turn > now)
  return turns.length === 0 ? undefined : Math.min(...turns)
}

const later = (since: number | undefined, time: number): number =>
  since === undefined ? Number.NEGATIVE_INFINITY : since + time

const isPast = (since: number | undefined, time: number, now: number): boolean =>
  since !== undefined && now >= since + time
