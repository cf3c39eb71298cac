import { decodeJwt } from 'jose'

/**
 * Whether a key can be the one that passes by row security: a secret key (`sb_secret_…`), or a
 * legacy key, which is a JWT with the role `service_role`. Says nothing of whether the project
 * knows it. Supabase, "API keys" (https://supabase.com/docs/guides/api/api-keys).
 */
export const isServiceRoleKey = (key: string): boolean => {
  if (key.startsWith('sb_')) return key.startsWith('sb_secret_')
  try {
    return decodeJwt(key).role === 'service_role'
  } catch {
    return false
  }
}
