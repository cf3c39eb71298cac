import { PeopleHere } from '../people/people-here.js'
import type { Session } from '../session/session.js'
import { MoreMenu } from './more-menu.js'

export interface TopBarProps {
  session: Session
  onImport: () => void
  onSignOut: () => void
}

export const TopBar = ({ session, onImport, onSignOut }: TopBarProps) => (
  <header className="top-bar">
    <img src="/icon.svg" alt="" width="24" height="24" />
    <h1 className="workspace-name">{session.workspaceId}</h1>
    <PeopleHere session={session} />
    <MoreMenu name={session.name} onImport={onImport} onSignOut={onSignOut} />
  </header>
)
