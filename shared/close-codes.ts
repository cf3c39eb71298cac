/**
 * The one list of reasons for which a connection ends, for both sides. y-websocket treats codes
 * from 4400 to 4499 as final and retries every other (y-websocket 3, `src/y-websocket.js`).
 */

/** What the client does next. `with-new-token`: only after `getToken` gave another token. */
export type Retry = 'never' | 'with-new-token' | 'backoff'

export const CLOSE_REASONS = {
  'broken-frame': {
    code: 4400,
    retry: 'never',
    text: 'broken protocol: not a message of this protocol',
  },
  'text-frame': {
    code: 4400,
    retry: 'never',
    text: 'broken protocol: text frames are not spoken here',
  },
  'malformed-workspace-id': {
    code: 4400,
    retry: 'never',
    text: 'broken protocol: malformed workspace id',
  },
  'not-authenticated': { code: 4401, retry: 'with-new-token', text: 'not authenticated' },
  'token-expired': { code: 4401, retry: 'with-new-token', text: 'the token has expired' },
  // Nothing is wrong with the token: the way was too slow for it.
  'hello-timeout': {
    code: 4401,
    retry: 'backoff',
    text: 'no hello within the time allowed',
  },
  'not-a-member': { code: 4403, retry: 'with-new-token', text: 'not a member of this workspace' },
  // Same code and text as above, so that a foreign page learns nothing about the workspace.
  'foreign-origin': { code: 4403, retry: 'never', text: 'not a member of this workspace' },
  'older-epoch': { code: 4409, retry: 'never', text: 'this replica is from an older epoch' },
  'protocol-version': {
    code: 4409,
    retry: 'never',
    text: 'this protocol version is no longer spoken',
  },
  'too-large': { code: 4413, retry: 'never', text: 'message too large' },
  'client-ids-used-up': {
    code: 4429,
    retry: 'never',
    text: 'this workspace takes no more devices and page loads of yours',
  },
  'refused-change': { code: 4422, retry: 'never', text: 'a change was refused' },
  restarting: { code: 1012, retry: 'backoff', text: 'restarting' },
  'new-epoch': { code: 1012, retry: 'backoff', text: 'a new epoch has begun' },
  overloaded: { code: 1013, retry: 'backoff', text: 'overloaded, try again' },
  'too-many-connections': { code: 1013, retry: 'backoff', text: 'too many connections, try again' },
  'storage-away': { code: 1013, retry: 'backoff', text: 'storage is away, try again' },
  'slow-reader': { code: 1013, retry: 'backoff', text: 'reading too slowly, try again' },
  'heartbeat-lost': { code: 1013, retry: 'backoff', text: 'no answer to heartbeats' },
} as const satisfies Record<string, { code: number; retry: Retry; text: string }>

export type CloseReason = keyof typeof CLOSE_REASONS

/**
 * What a client does after a close it received. The text decides between reasons of one code;
 * a code that is not in the table is a cut connection, and tried again.
 */
export const retryAfterClose = (code: number, text: string): Retry => {
  const sameCode = Object.values(CLOSE_REASONS).filter((reason) => reason.code === code)
  const match = sameCode.find((reason) => reason.text === text) ?? sameCode[0]
  if (match) return match.retry
  return code >= 4400 && code < 4500 ? 'never' : 'backoff'
}
