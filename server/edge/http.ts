/** HTTP by hono: health, readiness, metrics, who is here, and the pages that the server serves. */
import { existsSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { relative } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { getConnInfo } from '@hono/node-server/conninfo'
import { serveStatic } from '@hono/node-server/serve-static'
import { type Context, Hono } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import { isContactId, isWorkspaceId, type PresenceStatus, type WorkspaceId } from 'kith-shared'
import type { Members, TokenVerifier } from '../core/ports.js'
import type { Rooms } from '../rooms.js'
import { type DevelopmentTokenPorts, developmentTokens } from './development-tokens.js'
import type { Log } from './log.js'
import type { Metrics } from './metrics.js'
import { problem } from './problem.js'

export interface HttpPorts {
  rooms: Rooms
  tokens: TokenVerifier
  members: Members
  metrics: Metrics
  log: Log
  connections: () => number
  /** Empty when the server can serve; else why not. */
  notReady: () => Promise<string>
  /** Set in development mode. */
  development: DevelopmentTokenPorts | undefined
  /** The folder of the built demo; without it no pages are served. */
  pages: string
}

/** Listens to nothing yet. */
export const createHttpServer = (ports: HttpPorts): Server =>
  createServer(getRequestListener(createApp(ports).fetch))

const createApp = (ports: HttpPorts): Hono => {
  const app = new Hono()
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'self'"],
        imgSrc: ["'self'", 'data:', 'https:'],
        styleSrc: ["'self'", "'unsafe-inline'"],
        connectSrc: ["'self'", 'ws:', 'wss:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    }),
  )
  app.get('/ws/health', (context) => context.json(health(ports)))
  app.get('/ws/ready', async (context) => {
    const reason = await ports.notReady()
    return reason === ''
      ? context.json({ ready: true })
      : // Whoever asks again over a kept connection would hold up the end of the server.
        context.json({ ready: false, reason }, 503, { connection: 'close' })
  })
  app.get('/metrics', async (context) => {
    if (!isLoopback(getConnInfo(context).remote.address)) {
      return problem(context, 403, 'Metrics are served to this machine only')
    }
    return context.body(await ports.metrics.text(), 200, {
      'content-type': ports.metrics.contentType,
    })
  })
  app.get('/ws/workspace/:id/users', (context) => users(context, ports))
  if (ports.development) app.route('/', developmentTokens(ports.development))
  servePages(app, ports.pages)
  app.notFound((context) => problem(context, 404, 'Not found'))
  app.onError((error, context) => {
    ports.log.error({ err: error, method: context.req.method }, 'a request failed')
    return problem(context, 500, 'Internal error')
  })
  return app
}

const health = ({ rooms, connections }: HttpPorts) => ({
  status: 'ok',
  service: 'kith',
  total_workspaces: rooms.count,
  total_connections: connections(),
  timestamp: new Date().toISOString(),
})

const LOOPBACK = /^(::ffff:)?127\.|^::1$/
const isLoopback = (address: string | undefined): boolean => LOOPBACK.test(address ?? '')

/** Same answer whether the workspace exists or not, for who is not in it. */
const users = async (context: Context, ports: HttpPorts): Promise<Response> => {
  const id = context.req.param('id')
  if (!isWorkspaceId(id)) return problem(context, 400, 'Malformed workspace id')
  const token = /^Bearer (.+)$/i.exec(context.req.header('authorization') ?? '')?.[1]
  const verified = token ? await ports.tokens.verify(token) : ({ outcome: 'invalid' } as const)
  if (verified.outcome === 'away') return problem(context, 503, 'Tokens cannot be checked now')
  if (verified.outcome !== 'valid') return problem(context, 401, 'Not authenticated')
  const member = await ports.members.find(id, verified.claims.userId)
  if (member.outcome === 'away') return problem(context, 503, 'Storage is away')
  if (member.outcome === 'none') return problem(context, 403, 'Not a member of this workspace')
  const present = presentUsers(ports.rooms, id)
  const count = present.length
  return context.json({
    workspace_id: id,
    users: present,
    count,
    timestamp: new Date().toISOString(),
  })
}

interface PresentUser {
  user_id: string
  email: string | null
  name: string
  status: PresenceStatus
  joined_at: string
  editing_contact_id: string | null
}

/** One entry a person, of their earliest session; `online` in any tab is online. */
const presentUsers = (rooms: Rooms, id: WorkspaceId): PresentUser[] => {
  const byUser = new Map<string, PresentUser>()
  const sessions = rooms.get(id)?.room.present() ?? []
  for (const { stamp, json } of sessions) {
    const { status, editing } = shownIn(json)
    const seen = byUser.get(stamp.id)
    byUser.set(stamp.id, {
      user_id: stamp.id,
      email: stamp.email,
      name: stamp.name,
      status: seen?.status === 'online' ? 'online' : status,
      joined_at: seen?.joined_at ?? new Date(stamp.joinedAt).toISOString(),
      editing_contact_id: editing ?? seen?.editing_contact_id ?? null,
    })
  }
  return [...byUser.values()]
}

/** A state is its client's word: what is not a status or a contact's id is not passed on. */
const shownIn = (json: string | undefined): { status: PresenceStatus; editing: string | null } => {
  // The server has written the text itself: it is a JSON object.
  const state = JSON.parse(json ?? '{}') as { status?: unknown; editing?: { contactId?: unknown } }
  const contactId = state.editing?.contactId
  return {
    status: state.status === 'idle' || state.status === 'away' ? state.status : 'online',
    editing: isContactId(contactId) ? contactId : null,
  }
}

/** Hashed files never change; pages and the service worker are asked for anew each time. */
const servePages = (app: Hono, folder: string): void => {
  if (!existsSync(folder)) return
  const root = relative(process.cwd(), folder)
  const onFound = (path: string, context: Context) => {
    const hashed = /\/assets\//.test(path)
    context.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache')
  }
  app.get('/test-client', serveStatic({ root, path: 'test-client.html', onFound }))
  app.get('*', serveStatic({ root, onFound }))
}
