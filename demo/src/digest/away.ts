/**
 * When there are news: from the moment one leaves until all that happened meanwhile is here. Pure:
 * events carry the time, in milliseconds since 1970.
 */
import type { Activity, CaughtUp } from 'kith-client'
import { unreachable } from 'kith-shared'
import { isEmpty, joined, type News, NO_NEWS, touches, withActivity, withCaughtUp } from './news.js'

/** Who was away for less is told only what touches the contact before them. */
export const SHORT_DROP = 2 * 60_000

/** Until when somebody was here, and the journal's row that they had then. */
export interface Seen {
  at: number
  seq: number
}

export type Away =
  /** Never here on this device: all that comes is how it is, and no news. */
  | { type: 'new'; seq: number }
  | { type: 'here'; seq: number }
  /** `byWish`: by the app's own switch, for however long. */
  | { type: 'away'; seen: Seen; byWish: boolean; gathered: News }

export type AwayEvent =
  | { type: 'left'; now: number; byWish: boolean }
  | { type: 'heard'; activity: Activity; me: string }
  /** `known`: how many contacts are here now. */
  | { type: 'caught-up'; caughtUp: CaughtUp; known: number }
  /** Connected, and all that happened meanwhile is in. `open`: the contact on the screen. */
  | { type: 'back'; now: number; open: string | undefined }

export interface AwayStep {
  away: Away
  /** What is to be told now. */
  news: News | undefined
}

export const awaySince = (seen: Seen | undefined): Away =>
  seen ? { type: 'away', seen, byWish: false, gathered: NO_NEWS } : { type: 'new', seq: 0 }

export const stepAway = (away: Away, event: AwayEvent): AwayStep => {
  switch (event.type) {
    case 'left':
      return { away: left(away, event), news: undefined }
    case 'heard':
      return { away: heard(away, event), news: undefined }
    case 'caught-up':
      return { away: caughtUp(away, event), news: undefined }
    case 'back':
      return back(away, event)
    default:
      return unreachable(event)
  }
}

const left = (away: Away, { now, byWish }: Extract<AwayEvent, { type: 'left' }>): Away => {
  switch (away.type) {
    case 'new':
      return away
    case 'away':
      // By wish also from a page that had not settled yet.
      return byWish ? { ...away, byWish } : away
    case 'here':
      return { type: 'away', seen: { at: now, seq: away.seq }, byWish, gathered: NO_NEWS }
    default:
      return unreachable(away)
  }
}

const heard = (away: Away, { activity, me }: Extract<AwayEvent, { type: 'heard' }>): Away => {
  const seq = activity.seq ?? 0
  if (away.type !== 'away') return { ...away, seq: Math.max(away.seq, seq) }
  // A device that keeps nothing is told again what it had before.
  const isNews = activity.user.id !== me && seq > away.seen.seq
  return isNews ? { ...away, gathered: withActivity(away.gathered, activity) } : away
}

const caughtUp = (
  away: Away,
  { caughtUp, known }: Extract<AwayEvent, { type: 'caught-up' }>,
): Away => {
  if (away.type !== 'away') return { ...away, seq: Math.max(away.seq, caughtUp.seq) }
  return { ...away, gathered: withCaughtUp(away.gathered, caughtUp, known) }
}

const back = (away: Away, { now, open }: Extract<AwayEvent, { type: 'back' }>): AwayStep => {
  if (away.type === 'here') return { away, news: undefined }
  if (away.type === 'new') return { away: { type: 'here', seq: away.seq }, news: undefined }
  const { seen, byWish, gathered } = away
  const isLong = byWish || now - seen.at >= SHORT_DROP
  const matters = isLong || (open !== undefined && touches(gathered, open))
  return {
    away: { type: 'here', seq: Math.max(seen.seq, gathered.seq) },
    news: matters && !isEmpty(gathered) ? gathered : undefined,
  }
}

/** What nobody has read yet stays: the next news come to it. */
export const toldAlso = (unread: News | undefined, news: News): News =>
  unread ? joined(unread, news) : news
