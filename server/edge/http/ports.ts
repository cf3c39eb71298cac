/** What HTTP needs of the server, and what it keeps of one request. */
import type { IncomingMessage } from 'node:http'
import type { HttpBindings } from '@hono/node-server'
import type { Context, MiddlewareHandler } from 'hono'
import type { WorkspaceId } from 'kith-shared'
import type { Audit } from '../../core/audit.js'
import type { Directory } from '../../core/directory.js'
import type { Claims, Members, NoteAuthors, TokenVerifier } from '../../core/ports.js'
import type { Rooms } from '../../rooms.js'
import type { SignInOffer } from '../../sign-in-offer.js'
import type { DevelopmentTokenPorts } from '../development-tokens.js'
import type { Log } from '../log.js'
import type { Metrics } from '../metrics.js'

export interface HttpPorts {
  rooms: Pick<Rooms, 'count' | 'get'>
  tokens: TokenVerifier
  members: Pick<Members, 'find'>
  directory: Directory
  noteAuthors: NoteAuthors
  audit: Pick<Audit, 'record'>
  metrics: Pick<Metrics, 'text' | 'contentType'>
  log: Log
  connections: () => number
  /** Empty when the server can serve; else why not. */
  notReady: () => Promise<string>
  isAllowedOrigin: (origin: string) => boolean
  /** The client's address, whatever proxies stand in between. */
  addressOf: (request: IncomingMessage) => string
  /** Set in development mode. */
  development: DevelopmentTokenPorts | undefined
  /** What pages are told. */
  signIn: SignInOffer
  /** The file that describes all of this. */
  openApi: string
  /** The folder of the built demo; without it no pages are served. */
  pages: string
}

/** What the middleware in front of a handler has made sure of. */
export interface HttpEnvironment {
  Bindings: HttpBindings
  Variables: {
    /** The client's, as the audit shows it. After `keepAddress`. */
    address: string
    /** After `bearer`. */
    claims: Claims
    /** After `workspaceInPath`. */
    workspaceId: WorkspaceId
  }
}
export type HttpContext = Context<HttpEnvironment>
export type Middleware = MiddlewareHandler<HttpEnvironment>

export const keepAddress =
  ({ addressOf }: Pick<HttpPorts, 'addressOf'>): Middleware =>
  (context, next) => {
    context.set('address', addressOf(context.env.incoming))
    return next()
  }
