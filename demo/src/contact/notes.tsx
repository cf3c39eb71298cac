import {
  Avatar,
  TypingIndicator,
  useContactActions,
  useNotes,
  useWorkspace,
} from 'kith-client/react'
import type { ContactId, Note } from 'kith-shared'
import { Pencil, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { focusNext } from '../focus/focus-next.js'
import { useFocusBack } from '../focus/use-focus-back.js'
import { useUndoable } from '../toast/use-undoable.js'
import { rememberOwnNote, useNoteAuthor } from './note-authors.js'
import { useHasDraft } from './note-draft.js'
import { NoteForm } from './note-form.js'

export const Notes = ({ contactId, isReadOnly }: { contactId: ContactId; isReadOnly: boolean }) => {
  const notes = useNotes(contactId)
  const actions = useContactActions()
  const workspace = useWorkspace()
  const add = (body: string): void => {
    const noteId = actions.addNote(contactId, body)
    if (workspace) rememberOwnNote(workspace, noteId)
  }
  return (
    <section
      className="notes"
      aria-labelledby="notes-title"
      data-rows=""
      data-kith-field={`${contactId}/notes`}
    >
      <h2 id="notes-title">
        Notes <TypingIndicator contactId={contactId} field="notes" data-testid="notes-typing" />
      </h2>
      {!isReadOnly && (
        <NoteForm
          contactId={contactId}
          draftKey={contactId}
          label="New note"
          button="Add note"
          body=""
          onSubmit={add}
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
  const editor = useFocusBack(isEditing)
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
  return (
    <li className="note" data-testid="note">
      <p className="note-body">{note.body}</p>
      <div className="note-foot">
        <NoteOrigin note={note} />
        {!isReadOnly && (
          <>
            <button
              type="button"
              className="icon-button"
              ref={editor}
              aria-label="Edit note"
              onClick={() => setEditing(true)}
            >
              <Pencil aria-hidden="true" size={14} />
            </button>
            <button
              type="button"
              className="icon-button"
              aria-label="Delete note"
              data-removes=""
              onClick={(event) => {
                focusNext(event)
                remove()
              }}
            >
              <Trash2 aria-hidden="true" size={14} />
            </button>
          </>
        )}
      </div>
    </li>
  )
}

/** When it was written, and by whom: the name may come later, into a place that is kept for it. */
const NoteOrigin = ({ note }: { note: Note }) => {
  const author = useNoteAuthor(note.id)
  const ownId = useWorkspace()?.userId
  const time = new Date(note.createdAt)
  return (
    <span className="note-origin">
      {note.createdAt !== 0 && (
        <time dateTime={time.toISOString()}>
          {time.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })}
        </time>
      )}
      {author && (
        <span className="note-author" data-testid="note-author">
          <Avatar id={author.id} name={author.name || author.id} size={20} />
          <span className="note-author-name">
            {author.id === ownId ? 'You' : author.name || author.id}
          </span>
        </span>
      )}
    </span>
  )
}
