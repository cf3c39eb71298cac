/** HTTP by hono: the parts in their order, and what is true of every answer. */
import { createServer, type Server } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { MAX_TOKEN_BYTES } from 'kith-shared'
import { developmentTokens } from '../development-tokens.js'
import { problem } from '../problem.js'
import { inviteRoutes } from './invites.js'
import { memberRoutes } from './members.js'
import { noteRoutes } from './notes.js'
import { origins } from './origins.js'
import { keptNowhere, pageSecurity, servePages } from './pages.js'
import { type HttpEnvironment, type HttpPorts, keepAddress } from './ports.js'
import { rateLimit } from './rate-limit.js'
import { signInOrigin, signInRoutes } from './sign-in.js'
import { statusRoutes } from './status.js'
import { userRoutes } from './users.js'
import { workspaceRoutes } from './workspaces.js'

/** Whoever sends a request more slowly than this, in milliseconds, is not waited for. */
const HEADERS_TIMEOUT = 10_000
const REQUEST_TIMEOUT = 30_000
/** How often that is looked at: Node's own 30 s would let them have four times as long. */
const CHECKING_INTERVAL = 5_000
/** A token of 8 KB, be it in the address, and as much again. */
const MAX_HEADER_BYTES = 2 * MAX_TOKEN_BYTES

/** Listens to nothing yet. */
export const createHttpServer = (ports: HttpPorts): Server =>
  createServer(
    {
      headersTimeout: HEADERS_TIMEOUT,
      requestTimeout: REQUEST_TIMEOUT,
      connectionsCheckingInterval: CHECKING_INTERVAL,
      maxHeaderSize: MAX_HEADER_BYTES,
    },
    getRequestListener(createApp(ports).fetch),
  )

export const createApp = (ports: HttpPorts): Hono<HttpEnvironment> => {
  const app = new Hono<HttpEnvironment>()
  app.use(keepAddress(ports))
  app.use(pageSecurity(signInOrigin(ports.signIn)))
  app.use(keptNowhere)
  app.use(origins(ports))
  const spend = rateLimit(() => performance.now())
  app.route('/', statusRoutes(ports))
  app.route('/', signInRoutes(ports))
  app.route('/', userRoutes(ports))
  app.route('/', workspaceRoutes(ports, spend))
  app.route('/', memberRoutes(ports, spend))
  app.route('/', inviteRoutes(ports, spend))
  app.route('/', noteRoutes(ports))
  if (ports.development) app.route('/', developmentTokens(ports.development))
  servePages(app, ports.pages)
  app.notFound((context) => problem(context, 404, 'Not found'))
  app.onError((error, context) => {
    // The method alone: a path may hold the code of an invite.
    ports.log.error({ err: error, method: context.req.method }, 'a request failed')
    return problem(context, 500, 'Internal error')
  })
  return app
}
