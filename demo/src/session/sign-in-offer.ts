import { useSyncExternalStore } from 'react'
import * as v from 'valibot'

/** How people sign in here, by the server's word. */
export type SignInOffer = v.InferOutput<typeof Offer>

const Offer = v.variant('kind', [
  v.object({ kind: v.literal('development') }),
  v.object({ kind: v.literal('supabase'), url: v.string(), anonKey: v.string() }),
  v.object({ kind: v.literal('elsewhere') }),
])

/** Remembered, so that a start without a network knows it. */
const KEY = 'kith.sign-in'

const listeners = new Set<() => void>()
let offer: SignInOffer | undefined
let asking: Promise<void> | undefined

/** `undefined` until it is known. */
export const useSignInOffer = (): SignInOffer | undefined => useSyncExternalStore(follow, current)

/** For who needs it to go on. */
export const signInOffer = async (): Promise<SignInOffer> => {
  await ask()
  return current() ?? { kind: 'development' }
}

/** What is known at once; `undefined` before the server's first word. */
export const knownSignInOffer = (): SignInOffer | undefined => current()

const current = (): SignInOffer | undefined => {
  offer ??= read()
  return offer
}

const follow = (changed: () => void): (() => void) => {
  listeners.add(changed)
  void ask()
  return () => listeners.delete(changed)
}

const ask = (): Promise<void> => {
  asking ??= askServer()
  // What is remembered will do meanwhile: nobody waits for a network.
  return current() ? Promise.resolve() : asking
}

const askServer = async (): Promise<void> => {
  const told = await fetch('/sign-in', { signal: AbortSignal.timeout(6_000) })
    .then((answer) => answer.json())
    .catch(() => undefined)
  const found = v.safeParse(Offer, told)
  // Nobody answered: the form for names says so when it is used, and next time it is asked again.
  if (!found.success) asking = undefined
  const next: SignInOffer = found.success ? found.output : (current() ?? { kind: 'development' })
  if (found.success) write(next)
  if (JSON.stringify(next) === JSON.stringify(offer)) return
  offer = next
  for (const listener of listeners) listener()
}

/** Storage may be blocked, or hold anything. */
const read = (): SignInOffer | undefined => {
  try {
    const found = v.safeParse(Offer, JSON.parse(localStorage.getItem(KEY) ?? 'null'))
    return found.success ? found.output : undefined
  } catch {
    return undefined
  }
}

const write = (next: SignInOffer): void => {
  try {
    localStorage.setItem(KEY, JSON.stringify(next))
  } catch {
    // Then it is asked for with each start.
  }
}
