import { useField } from 'kith-client/react'
import { type ContactId, InvalidValue } from 'kith-shared'
import { type CSSProperties, useId } from 'react'
import { EditorChip } from '../people/editor-chip.js'
import { ConflictNotice } from './conflict-notice.js'

export type FieldPath = Parameters<typeof useField>[1]

export interface TextFieldProps {
  contactId: ContactId
  path: FieldPath
  label: string
  isReadOnly: boolean
  /** The label is said, not shown: something near says it already. */
  isLabelHidden?: boolean
  id?: string
  className?: string
  placeholder?: string
  inputMode?: 'text' | 'email' | 'tel' | 'url'
  /** Id of a `<datalist>`. */
  list?: string
  /** When it appears, since a person just asked for it. */
  takesFocus?: boolean
}

/** One field of a contact. Its input tells others that I am here, and shows me who else is. */
export const TextField = (props: TextFieldProps) => {
  const field = useField(props.contactId, props.path)
  const ownId = useId()
  const id = props.id ?? ownId
  const [editor] = field.editors
  // Of an entry's parts, the one that reads the same on both sides has no conflict.
  const conflict = field.conflict?.value === field.value ? undefined : field.conflict
  const says = [(editor || field.error) && `${id}-says`, conflict && `${id}-conflict`].filter(
    Boolean,
  )
  return (
    <div
      className={['field', props.className].filter(Boolean).join(' ')}
      data-shared={editor ? '' : undefined}
      style={editor && sharedStyle(editor.user.color)}
    >
      <label htmlFor={id} className={props.isLabelHidden ? 'unseen' : undefined}>
        {props.label}
      </label>
      <span className="control">
        {/* type="text" also for emails: other types don't tell where the caret is. */}
        <input
          {...field.props}
          id={id}
          type="text"
          inputMode={props.inputMode}
          list={props.list}
          placeholder={props.isReadOnly && !props.isLabelHidden ? '–' : props.placeholder}
          readOnly={props.isReadOnly}
          // biome-ignore lint/a11y/noAutofocus: what a person has just added is where they go on
          autoFocus={props.takesFocus}
          aria-invalid={field.error ? true : undefined}
          aria-describedby={says.length > 0 ? says.join(' ') : undefined}
          autoComplete="off"
          data-field={props.path}
        />
        <EditorChip id={`${id}-says`} editors={field.editors} />
      </span>
      {field.error && (
        <span className="field-error" id={editor ? undefined : `${id}-says`} role="alert">
          {errorText(field.error)}
        </span>
      )}
      {conflict && !field.error && (
        <ConflictNotice
          id={`${id}-conflict`}
          fieldId={id}
          label={props.label}
          conflict={conflict}
          isReadOnly={props.isReadOnly}
        />
      )}
    </div>
  )
}

/** The outline of whoever is in the field; the stylesheet reads the property. */
export const sharedStyle = (color: string): CSSProperties & Record<'--editor', string> => ({
  '--editor': color,
})

export const errorText = (error: Error): string => {
  if (!(error instanceof InvalidValue)) return 'This can’t be kept as it is.'
  switch (error.problem) {
    case 'empty':
      return 'This can’t be empty. The last text is kept.'
    case 'format':
      return error.field.includes('avatarUrl')
        ? 'An address that begins with https:// is needed.'
        : 'This is not in a form that can be kept.'
    case 'too-large':
      return 'This is too long to be kept.'
    case 'not-found':
      return 'This is no longer here.'
    default:
      return 'This can’t be kept as it is.'
  }
}
