/**
 * The part of a Supabase project that Kith asks: the gateway that looks at keys, the keys by which
 * users' tokens are signed, and PostgREST over real HTTP and the real PostgreSQL, where grants and
 * row security decide. Modelled: the gateway's and PostgREST's own error bodies, `select` with
 * `eq`, calls of functions. Nothing else.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { errors, exportJWK, generateKeyPair, type JWTPayload, jwtVerify, SignJWT } from 'jose'
import type pg from 'pg'
import { type Behaviour, misbehave, send } from './postgrest-behaviour.js'
import { type Answer, answerOf, refusal } from './postgrest-queries.js'

export type Role = 'anon' | 'authenticated' | 'service_role'

export interface ProjectUser extends JWTPayload {
  sub: string
  email?: string
}

export interface PostgrestServer {
  /** The project's address. */
  readonly url: string
  behaviour: Behaviour
  /** `<method> <path>` of each request, in order, whatever came of it. */
  readonly requests: readonly string[]
  /** A legacy API key of this role. */
  key(role: Role): Promise<string>
  /** The access token of a signed-in user, by the project's signing key (ES256). */
  userToken(user: ProjectUser): Promise<string>
  /** The same where a project still signs by its secret. */
  legacyUserToken(user: ProjectUser): Promise<string>
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

interface SigningKeys {
  secret: Uint8Array
  publicKey: CryptoKey
  privateKey: CryptoKey
}

/** The claims of a request that may pass, or the answer that it gets instead. */
const claimsOf = async (
  { headers }: IncomingMessage,
  { secret, publicKey }: SigningKeys,
): Promise<{ role: string } | Answer> => {
  const { apikey } = headers
  if (typeof apikey !== 'string') {
    return { status: 401, body: JSON.stringify({ message: 'No API key found in request' }) }
  }
  const bearer = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? apikey
  const role = OPAQUE_KEYS.get(bearer)
  if (role !== undefined) return { role }
  try {
    const { payload } = await jwtVerify(
      bearer,
      ({ alg }) => (alg === 'ES256' ? publicKey : secret),
      {
        algorithms: ['HS256', 'ES256'],
      },
    )
    return { ...payload, role: typeof payload.role === 'string' ? payload.role : 'anon' }
  } catch (error) {
    return error instanceof errors.JWTExpired
      ? refusal(401, 'PGRST303', 'JWT expired')
      : refusal(401, 'PGRST301', 'No suitable key or wrong key type')
  }
}

/** Serves the database of `pool`, whose user may take on any role, and which stays the caller's. */
export const startPostgrest = async (pool: pg.Pool): Promise<PostgrestServer> => {
  const jwtSecret = 'the JWT secret of this Supabase project'
  const secret = new TextEncoder().encode(jwtSecret)
  const keys = { secret, ...(await generateKeyPair('ES256')) }
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'signing', alg: 'ES256', use: 'sig' }
  const requests: string[] = []
  const state = { behaviour: 'right' as Behaviour }

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://project')
    if (pathname === '/auth/v1/.well-known/jwks.json') {
      return send(response, { status: 200, body: JSON.stringify({ keys: [jwk] }) })
    }
    requests.push(`${request.method} ${pathname}`)
    const body = await text(request)
    if (misbehave(state.behaviour, response)) return
    const claims = await claimsOf(request, keys)
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
  const signBySecret = (claims: JWTPayload): Promise<string> =>
    new SignJWT(claims).setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).setIssuedAt().sign(secret)
  const claimsFor = (user: ProjectUser): JWTPayload => ({
    iss: `${url}/auth/v1`,
    aud: 'authenticated',
    role: 'authenticated',
    exp: inSeconds(3600),
    ...user,
  })
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
    key: (role) =>
      signBySecret({ iss: 'supabase', ref: 'project', role, exp: inSeconds(TEN_YEARS) }),
    userToken: (user) =>
      new SignJWT(claimsFor(user))
        .setProtectedHeader({ alg: 'ES256', typ: 'JWT', kid: 'signing' })
        .setIssuedAt()
        .sign(keys.privateKey),
    legacyUserToken: (user) => signBySecret(claimsFor(user)),
    close: () => {
      closed ??= new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      return closed
    },
  }
}
