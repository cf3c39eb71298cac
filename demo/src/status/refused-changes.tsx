import type { RefusedChange, Workspace } from 'kith-client'
import { useWorkspace } from 'kith-client/react'
import { isContactId, isNoteId } from 'kith-shared'
import { fieldName } from '../people/field-name.js'

/** Names listed; the rest is a number. */
const LISTED = 5

/** What a refused change was about, so that its person can do it again in another way. */
export const RefusedChanges = () => {
  const workspace = useWorkspace()
  if (!workspace) return null
  const names = touchedNames(workspace, workspace.refusedChanges())
  const rest = names.length - LISTED
  return (
    <ul className="refused" aria-label="Refused changes">
      {names.slice(0, LISTED).map((name) => (
        <li key={name}>{name}</li>
      ))}
      {rest > 0 && <li>and {rest} more</li>}
    </ul>
  )
}

const touchedNames = (workspace: Workspace, changes: readonly RefusedChange[]): string[] => {
  const names = changes.flatMap(({ touches, reason }) =>
    touches.map((touched) => `${touchedName(workspace, touched)} (${reason})`),
  )
  return [...new Set(names)]
}

/** `<contact id>/<field>`, `about/<contact id>`, a contact's or a note's id. */
const touchedName = ({ contacts }: Workspace, touched: string): string => {
  const [first = '', second, ...rest] = touched.split('/')
  const [id, field] = first === 'about' ? [second, 'about'] : [first, [second, ...rest].join('/')]
  const contact = isContactId(id) ? contacts.contact(id) : undefined
  if (contact)
    return field === '' ? contact.name : `${capital(fieldName(field))} of ${contact.name}`
  return isNoteId(id) && contacts.note(id) ? 'A note' : 'Something that is not here any more'
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
