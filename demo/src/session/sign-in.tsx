import { Avatar } from 'kith-client/react'
import { isUserId } from 'kith-shared'
import { type FormEvent, useRef, useState } from 'react'
import { fetchDevToken, NoToken } from './dev-token.js'
import { DEMO, rememberedSessions, type Session, sessionFor, wasHere } from './session.js'
import { SignInFrame } from './sign-in-frame.js'

const SUGGESTED = ['Ana', 'Bruno', 'Chiara', 'Deniz']
/** Milliseconds; a server that takes longer counts as away. */
const PATIENCE = 6_000

export interface SignInProps {
  /** By the link that was followed: then that workspace comes next, and no other. */
  isInvited: boolean
  onSignIn: (session: Session) => void
}

/** Somebody says who they are. Whoever was here before gets in without a server. */
export const SignIn = ({ isInvited, onSignIn }: SignInProps) => {
  const [last] = rememberedSessions()
  const [name, setName] = useState(last?.name ?? '')
  const [problem, setProblem] = useState('')
  const [asking, setAsking] = useState(false)
  const field = useRef<HTMLInputElement>(null)

  const signIn = async (named: string): Promise<void> => {
    const wanted = isInvited ? sessionFor(named) : returningSession(named)
    const wrong = problemOf(wanted)
    setProblem(wrong ?? '')
    if (wrong !== undefined) return field.current?.focus()
    setAsking(true)
    const outcome = wasHere(wanted) ? wanted : await enter(wanted)
    setAsking(false)
    if (typeof outcome === 'string') setProblem(outcome)
    else onSignIn(outcome)
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    void signIn(name)
  }
  return (
    <SignInFrame isInvited={isInvited}>
      <form onSubmit={submit} aria-label="Sign in">
        <label className="labelled">
          <span>Your name</span>
          <input
            ref={field}
            name="name"
            value={name}
            aria-describedby="sign-in-problem"
            aria-invalid={problem !== ''}
            onChange={(event) => {
              setName(event.target.value)
              setProblem('')
            }}
            autoComplete="nickname"
            // biome-ignore lint/a11y/noAutofocus: the one thing this page is for
            autoFocus
          />
        </label>
        <button type="submit" className="button primary wide" disabled={asking}>
          {asking ? 'Signing in…' : 'Sign in'}
        </button>
        <p className="sign-in-problem" id="sign-in-problem" role="alert">
          {problem}
        </p>
      </form>
      <People onPick={(named) => void signIn(named)} />
    </SignInFrame>
  )
}

/** Where they were last on this device; who is new meets the others in the demo workspace. */
const returningSession = (name: string): Session => {
  const { userId } = sessionFor(name)
  const last = rememberedSessions().find(
    (one) => one.userId === userId && one.workspaceId !== undefined,
  )
  const workspaceId = last?.workspaceId ?? DEMO
  return sessionFor(name, workspaceId, workspaceId === DEMO ? { role: undefined } : undefined)
}

const People = ({ onPick }: { onPick: (name: string) => void }) => {
  const names = new Set([...rememberedSessions().map((session) => session.name), ...SUGGESTED])
  return (
    <section className="sign-in-people" aria-label="Or sign in as">
      <p className="quiet small">Or sign in as</p>
      <div>
        {[...names].slice(0, 6).map((name) => (
          <button type="button" className="person-button" key={name} onClick={() => onPick(name)}>
            <Avatar id={sessionFor(name).userId} name={name} size={28} />
            {name}
          </button>
        ))}
      </div>
    </section>
  )
}

const problemOf = (session: Session): string | undefined => {
  if (session.name === '') return 'Please enter your name.'
  if (!isUserId(session.userId)) return 'This name has characters that can’t be used.'
  return undefined
}

/**
 * Who was never here has nothing on this device to work with: then the server must answer. Gives
 * the session that has entered, or why it has not.
 */
const enter = async (session: Session): Promise<Session | string> => {
  try {
    await fetchDevToken(session, AbortSignal.timeout(PATIENCE))
    return { ...session, entry: undefined }
  } catch (error) {
    if (!(error instanceof NoToken)) throw error
    if (error.reason === 'refused') return error.message
    return `The server can’t be reached, and ${session.name} was not on this device before. Try again when it is back.`
  }
}
