import { ChevronsUpDown, UserPlus } from 'lucide-react'
import { loadNext } from '../parts/load-ahead.js'
import { PeopleHere } from '../people/people-here.js'
import type { Session } from '../session/session.js'
import { WORKSPACES } from '../workspaces/place.js'
import { MoreMenu, type MoreMenuProps } from './more-menu.js'

export interface TopBarProps extends Omit<MoreMenuProps, 'name'> {
  session: Session
  /** The workspace's. */
  name: string
}

export const TopBar = ({ session, name, ...menu }: TopBarProps) => (
  // biome-ignore lint/a11y/noStaticElementInteractions: who comes near it may open something next
  <header className="top-bar" onPointerEnter={loadNext} onFocus={loadNext}>
    <a
      className="workspace-switch"
      href={WORKSPACES}
      aria-label="My workspaces"
      title="My workspaces"
    >
      <img src="/icon.svg" alt="" width="24" height="24" />
      <ChevronsUpDown aria-hidden="true" size={14} />
    </a>
    <h1 className="workspace-name">{name}</h1>
    <PeopleHere session={session} />
    <button
      type="button"
      className="icon-button"
      aria-label="People and invites"
      title="People and invites"
      onClick={menu.onPeople}
    >
      <UserPlus aria-hidden="true" size={18} />
    </button>
    <MoreMenu name={session.name} {...menu} />
  </header>
)
