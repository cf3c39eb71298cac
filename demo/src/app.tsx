import { type ReactNode, useCallback, useEffect, useState } from 'react'
import { Later } from './parts/later.js'
import { signedInPart } from './parts/parts.js'
import { AccountProvider, useAccount } from './session/account.js'
import { useIsHeld } from './session/held.js'
import { forgetTabSession, rememberSession, type Session } from './session/session.js'
import { knownSignInOffer } from './session/sign-in-offer.js'
import { SignInPage } from './session/sign-in-page.js'
import { leaveSupabase, onLeftElsewhere } from './supabase/auth.js'
import { ToastProvider } from './toast/toast.js'
import { usePlace } from './workspaces/place.js'

/** `opening`: who is signed in from the start. */
export const App = ({ opening }: { opening: Session | undefined }) => {
  const [session, setSession] = useState(opening)
  const place = usePlace()
  const entered = useCallback((session: Session) => {
    // Whoever has gone on to another workspace since then is not brought back.
    setSession((now) => (now === session ? { ...now, entry: undefined } : now))
  }, [])
  useEffect(() => {
    if (session) rememberSession(session)
    else document.title = 'Kith'
  }, [session])
  const leave = useCallback(() => {
    forgetTabSession()
    history.replaceState(null, '', location.pathname)
    setSession(undefined)
  }, [])
  const signOut = useCallback(() => {
    const offer = knownSignInOffer()
    if (offer?.kind === 'supabase') leaveSupabase(offer)
    leave()
  }, [leave])
  const isHeld = useIsHeld()
  const isIn = session !== undefined
  useEffect(() => {
    // Edits that this tab alone has are worth more: it is told that nothing reaches the server.
    if (isIn && !isHeld) return onLeftElsewhere(leave)
  }, [isIn, isHeld, leave])
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
  const isHeld = useIsHeld() && workspaceId !== undefined
  const isListed = place.view === 'workspaces' || workspaceId === undefined
  useEffect(() => {
    if (isListed || place.view === 'invite') document.title = 'Kith'
  }, [isListed, place.view])
  return (
    <Later part={signedInPart} frame={page} isOnce>
      {({ Invited, MyWorkspaces, OpenWorkspace }) => {
        if (isHeld) return <OpenWorkspace workspaceId={workspaceId} />
        if (place.view === 'invite') return <Invited key={place.code} code={place.code} />
        return isListed ? <MyWorkspaces /> : <OpenWorkspace workspaceId={workspaceId} />
      }}
    </Later>
  )
}

const page = (notice: ReactNode) => <main className="sign-in">{notice}</main>
