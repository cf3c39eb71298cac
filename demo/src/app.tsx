import { WorkspaceProvider } from 'kith-client/react'
import { useCallback, useEffect, useState } from 'react'
import { NoteAuthorsKeeper } from './contact/note-authors-keeper.js'
import { FollowingProvider } from './people/following.js'
import { AccountProvider, useAccount } from './session/account.js'
import {
  forgetTabSession,
  openingSession,
  rememberSession,
  type Session,
} from './session/session.js'
import { knownSignInOffer } from './session/sign-in-offer.js'
import { SignInPage } from './session/sign-in-page.js'
import { SignOutDesk } from './session/sign-out.js'
import { leaveSupabase } from './supabase/auth.js'
import { ToastProvider } from './toast/toast.js'
import { WorkspaceScreen } from './workspace/workspace-screen.js'
import { Invited } from './workspaces/invited.js'
import { MyWorkspaces } from './workspaces/my-workspaces.js'
import { usePlace } from './workspaces/place.js'

export const App = () => {
  const [session, setSession] = useState(openingSession)
  const place = usePlace()
  const entered = useCallback((session: Session) => {
    // Whoever has gone on to another workspace since then is not brought back.
    setSession((now) => (now === session ? { ...now, entry: undefined } : now))
  }, [])
  useEffect(() => {
    if (session) rememberSession(session)
    else document.title = 'Kith'
  }, [session])
  const signOut = useCallback(() => {
    const offer = knownSignInOffer()
    if (offer?.kind === 'supabase') leaveSupabase(offer)
    forgetTabSession()
    history.replaceState(null, '', location.pathname)
    setSession(undefined)
  }, [])
  if (!session) return <SignInPage isInvited={place.view === 'invite'} onSignIn={setSession} />
  return (
    <AccountProvider
      session={session}
      onSession={setSession}
      onEntered={entered}
      onSignOut={signOut}
    >
      <ToastProvider>
        <Screen />
      </ToastProvider>
    </AccountProvider>
  )
}

const Screen = () => {
  const { session } = useAccount()
  const place = usePlace()
  const { workspaceId } = session
  const isListed = place.view === 'workspaces' || workspaceId === undefined
  useEffect(() => {
    if (isListed || place.view === 'invite') document.title = 'Kith'
  }, [isListed, place.view])
  if (place.view === 'invite') return <Invited key={place.code} code={place.code} />
  return isListed ? <MyWorkspaces /> : <OpenWorkspace workspaceId={workspaceId} />
}

const OpenWorkspace = ({ workspaceId }: { workspaceId: string }) => {
  const { session, tokens } = useAccount()
  return (
    <WorkspaceProvider
      url={location.origin}
      workspaceId={workspaceId}
      userId={session.userId}
      getToken={tokens.getToken}
    >
      <SignOutDesk>
        <FollowingProvider key={`${session.userId} ${workspaceId}`}>
          <NoteAuthorsKeeper />
          <WorkspaceScreen workspaceId={workspaceId} />
        </FollowingProvider>
      </SignOutDesk>
    </WorkspaceProvider>
  )
}
