/** The one file that imports supabase-js: loaded where a server's people sign in there. */
import { createClient, type SupabaseClient } from '@supabase/supabase-js'
import { AUTH_KEY } from './auth-key.js'

export type Auth = SupabaseClient['auth']

export const createAuth = (url: string, anonKey: string): Auth =>
  createClient(url, anonKey, {
    auth: {
      // A link from a mail comes back with `?code=`; behind `#` stands where the app is.
      flowType: 'pkce',
      detectSessionInUrl: true,
      persistSession: true,
      autoRefreshToken: true,
      storageKey: AUTH_KEY,
    },
  }).auth
