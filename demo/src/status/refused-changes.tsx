import type { RefusedChange, Workspace } from 'kith-client'
import { fieldName, useWorkspace } from 'kith-client/react'
import { isContactId, isNoteId } from 'kith-shared'
import { useState } from 'react'
import { useToast } from '../toast/toast.js'
import { reasonWords, refusedText } from './refused-text.js'

/** Changes listed; the rest is a number. */
const LISTED = 5

/** What a refused change was about, so that its person can do it again in another way. */
export const RefusedChanges = () => {
  const workspace = useWorkspace()
  if (!workspace) return null
  const changes = workspace.refusedChanges()
  const rest = changes.length - LISTED
  return (
    <ul className="refused" aria-label="Refused changes">
      {changes.slice(0, LISTED).map((change) => (
        <Refused key={change.id} workspace={workspace} change={change} />
      ))}
      {rest > 0 && <li>and {rest} more</li>}
    </ul>
  )
}

const Refused = ({ workspace, change }: { workspace: Workspace; change: RefusedChange }) => {
  const [isSure, setSure] = useState(false)
  const toast = useToast()
  const names = namesOf(workspace, change)
  const rest = names.length - LISTED
  const copy = (): void => {
    navigator.clipboard.writeText(refusedText(names, change)).then(
      () => toast({ text: 'Copied the refused change' }),
      () => toast({ text: 'This browser didn’t let Kith copy it' }),
    )
  }
  const discard = (): void => {
    if (isSure) workspace.discardRefused(change.id)
    else setSure(true)
  }
  return (
    <li>
      <span>
        {names.slice(0, LISTED).join(', ')}
        {rest > 0 && ` and ${rest} more`} ({reasonWords(change)})
      </span>
      <span className="buttons">
        <button type="button" className="button" onClick={copy}>
          Copy
        </button>
        <button type="button" className="button" onClick={discard} onBlur={() => setSure(false)}>
          {isSure ? 'Discard for good' : 'Discard'}
        </button>
      </span>
    </li>
  )
}

const namesOf = (workspace: Workspace, { touches }: RefusedChange): string[] => {
  const names = new Set(touches.map((touched) => touchedName(workspace, touched)))
  return names.size === 0 ? ['Something without a name'] : [...names]
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
