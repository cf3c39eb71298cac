import { X } from 'lucide-react'
import { type ReactNode, useId, useLayoutEffect, useRef } from 'react'

export interface DialogProps {
  title: string
  onClose: () => void
  /** Runs now, and closing waits for it: Escape calls this first, and there is no button to close. */
  onStop?: (() => void) | undefined
  isWide?: boolean
  children: ReactNode
}

/** A modal dialog of the browser's own: it keeps the focus, and Escape closes it. */
export const Dialog = ({ title, onClose, onStop, isWide = false, children }: DialogProps) => {
  const dialog = useRef<HTMLDialogElement>(null)
  const titleId = useId()
  // Closed before it is gone from the page: only so does the focus go back to where it was.
  useLayoutEffect(() => {
    const shown = dialog.current
    shown?.showModal()
    return () => shown?.close()
  }, [])
  return (
    <dialog
      className={isWide ? 'dialog sheet wide' : 'dialog sheet'}
      ref={dialog}
      aria-labelledby={titleId}
      onCancel={(event) => {
        // A file chooser that is closed without a choice says so by the same event.
        if (event.target !== dialog.current || !onStop) return
        event.preventDefault()
        onStop()
      }}
      onClose={() => {
        // Not for one that is gone, or open again (as in React's strict mode).
        if (dialog.current?.open === false) onClose()
      }}
    >
      <header className="sheet-head">
        <h2 id={titleId} tabIndex={-1}>
          {title}
        </h2>
        {!onStop && (
          <button
            type="button"
            className="icon-button"
            aria-label="Close"
            onClick={() => dialog.current?.close()}
          >
            <X aria-hidden="true" size={18} />
          </button>
        )}
      </header>
      {children}
    </dialog>
  )
}

/** Where a keyboard goes on when what it was at is gone. */
export const focusTitle = (): void =>
  document.querySelector<HTMLElement>('dialog[open] h2')?.focus()
