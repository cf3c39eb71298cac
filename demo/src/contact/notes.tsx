import { useContactActions, useNotes, useOthers } from 'kith-client/react'
import type { ContactId, Note } from 'kith-shared'
import { Pencil, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { chipText } from '../people/editor-chip.js'
import { useUndoable } from '../toast/use-undoable.js'
import { useHasDraft } from './note-draft.js'
import { NoteForm } from './note-form.js'

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
          draftKey={contactId}
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
  const [isEditing, setEditing] = useState(useHasDraft(note.id))
  const actions = useContactActions()
  const undoable = useUndoable()
  if (isEditing) {
    return (
      <li className="note">
        <NoteForm
          contactId={note.contactId}
          draftKey={note.id}
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
  const remove = (): void => undoable('Deleted a note', () => actions.deleteNote(note.id))
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
