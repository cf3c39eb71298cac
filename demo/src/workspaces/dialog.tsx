import { X } from 'lucide-react'
import { type ReactNode, useEffect, useId, useRef } from 'react'

export interface DialogProps {
  title: string
  onClose: () => void
  children: ReactNode
}

/** A modal dialog of the browser's own: it keeps the focus, and Escape closes it. */
export const Dialog = ({ title, onClose, children }: DialogProps) => {
  const dialog = useRef<HTMLDialogElement>(null)
  const titleId = useId()
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog className="dialog sheet" ref={dialog} aria-labelledby={titleId} onClose={onClose}>
      <header className="sheet-head">
        <h2 id={titleId} tabIndex={-1}>
          {title}
        </h2>
        <button
          type="button"
          className="icon-button"
          aria-label="Close"
          onClick={() => dialog.current?.close()}
        >
          <X aria-hidden="true" size={18} />
        </button>
      </header>
      {children}
    </dialog>
  )
}

/** Where a keyboard goes on when what it was at is gone. */
export const focusTitle = (): void =>
  document.querySelector<HTMLElement>('dialog[open] h2')?.focus()
