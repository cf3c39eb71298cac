import type { Session } from './session.js'

/** Why there is no token; `unreachable` where no server answered. */
export class NoToken extends Error {
  override name = 'NoToken'
  readonly reason: 'unreachable' | 'refused'
  constructor(reason: 'unreachable' | 'refused', message: string) {
    super(message)
    this.reason = reason
  }
}

/**
 * A fresh development token, which also makes the workspace and the membership where the session
 * has an entry to ask for, and touches neither where it has not.
 *
 * @throws NoToken
 */
export const fetchDevToken = async (session: Session, signal: AbortSignal): Promise<string> => {
  const response = await post(session, signal)
  const { status } = response
  if (isRefusal(status)) throw new NoToken('refused', refusalText(status))
  const answer: unknown = await response.json().catch(() => undefined)
  const token = typeof answer === 'object' && answer && 'token' in answer ? answer.token : undefined
  if (response.ok && typeof token === 'string') return token
  throw new NoToken('unreachable', 'The server can’t answer just now.')
}

/** Not so what passes, nor the page of a hotel’s network that answers in the server’s place. */
const isRefusal = (status: number): boolean =>
  status >= 400 && status < 500 && status !== 408 && status !== 429

const post = (session: Session, signal: AbortSignal): Promise<Response> =>
  fetch('/dev/token', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(requestFor(session)),
    signal,
  }).catch(() => {
    throw new NoToken('unreachable', 'The server can’t be reached.')
  })

/** Without a role the server keeps the one that the person has. */
export const requestFor = ({ userId, name, workspaceId, entry }: Session) => ({
  userId,
  name,
  ...(entry && { workspaceId, role: entry.role }),
})

const refusalText = (status: number): string =>
  status === 404
    ? 'This server gives no development tokens: it runs with a login of its own.'
    : `The server did not accept this sign-in (HTTP ${status}).`
