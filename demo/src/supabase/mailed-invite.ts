/**
 * Which invitation somebody followed who signs in by a mail: its link leads to the app's front door,
 * maybe in another tab. The code stays on this device: no mail, and nobody who sends one, learns it.
 */
import * as v from 'valibot'
import { inviteHash, type Place, parsePlace, replacePlace } from '../workspaces/place.js'
import { AUTH_KEY } from './auth-key.js'

/** Goes with the session, whoever signs out. */
const KEY = `${AUTH_KEY}-invite`

/** Milliseconds; the links of a mail are good for no longer. */
const WAITS_FOR = 24 * 3_600_000

const Kept = v.object({ email: v.string(), code: v.string(), until: v.number() })

/** Where a mail is on its way to this address; one at a time. */
export const keepInvite = (place: Place, email: string, now: number): void => {
  if (place.view !== 'invite' || place.code === '') return
  const kept = { email: plain(email), code: place.code, until: now + WAITS_FOR }
  try {
    localStorage.setItem(KEY, JSON.stringify(kept))
  } catch {
    // Blocked or full: then the link of the invitation is to be followed once more.
  }
}

/** Whether this person is on their way to an invitation; then the address leads there. Once. */
export const resumeInvite = (email: string, now: number): boolean => {
  const code = takeCode(plain(email), now)
  if (code === undefined) return false
  replacePlace(inviteHash(code))
  return true
}

/** For who has come to this invitation in another way, such as by a password after all. */
export const dropInvite = (place: Place): void => {
  try {
    const found = v.safeParse(Kept, JSON.parse(localStorage.getItem(KEY) ?? 'null'))
    const isSame = found.success && place.view === 'invite' && place.code === found.output.code
    if (isSame) localStorage.removeItem(KEY)
  } catch {
    // Blocked, or nothing that this app wrote.
  }
}

const takeCode = (email: string, now: number): string | undefined => {
  try {
    const found = v.safeParse(Kept, JSON.parse(localStorage.getItem(KEY) ?? 'null'))
    const isOver = !found.success || found.output.until < now
    // Of somebody else who signs in here too: it waits on.
    if (!isOver && found.output.email !== email) return undefined
    localStorage.removeItem(KEY)
    if (isOver || found.output.until > now + WAITS_FOR) return undefined
    const place = parsePlace(inviteHash(found.output.code))
    return place.view === 'invite' && place.code !== '' ? place.code : undefined
  } catch {
    return undefined
  }
}

const plain = (email: string): string => email.trim().toLowerCase()
