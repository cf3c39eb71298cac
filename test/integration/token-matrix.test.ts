/** Which token opens which door, against real servers: one by a secret, one by the issuer's keys. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  exportJWK,
  type GenerateKeyPairResult,
  generateKeyPair,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
  UnsecuredJWT,
} from 'jose'
import { CLOSE_REASONS, type CloseReason } from 'kith-shared'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../harness/test-server.js'
import { waitFor } from '../harness/wait-for.js'
import { connectWire, helloOf, type WireClient } from '../harness/wire-client.js'

const SECRET = 'a secret of the token matrix, made of more than 32 bytes'
const ISSUER = 'https://issuer.example'
const AUDIENCE = 'kith'

type Key = Uint8Array | CryptoKey
type Make = () => Promise<string> | string
type Sign = (payload?: JWTPayload) => Promise<string>

const secret = new TextEncoder().encode(SECRET)
const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds

/** A good token of Ana's, save for what is said. */
const sign = (
  payload: JWTPayload = {},
  key: Key = secret,
  header: JWTHeaderParameters = { alg: 'HS256' },
): Promise<string> =>
  new SignJWT({ sub: 'ana', iss: ISSUER, aud: AUDIENCE, exp: inSeconds(3600), ...payload })
    .setProtectedHeader(header)
    .sign(key)

const without = (claim: 'exp' | 'iss' | 'aud' | 'sub'): Promise<string> => {
  const payload: JWTPayload = { sub: 'ana', iss: ISSUER, aud: AUDIENCE, exp: inSeconds(3600) }
  delete payload[claim]
  return new SignJWT(payload).setProtectedHeader({ alg: 'HS256' }).sign(secret)
}

/** The payload says another user; the signature is that of the first one. */
const tampered = async (): Promise<string> => {
  const [header, , signature] = (await sign()).split('.')
  const payload = { sub: 'owen', iss: ISSUER, aud: AUDIENCE, exp: inSeconds(3600) }
  return `${header}.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.${signature}`
}

let pair: GenerateKeyPairResult
let otherPair: GenerateKeyPairResult
let rsa: GenerateKeyPairResult
let issuer: Server
let fetches = 0
let bySecret: TestServer
let byKeys: TestServer

const startIssuer = async (): Promise<string> => {
  const keys = [
    { ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'ES256' },
    { ...(await exportJWK(rsa.publicKey)), kid: 'two', alg: 'RS512' },
  ]
  issuer = createServer((_, response) => {
    fetches++
    response.end(JSON.stringify({ keys }))
  })
  await new Promise<void>((listening) => issuer.listen(0, '127.0.0.1', listening))
  return `http://127.0.0.1:${(issuer.address() as AddressInfo).port}/jwks.json`
}

const addMember = async (server: TestServer): Promise<void> => {
  await server.query("insert into workspaces (id, name, schema) values ('team', 'Team', 1)")
  await server.query(
    `insert into workspace_members (workspace_id, user_id, role, name)
     values ('team', 'ana', 'editor', 'Ana')`,
  )
}

beforeAll(async () => {
  pair = await generateKeyPair('ES256', { extractable: true })
  otherPair = await generateKeyPair('ES256', { extractable: true })
  rsa = await generateKeyPair('RS512', { extractable: true })
  const expected = { JWT_ISSUER: ISSUER, JWT_AUDIENCE: AUDIENCE }
  bySecret = await startTestServer({ env: { JWT_SECRET: SECRET, ...expected } })
  byKeys = await startTestServer({ env: { JWKS_URL: await startIssuer(), ...expected } })
  await addMember(bySecret)
  await addMember(byKeys)
})
afterAll(async () => {
  await bySecret.close()
  await byKeys.close()
  issuer.closeAllConnections()
  issuer.close()
})

const open: WireClient[] = []
afterEach(() => {
  for (const client of open.splice(0)) client.cut()
})

const dial = async (url: string): Promise<WireClient> => {
  const client = await connectWire(url)
  open.push(client)
  return client
}

/** The verdict on a token: let in, or why not. */
type Verdict = 'in' | CloseReason

const reasonOf = async (client: WireClient): Promise<CloseReason> => {
  const { code, text } = await client.closed
  const reasons = Object.entries(CLOSE_REASONS)
  const [reason] = reasons.find(([, known]) => known.code === code && known.text === text) ?? []
  if (reason === undefined) throw new Error(`closed with ${code} ${text}`)
  return reason as CloseReason // a key of the table
}

const whichever = (client: WireClient, type: 'welcome' | 'sync-step-2'): Promise<Verdict> =>
  Promise.race([client.first(type).then(() => 'in' as const), reasonOf(client)])

const byHello = async (server: TestServer, token: string): Promise<Verdict> => {
  const client = await dial(server.workspaceUrl('team'))
  client.send(helloOf({ token }))
  return whichever(client, 'welcome')
}

const byQuery = async (server: TestServer, token: string): Promise<Verdict> => {
  const client = await dial(server.workspaceUrl('team', token))
  client.send({ type: 'sync-step-1', stateVector: new Uint8Array([0]) })
  return whichever(client, 'sync-step-2')
}

/** Taken, if the next one, long expired, is what ends the connection. */
const byRenewal = async (server: TestServer, own: Sign, token: string): Promise<Verdict> => {
  const client = await dial(server.workspaceUrl('team'))
  client.send(helloOf({ token: await own() }))
  await client.first('welcome')
  client.send({ type: 'token', token })
  const expired = await own({ exp: inSeconds(-3600) })
  // One that comes while the last is looked at is not looked at itself.
  const again = setInterval(() => client.send({ type: 'token', token: expired }), 20)
  const reason = await reasonOf(client)
  clearInterval(again)
  return reason
}

const byBearer = async (server: TestServer, token: string): Promise<number> => {
  const response = await fetch(`${server.process.url}/ws/workspace/team/users`, {
    headers: { authorization: `Bearer ${token}` },
  })
  return response.status
}

type Row = [what: string, token: Make, verdict: Verdict, status: number]

const ANON = { role: 'anon', ref: 'project' }
const SERVICE = { role: 'service_role', ref: 'project' }

const secretTable: Row[] = [
  ['a good token', () => sign(), 'in', 200],
  ['a good token of two audiences', () => sign({ aud: ['x', AUDIENCE] }), 'in', 200],
  ['an expired token', () => sign({ exp: inSeconds(-60) }), 'token-expired', 401],
  ['a token without exp', () => without('exp'), 'not-authenticated', 401],
  ['a token that is not valid yet', () => sign({ nbf: inSeconds(60) }), 'not-authenticated', 401],
  ['another issuer', () => sign({ iss: 'https://evil.example' }), 'not-authenticated', 401],
  ['no issuer', () => without('iss'), 'not-authenticated', 401],
  ['another audience', () => sign({ aud: 'other' }), 'not-authenticated', 401],
  ['no audience', () => without('aud'), 'not-authenticated', 401],
  ['no user', () => without('sub'), 'not-authenticated', 401],
  ['a user that is no id', () => sign({ sub: 'a\u0000b' }), 'not-authenticated', 401],
  ["Supabase's anon key", () => sign(ANON), 'not-authenticated', 401],
  ["Supabase's service-role key", () => sign(SERVICE), 'not-authenticated', 401],
  ['another secret', () => sign({}, new Uint8Array(32).fill(7)), 'not-authenticated', 401],
  ['HS512 of the secret', () => sign({}, secret, { alg: 'HS512' }), 'not-authenticated', 401],
  ['ES256', () => sign({}, pair.privateKey, { alg: 'ES256' }), 'not-authenticated', 401],
  [
    'no signature',
    () => new UnsecuredJWT({ sub: 'ana', exp: 9e9, iss: ISSUER, aud: AUDIENCE }).encode(),
    'not-authenticated',
    401,
  ],
  ['another payload', tampered, 'not-authenticated', 401],
  ['a token over 8 KB', () => sign({ junk: 'x'.repeat(8192) }), 'not-authenticated', 401],
  ['what is no token', () => 'not.a.token', 'not-authenticated', 401],
  ['five parts', async () => `${await sign()}.a.b`, 'not-authenticated', 401],
  ['a good token of no member', () => sign({ sub: 'eve' }), 'not-a-member', 403],
]

const byKey = (key: () => CryptoKey, header: JWTHeaderParameters) => () => sign({}, key(), header)

const keysTable: Row[] = [
  ['the key of its id', byKey(() => pair.privateKey, { alg: 'ES256', kid: 'one' }), 'in', 200],
  [
    "a stranger's key by that id",
    byKey(() => otherPair.privateKey, { alg: 'ES256', kid: 'one' }),
    'not-authenticated',
    401,
  ],
  [
    'an algorithm that is not on the list',
    byKey(() => rsa.privateKey, { alg: 'RS512', kid: 'two' }),
    'not-authenticated',
    401,
  ],
  [
    'the public key taken for a secret',
    async () =>
      sign({}, new TextEncoder().encode(JSON.stringify(await exportJWK(pair.publicKey))), {
        alg: 'HS256',
        kid: 'one',
      }),
    'not-authenticated',
    401,
  ],
  [
    'a key that the token brings along',
    async () =>
      sign({}, otherPair.privateKey, {
        alg: 'ES256',
        kid: 'one',
        jwk: await exportJWK(otherPair.publicKey),
        jku: 'https://evil.example/jwks.json',
      }),
    'not-authenticated',
    401,
  ],
  [
    'no signature',
    () => new UnsecuredJWT({ sub: 'ana', exp: 9e9, iss: ISSUER, aud: AUDIENCE }).encode(),
    'not-authenticated',
    401,
  ],
  // The issuer may have begun to use it: it is not known to be wrong, so they may try again.
  [
    'a key id too new to be asked for',
    byKey(() => otherPair.privateKey, { alg: 'ES256', kid: 'three' }),
    'overloaded',
    503,
  ],
]

/** `own` signs as the server expects it. */
const matrix = (server: () => TestServer, own: Sign, rows: Row[]) => {
  it.each(rows)('[P4] in a hello: %s', async (_, token, verdict) => {
    expect(await byHello(server(), await token())).toBe(verdict)
  })

  it.each(rows)('[P4] as ?token=: %s', async (_, token, verdict) => {
    expect(await byQuery(server(), await token())).toBe(verdict)
  })

  it.each(rows)('[P4] as a renewal: %s', async (_, token, verdict) => {
    // Whoever is in stays while the new token can't be judged; so does who has a good one.
    const stays = verdict === 'in' || verdict === 'overloaded'
    // Another person's token is no renewal, member or not.
    const refused = verdict === 'not-a-member' ? 'not-authenticated' : verdict
    expect(await byRenewal(server(), own, await token())).toBe(stays ? 'token-expired' : refused)
  })

  it.each(rows)('[P4] as a bearer token over HTTP: %s', async (_, token, __, status) => {
    expect(await byBearer(server(), await token())).toBe(status)
  })
}

describe('a token for a server with JWT_SECRET, JWT_ISSUER and JWT_AUDIENCE', () => {
  matrix(() => bySecret, sign, secretTable)

  it('[P4] renewed by the same person outlives the first one’s end, and no other does', async () => {
    const first = await sign({ exp: inSeconds(2) })
    const [renewing, idle] = await Promise.all(
      [0, 1].map(async () => {
        const client = await dial(bySecret.workspaceUrl('team'))
        client.send(helloOf({ token: first }))
        await client.first('welcome')
        return client
      }),
    )
    renewing?.send({ type: 'token', token: await sign() })
    expect(idle && (await reasonOf(idle))).toBe('token-expired')
    renewing?.send({ type: 'probe', nonce: 7 })
    expect(await renewing?.first('probe')).toMatchObject({ nonce: 7 })
  })
})

describe('a token for a server with JWKS_URL, JWT_ISSUER and JWT_AUDIENCE', () => {
  const own: Sign = (payload = {}) => sign(payload, pair.privateKey, { alg: 'ES256', kid: 'one' })
  matrix(() => byKeys, own, keysTable)

  it('[P4] with a random key id, a thousand times, causes no further fetch in the cool-down', async () => {
    await waitFor(async () => (await byBearer(byKeys, await own())) === 200)
    const before = fetches
    const token = await sign({}, otherPair.privateKey, { alg: 'ES256', kid: 'random' })
    const [, payload, signature] = token.split('.')
    const statuses = new Set<number>()
    for (let n = 0; n < 1000; n++) {
      const header = JSON.stringify({ alg: 'ES256', kid: `random-${n}` })
      const forged = `${Buffer.from(header).toString('base64url')}.${payload}.${signature}`
      statuses.add(await byBearer(byKeys, forged))
    }
    expect(fetches - before).toBeLessThanOrEqual(1)
    expect([...statuses].every((status) => status === 401 || status === 503)).toBe(true)
    expect(await byBearer(byKeys, await own())).toBe(200)
  })
})
