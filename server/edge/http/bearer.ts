/** Who asks: a bearer token, and a workspace id that can be one. */
import { isWorkspaceId, unreachable } from 'kith-shared'
import { problem, unavailable } from '../problem.js'
import type { HttpPorts, Middleware } from './ports.js'

/**
 * Lets through who has a valid token, and keeps its claims. Everybody else is refused, and the
 * audit says so. The token is read from the header alone: an address ends in logs.
 */
export const bearer =
  ({ tokens, audit }: Pick<HttpPorts, 'tokens' | 'audit'>): Middleware =>
  async (context, next) => {
    const token = /^Bearer +(\S+)$/i.exec(context.req.header('authorization') ?? '')?.[1]
    const verified = token ? await tokens.verify(token) : ({ outcome: 'invalid' } as const)
    const refuse = (reason: 'not-authenticated' | 'token-expired', title: string) => {
      const id = context.req.param('id')
      const workspaceId = isWorkspaceId(id) ? id : undefined
      const address = context.get('address')
      audit.record({ event: 'login-refused', workspaceId, userId: undefined, address, reason })
      // RFC 6750: without an error where no token came at all.
      context.header('www-authenticate', token ? 'Bearer error="invalid_token"' : 'Bearer')
      return problem(context, 401, title)
    }
    switch (verified.outcome) {
      case 'valid':
        context.set('claims', verified.claims)
        return next()
      case 'expired':
        return refuse('token-expired', 'The token has expired')
      case 'invalid':
        return refuse('not-authenticated', 'Not authenticated')
      case 'away':
        return unavailable(context, 'Tokens cannot be checked now')
      default:
        return unreachable(verified)
    }
  }

/** After `bearer`, on routes with `:id`. */
export const workspaceInPath: Middleware = async (context, next) => {
  const id = context.req.param('id')
  if (!isWorkspaceId(id)) return problem(context, 400, 'Malformed workspace id')
  context.set('workspaceId', id)
  return next()
}
