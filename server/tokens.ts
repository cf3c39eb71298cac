/** Whose tokens this server takes; in development mode it also makes them. */
import { unreachable } from 'kith-shared'
import type { Config } from './config.js'
import type { TokenVerifier } from './core/ports.js'
import { keepDevelopmentSecret } from './edge/development-secret.js'
import type { DevelopmentTokenRequest } from './edge/development-tokens.js'
import type { Log } from './edge/log.js'
import type { MemberStore } from './edge/members.js'
import { createTokenVerifier, signDevelopmentToken } from './edge/token-verifier.js'
import { boundVerifications } from './verifications.js'
import { rememberVerified } from './verified-tokens.js'

/** So long, in milliseconds, an issuer's key counts after it was last seen to be good. */
const KEY_LIFE = 60_000

export interface Tokens {
  verifier: TokenVerifier
  /** Development mode alone: makes the membership where one is asked for, and signs. */
  development?: {
    issue(request: DevelopmentTokenRequest): Promise<{ token: string } | 'away'>
  }
}

/** `members` take what a development token is asked to make. */
export const openTokens = async (
  { auth, dataDir }: Config,
  members: MemberStore,
  log: Log,
): Promise<Tokens> => {
  switch (auth.type) {
    case 'development': {
      const secret = await keepDevelopmentSecret(dataDir)
      return {
        verifier: verifierOf(createTokenVerifier({ type: 'secret', secret })),
        development: { issue: (request) => issue(members, secret, request) },
      }
    }
    case 'secret':
      return { verifier: verifierOf(createTokenVerifier(auth)) }
    case 'jwks':
      return { verifier: verifierOf(createTokenVerifier({ ...auth, log }), KEY_LIFE) }
    default:
      return unreachable(auth)
  }
}

/** A secret does not change while the process runs. */
const verifierOf = (verifier: TokenVerifier, keyLife = Number.POSITIVE_INFINITY): TokenVerifier =>
  rememberVerified(boundVerifications(verifier), keyLife)

const issue = async (
  members: MemberStore,
  secret: Uint8Array,
  { userId, name, membership }: DevelopmentTokenRequest,
): Promise<{ token: string } | 'away'> => {
  if (membership) {
    const { outcome } = await members.createWorkspaceWithMember({ ...membership, userId, name })
    if (outcome === 'away') return 'away'
  }
  return { token: await signDevelopmentToken(secret, { userId, name }, Date.now()) }
}
