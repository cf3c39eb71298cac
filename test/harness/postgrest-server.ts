/**
 * The part of a Supabase project that Kith asks: the gateway that looks at keys, and PostgREST over
 * real HTTP and the real PostgreSQL, where grants and row security decide. Modelled: the gateway's
 * and PostgREST's own error bodies, `select` with `eq`, calls of functions. Nothing else.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { errors, jwtVerify, SignJWT } from 'jose'
import type pg from 'pg'
import { type Answer, answerOf, refusal } from './postgrest-queries.js'

export type Role = 'anon' | 'authenticated' | 'service_role'

/** How it answers: as it should, or like what stands between us and it on a bad day. */
export type Behaviour =
  | 'right'
  | 'silence'
  | 'stall'
  | 'half'
  | 'error'
  | 'html'
  | 'empty'
  | 'empty-404'
  | 'array-404'
  | 'other-shape'
  | 'redirect'

export interface PostgrestServer {
  /** The project's address. */
  readonly url: string
  behaviour: Behaviour
  /** `<method> <path>` of each request, in order, whatever came of it. */
  readonly requests: readonly string[]
  /** A legacy API key of this role. */
  key(role: Role): Promise<string>
  /** The access token of a signed-in user, as Supabase Auth signs it in such a project. */
  userToken(user: { sub: string; email?: string; name?: string }): Promise<string>
  readonly jwtSecret: string
  close(): Promise<void>
}

/** Keys of the newer kind are no tokens; the gateway turns them into one. */
export const SECRET_KEY = 'sb_secret_of_this_project'
export const PUBLISHABLE_KEY = 'sb_publishable_of_this_project'
const OPAQUE_KEYS = new Map<string, Role>([
  [SECRET_KEY, 'service_role'],
  [PUBLISHABLE_KEY, 'anon'],
])

const TEN_YEARS = 10 * 365 * 24 * 3600
const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds

/** The claims of a request that may pass, or the answer that it gets instead. */
const claimsOf = async (
  { headers }: IncomingMessage,
  secret: Uint8Array,
): Promise<{ role: string } | Answer> => {
  const { apikey } = headers
  if (typeof apikey !== 'string') {
    return { status: 401, body: JSON.stringify({ message: 'No API key found in request' }) }
  }
  const bearer = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? apikey
  const role = OPAQUE_KEYS.get(bearer)
  if (role !== undefined) return { role }
  try {
    const { payload } = await jwtVerify(bearer, secret, { algorithms: ['HS256'] })
    return { ...payload, role: typeof payload.role === 'string' ? payload.role : 'anon' }
  } catch (error) {
    return error instanceof errors.JWTExpired
      ? refusal(401, 'PGRST303', 'JWT expired')
      : refusal(401, 'PGRST301', 'No suitable key or wrong key type')
  }
}

const send = (response: ServerResponse, { status, body }: Answer, type = 'application/json') => {
  response.writeHead(status, { 'content-type': type }).end(body)
}

/** True where the request is not to be answered rightly. */
const misbehave = (behaviour: Behaviour, response: ServerResponse): boolean => {
  const json = { 'content-type': 'application/json' }
  switch (behaviour) {
    case 'right':
      return false
    case 'silence':
      return true
    case 'stall':
      response.writeHead(200, json).write('[{"role":')
      return true
    case 'half':
      response.writeHead(200, { ...json, 'content-length': '20' }).write('[{"role":', () => {
        response.destroy()
      })
      return true
    case 'error':
      send(response, refusal(500, 'XX000', 'internal error'))
      return true
    case 'html':
      send(response, { status: 200, body: '<html>Sign in to the hotel</html>' }, 'text/html')
      return true
    case 'empty':
      send(response, { status: 200, body: '' })
      return true
    case 'empty-404':
      send(response, { status: 404, body: '' })
      return true
    case 'array-404':
      send(response, { status: 404, body: '[]' })
      return true
    case 'other-shape':
      send(response, { status: 200, body: '[{"role":"emperor"}]' })
      return true
    case 'redirect':
      response.writeHead(302, { location: '/elsewhere' }).end()
      return true
  }
}

/** Serves the database of `pool`, whose user may take on any role, and which stays the caller's. */
export const startPostgrest = async (pool: pg.Pool): Promise<PostgrestServer> => {
  const jwtSecret = 'the JWT secret of this Supabase project'
  const secret = new TextEncoder().encode(jwtSecret)
  const requests: string[] = []
  const state = { behaviour: 'right' as Behaviour }

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://project')
    requests.push(`${request.method} ${pathname}`)
    const body = await text(request)
    if (misbehave(state.behaviour, response)) return
    const claims = await claimsOf(request, secret)
    if ('status' in claims) return send(response, claims)
    const path = pathname.replace(/^\/rest\/v1\//, '')
    const { method = 'GET' } = request
    send(response, await answerOf(pool, { method, path, query: searchParams, body, claims }))
  }
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      send(response, refusal(500, 'TEST', String(error)))
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo // it listens on TCP
  const url = `http://127.0.0.1:${port}`
  const sign = (claims: Record<string, unknown>, seconds: number): Promise<string> =>
    new SignJWT({ ...claims, exp: inSeconds(seconds) })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setIssuedAt()
      .sign(secret)
  let closed: Promise<void> | undefined
  return {
    url,
    get behaviour() {
      return state.behaviour
    },
    set behaviour(behaviour) {
      state.behaviour = behaviour
    },
    requests,
    jwtSecret,
    key: (role) => sign({ iss: 'supabase', ref: 'project', role }, TEN_YEARS),
    userToken: (user) => {
      const issued = { iss: `${url}/auth/v1`, aud: 'authenticated', role: 'authenticated' }
      return sign({ ...issued, ...user }, 3600)
    },
    close: () => {
      closed ??= new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      return closed
    },
  }
}
