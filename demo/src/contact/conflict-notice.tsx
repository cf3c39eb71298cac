import type { FieldConflict } from 'kith-client/react'
import { X } from 'lucide-react'
import { type MouseEvent, useEffect } from 'react'
import { useAnnounce } from '../toast/toast.js'
import { conflictWords } from './conflict-words.js'

export interface ConflictNoticeProps {
  id: string
  fieldId: string
  /** Of the field, as its label says it. */
  label: string
  conflict: FieldConflict
  isReadOnly: boolean
}

/**
 * Somebody else and I wrote one field at once: the value that does not show, and a click to take it.
 * It lies over the end of its own field, and below it for who is in the field: nothing moves, no other
 * field is covered, and the focus stays.
 */
export const ConflictNotice = ({
  id,
  fieldId,
  label,
  conflict,
  isReadOnly,
}: ConflictNoticeProps) => {
  const { why, said, value, take } = conflictWords(conflict)
  const announce = useAnnounce()
  const sentence = `${label}: ${why} ${said} ${value}`
  useEffect(() => announce(sentence), [announce, sentence])
  /** By key the focus is on the button, which is gone now. */
  const goBack = ({ detail }: MouseEvent): void => {
    if (detail === 0) document.getElementById(fieldId)?.focus()
  }
  // The focus stays in the field: a press on a button here would write it and leave it first.
  const stay = (event: { preventDefault(): void }): void => event.preventDefault()
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would put its legend into the layout
    <div
      className="conflict"
      role="group"
      aria-label={`${label} was changed twice`}
      data-testid="conflict"
    >
      <p id={id} title={`${why} ${said} “${value}”`}>
        <span className="conflict-why">{why} </span>
        <span className="conflict-who">{said} </span>
        <q>{value}</q>
      </p>
      <span className="conflict-acts">
        {!isReadOnly && (
          <button
            type="button"
            className="button small"
            onMouseDown={stay}
            onClick={(event) => {
              conflict.take()
              goBack(event)
            }}
          >
            {take}
          </button>
        )}
        <button
          type="button"
          className="icon-button small"
          aria-label="Dismiss"
          title="Keep it as it is"
          onMouseDown={stay}
          onClick={(event) => {
            conflict.dismiss()
            goBack(event)
          }}
        >
          <X aria-hidden="true" size={14} />
        </button>
      </span>
    </div>
  )
}
