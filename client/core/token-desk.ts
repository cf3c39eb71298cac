/**
 * One tab's side of asking for tokens: of all tabs that want one, one asks `getToken` and hands the
 * answer on.
 *
 * Invariants
 *   1. One question counts at a time; what an older one still brings is nobody's. The same asked again
 *      is the same question: whoever signs in is not asked twice, and the answer is the newer asker's.
 *   2. A tab asks in its turn. Who waits for it takes what another hands on.
 *   3. Only a token that names this user, has a while to go and was not refused is handed on or taken
 *      from another tab; each tab takes it once. What `getToken` gives here is the connection's to try
 *      whatever it is.
 *   4. A turn lasts `TURN` at most, also where `getToken` hangs. Who has heard of nobody for that long
 *      asks out of turn, by chance sooner or later: a tab that is frozen keeps its turn.
 *   5. Nothing of it is stored.
 */
import { unreachable } from 'kith-shared'
import type { TokenRequest } from '../api.js'
import type { TokenMessage } from './ports.js'
import { tokenExpiry, tokenUser } from './token-claims.js'

/** How long `getToken` may take, in milliseconds, before another tab asks. */
export const TURN = 15_000
/** Within which those who have waited in vain ask out of turn. */
const OUT_OF_TURN = 5_000
/** What was heard answers the questions of this long: tabs that lose one server ask within it. */
const FRESH = 30_000
/** What ends sooner is not worth handing on. */
const LEFT = 30_000
const REMEMBERED = 8

export type TokenReason = TokenRequest['reason']

export interface Desk {
  question: Question | undefined
  /** Of another tab, and not taken here. */
  heard: { token: string; at: number } | undefined
  /** The last one that was given here. */
  given: string | undefined
  /** Newest last. */
  refused: readonly string[]
}

export interface Question {
  /** Whose the answer is. */
  ask: number
  /** Who asked first: names the call of `getToken`. */
  first: number
  reason: TokenReason
  /** `alone`: asked, and the turn is another tab's by now, or never was ours. */
  standing: 'queued' | 'in-turn' | 'alone'
}

export type DeskEvent = { now: number; random: number } & (
  | { type: 'ask'; ask: number; reason: TokenReason }
  | { type: 'forget' }
  | { type: 'turn' }
  | { type: 'got'; ask: number; token: string }
  | { type: 'failed'; ask: number; cause: unknown }
  | { type: 'overdue' }
  | { type: 'heard'; message: TokenMessage }
)

export type DeskEffect =
  | { type: 'take-turn' }
  /** `after`: in milliseconds, so that what was handed on is there before the next one's turn. */
  | { type: 'end-turn'; after: number }
  /** Calls `getToken`. */
  | { type: 'call'; ask: number; reason: TokenReason }
  /** Whoever was called need not answer. */
  | { type: 'abort' }
  | { type: 'answer'; ask: number; token: string }
  | { type: 'fail'; ask: number; cause: unknown }
  | { type: 'post'; message: TokenMessage }
  | { type: 'set-timer'; delay: number }
  | { type: 'clear-timer' }
  /** One is there that nobody here has asked for. */
  | { type: 'there-is-one' }

export interface DeskStep {
  desk: Desk
  effects: DeskEffect[]
}

export const emptyDesk: Desk = {
  question: undefined,
  heard: undefined,
  given: undefined,
  refused: [],
}

export const stepDesk = (desk: Desk, event: DeskEvent, userId: string): DeskStep => {
  switch (event.type) {
    case 'ask':
      return ask(desk, event)
    case 'forget':
      return done(desk)
    case 'turn': {
      const { question } = desk
      if (question?.standing === 'queued') return call(desk, question, 'in-turn')
      return stay(desk, { type: 'end-turn', after: 0 })
    }
    case 'got': {
      const { question } = desk
      return question?.first === event.ask ? got(desk, question, event, userId) : stay(desk)
    }
    case 'failed': {
      const { question } = desk
      if (question?.first !== event.ask) return stay(desk)
      return done(desk, { type: 'fail', ask: question.ask, cause: event.cause })
    }
    case 'overdue':
      return overdue(desk)
    case 'heard':
      return hear(desk, event.message, event, userId)
    default:
      return unreachable(event)
  }
}

const stay = (desk: Desk, ...effects: DeskEffect[]): DeskStep => ({ desk, effects })

/** The outcome last: whoever hears it may ask again within it. */
const done = (desk: Desk, ...outcome: DeskEffect[]): DeskStep => ({
  desk: { ...desk, question: undefined },
  effects: [{ type: 'clear-timer' }, { type: 'abort' }, { type: 'end-turn', after: 0 }, ...outcome],
})

type Asked = Extract<DeskEvent, { type: 'ask' }>

const ask = (desk: Desk, { ask, reason, now, random }: Asked): DeskStep => {
  if (desk.question?.reason === reason) {
    return stay({ ...desk, question: { ...desk.question, ask } })
  }
  const before = done(desk)
  const left = desk.question === undefined ? [] : before.effects
  const isRefused = reason === 'refused' && desk.given !== undefined
  const known = isRefused ? refuse(before.desk, desk.given ?? '') : stay(before.desk)
  const question: Question = { ask, first: ask, reason, standing: 'queued' }
  const { heard } = known.desk
  const isFresh = heard !== undefined && now - heard.at <= FRESH
  if (isFresh && suits(known.desk, question, heard.token)) {
    const taken = take({ ...known.desk, heard: undefined }, question, heard.token)
    return stay(taken.desk, ...left, ...known.effects, ...taken.effects)
  }
  const waiting = { ...known.desk, question, heard: undefined }
  const patience: DeskEffect = { type: 'set-timer', delay: TURN + random * OUT_OF_TURN }
  return stay(waiting, ...left, ...known.effects, patience, { type: 'take-turn' })
}

/** Once for each: others may have told of it already. */
const refuse = (desk: Desk, token: string): DeskStep =>
  desk.refused.includes(token)
    ? stay(desk)
    : stay(forget(desk, token), { type: 'post', message: { type: 'token-refused', token } })

const forget = (desk: Desk, token: string): Desk => ({
  ...desk,
  heard: desk.heard?.token === token ? undefined : desk.heard,
  refused: [...desk.refused, token].slice(-REMEMBERED),
})

const call = (desk: Desk, question: Question, standing: 'in-turn' | 'alone'): DeskStep => {
  const { first, reason } = question
  return stay(
    { ...desk, question: { ...question, standing } },
    { type: 'set-timer', delay: TURN },
    { type: 'post', message: { type: 'token-asked' } },
    { type: 'call', ask: first, reason },
  )
}

/** Time for the others to hear of it, in milliseconds. */
const HANDED_ON = 100

const got = (
  desk: Desk,
  { ask }: Question,
  { token, now }: Extract<DeskEvent, { type: 'got' }>,
  userId: string,
): DeskStep => {
  const next = { ...desk, given: token }
  const answer: DeskEffect = { type: 'answer', ask, token }
  if (!isGood(next, token, now, userId)) return done(next, answer)
  return stay(
    { ...next, question: undefined },
    { type: 'clear-timer' },
    { type: 'post', message: { type: 'token', token } },
    { type: 'end-turn', after: HANDED_ON },
    answer,
  )
}

/** Invariant 4. Who must sign in again may take the time for it. */
const overdue = (desk: Desk): DeskStep => {
  const { question } = desk
  if (question === undefined) return stay(desk)
  if (question.standing === 'queued') {
    const alone = call(desk, question, 'alone')
    return stay(alone.desk, { type: 'end-turn', after: 0 }, ...alone.effects)
  }
  if (question.reason === 'refused') {
    const alone = { ...desk, question: { ...question, standing: 'alone' as const } }
    return stay(alone, { type: 'end-turn', after: 0 })
  }
  const cause = new Error(`no answer within ${TURN} ms`)
  return done(desk, { type: 'fail', ask: question.ask, cause })
}

const hear = (
  desk: Desk,
  message: TokenMessage,
  { now, random }: { now: number; random: number },
  userId: string,
): DeskStep => {
  switch (message.type) {
    case 'token-asked': {
      if (desk.question?.standing !== 'queued') return stay(desk)
      return stay(desk, { type: 'set-timer', delay: TURN + random * OUT_OF_TURN })
    }
    case 'token-refused':
      return stay(forget(desk, message.token))
    case 'token': {
      const { token } = message
      if (!isGood(desk, token, now, userId)) return stay(desk)
      const { question } = desk
      if (question !== undefined && suits(desk, question, token)) return take(desk, question, token)
      const known = { ...desk, heard: { token, at: now } }
      return question === undefined ? stay(known, { type: 'there-is-one' }) : stay(known)
    }
    default:
      return unreachable(message)
  }
}

const take = (desk: Desk, { ask }: Question, token: string): DeskStep =>
  done({ ...desk, given: token }, { type: 'answer', ask, token })

/** Invariant 3. */
const isGood = ({ refused }: Desk, token: string, now: number, userId: string): boolean =>
  tokenUser(token) === userId &&
  !refused.includes(token) &&
  (tokenExpiry(token) ?? Number.POSITIVE_INFINITY) - now >= LEFT

/** A renewal is one only if it lasts longer. */
const suits = ({ given, refused }: Desk, { reason }: Question, token: string): boolean => {
  if (refused.includes(token)) return false
  if (reason !== 'renew' || given === undefined) return true
  return (tokenExpiry(token) ?? 0) > (tokenExpiry(given) ?? 0)
}
