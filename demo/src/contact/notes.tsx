import { useContactActions, useNotes, useOthers } from 'kith-client/react'
import type { ContactId, Note } from 'kith-shared'
import { Pencil, Trash2 } from 'lucide-react'
import { type KeyboardEvent, useState } from 'react'
import { chipText } from '../people/editor-chip.js'
import { useToast } from '../toast/toast.js'

export const Notes = ({ contactId, isReadOnly }: { contactId: ContactId; isReadOnly: boolean }) => {
  const notes = useNotes(contactId)
  const actions = useContactActions()
  const writing = useOthers((others) =>
    others.filter(({ editing }) => editing?.contactId === contactId && editing.field === 'notes'),
  )
  return (
    <section className="notes" aria-labelledby="notes-title">
      <h2 id="notes-title">
        Notes{' '}
        <span className="quiet small" data-testid="notes-typing">
          {chipText(writing)}
        </span>
      </h2>
      {!isReadOnly && (
        <NoteForm
          contactId={contactId}
          label="New note"
          button="Add note"
          body=""
          onSubmit={(body) => actions.addNote(contactId, body)}
        />
      )}
      <ul aria-label="Notes">
        {notes.map((note) => (
          <NoteItem key={note.id} note={note} isReadOnly={isReadOnly} />
        ))}
      </ul>
    </section>
  )
}

const NoteItem = ({ note, isReadOnly }: { note: Note; isReadOnly: boolean }) => {
  const [isEditing, setEditing] = useState(false)
  const actions = useContactActions()
  const toast = useToast()
  if (isEditing) {
    return (
      <li className="note">
        <NoteForm
          contactId={note.contactId}
          label="Edit note"
          button="Save note"
          body={note.body}
          onSubmit={(body) => {
            if (body !== note.body) actions.editNote(note.id, body)
            setEditing(false)
          }}
          onCancel={() => setEditing(false)}
        />
      </li>
    )
  }
  const remove = (): void => {
    actions.deleteNote(note.id)
    const undo = (): void => actions.restoreNote(note.id)
    toast({ text: 'Deleted a note', action: { label: 'Undo', run: undo } })
  }
  const time = new Date(note.createdAt)
  return (
    <li className="note" data-testid="note">
      <p className="note-body">{note.body}</p>
      <div className="note-foot">
        <time dateTime={time.toISOString()}>
          {note.createdAt === 0
            ? ''
            : time.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })}
        </time>
        {!isReadOnly && (
          <>
            <button
              type="button"
              className="icon-button"
              aria-label="Edit note"
              onClick={() => setEditing(true)}
            >
              <Pencil aria-hidden="true" size={14} />
            </button>
            <button type="button" className="icon-button" aria-label="Delete note" onClick={remove}>
              <Trash2 aria-hidden="true" size={14} />
            </button>
          </>
        )}
      </div>
    </li>
  )
}

interface NoteFormProps {
  contactId: ContactId
  label: string
  button: string
  body: string
  onSubmit: (body: string) => void
  onCancel?: () => void
}

const NoteForm = ({ contactId, label, button, body, onSubmit, onCancel }: NoteFormProps) => {
  const [text, setText] = useState(body)
  const actions = useContactActions()
  const submit = (): void => {
    if (text.trim() === '') return
    onSubmit(text.trim())
    setText('')
    actions.setTyping(contactId, 'notes', false)
  }
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit()
    else if (event.key === 'Escape' && onCancel) onCancel()
    else return
    event.preventDefault()
  }
  return (
    <div className="note-form">
      <textarea
        aria-label={label}
        placeholder="Write a note"
        rows={2}
        value={text}
        // biome-ignore lint/a11y/noAutofocus: somebody just pressed Edit
        autoFocus={onCancel !== undefined}
        onChange={(event) => {
          setText(event.target.value)
          actions.setTyping(contactId, 'notes', true)
        }}
        onFocus={() => actions.setEditing({ contactId, field: 'notes' })}
        onBlur={() => actions.setEditing(null)}
        onKeyDown={onKey}
      />
      <div className="note-buttons">
        <button type="button" className="button" disabled={text.trim() === ''} onClick={submit}>
          {button}
        </button>
        {onCancel && (
          <button type="button" className="button" onClick={onCancel}>
            Cancel
          </button>
        )}
      </div>
    </div>
  )
}
