/**
 * The part of Supabase Auth that a page uses, over real HTTP: accounts with passwords, links by mail
 * (PKCE), sessions whose tokens are real JWTs (ES256) and are renewed by tokens that serve once, and
 * the keys that a server verifies them by. Modelled by Auth's own description; run against no
 * hosted project. https://github.com/supabase/auth/blob/master/openapi.yaml
 */
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'

export const PUBLISHABLE_KEY = 'sb_publishable_of_this_project'

interface User {
  id: string
  email: string
  password: string
}

export interface GoTrueServer {
  /** The project's address. */
  readonly url: string
  /** Seconds for which an access token is good, from the next one on. */
  lifetime: number
  /** Whether a new account is one by the link of a mail, as a project asks for by default. */
  confirmsMail: boolean
  /** `<path>?<grant>` of each request, in order. */
  readonly requests: readonly string[]
  /** Where the newest link that was sent to this address leads. */
  link(email: string): string | undefined
  addUser(email: string, password: string): string
  close(): Promise<void>
}

interface Answer {
  status: number
  body?: unknown
  location?: string
}

const refused = (status: number, code: string, msg: string): Answer => ({
  status,
  body: { code: status, error_code: code, msg },
})

export const startGoTrue = async (): Promise<GoTrueServer> => {
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const users = new Map<string, User>()
  const renewals = new Map<string, User>()
  const codes = new Map<string, { user: User; challenge: string }>()
  const links = new Map<string, string>()
  const requests: string[] = []
  const state = { url: '', lifetime: 3_600, confirmsMail: false }

  const session = async (user: User): Promise<Answer> => {
    const expiresAt = Math.floor(Date.now() / 1000) + state.lifetime
    const token = await new SignJWT({
      email: user.email,
      role: 'authenticated',
      session_id: randomUUID(),
    })
      .setProtectedHeader({ alg: 'ES256', kid: 'test' })
      .setSubject(user.id)
      .setIssuer(`${state.url}/auth/v1`)
      .setAudience('authenticated')
      .setIssuedAt()
      .setExpirationTime(expiresAt)
      .sign(privateKey)
    const renewal = randomBytes(12).toString('base64url')
    renewals.set(renewal, user)
    return {
      status: 200,
      body: {
        access_token: token,
        token_type: 'bearer',
        expires_in: state.lifetime,
        expires_at: expiresAt,
        refresh_token: renewal,
        user: {
          id: user.id,
          aud: 'authenticated',
          email: user.email,
          user_metadata: {},
          app_metadata: {},
        },
      },
    }
  }

  const addUser = (email: string, password: string): User => {
    const user = { id: randomUUID(), email, password }
    users.set(email, user)
    return user
  }

  const grant = (kind: string | null, body: Record<string, string>): Promise<Answer> | Answer => {
    if (kind === 'password') {
      const user = users.get(body.email ?? '')
      return user && user.password === body.password
        ? session(user)
        : refused(400, 'invalid_credentials', 'Invalid login credentials')
    }
    if (kind === 'refresh_token') {
      const user = renewals.get(body.refresh_token ?? '')
      renewals.delete(body.refresh_token ?? '')
      return user
        ? session(user)
        : refused(400, 'refresh_token_not_found', 'Invalid Refresh Token: Refresh Token Not Found')
    }
    const code = codes.get(body.auth_code ?? '')
    codes.delete(body.auth_code ?? '')
    const proof = createHash('sha256')
      .update(body.code_verifier ?? '')
      .digest('base64url')
    return code && code.challenge === proof
      ? session(code.user)
      : refused(400, 'bad_code_verifier', 'code challenge does not match')
  }

  const sendLink = (body: Record<string, string>, redirectTo: string): Answer => {
    const email = body.email ?? ''
    const code = randomUUID()
    const user = users.get(email) ?? addUser(email, randomUUID())
    codes.set(code, { user, challenge: body.code_challenge ?? '' })
    links.set(email, `${redirectTo}?code=${code}`)
    return { status: 200, body: {} }
  }

  const answer = async (asked: IncomingMessage): Promise<Answer> => {
    const { pathname, searchParams } = new URL(asked.url ?? '/', state.url)
    const grantType = searchParams.get('grant_type')
    requests.push(grantType ? `${pathname}?${grantType}` : pathname)
    if (pathname === '/auth/v1/.well-known/jwks.json') {
      const key = await exportJWK(publicKey)
      return { status: 200, body: { keys: [{ ...key, alg: 'ES256', kid: 'test', use: 'sig' }] } }
    }
    if (asked.headers.apikey !== PUBLISHABLE_KEY) return refused(401, 'no_api_key', 'No API key')
    if (pathname === '/auth/v1/logout') return { status: 204 }
    const body = (await json(asked)) as Record<string, string>
    if (pathname === '/auth/v1/token') return await grant(grantType, body)
    if (pathname === '/auth/v1/otp') return sendLink(body, searchParams.get('redirect_to') ?? '')
    if (pathname === '/auth/v1/signup') {
      if (users.has(body.email ?? '')) {
        return refused(422, 'user_already_exists', 'User already registered')
      }
      const user = addUser(body.email ?? '', body.password ?? '')
      if (!state.confirmsMail) return await session(user)
      sendLink(body, searchParams.get('redirect_to') ?? '')
      return { status: 200, body: { id: user.id, aud: 'authenticated', email: user.email } }
    }
    return refused(404, 'not_found', 'Not found')
  }

  const server = createServer((asked, out) => {
    const headers = {
      'access-control-allow-origin': '*',
      'access-control-allow-headers': '*, authorization',
      'access-control-expose-headers': 'x-supabase-api-version',
    }
    if (asked.method === 'OPTIONS') {
      out.writeHead(204, headers).end()
      return
    }
    void answer(asked).then(({ status, body }) => {
      out.writeHead(status, { ...headers, 'content-type': 'application/json' })
      out.end(body === undefined ? undefined : JSON.stringify(body))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    get url() {
      return state.url
    },
    get lifetime() {
      return state.lifetime
    },
    set lifetime(seconds) {
      state.lifetime = seconds
    },
    get confirmsMail() {
      return state.confirmsMail
    },
    set confirmsMail(isSo) {
      state.confirmsMail = isSo
    },
    requests,
    link: (email) => links.get(email),
    addUser: (email, password) => addUser(email, password).id,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
