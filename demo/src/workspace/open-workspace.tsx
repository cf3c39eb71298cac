import { WorkspaceProvider } from 'kith-client/react'
import { NoteAuthorsKeeper } from '../contact/note-authors-keeper.js'
import { FollowingProvider } from '../people/following.js'
import { useAccount } from '../session/account.js'
import { SignOutDesk } from '../session/sign-out.js'
import { LeaveGuard } from './leave-guard.js'
import { WorkspaceScreen } from './workspace-screen.js'

export const OpenWorkspace = ({ workspaceId }: { workspaceId: string }) => {
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
          <LeaveGuard />
          <WorkspaceScreen workspaceId={workspaceId} />
        </FollowingProvider>
      </SignOutDesk>
    </WorkspaceProvider>
  )
}
