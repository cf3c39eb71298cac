import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  decodeJwt,
  decodeProtectedHeader,
  exportJWK,
  type GenerateKeyPairResult,
  generateKeyPair,
  type JWTPayload,
  SignJWT,
  UnsecuredJWT,
} from 'jose'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { claimsOf } from '../../server/edge/token-claims.js'
import {
  createTokenVerifier,
  signDevelopmentToken,
  type TokenVerifierOptions,
} from '../../server/edge/token-verifier.js'

const secret = new TextEncoder().encode('a secret that is long enough to be one')
const inAnHour = () => Math.floor(Date.now() / 1000) + 3600

const sign = (claims: JWTPayload, key: Uint8Array = secret, alg = 'HS256') =>
  new SignJWT({ exp: inAnHour(), ...claims }).setProtectedHeader({ alg }).sign(key)

const verifier = (more: Partial<TokenVerifierOptions> = {}) =>
  createTokenVerifier({ type: 'secret', secret, ...more } as TokenVerifierOptions)
const verify = async (token: string | Promise<string>, more?: Partial<TokenVerifierOptions>) =>
  verifier(more).verify(await token)
const claims = async (payload: JWTPayload) => {
  const verified = await verify(sign(payload))
  return verified.outcome === 'valid' ? verified.claims : verified.outcome
}

describe('the claims of a token', () => {
  it.each([
    { payload: { user_id: 'u', sub: 's', id: 'i' }, userId: 'u' },
    { payload: { sub: 's', id: 'i' }, userId: 's' },
    { payload: { id: 'i' }, userId: 'i' },
    { payload: { user_id: null, sub: 's' }, userId: 's' },
    { payload: { id: 42 }, userId: '42' },
  ])('$payload name the user $userId', async ({ payload, userId }) => {
    expect(await claims(payload as unknown as JWTPayload)).toMatchObject({ userId })
  })

  it.each([
    {},
    { user_id: '', sub: 's' },
    { user_id: { of: 'mine' }, sub: 's' },
    { user_id: 'with\u0000nul' },
    { user_id: 'x'.repeat(256) },
    { id: 1.5 },
  ])('%j name no user, and are invalid', async (payload) => {
    expect(await claims(payload as unknown as JWTPayload)).toBe('invalid')
  })

  it.each([
    { payload: { name: 'Ana', username: 'ana7', email: 'ana@x.org' }, name: 'Ana' },
    { payload: { username: 'ana7', email: 'ana@x.org' }, name: 'ana7' },
    { payload: { email: 'ana@x.org' }, name: 'ana@x.org' },
    { payload: { name: '  ', username: '' }, name: 'u' },
    { payload: { name: 7 }, name: 'u' },
    { payload: { name: ' A\u0000n\na\u2028 \ud800' }, name: 'A n a \ufffd' },
    { payload: { name: '🙂'.repeat(300) }, name: '🙂'.repeat(200) },
  ])('$payload give the name $name', async ({ payload, name }) => {
    expect(await claims({ sub: 'u', ...payload })).toMatchObject({ name })
  })

  it('give the email, or null, and the time in milliseconds', async () => {
    const exp = inAnHour()
    expect(await claims({ sub: 'u', email: 'ana@x.org', exp })).toEqual({
      userId: 'u',
      name: 'ana@x.org',
      email: 'ana@x.org',
      expiresAt: exp * 1000,
    })
    expect(await claims({ sub: 'u' })).toMatchObject({ email: null })
  })

  it("of Supabase's own keys are invalid, those of its users are not", async () => {
    expect(await claims({ sub: 'u', role: 'anon' })).toBe('invalid')
    expect(await claims({ sub: 'u', role: 'service_role' })).toBe('invalid')
    expect(await claims({ sub: 'u', role: 'authenticated' })).toMatchObject({ userId: 'u' })
    // As Supabase makes the keys: without a user, and with one they would be no better.
    const legacyKey = { iss: 'supabase', ref: 'abc', role: 'service_role' }
    expect(await claims(legacyKey)).toBe('invalid')
    expect(await claims({ ...legacyKey, user_id: 'ana' })).toBe('invalid')
  })

  it.each(['sb_publishable_Xy12_ab', 'sb_secret_Xy12_ab'])(
    'are not in the Supabase key %s, which is no token at all',
    async (key) => {
      expect(await verify(key)).toEqual({ outcome: 'invalid' })
    },
  )
})

it('claims without a time to end name nobody', () => {
  expect(claimsOf({ sub: 'u' })).toBeUndefined()
  expect(claimsOf({ sub: 'u', exp: 1 })).toMatchObject({ userId: 'u', expiresAt: 1000 })
})

describe('a token for a secret', () => {
  const expiredFor = (seconds: number) => sign({ sub: 'u', exp: inAnHour() - 3600 - seconds })
  const withoutExp = () =>
    new SignJWT({ sub: 'u' }).setProtectedHeader({ alg: 'HS256' }).sign(secret)
  const other = new TextEncoder().encode('another secret, that is long enough too')
  const tampered = async () => {
    const [header, , signature] = (await sign({ sub: 'u' })).split('.')
    const body = Buffer.from(JSON.stringify({ sub: 'root', exp: inAnHour() })).toString('base64url')
    return `${header}.${body}.${signature}`
  }

  it.each<[string, () => string | Promise<string>, string]>([
    ['that is good', () => sign({ sub: 'u' }), 'valid'],
    ['that expired within the tolerance', () => expiredFor(2), 'valid'],
    ['that expired', () => expiredFor(30), 'expired'],
    ['without exp', withoutExp, 'invalid'],
    ['that is not valid yet', () => sign({ sub: 'u', nbf: inAnHour() }), 'invalid'],
    ['of another secret', () => sign({ sub: 'u' }, other), 'invalid'],
    ['that was changed', tampered, 'invalid'],
    ['of another algorithm of the same kind', () => sign({ sub: 'u' }, secret, 'HS512'), 'invalid'],
    ['without a signature', () => new UnsecuredJWT({ sub: 'u', exp: 9e9 }).encode(), 'invalid'],
    ['that is empty', () => '', 'invalid'],
    ['that is no token', () => 'Bearer nonsense', 'invalid'],
    ['that is three dots', () => '..', 'invalid'],
    ['over 8 KB', () => sign({ sub: 'u', junk: 'x'.repeat(8200) }), 'invalid'],
    ['just under 8 KB', () => sign({ sub: 'u', junk: 'x'.repeat(5900) }), 'valid'],
  ])('%s', async (_, token, outcome) => {
    expect((await verify(token())).outcome).toBe(outcome)
  })

  it.each<[JWTPayload, string]>([
    [{ iss: 'https://issuer', aud: 'kith' }, 'valid'],
    [{ iss: 'https://issuer', aud: ['other', 'kith'] }, 'valid'],
    [{ iss: 'https://other', aud: 'kith' }, 'invalid'],
    [{ iss: 'https://issuer', aud: 'other' }, 'invalid'],
    [{ aud: 'kith' }, 'invalid'],
    [{ iss: 'https://issuer' }, 'invalid'],
  ])('%j where issuer and audience are set', async (payload, outcome) => {
    const options = { issuer: 'https://issuer', audience: 'kith' }
    expect((await verify(sign({ sub: 'u', ...payload }), options)).outcome).toBe(outcome)
  })

  it('needs a secret of 32 bytes', async () => {
    expect(() => verifier({ secret: new Uint8Array(31) })).toThrow('32 bytes')
    const shortest = new Uint8Array(32).fill(7)
    const token = await sign({ sub: 'u' }, shortest)
    expect((await verify(token, { secret: shortest })).outcome).toBe('valid')
  })

  it('may have 8 KB, and not a byte more', async () => {
    const junked = async (junk: number) => sign({ sub: 'u', junk: 'x'.repeat(junk) })
    let junk = 5_900
    while (Buffer.byteLength(await junked(junk + 1)) <= 8 * 1024) junk++
    const largest = await junked(junk)
    expect(Buffer.byteLength(largest)).toBe(8 * 1024)
    expect((await verify(largest)).outcome).toBe('valid')
    expect((await verify(await junked(junk + 1))).outcome).toBe('invalid')
  })
})

describe('a development token', () => {
  it('is good for 24 hours, and says who it is for', async () => {
    const now = Date.now()
    const person = { userId: 'ana', name: 'Ana', email: 'ana@x.org' }
    const verified = await verify(signDevelopmentToken(secret, person, now))
    expect(verified).toEqual({
      outcome: 'valid',
      claims: { ...person, expiresAt: Math.floor(now / 1000) * 1000 + 24 * 60 * 60 * 1000 },
    })
    expect(decodeProtectedHeader(await signDevelopmentToken(secret, person, now))).toEqual({
      alg: 'HS256',
      typ: 'JWT',
    })
    const noEmail = await signDevelopmentToken(secret, { userId: 'bo', name: 'Bo' }, now)
    expect(decodeJwt(noEmail)).not.toHaveProperty('email')
    const old = signDevelopmentToken(secret, person, now - 25 * 60 * 60 * 1000)
    expect(await verify(old)).toEqual({ outcome: 'expired' })
  })
})

describe('a token for a key of the issuer', () => {
  const algorithms = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const

  const pairs = new Map<string, Promise<GenerateKeyPairResult>>()
  /** Made once for all tests: RSA keys take their time. */
  const pairOf = (alg: string) => {
    const pair = pairs.get(alg) ?? generateKeyPair(alg, { extractable: true })
    pairs.set(alg, pair)
    return pair
  }

  /** An issuer with one key of each kind, over real HTTP. */
  const startIssuer = async () => {
    const issuer = { answer: 'keys' as 'keys' | 'error' | 'nonsense' | 'silence', fetches: 0 }
    const keys: Record<string, unknown>[] = []
    const privateKeys = new Map<string, CryptoKey>()
    const addKey = async (alg: string, kid: string) => {
      const pair =
        kid === alg ? await pairOf(alg) : await generateKeyPair(alg, { extractable: true })
      keys.push({ ...(await exportJWK(pair.publicKey)), kid, alg })
      privateKeys.set(kid, pair.privateKey)
    }
    for (const alg of algorithms) await addKey(alg, alg)
    const server = createServer((_, response) => {
      issuer.fetches += 1
      if (issuer.answer === 'silence') return
      if (issuer.answer === 'error') response.statusCode = 500
      response.end(issuer.answer === 'nonsense' ? '<html>' : JSON.stringify({ keys }))
    })
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    onTestFinished(() => {
      server.closeAllConnections()
      server.close()
    })
    const { port } = server.address() as AddressInfo
    const signWith = (kid: string, alg = kid, key = privateKeys.get(kid)) => {
      if (key === undefined) throw new Error(`no key ${kid}`)
      return new SignJWT({ sub: 'u', exp: inAnHour() }).setProtectedHeader({ alg, kid }).sign(key)
    }
    const url = new URL(`http://127.0.0.1:${port}/jwks.json`)
    return Object.assign(issuer, { url, addKey, signWith })
  }
  const warnings: { fields: object; message: string }[] = []
  const log = {
    warn: (fields: object, message: string) => void warnings.push({ fields, message }),
  }
  afterEach(() => void warnings.splice(0))
  const verifierFor = (url: URL, more: { cooldown?: number; retryAfter?: number } = {}) =>
    createTokenVerifier({ type: 'jwks', url, log, timeout: 300, ...more })

  it.each(algorithms)('by %s is valid', async (alg) => {
    const issuer = await startIssuer()
    const token = await issuer.signWith(alg)
    expect((await verifierFor(issuer.url).verify(token)).outcome).toBe('valid')
    expect(issuer.fetches).toBe(1)
  })

  it('is fetched once for many tokens', async () => {
    const issuer = await startIssuer()
    const { verify } = verifierFor(issuer.url)
    const token = await issuer.signWith('ES256')
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => verify(token)))
    expect(outcomes.every(({ outcome }) => outcome === 'valid')).toBe(true)
    expect(issuer.fetches).toBe(1)
  })

  it('by another algorithm of that key, or by a secret, is invalid', async () => {
    const issuer = await startIssuer()
    await issuer.addKey('RS512', 'other')
    const { verify } = verifierFor(issuer.url)
    expect((await verify(await issuer.signWith('other', 'RS512'))).outcome).toBe('invalid')
    // The classic confusion: the public key, known to everybody, taken for a secret.
    const publicBytes = new TextEncoder().encode(await (await fetch(issuer.url)).text())
    const forged = new SignJWT({ sub: 'u', exp: inAnHour() })
      .setProtectedHeader({ alg: 'HS256', kid: 'RS256' })
      .sign(publicBytes)
    expect((await verify(await forged)).outcome).toBe('invalid')
  })

  it('by a stranger who names that key is invalid', async () => {
    const issuer = await startIssuer()
    const { privateKey } = await generateKeyPair('ES256')
    const token = await issuer.signWith('ES256', 'ES256', privateKey)
    expect((await verifierFor(issuer.url).verify(token)).outcome).toBe('invalid')
  })

  it('[P4] with an unknown key id, a thousand times, causes at most two fetches', async () => {
    const issuer = await startIssuer()
    const { verify } = verifierFor(issuer.url)
    const { privateKey } = await generateKeyPair('ES256')
    const outcomes = new Set<string>()
    for (let number = 0; number < 1000; number += 1) {
      const token = await issuer.signWith(`random-${number}`, 'ES256', privateKey)
      outcomes.add((await verify(token)).outcome)
    }
    expect(issuer.fetches).toBeLessThanOrEqual(2)
    expect(outcomes).not.toContain('valid')
    expect((await verify(await issuer.signWith('ES256'))).outcome).toBe('valid')
  })

  it('is valid by a key that the issuer added, once the keys may be asked for again', async () => {
    const issuer = await startIssuer()
    const patient = verifierFor(issuer.url)
    const eager = verifierFor(issuer.url, { cooldown: 0 })
    for (const { verify } of [patient, eager]) await verify(await issuer.signWith('ES256'))
    await issuer.addKey('ES256', 'new')
    const token = await issuer.signWith('new', 'ES256')
    expect((await patient.verify(token)).outcome).toBe('away')
    expect((await eager.verify(token)).outcome).toBe('valid')
  })

  it('with a key id that the present keys lack is invalid', async () => {
    const issuer = await startIssuer()
    const { privateKey } = await generateKeyPair('ES256')
    const token = await issuer.signWith('nobody', 'ES256', privateKey)
    expect((await verifierFor(issuer.url).verify(token)).outcome).toBe('invalid')
  })

  /** What the operator is told of each. */
  const REASONS = { error: /^status 500$/, nonsense: /JSON/, silence: /abort|time/i }

  it.each(['error', 'nonsense', 'silence'] as const)(
    'is away where the issuer answers with %s, asked once in a while, and said without the token',
    async (answer) => {
      const issuer = await startIssuer()
      const token = await issuer.signWith('ES256')
      issuer.answer = answer
      const { verify } = verifierFor(issuer.url)
      for (let count = 0; count < 20; count += 1) {
        expect((await verify(token)).outcome).toBe('away')
      }
      expect(issuer.fetches).toBe(1)
      const fields = { host: issuer.url.host, reason: expect.stringMatching(REASONS[answer]) }
      expect(warnings).toEqual([{ fields, message: 'the keys of JWKS_URL are away' }])
      expect(JSON.stringify(warnings)).not.toContain(token.slice(0, 20))
      issuer.answer = 'keys'
      const again = verifierFor(issuer.url)
      expect((await again.verify(token)).outcome).toBe('valid')
    },
  )

  it('is valid after the issuer came back', async () => {
    const issuer = await startIssuer()
    const { verify } = verifierFor(issuer.url, { retryAfter: 0 })
    const token = await issuer.signWith('ES256')
    issuer.answer = 'error'
    expect((await verify(token)).outcome).toBe('away')
    issuer.answer = 'keys'
    expect((await verify(token)).outcome).toBe('valid')
  })
})
