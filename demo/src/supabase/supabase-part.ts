export { createAuth } from './auth-client.js'
export { SupabaseSignIn } from './supabase-sign-in.js'
