import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react'

export interface PopoverProps {
  /** What the button is called, and what it opens. */
  label: string
  button: ReactNode
  className?: string
  title?: string
  children: (close: () => void) => ReactNode
}

/** A button with a small panel below it. Escape, Tab out of it and a click elsewhere close it. */
export const Popover = (props: PopoverProps) => {
  const { label, button, className = 'icon-button', title, children } = props
  const [isOpen, setOpen] = useState(false)
  const place = useRef<HTMLSpanElement>(null)
  const opener = useRef<HTMLButtonElement>(null)
  const close = useCallback(() => {
    setOpen(false)
    opener.current?.focus()
  }, [])
  useEffect(() => {
    if (!isOpen) return
    place.current?.querySelector<HTMLElement>('[data-panel] :is(input, button, select)')?.focus()
    const onPointer = (event: PointerEvent): void => {
      if (event.target instanceof Node && !place.current?.contains(event.target)) setOpen(false)
    }
    // On the page: what had the focus in it may be gone.
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || event.isComposing) return
      event.preventDefault()
      close()
    }
    addEventListener('pointerdown', onPointer)
    document.addEventListener('keydown', onKey)
    return () => {
      removeEventListener('pointerdown', onPointer)
      document.removeEventListener('keydown', onKey)
    }
  }, [isOpen, close])
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only hears where the focus goes
    <span
      className="popover-place"
      ref={place}
      onBlur={(event) => {
        const next = event.relatedTarget
        if (next instanceof Node && !event.currentTarget.contains(next)) setOpen(false)
      }}
    >
      <button
        type="button"
        ref={opener}
        className={className}
        aria-label={label}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        title={title ?? label}
        onClick={() => setOpen(!isOpen)}
      >
        {button}
      </button>
      {isOpen && (
        <div className="popover" role="dialog" aria-label={label} data-panel="">
          {children(close)}
        </div>
      )}
    </span>
  )
}
