/** Where supabase-js keeps a session on the device. */
export const AUTH_KEY = 'kith.supabase'
