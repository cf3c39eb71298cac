import { isUserId, isWorkspaceId } from 'kith-shared'
import { type FormEvent, useState } from 'react'
import { Avatar } from '../people/avatar.js'
import { fetchDevToken, NoToken } from './dev-token.js'
import { rememberedSessions, type Session, sessionFor, wasHere } from './session.js'

const SUGGESTED = ['Ana', 'Bruno', 'Chiara', 'Deniz']
/** Milliseconds; a server that takes longer counts as away. */
const PATIENCE = 6_000

/** Somebody says who they are. Whoever was here before gets in without a server. */
export const SignIn = ({ onSignIn }: { onSignIn: (session: Session) => void }) => {
  const [last] = rememberedSessions()
  const [name, setName] = useState(last?.name ?? '')
  const [workspaceId, setWorkspaceId] = useState(last?.workspaceId ?? 'demo')
  const [problem, setProblem] = useState('')
  const [asking, setAsking] = useState(false)

  const signIn = async (wanted: Session): Promise<void> => {
    const wrong = problemOf(wanted)
    setProblem(wrong ?? '')
    if (wrong !== undefined) return
    setAsking(true)
    const refused = wasHere(wanted) ? undefined : await refusalFor(wanted)
    setAsking(false)
    if (refused === undefined) onSignIn(wanted)
    else setProblem(refused)
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    void signIn(sessionFor(name, workspaceId, 'editor'))
  }
  return (
    <main className="sign-in">
      <img className="sign-in-mark" src="/icon.svg" alt="" width="56" height="56" />
      <h1>Kith</h1>
      <p className="quiet">Contacts that a team shares, online or not.</p>
      <form onSubmit={submit} aria-label="Sign in">
        <label className="labelled">
          <span>Your name</span>
          <input
            name="name"
            value={name}
            onChange={(event) => setName(event.target.value)}
            autoComplete="nickname"
            // biome-ignore lint/a11y/noAutofocus: the one thing this page is for
            autoFocus
          />
        </label>
        <label className="labelled">
          <span>Workspace</span>
          <input
            name="workspace"
            value={workspaceId}
            onChange={(event) => setWorkspaceId(event.target.value)}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
          />
        </label>
        <button type="submit" className="button primary wide" disabled={asking}>
          {asking ? 'Signing in…' : 'Sign in'}
        </button>
        <p className="sign-in-problem" role="alert">
          {problem}
        </p>
      </form>
      <People workspaceId={workspaceId} onPick={(session) => void signIn(session)} />
    </main>
  )
}

const People = (props: { workspaceId: string; onPick: (session: Session) => void }) => {
  const known = rememberedSessions().filter((one) => one.workspaceId === props.workspaceId)
  const names = new Set([...known.map((session) => session.name), ...SUGGESTED])
  return (
    <section className="sign-in-people" aria-label="Or sign in as">
      <p className="quiet small">Or sign in as</p>
      <div>
        {[...names].slice(0, 6).map((name) => {
          const session = sessionFor(name, props.workspaceId, 'editor')
          return (
            <button
              type="button"
              className="person-button"
              key={name}
              onClick={() => props.onPick(session)}
            >
              <Avatar id={session.userId} name={name} size={28} />
              {name}
            </button>
          )
        })}
      </div>
    </section>
  )
}

const problemOf = (session: Session): string | undefined => {
  if (session.name === '') return 'Please say your name.'
  if (!isUserId(session.userId)) return 'This name has characters that no name has.'
  if (!isWorkspaceId(session.workspaceId)) {
    return 'A workspace is named by letters, digits, - and _, at most 64 of them.'
  }
  return undefined
}

/** Who was never here has nothing on this device to work with: then the server must answer. */
const refusalFor = async (session: Session): Promise<string | undefined> => {
  try {
    await fetchDevToken(session, AbortSignal.timeout(PATIENCE))
    return undefined
  } catch (error) {
    if (!(error instanceof NoToken)) throw error
    if (error.reason === 'refused') return error.message
    return `The server can’t be reached, and ${session.name} was not on this device before. Try again when it is back.`
  }
}
