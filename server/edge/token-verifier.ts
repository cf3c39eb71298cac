import { webcrypto } from 'node:crypto'
import { errors, type JWTVerifyGetKey, type JWTVerifyOptions, jwtVerify, SignJWT } from 'jose'
import { MAX_TOKEN_BYTES } from 'kith-shared'
import type { TokenVerifier } from '../core/ports.js'
import { createRemoteKeys, KeysAway, type RemoteKeysOptions } from './remote-keys.js'
import { claimsOf } from './token-claims.js'

/** The kind of key decides the algorithms, never the token's header. */
const SECRET_ALGORITHMS = ['HS256']
const PUBLIC_KEY_ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA']

/** Seconds that the issuer's clock may be off. */
const CLOCK_TOLERANCE = 5

export const MIN_SECRET_BYTES = 32

export type TokenVerifierOptions = (
  | { type: 'secret'; secret: Uint8Array }
  | ({ type: 'jwks' } & RemoteKeysOptions)
) & {
  /** Where given, the claim `iss` must be it. */
  issuer?: string | undefined
  /** Where given, the claim `aud` must be or contain it. */
  audience?: string | undefined
}

const verifyOptions = (
  algorithms: string[],
  { issuer, audience }: TokenVerifierOptions,
): JWTVerifyOptions => ({
  algorithms,
  requiredClaims: ['exp'],
  clockTolerance: CLOCK_TOLERANCE,
  ...(issuer === undefined ? {} : { issuer }),
  ...(audience === undefined ? {} : { audience }),
})

const keysOf = (options: TokenVerifierOptions): { keys: JWTVerifyGetKey; algorithms: string[] } => {
  if (options.type === 'jwks') {
    return { keys: createRemoteKeys(options), algorithms: PUBLIC_KEY_ALGORITHMS }
  }
  const { secret } = options
  if (secret.length < MIN_SECRET_BYTES) throw new RangeError('the secret is shorter than 32 bytes')
  // Once: jose would make a key of the bytes for each token, a third of what a check costs.
  const hmac = { name: 'HMAC', hash: 'SHA-256' }
  const key = webcrypto.subtle.importKey('raw', secret, hmac, false, ['verify'])
  return { keys: () => key, algorithms: SECRET_ALGORITHMS }
}

/**
 * Never throws for a token, and never tells it to anybody. A secret shorter than 32 bytes is our
 * own bug: the configuration refuses it first.
 */
export const createTokenVerifier = (options: TokenVerifierOptions): TokenVerifier => {
  const { keys, algorithms } = keysOf(options)
  const accepted = verifyOptions(algorithms, options)
  return {
    verify: async (token) => {
      if (Buffer.byteLength(token) > MAX_TOKEN_BYTES) return { outcome: 'invalid' }
      try {
        const { payload } = await jwtVerify(token, keys, accepted)
        const claims = claimsOf(payload)
        return claims ? { outcome: 'valid', claims } : { outcome: 'invalid' }
      } catch (error) {
        if (error instanceof KeysAway) return { outcome: 'away' }
        return { outcome: error instanceof errors.JWTExpired ? 'expired' : 'invalid' }
      }
    },
  }
}

export interface DevelopmentPerson {
  userId: string
  name: string
  email?: string
}

/** A token of development mode. `now` in milliseconds since 1970; it lasts 24 hours. */
export const signDevelopmentToken = (
  secret: Uint8Array,
  { userId, name, email }: DevelopmentPerson,
  now: number,
): Promise<string> => {
  const issuedAt = Math.floor(now / 1000)
  return new SignJWT({ user_id: userId, name, ...(email === undefined ? {} : { email }) })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + 24 * 60 * 60)
    .sign(secret)
}
