import { areReachable } from '../parts/part-files.js'
import { NoToken } from '../session/dev-token.js'
import type { SignInOffer } from '../session/sign-in-offer.js'
import type { Auth } from './auth-client.js'
import { AUTH_KEY } from './auth-key.js'

type SupabaseOffer = Extract<SignInOffer, { kind: 'supabase' }>

let opened: Promise<Auth> | undefined

/** One client a page, as its tabs agree by it on who renews. Rejects where the code can't be had. */
export const openAuth = ({ url, anonKey }: SupabaseOffer): Promise<Auth> => {
  opened ??= loadAuth().then((create) => create(url, anonKey))
  // Without a network, the first time: the next try may have one.
  opened.catch(() => {
    opened = undefined
  })
  return opened
}

const loadAuth = async () => {
  // An import that failed could not be tried again; see `Part`.
  if (!(await areReachable(SUPABASE_PART))) throw new NoToken('unreachable', 'No sign-in.')
  const { createAuth } = await import('./supabase-part.js')
  keepForLater()
  return createAuth
}

const SUPABASE_PART = 'supabase-part'

/** In a first visit it may come before the service worker, which keeps what passes through it. */
const keepForLater = (): void => {
  if (wasServed || !('serviceWorker' in navigator)) return
  const keep = (): void => void areReachable(SUPABASE_PART)
  if (navigator.serviceWorker.controller) keep()
  else navigator.serviceWorker.addEventListener('controllerchange', keep, { once: true })
}

/** When the page began. */
const wasServed = Boolean(globalThis.navigator?.serviceWorker?.controller)

/** Who is signed in with Supabase on this device. */
export interface SupabaseUser {
  userId: string
  name: string
  /** '' for who has none. */
  email: string
}

/** What of Supabase's user is shown; a project may keep anything in the metadata. */
export const readUser = (user: {
  id: string
  email?: string | undefined
  user_metadata?: Record<string, unknown>
}): SupabaseUser => {
  const { full_name: full, name } = user.user_metadata ?? {}
  const named = [full, name, user.email].find((one) => typeof one === 'string' && one.trim() !== '')
  return {
    userId: user.id,
    name: typeof named === 'string' ? named.trim().slice(0, 80) : user.id,
    email: user.email ?? '',
  }
}

/**
 * The session's token, renewed where it must be another than the last; '' where nobody, or somebody
 * else, is signed in by now.
 *
 * @throws NoToken where Supabase can't be asked
 */
export const supabaseToken = async (
  offer: SupabaseOffer,
  userId: string,
  isAnotherWanted: boolean,
): Promise<string> => {
  const auth = await openAuth(offer).catch(() => {
    throw new NoToken('unreachable', 'The sign-in can’t be loaded.')
  })
  const { data, error } = isAnotherWanted ? await auth.refreshSession() : await auth.getSession()
  // 0 and 5xx: the session is still there, and what it is worth can't be known now.
  if (error && isPassing(error)) throw new NoToken('unreachable', 'Supabase can’t be reached.')
  return data.session?.user.id === userId ? data.session.access_token : ''
}

export const isPassing = ({
  name,
  status,
}: {
  name: string
  status?: number | undefined
}): boolean => name === 'AuthRetryableFetchError' || (status !== undefined && status >= 500)

const LEFT = 'kith.supabase-left'

/** In other tabs of this device; gives the way to stop. What Supabase ends by itself is not told. */
export const onLeftElsewhere = (left: () => void): (() => void) => {
  const channel = new BroadcastChannel(LEFT)
  channel.onmessage = left
  return () => channel.close()
}

const tellLeft = (): void => {
  const channel = new BroadcastChannel(LEFT)
  channel.postMessage(undefined)
  channel.close()
}

/** On this device, at once and also without a network; on others people stay signed in. */
export const leaveSupabase = (offer: SupabaseOffer): void => {
  const token = takeStoredToken()
  tellLeft()
  if (token === undefined) return
  // Its renewal is revoked where Supabase can be asked; if not, it is on no device any more.
  openAuth(offer)
    .then((auth) => auth.admin.signOut(token, 'local'))
    .catch(() => undefined)
}

const takeStoredToken = (): string | undefined => {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(AUTH_KEY) ?? 'null')
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(AUTH_KEY)) localStorage.removeItem(key)
    }
    if (typeof stored !== 'object' || stored === null || !('access_token' in stored))
      return undefined
    return typeof stored.access_token === 'string' ? stored.access_token : undefined
  } catch {
    // Blocked, or not as it was written.
    return undefined
  }
}
