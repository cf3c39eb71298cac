import type { Context } from 'hono'

export type ProblemStatus = 400 | 401 | 403 | 404 | 409 | 413 | 415 | 429 | 500 | 503

/**
 * An error as RFC 9457 has it: `application/problem+json`. `reason` is for programs, where one
 * status has several.
 */
export const problem = (
  context: Context,
  status: ProblemStatus,
  title: string,
  more: { detail?: string; reason?: string } = {},
): Response =>
  context.body(JSON.stringify({ type: 'about:blank', title, status, ...more }), status, {
    'content-type': 'application/problem+json',
  })

/** Seconds after which to ask again what storage or keys could not answer. */
const RETRY_AFTER = '5'

export const unavailable = (context: Context, title: string): Response => {
  context.header('retry-after', RETRY_AFTER)
  return problem(context, 503, title, { reason: 'away' })
}
