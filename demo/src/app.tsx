import { WorkspaceProvider } from 'kith-client/react'
import { useState } from 'react'
import { fetchDevToken } from './session/dev-token.js'
import {
  forgetTabSession,
  openingSession,
  rememberSession,
  type Session,
} from './session/session.js'
import { SignIn } from './session/sign-in.js'
import { ToastProvider } from './toast/toast.js'
import { WorkspaceScreen } from './workspace/workspace-screen.js'

export const App = () => {
  const [session, setSession] = useState(openingSession)
  if (!session) {
    const signIn = (next: Session): void => {
      rememberSession(next)
      setSession(next)
    }
    return <SignIn onSignIn={signIn} />
  }
  const signOut = (): void => {
    forgetTabSession()
    history.replaceState(null, '', location.pathname)
    setSession(undefined)
  }
  return (
    <WorkspaceProvider
      url={location.origin}
      workspaceId={session.workspaceId}
      userId={session.userId}
      getToken={({ signal }) => fetchDevToken(session, signal)}
    >
      <ToastProvider>
        <WorkspaceScreen session={session} onSignOut={signOut} />
      </ToastProvider>
    </WorkspaceProvider>
  )
}
