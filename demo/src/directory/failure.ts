/** Why something about workspaces or members could not be done, and how that is said. */
import * as v from 'valibot'

export type FailureReason =
  /** No server answered. */
  | 'offline'
  | 'not-signed-in'
  | 'not-a-member'
  | 'not-allowed'
  /** The server does not know the address that this page has. */
  | 'foreign-origin'
  /** The member or the invite is not there (any more). */
  | 'absent'
  | 'last-owner'
  | 'limit'
  | 'too-fast'
  /** The server has no storage just now. */
  | 'away'
  /** The server did not take what was sent. */
  | 'not-taken'
  /** The answer is not one that this page understands. */
  | 'unreadable'
  | 'failed'

export interface Failure {
  reason: FailureReason
  /** When the server wants to be asked again, in milliseconds from now. */
  retryAfter: number | undefined
}

/** A problem document (RFC 9457) with the server's own word for programs. */
const Problem = v.object({ reason: v.string() })

/** By the status, and where one status has two meanings, by the problem document. */
export const failureOf = (
  status: number,
  problem: unknown,
  retryAfter: string | null = null,
): Failure => ({ reason: reasonOf(status, problem), retryAfter: secondsIn(retryAfter) })

const reasonOf = (status: number, problem: unknown): FailureReason => {
  switch (status) {
    case 400:
    case 413:
    case 415:
      return 'not-taken'
    case 401:
      return 'not-signed-in'
    case 403:
      if (says(problem, 'foreign-origin')) return 'foreign-origin'
      return says(problem, 'not-allowed') ? 'not-allowed' : 'not-a-member'
    case 404:
      return 'absent'
    case 409:
      return says(problem, 'last-owner') ? 'last-owner' : 'limit'
    case 429:
      return 'too-fast'
    case 502:
    case 503:
    case 504:
      return 'away'
    default:
      return 'failed'
  }
}

const says = (problem: unknown, reason: string): boolean => {
  const parsed = v.safeParse(Problem, problem)
  return parsed.success && parsed.output.reason === reason
}

const secondsIn = (retryAfter: string | null): number | undefined =>
  retryAfter !== null && /^\d{1,5}$/.test(retryAfter) ? Number(retryAfter) * 1000 : undefined

/** Whether the same again, a little later, may well succeed. */
export const passes = ({ reason }: Failure): boolean =>
  reason === 'offline' || reason === 'away' || reason === 'too-fast'

const WORDS: Readonly<Record<FailureReason, string>> = {
  offline: 'The server can’t be reached just now.',
  'not-signed-in': 'The server doesn’t accept your sign-in any more. Sign out and in again.',
  'not-a-member': 'You are not a member of this workspace any more.',
  'not-allowed': 'Only an owner can do this.',
  'foreign-origin':
    'The server takes no changes from this page’s address. Whoever runs it can allow it (ALLOWED_ORIGINS).',
  absent: 'This is not there any more.',
  'last-owner':
    'You are the only owner, and a workspace needs one. Make somebody else an owner first, or delete it.',
  limit: 'There are as many of these already as the server allows.',
  'too-fast': 'That was a lot at once. Wait a moment, then try again.',
  away: 'The server can’t do it just now. Try again in a moment.',
  'not-taken': 'The server did not accept this.',
  unreadable: 'The server’s answer makes no sense to this page. Reload it, perhaps it is old.',
  failed: 'Something went wrong on the server.',
}

export const failureWords = ({ reason }: Failure): string => WORDS[reason]

/** Of a list that could not be loaded and is asked for again by itself, where that makes sense. */
export const notLoadedWords = (failure: Failure): string => {
  if (!passes(failure) || failure.reason === 'offline') return failureWords(failure)
  return 'The server can’t answer just now.'
}
