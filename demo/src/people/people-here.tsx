import type { Other, Workspace } from 'kith-client'
import { useOthers, useSelf, useSyncStatus, useWorkspace } from 'kith-client/react'
import { isContactId } from 'kith-shared'
import type { Session } from '../session/session.js'
import { useIsNarrow } from '../workspace/use-is-narrow.js'
import { Avatar } from './avatar.js'
import { fieldName } from './field-name.js'

/** Avatars beside mine, on a wide screen and on a narrow one. */
const SHOWN = { wide: 4, narrow: 2 }

/** One avatar a person, however many tabs; mine first and ringed. */
export const PeopleHere = ({ session }: { session: Session }) => {
  const workspace = useWorkspace()
  const others = useOthers()
  const self = useSelf()
  const { connection } = useSyncStatus()
  const isLive = connection.state === 'live'
  const most = useIsNarrow() ? SHOWN.narrow : SHOWN.wide
  // "+1" would take as much room as the one person it hides.
  const shown = others.slice(0, others.length > most + 1 ? most : most + 1)
  const rest = others.slice(shown.length)
  const name = self?.name ?? session.name
  return (
    <ul className="people" aria-label="Here now" data-testid="people">
      <Person
        id={session.userId}
        name={name}
        status={isLive ? 'online' : 'offline'}
        says={`${name} (you)${self ? `, ${self.role}` : ''}${isLive ? '' : ', not connected'}`}
        isSelf
      />
      {shown.map((other) => (
        <Person
          key={other.user.id}
          id={other.user.id}
          name={other.user.name}
          color={other.user.color}
          status={other.status}
          says={doing(other, workspace)}
        />
      ))}
      {rest.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the tooltip must be reachable by keys
        <li className="person" tabIndex={0} aria-label={`${rest.length} more`}>
          <span className="avatar more">+{rest.length}</span>
          <span className="tooltip" role="tooltip">
            {rest.map((other) => other.user.name).join(', ')}
          </span>
        </li>
      )}
    </ul>
  )
}

interface PersonProps {
  id: string
  name: string
  color?: string
  status: 'online' | 'idle' | 'away' | 'offline'
  says: string
  isSelf?: boolean
}

const Person = ({ id, name, color, status, says, isSelf }: PersonProps) => (
  <li
    className={isSelf ? 'person own' : 'person'}
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the tooltip must be reachable by keys
    tabIndex={0}
    aria-label={says}
    data-testid="person"
    data-user={id}
  >
    <Avatar id={id} name={name} size={30} {...(color === undefined ? {} : { color })} />
    <span className="status-dot" data-status={status} />
    <span className="tooltip" role="tooltip">
      {says}
    </span>
  </li>
)

/** "Bruno, idle, is typing in Email of Ana Lima": the words that a dot and a colour stand for. */
const doing = (other: Other, workspace: Workspace | undefined): string => {
  const { user, status, editing, typing } = other
  const who = status === 'online' ? user.name : `${user.name}, ${status}`
  if (!editing) return status === 'online' ? `${who}, here now` : who
  const { contactId } = editing
  const contact = isContactId(contactId) ? workspace?.contacts.contact(contactId)?.name : undefined
  const what = contact ? `${fieldName(editing.field)} of ${contact}` : fieldName(editing.field)
  return `${who}, ${typing ? 'typing' : 'editing'} ${what}`
}
