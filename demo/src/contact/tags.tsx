import { useContact, useContactActions } from 'kith-client/react'
import type { ContactId } from 'kith-shared'
import { X } from 'lucide-react'
import { type KeyboardEvent, useState } from 'react'
import { focusNext } from '../focus/focus-next.js'
import { useTags } from '../list/use-tags.js'
import { shortName } from '../toast/undo-words.js'
import { useUndoable } from '../toast/use-undoable.js'
import { errorText } from './text-field.js'

export const Tags = ({ contactId, isReadOnly }: { contactId: ContactId; isReadOnly: boolean }) => {
  const tags = useContact(contactId, (contact) => contact.tags) ?? []
  const actions = useContactActions()
  const undoable = useUndoable()
  const remove = (tag: string): void =>
    undoable(`Removed tag ${shortName(tag)}`, () => actions.removeTag(contactId, tag))
  return (
    <section className="tags" aria-label="Tags" data-rows="" data-kith-field={`${contactId}/tags`}>
      {tags.map((tag) => (
        <span className="tag" key={tag} data-testid="tag">
          <bdi>{tag}</bdi>
          {!isReadOnly && (
            <button
              type="button"
              aria-label={`Remove tag ${tag}`}
              data-removes=""
              onClick={(event) => {
                focusNext(event)
                remove(tag)
              }}
            >
              <X aria-hidden="true" size={12} />
            </button>
          )}
        </span>
      ))}
      {!isReadOnly && <NewTag contactId={contactId} last={tags.at(-1)} onRemove={remove} />}
    </section>
  )
}

interface NewTagProps {
  contactId: ContactId
  last: string | undefined
  onRemove: (tag: string) => void
}

const NewTag = ({ contactId, last, onRemove }: NewTagProps) => {
  const [text, setText] = useState('')
  const [problem, setProblem] = useState('')
  const actions = useContactActions()
  const known = useTags()
  const add = (): void => {
    if (text.trim() === '') return
    try {
      actions.addTag(contactId, text)
      setText('')
    } catch (error) {
      setProblem(errorText(error instanceof Error ? error : new Error(String(error))))
    }
  }
  const onKey = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Enter' || event.key === ',') {
      event.preventDefault()
      add()
    } else if (event.key === 'Backspace' && text === '' && last !== undefined) {
      // A key that is held to clear the text takes no tag with it.
      if (!event.repeat) onRemove(last)
    }
  }
  return (
    <span className="new-tag">
      <input
        aria-label="Add tag"
        data-adds=""
        placeholder="Add tag"
        value={text}
        list="known-tags"
        maxLength={100}
        onChange={(event) => {
          setText(event.target.value)
          setProblem('')
        }}
        onKeyDown={onKey}
        onBlur={() => {
          add()
          actions.setEditing(null)
        }}
        onFocus={() => actions.setEditing({ contactId, field: 'tags' })}
        autoComplete="off"
      />
      <datalist id="known-tags">
        {known.map((tag) => (
          <option key={tag} value={tag} />
        ))}
      </datalist>
      {problem !== '' && (
        <span className="field-error" role="alert">
          {problem}
        </span>
      )}
    </span>
  )
}
