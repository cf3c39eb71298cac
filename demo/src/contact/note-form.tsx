import { useContactActions } from 'kith-client/react'
import type { ContactId } from 'kith-shared'
import { type KeyboardEvent, useId, useState } from 'react'
import { useNoteDraft } from './note-draft.js'
import { errorText } from './text-field.js'

interface NoteFormProps {
  contactId: ContactId
  /** Under which what is not sent yet is kept. */
  draftKey: string
  label: string
  button: string
  body: string
  /** @throws Error that says why the text is not taken */
  onSubmit: (body: string) => void
  onCancel?: () => void
}

export const NoteForm = (props: NoteFormProps) => {
  const { contactId, label, button, onSubmit } = props
  const { text, write, forget } = useNoteDraft(props.draftKey, props.body)
  const [error, setError] = useState<Error>()
  const errorId = useId()
  const actions = useContactActions()
  const submit = (): void => {
    if (text.trim() === '') return
    try {
      onSubmit(text.trim())
    } catch (thrown) {
      setError(thrown instanceof Error ? thrown : new Error(String(thrown)))
      return
    }
    forget()
    actions.setTyping(contactId, 'notes', false)
  }
  const cancel =
    props.onCancel &&
    (() => {
      forget()
      props.onCancel?.()
    })
  const onKey = (event: KeyboardEvent): void => {
    // Enter and Escape are the input method's then.
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit()
    else if (event.key === 'Escape' && cancel) cancel()
    else return
    event.preventDefault()
  }
  return (
    <div className="note-form">
      <textarea
        aria-label={label}
        data-adds=""
        placeholder="Write a note"
        rows={2}
        value={text}
        // biome-ignore lint/a11y/noAutofocus: somebody just pressed Edit
        autoFocus={cancel !== undefined}
        onChange={(event) => {
          write(event.target.value)
          setError(undefined)
          actions.setTyping(contactId, 'notes', true)
        }}
        onFocus={() => actions.setEditing({ contactId, field: 'notes' })}
        onBlur={() => actions.setEditing(null)}
        onKeyDown={onKey}
        aria-invalid={error ? true : undefined}
        aria-describedby={error && errorId}
      />
      {error && (
        <span className="field-error still" id={errorId} role="alert">
          {errorText(error)}
        </span>
      )}
      <NoteButtons isEmpty={text.trim() === ''} {...{ button, submit, cancel }} />
    </div>
  )
}

interface NoteButtonsProps {
  isEmpty: boolean
  button: string
  submit: () => void
  cancel: (() => void) | undefined
}

const NoteButtons = ({ isEmpty, button, submit, cancel }: NoteButtonsProps) => (
  <div className="note-buttons">
    {/* Not `disabled`: once the note is added it would take the focus from it. */}
    <button type="button" className="button" aria-disabled={isEmpty} onClick={submit}>
      {button}
    </button>
    {cancel && (
      <button type="button" className="button" onClick={cancel}>
        Cancel
      </button>
    )}
  </div>
)
