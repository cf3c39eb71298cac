import { type KeyboardEvent, type ReactNode, useState } from 'react'

export interface ConfirmProps {
  /** What will be gone, as a sentence. */
  question: ReactNode
  /** On the button that does it. */
  act: string
  onConfirm: () => Promise<void>
  onCancel: () => void
}

/** Asks in place. The focus starts on the way back; Escape takes it, and leaves the dialog open. */
export const Confirm = ({ question, act, onConfirm, onCancel }: ConfirmProps) => {
  const [asking, setAsking] = useState(false)
  const confirm = async (): Promise<void> => {
    if (asking) return
    setAsking(true)
    await onConfirm()
    setAsking(false)
  }
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return
    event.preventDefault()
    event.stopPropagation()
    onCancel()
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would put its legend into the layout
    <div className="confirm" role="group" aria-label={act} onKeyDown={onKey}>
      <p>{question}</p>
      <div className="buttons">
        <button
          type="button"
          className="button"
          onClick={onCancel}
          // biome-ignore lint/a11y/noAutofocus: the question was asked for, and this is its safe end
          autoFocus
        >
          Cancel
        </button>
        <button
          type="button"
          className="button danger"
          aria-disabled={asking}
          onClick={() => void confirm()}
        >
          {act}
        </button>
      </div>
    </div>
  )
}
