import { type FormEvent, useEffect, useState } from 'react'
import { rememberedSessions, type Session } from '../session/session.js'
import { SignInFrame } from '../session/sign-in-frame.js'
import type { SignInOffer } from '../session/sign-in-offer.js'
import { readHash } from '../workspace/route.js'
import { parsePlace } from '../workspaces/place.js'
import { isPassing, openAuth, readUser, type SupabaseUser } from './auth.js'
import type { Auth } from './auth-client.js'
import { dropInvite, keepInvite, resumeInvite } from './mailed-invite.js'

export interface SupabaseSignInProps {
  offer: Extract<SignInOffer, { kind: 'supabase' }>
  isInvited: boolean
  onSignIn: (session: Session) => void
}

type Way = 'password' | 'link' | 'new-account'

/** What is being asked of Supabase. */
type Asking = Way | 'returning' | undefined

/** By a password or a link in a mail. Whoever is signed in on this device already goes on. */
export const SupabaseSignIn = ({ offer, isInvited, onSignIn }: SupabaseSignInProps) => {
  const [asking, setAsking] = useState<Asking>('returning')
  const [problem, setProblem] = useState('')
  const [sent, setSent] = useState('')
  const enter = (user: SupabaseUser): void => {
    // Who stands before an invitation now goes to that one.
    if (isInvited) dropInvite(parsePlace(readHash()))
    const isExpected = isInvited || resumeInvite(user.email, Date.now())
    onSignIn(sessionOf(user, isExpected))
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the page opens
  useEffect(() => {
    let isCurrent = true
    void returning(offer).then((user) => {
      if (!isCurrent) return
      setAsking(undefined)
      if (user) enter(user)
    })
    return () => {
      isCurrent = false
    }
  }, [offer.url])
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault()
    const { submitter } = event.nativeEvent as SubmitEvent // a form's submit is always one
    const way = wayOf(submitter instanceof HTMLButtonElement ? submitter.value : '')
    const data = new FormData(event.currentTarget)
    const [email, password] = [textOf(data, 'email'), textOf(data, 'password')]
    setProblem('')
    setSent('')
    setAsking(way)
    void ask(offer, way, email, password).then((outcome) => {
      setAsking(undefined)
      if (outcome.type === 'in') enter(outcome.user)
      else if (outcome.type === 'sent') {
        keepInvite(parsePlace(readHash()), email, Date.now())
        setSent(outcome.text)
      } else setProblem(outcome.text)
    })
  }
  return (
    <SignInFrame isInvited={isInvited}>
      <form onSubmit={submit} aria-label="Sign in">
        <Fields asking={asking} />
        <p className="quiet" role="status">
          {sent}
        </p>
        <p className="sign-in-problem" role="alert">
          {problem}
        </p>
      </form>
    </SignInFrame>
  )
}

/** The button that is pressed says the way. */
const Fields = ({ asking }: { asking: Asking }) => {
  const isBusy = asking !== undefined
  return (
    <>
      <label className="labelled">
        <span>Email</span>
        <input name="email" type="email" required autoComplete="username" />
      </label>
      <label className="labelled">
        <span>Password</span>
        <input name="password" type="password" autoComplete="current-password" />
      </label>
      <button type="submit" value="password" className="button primary wide" disabled={isBusy}>
        {asking === 'password' ? 'Signing in…' : 'Sign in'}
      </button>
      <button type="submit" value="link" className="button wide" disabled={isBusy}>
        Email me a link instead
      </button>
      <button type="submit" value="new-account" className="link-button" disabled={isBusy}>
        Make a new account with these
      </button>
    </>
  )
}

const wayOf = (value: string): Way =>
  value === 'link' || value === 'new-account' ? value : 'password'

const textOf = (data: FormData, name: string): string => {
  const value = data.get(name)
  return typeof value === 'string' ? value : ''
}

/** Where they were last on this device; who is invited goes there, and nowhere else. */
const sessionOf = ({ userId, name }: SupabaseUser, isInvited: boolean): Session => {
  const last = rememberedSessions().find((one) => one.userId === userId && one.workspaceId)
  return { userId, name, workspaceId: isInvited ? undefined : last?.workspaceId, entry: undefined }
}

/** Signed in on this device before, or just now by the link of a mail. */
const returning = async (
  offer: SupabaseSignInProps['offer'],
): Promise<SupabaseUser | undefined> => {
  try {
    const { data } = await (await openAuth(offer)).getSession()
    return data.session ? readUser(data.session.user) : undefined
  } catch {
    return undefined
  }
}

type Outcome = { type: 'in'; user: SupabaseUser } | { type: 'sent' | 'failed'; text: string }

const UNREACHABLE: Outcome = {
  type: 'failed',
  text: 'The sign-in can’t be reached. Try again when you are online.',
}

const ask = async (
  offer: SupabaseSignInProps['offer'],
  way: Way,
  email: string,
  password: string,
): Promise<Outcome> => {
  if (way !== 'link' && password === '') {
    return { type: 'failed', text: 'Please give a password, or have a link sent.' }
  }
  try {
    return await askAuth(await openAuth(offer), way, email, password)
  } catch {
    return UNREACHABLE
  }
}

const askAuth = async (auth: Auth, way: Way, email: string, password: string): Promise<Outcome> => {
  const back = { emailRedirectTo: `${location.origin}/` }
  if (way === 'link') {
    const { error } = await auth.signInWithOtp({ email, options: back })
    return error
      ? failed(error)
      : { type: 'sent', text: `A link is on its way to ${email}. Open it in this browser.` }
  }
  const { data, error } =
    way === 'password'
      ? await auth.signInWithPassword({ email, password })
      : await auth.signUp({ email, password, options: back })
  if (error) return failed(error)
  if (data.session) return { type: 'in', user: readUser(data.session.user) }
  return { type: 'sent', text: `Please confirm ${email} by the link in the mail, in this browser.` }
}

const failed = (error: { name: string; status?: number | undefined; message: string }): Outcome =>
  isPassing(error) ? UNREACHABLE : { type: 'failed', text: error.message }
