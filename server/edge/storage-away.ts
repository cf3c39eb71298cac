/**
 * Tells "the storage is away" (nothing is known to have happened, ask again) from our own bugs,
 * which must stay loud. What is in neither list is a bug.
 */

/** Errors of the operating system, by Node's `code`. */
const SYSTEM_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'ENOENT', // no such Unix socket: PostgreSQL is not up yet
])

/**
 * PostgreSQL's own, by SQLSTATE or its class
 * (https://www.postgresql.org/docs/current/errcodes-appendix.html).
 */
const SQLSTATES = [
  '08', // connection exception
  '25006', // read only: connected to a standby, or to a primary that was demoted
  '28', // password or role refused: a rotation under way, or a wrong setting; said in the log
  '3D000', // no such database (yet)
  '40001', // serialization failure: rolled back
  '40P01', // deadlock: rolled back
  '53', // out of disk, memory or connections
  '55P03', // lock not available in time
  '57014', // statement timeout
  '57P', // shutting down, starting up, terminated, database dropped, idle timeout
  '58', // system error outside PostgreSQL, such as the disk's
]

/** What pg says without a code (pg 8.23 lib/client.js, pg-pool 3 index.js). */
const MESSAGES = new Set([
  'Connection terminated',
  'Connection terminated unexpectedly',
  'Connection terminated due to connection timeout',
  'timeout expired',
  'timeout exceeded when trying to connect',
  'Query read timeout',
  'Client has encountered a connection error and is not queryable',
  'Client was closed and is not queryable',
  'Cannot use a pool after calling end on the pool',
  'The server does not support SSL connections',
  'There was an error establishing an SSL connection',
])

const codeOf = (error: Error): string | undefined =>
  'code' in error && typeof error.code === 'string' ? error.code : undefined

/** The reason in a few words (a code or pg's message), or undefined where it is a bug of ours. */
export const whyAway = (error: unknown): string | undefined => {
  if (!(error instanceof Error)) return undefined
  const code = codeOf(error)
  if (code !== undefined && SYSTEM_CODES.has(code)) return code
  if (code !== undefined && /^[0-9A-Z]{5}$/.test(code)) {
    return SQLSTATES.some((prefix) => code.startsWith(prefix)) ? code : undefined
  }
  if (MESSAGES.has(error.message)) return error.message
  return error.cause === undefined ? undefined : whyAway(error.cause)
}

/** Whether PostgreSQL rolled the transaction back because another one was in its way. */
export const wasRolledBack = (error: unknown): boolean =>
  error instanceof Error && ['40001', '40P01'].includes(codeOf(error) ?? '')

/** Whether a row with this key was there already. */
export const isTaken = (error: unknown): boolean =>
  error instanceof Error && codeOf(error) === '23505'
