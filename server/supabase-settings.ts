/** What the environment says about a Supabase project. */

export interface SupabaseConfig {
  /** The project's address without a slash at its end. */
  url: string
  /** Passes by row security: it never reaches a log, an error text or a browser. */
  serviceRoleKey: string
}

interface SupabaseSettings {
  SUPABASE_URL?: string | undefined
  SUPABASE_SERVICE_ROLE_KEY?: string | undefined
}

/** Undefined without SUPABASE_URL. SUPABASE_ANON_KEY is for pages: see `sign-in-offer.ts`. */
export const supabaseOf = (settings: SupabaseSettings): SupabaseConfig | undefined => {
  const { SUPABASE_URL: url, SUPABASE_SERVICE_ROLE_KEY: serviceRoleKey } = settings
  if (url === undefined || serviceRoleKey === undefined) return undefined
  return { url: url.replace(/\/+$/, ''), serviceRoleKey }
}

/**
 * How Supabase's own tokens are known: `<url>/auth/v1` is the issuer, its keys lie below it at
 * `.well-known/jwks.json`, and a user's token is for the audience `authenticated`. Supabase, "JSON
 * Web Token" and "JWT Claims Reference" (https://supabase.com/docs/guides/auth/jwts, …/jwt-fields).
 * A project that still signs by a shared secret publishes no keys there: it sets JWT_SECRET.
 */
export const supabaseTokens = ({ url }: SupabaseConfig) => ({
  keys: new URL(`${url}/auth/v1/.well-known/jwks.json`),
  issuer: `${url}/auth/v1`,
  audience: 'authenticated',
})

export const supabaseProblems = (given: SupabaseSettings): string[] => {
  if (given.SUPABASE_URL !== undefined && given.SUPABASE_SERVICE_ROLE_KEY === undefined) {
    return ['SUPABASE_SERVICE_ROLE_KEY: is needed with SUPABASE_URL']
  }
  if (given.SUPABASE_URL === undefined && given.SUPABASE_SERVICE_ROLE_KEY !== undefined) {
    return ['SUPABASE_URL: is needed with SUPABASE_SERVICE_ROLE_KEY']
  }
  return []
}
