import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  errors,
  type JWTVerifyGetKey,
} from 'jose'

/** The keys can't be had just now: nothing is known about the token. */
export class KeysAway extends Error {
  override name = 'KeysAway'
}

export interface RemoteKeysOptions {
  url: URL
  log: { warn(fields: object, message: string): void }
  /** Milliseconds; default 5,000. */
  timeout?: number
  /** Milliseconds between two fetches for an unknown key; default 30,000. */
  cooldown?: number
  /** Milliseconds until the next try after a failed fetch; default 5,000. */
  retryAfter?: number
}

/**
 * The issuer's keys (JWKS, RFC 7517), fetched at the first token, kept for ten minutes, and fetched
 * again for a key id they lack. However many tokens name unknown keys, two bounds hold:
 * 1. after a good fetch none follows within `cooldown`; an unknown key is `KeysAway` until then,
 *    since the issuer may have begun to use a new one;
 * 2. after a failed fetch none follows within `retryAfter`.
 */
export const createRemoteKeys = ({
  url,
  log,
  timeout = 5_000,
  cooldown = 30_000,
  retryAfter = 5_000,
}: RemoteKeysOptions): JWTVerifyGetKey => {
  let fetched = 0
  let quietUntil = 0

  const fetchKeys = async (href: string, init: RequestInit): Promise<Response> => {
    if (performance.now() < quietUntil) throw new KeysAway('the last fetch failed')
    try {
      const response = await fetch(href, init)
      if (response.status !== 200) throw new Error(`status ${response.status}`)
      const body = await response.text()
      createLocalJWKSet(JSON.parse(body)) // throws where it is no key set
      fetched += 1
      return new Response(body)
    } catch (cause) {
      quietUntil = performance.now() + retryAfter
      const reason = cause instanceof Error ? cause.message : 'unknown'
      log.warn({ host: url.host, reason }, 'the keys of JWKS_URL are away')
      throw new KeysAway(reason, { cause })
    }
  }
  const keys = createRemoteJWKSet(url, {
    timeoutDuration: timeout,
    cooldownDuration: cooldown,
    [customFetch]: fetchKeys,
  })
  return async (header, token) => {
    const before = fetched
    try {
      return await keys(header, token)
    } catch (error) {
      const isUnknown = error instanceof errors.JWKSNoMatchingKey
      // Keys that arrived while this token waited are the present ones: then it is surely unknown.
      if (isUnknown && fetched === before) throw new KeysAway('an unknown key, too soon to ask')
      throw error
    }
  }
}
