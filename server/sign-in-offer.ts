/** How people sign in, as pages are told. Nothing of it is a secret. */
export type SignInOffer =
  /** As anybody, by `POST /dev/token`. */
  | { kind: 'development' }
  /** `anonKey`: the project's publishable key, made for pages. */
  | { kind: 'supabase'; url: string; anonKey: string }
  /** By a login that this server knows only the tokens of. */
  | { kind: 'elsewhere' }

interface SignInSettings {
  SUPABASE_URL?: string | undefined
  SUPABASE_ANON_KEY?: string | undefined
  JWT_SECRET?: string | undefined
  JWKS_URL?: string | undefined
  JWT_ISSUER?: string | undefined
}

/** Supabase's issuer is `<the project's address>/auth/v1`; browsers go where it says. */
const ISSUER = /^(https?:\/\/.+?)\/auth\/v1\/?$/

export const signInOffer = (settings: SignInSettings): SignInOffer => {
  const { SUPABASE_URL, SUPABASE_ANON_KEY: anonKey, JWT_SECRET, JWKS_URL, JWT_ISSUER } = settings
  const url = ISSUER.exec(JWT_ISSUER ?? '')?.[1] ?? SUPABASE_URL?.replace(/\/+$/, '')
  if (anonKey !== undefined && url !== undefined && URL.canParse(url)) {
    return { kind: 'supabase', url, anonKey }
  }
  const isDevelopment = [JWT_SECRET, JWKS_URL, SUPABASE_URL].every((one) => one === undefined)
  return { kind: isDevelopment ? 'development' : 'elsewhere' }
}
