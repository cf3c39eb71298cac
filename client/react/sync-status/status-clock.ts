import type { SyncStatus } from '../../index.js'

/** What is waited for before a status says more or less than it does, in milliseconds. */
export const SPANS = {
  /** Changes wait. */
  waiting: 300,
  /** Connected, and changes wait. */
  stuck: 5_000,
  /** Not connected. */
  cut: 5_000,
  /** The last waiting change was committed. */
  saved: 1_000,
  connected: 1_000,
} as const

export type Span = keyof typeof SPANS

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

/** Counted by timers alone: no clock that somebody sets makes any of it longer or shorter. */
export interface StatusMoments {
  readonly spans: Readonly<Record<Span, 'off' | 'runs' | 'over'>>
  /** Whoever disconnected by wish knows it: no need to wait. */
  readonly isByWish: boolean
  readonly last: { readonly pending: number; readonly refused: number }
}

export const NO_MOMENTS: StatusMoments = {
  spans: { waiting: 'off', stuck: 'off', cut: 'off', saved: 'off', connected: 'off' },
  isByWish: false,
  last: { pending: 0, refused: 0 },
}

/** A step: the status is this one from now on. */
export const statusIs = (
  { spans, last }: StatusMoments,
  { connection, pending, refused }: SyncStatus,
): StatusMoments => {
  const { state, reason } = connection
  const isCut = state === 'offline' || state === 'connecting' || state === 'storage-error'
  const lasts = (span: Span, is: boolean) =>
    is ? (spans[span] === 'off' ? 'runs' : spans[span]) : 'off'
  // A change that stopped waiting because it was refused is not a saved one.
  const isSaved = pending === 0 && last.pending > 0 && refused <= last.refused
  return {
    spans: {
      waiting: lasts('waiting', pending > 0),
      stuck: lasts('stuck', pending > 0 && state === 'live'),
      cut: lasts('cut', isCut),
      saved: pending > 0 ? 'off' : isSaved ? 'runs' : spans.saved,
      connected: lasts('connected', state === 'live' || state === 'syncing'),
    },
    isByWish: reason === 'disconnected',
    last: { pending, refused },
  }
}

/** A step: a span that ran has come to its end. */
export const spanIsOver = (before: StatusMoments, span: Span): StatusMoments => ({
  ...before,
  spans: { ...before.spans, [span]: 'over' },
})

export const timesOf = ({ spans, isByWish }: StatusMoments): StatusTimes => ({
  isSlow: spans.waiting === 'over',
  isAway: isByWish || spans.cut === 'over',
  isStuck: spans.stuck === 'over',
  isJustSaved: spans.saved === 'runs',
  isSettled: spans.connected === 'over',
})
