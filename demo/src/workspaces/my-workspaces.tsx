import { Avatar } from 'kith-client/react'
import { ChevronRight, LogOut } from 'lucide-react'
import { useEffect } from 'react'
import type { WorkspaceEntry } from '../directory/directory-answers.js'
import { type Failure, failureWords, notLoadedWords, passes } from '../directory/failure.js'
import { useLoaded } from '../directory/use-loaded.js'
import { useAccount } from '../session/account.js'
import { DEMO } from '../session/session.js'
import { hashOf } from '../workspace/route.js'
import { KeptBehind } from './kept-behind.js'
import { knownWorkspaces, rememberWorkspaces } from './known-workspaces.js'
import { NewWorkspace } from './new-workspace.js'
import { replacePlace } from './place.js'
import { peopleWords, ROLE_NAMES } from './role-words.js'
import { Tile } from './tile.js'

/** Everything I am in. What the server said last shows at once, and without a server. */
export const MyWorkspaces = () => {
  const { session, directory, open, signOut } = useAccount()
  const { userId } = session
  const loaded = useLoaded((signal) => directory.mine(signal), userId)
  useEffect(() => {
    if (loaded.value) rememberWorkspaces(userId, loaded.value)
  }, [userId, loaded.value])
  const workspaces = byName(loaded.value ?? knownWorkspaces(userId))
  const enter = (workspaceId: string, entry?: typeof session.entry): void => {
    open(workspaceId, entry)
    replacePlace(hashOf({ view: 'contacts', contactId: undefined }))
  }
  const isKnown = loaded.value !== undefined || loaded.failure !== undefined
  return (
    <div className="lobby">
      <header className="top-bar">
        <img src="/icon.svg" alt="" width="24" height="24" />
        <span className="workspace-name">Kith</span>
        <Avatar id={userId} name={session.name} size={28} />
        <span className="lobby-person">{session.name}</span>
        <button
          type="button"
          className="icon-button"
          aria-label={`Sign out ${session.name}`}
          title="Sign out"
          onClick={signOut}
        >
          <LogOut aria-hidden="true" size={18} />
        </button>
      </header>
      <main className="lobby-scroll" aria-labelledby="lobby-title">
        <div className="lobby-main">
          <h1 id="lobby-title">My workspaces</h1>
          <p className="lobby-news" role="status">
            {loaded.failure && newsOf(loaded.failure)}
          </p>
          {workspaces.length > 0 && (
            <ul className="workspaces" aria-label="My workspaces">
              {workspaces.map((workspace) => (
                <Entry
                  key={workspace.id}
                  workspace={workspace}
                  isLast={workspace.id === session.workspaceId}
                  onOpen={() => enter(workspace.id)}
                />
              ))}
            </ul>
          )}
          {isKnown && workspaces.length === 0 && (
            <NoWorkspaces onDemo={() => enter(DEMO, { role: undefined })} />
          )}
          <NewWorkspace onMade={({ id }) => enter(id)} />
          {loaded.value && <KeptBehind mine={loaded.value} onOpen={(id) => enter(id)} />}
        </div>
      </main>
    </div>
  )
}

const byName = (workspaces: readonly WorkspaceEntry[]): WorkspaceEntry[] =>
  [...workspaces].sort((a, b) => a.name.localeCompare(b.name) || a.id.localeCompare(b.id))

const newsOf = (failure: Failure): string =>
  passes(failure)
    ? `${notLoadedWords(failure)} These are the workspaces that this device knows.`
    : failureWords(failure)

interface EntryProps {
  workspace: WorkspaceEntry
  isLast: boolean
  onOpen: () => void
}

const Entry = ({ workspace, isLast, onOpen }: EntryProps) => (
  <li>
    <button
      type="button"
      className="workspace-entry"
      data-testid="workspace-entry"
      aria-current={isLast ? 'true' : undefined}
      onClick={onOpen}
    >
      <Tile name={workspace.name} />
      <span className="row-text">
        <span className="row-name">{workspace.name}</span>
        <span className="row-detail">
          {ROLE_NAMES[workspace.role]} · {peopleWords(workspace.members)}
        </span>
      </span>
      <ChevronRight aria-hidden="true" size={18} />
    </button>
  </li>
)

const NoWorkspaces = ({ onDemo }: { onDemo: () => void }) => (
  <div className="no-workspaces">
    <p>You are in no workspace.</p>
    <p className="quiet small">
      Make one of your own, follow an invite link that somebody sends you, or look around where
      everybody on this server meets.
    </p>
    <button type="button" className="button" onClick={onDemo}>
      Open the demo workspace
    </button>
  </div>
)
