/**
 * Which pages may ask (CORS): those of the allowed origins, exactly, and nobody else. Tokens come
 * in a header, never in a cookie, so credentials are not allowed at all.
 */
import { problem } from '../problem.js'
import type { HttpPorts, Middleware } from './ports.js'

const METHODS = 'GET, POST, PUT, PATCH, DELETE'
const HEADERS = 'authorization, content-type'
/** Seconds that a browser may keep the answer to a preflight. */
const MAX_AGE = '600'
/** Headers of ours that a page of another origin may read. */
const EXPOSED = 'location, retry-after, www-authenticate'

const READS = ['GET', 'HEAD', 'OPTIONS']

export const origins =
  ({ isAllowedOrigin, audit }: Pick<HttpPorts, 'isAllowedOrigin' | 'audit'>): Middleware =>
  async (context, next) => {
    // On every answer: what a cache keeps for one origin is not for another.
    context.header('vary', 'Origin')
    const origin = context.req.header('origin')
    if (origin === undefined) return next()
    const { method } = context.req
    const isPreflight =
      method === 'OPTIONS' && context.req.header('access-control-request-method') !== undefined
    if (!isAllowedOrigin(origin)) {
      // A read is answered, and the browser keeps the answer from the page.
      if (READS.includes(method) && !isPreflight) return next()
      const entry = { workspaceId: undefined, userId: undefined, address: context.get('address') }
      audit.record({ event: 'login-refused', ...entry, reason: 'foreign-origin' })
      return problem(context, 403, 'Foreign origin', { reason: 'foreign-origin' })
    }
    context.header('access-control-allow-origin', origin)
    if (!isPreflight) {
      context.header('access-control-expose-headers', EXPOSED)
      return next()
    }
    context.header('access-control-allow-methods', METHODS)
    context.header('access-control-allow-headers', HEADERS)
    context.header('access-control-max-age', MAX_AGE)
    return context.body(null, 204)
  }
