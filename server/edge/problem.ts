import type { Context } from 'hono'

/** An error as RFC 9457 has it: `application/problem+json`. */
export const problem = (
  context: Context,
  status: 400 | 401 | 403 | 404 | 413 | 415 | 500 | 503,
  title: string,
  detail?: string,
): Response =>
  context.body(
    JSON.stringify({ type: 'about:blank', title, status, ...(detail && { detail }) }),
    status,
    { 'content-type': 'application/problem+json' },
  )
