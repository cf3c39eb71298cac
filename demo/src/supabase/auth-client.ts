/** The one file that imports supabase-js: loaded where a server's people sign in there. */
import { AuthClient } from '@supabase/supabase-js'
import { AUTH_KEY } from './auth-key.js'

export type Auth = InstanceType<typeof AuthClient>

/** As `createClient(…).auth`, without the clients for tables, files and channels. */
export const createAuth = (url: string, anonKey: string): Auth =>
  new AuthClient({
    url: new URL('auth/v1', url.endsWith('/') ? url : `${url}/`).href,
    headers: { Authorization: `Bearer ${anonKey}`, apikey: anonKey },
    // A link from a mail comes back with `?code=`; behind `#` stands where the app is.
    flowType: 'pkce',
    detectSessionInUrl: true,
    persistSession: true,
    autoRefreshToken: true,
    storageKey: AUTH_KEY,
  })
