import { NOT_LISTED_YET, useContactIds, useWorkspace } from 'kith-client/react'
import type { Contact, ContactId } from 'kith-shared'
import { useId, useState } from 'react'
import { Dialog } from '../dialog/dialog.js'
import { EXPORT_FORMATS, type ExportFormat, exportFile } from './export-file.js'
import { saveFile } from './save-file.js'

export interface ExportDialogProps {
  workspaceId: string
  /** The workspace's. */
  name: string
  /** What search and filters leave; `undefined` where they leave all. */
  shown: readonly ContactId[] | undefined
  /** The contact that is open. */
  contactId: ContactId | undefined
  onClose: () => void
}

type Scope = 'all' | 'shown' | 'one'

/** Contacts as a file of the person's own: which, and in which form. */
export const ExportDialog = (props: ExportDialogProps) => {
  const { shown, contactId, onClose } = props
  const workspace = useWorkspace()
  const [scope, setScope] = useState<Scope>(shown ? 'shown' : 'all')
  const [format, setFormat] = useState<ExportFormat>('csv')
  const [said, setSaid] = useState('')
  const all = useContactIds()
  // Of very many it takes a moment to know which they are.
  if (!workspace || all === NOT_LISTED_YET) return null
  const one = contactId === undefined ? undefined : workspace.contacts.contact(contactId)
  const ids: Record<Scope, readonly ContactId[]> = {
    all,
    shown: shown ?? [],
    one: one ? [one.id] : [],
  }
  const isWhole = format === 'yjs'
  const chosen = ids[isWhole ? 'all' : scope]
  const save = (): void => {
    const { name: title, workspaceId: id } = props
    const about = { id, name: isWhole || scope !== 'one' || !one ? title : one.name || title }
    const file = exportFile(workspace, chosen, format, about)
    saveFile(file.name, file.type, file.content)
    setSaid(`Saved ${countOf(chosen.length)} as ${file.name}.`)
  }
  return (
    <Dialog title="Export contacts" onClose={onClose}>
      <ScopeChoice
        scope={isWhole ? 'all' : scope}
        isWhole={isWhole}
        counts={{ all: all.length, shown: shown?.length }}
        one={one}
        onChoose={setScope}
      />
      <FormatChoice format={format} onChoose={setFormat} />
      <p className="small quiet still" role="status">
        {said}
      </p>
      <div className="buttons end">
        <button type="button" className="button" onClick={onClose}>
          Close
        </button>
        <button
          type="button"
          className="button primary"
          aria-disabled={chosen.length === 0 && !isWhole}
          onClick={() => (chosen.length > 0 || isWhole) && save()}
        >
          {isWhole ? 'Export the document' : `Export ${countOf(chosen.length)}`}
        </button>
      </div>
    </Dialog>
  )
}

const countOf = (count: number): string =>
  count === 1 ? '1 contact' : `${count.toLocaleString('en')} contacts`

interface ScopeChoiceProps {
  scope: Scope
  /** The whole document: there is nothing to choose. */
  isWhole: boolean
  counts: { all: number; shown: number | undefined }
  one: Contact | undefined
  onChoose: (scope: Scope) => void
}

const ScopeChoice = ({ scope, isWhole, counts, one, onChoose }: ScopeChoiceProps) => {
  const choice = (of: Scope, title: string) => (
    <Choice name="scope" title={title} checked={scope === of} onChoose={() => onChoose(of)} />
  )
  return (
    <fieldset className="choices" disabled={isWhole}>
      <legend>Which contacts</legend>
      {choice('all', `All contacts (${counts.all.toLocaleString('en')})`)}
      {counts.shown !== undefined &&
        choice('shown', `Those in the list now (${counts.shown.toLocaleString('en')})`)}
      {one && choice('one', `Only ${one.name || 'the open one'}`)}
    </fieldset>
  )
}

const FormatChoice = (props: {
  format: ExportFormat
  onChoose: (format: ExportFormat) => void
}) => (
  <fieldset className="choices">
    <legend>File type</legend>
    {EXPORT_FORMATS.map(({ format: id, title, words }) => (
      <Choice
        key={id}
        name="format"
        title={title}
        words={words}
        checked={props.format === id}
        onChoose={() => props.onChoose(id)}
      />
    ))}
  </fieldset>
)

interface ChoiceProps {
  name: string
  title: string
  words?: string
  checked: boolean
  onChoose: () => void
}

const Choice = ({ name, title, words, checked, onChoose }: ChoiceProps) => {
  const id = useId()
  return (
    <label>
      <input
        type="radio"
        name={name}
        checked={checked}
        aria-labelledby={`${id}-title`}
        aria-describedby={words === undefined ? undefined : `${id}-words`}
        onChange={onChoose}
      />
      <span>
        <span id={`${id}-title`} className="breakable">
          {title}
        </span>
        {words !== undefined && (
          <span id={`${id}-words`} className="quiet small">
            {words}
          </span>
        )}
      </span>
    </label>
  )
}
