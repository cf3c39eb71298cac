import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react'

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
  const close = (): void => {
    setOpen(false)
    opener.current?.focus()
  }
  useEffect(() => {
    if (!isOpen) return
    place.current?.querySelector<HTMLElement>('[data-panel] :is(input, button, select)')?.focus()
    const onPointer = (event: PointerEvent): void => {
      if (event.target instanceof Node && !place.current?.contains(event.target)) setOpen(false)
    }
    addEventListener('pointerdown', onPointer)
    return () => removeEventListener('pointerdown', onPointer)
  }, [isOpen])
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.nativeEvent.isComposing) return
    event.preventDefault()
    close()
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: takes the keys and the focus of what is in it
    <span
      className="popover-place"
      ref={place}
      onKeyDown={isOpen ? onKey : undefined}
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
