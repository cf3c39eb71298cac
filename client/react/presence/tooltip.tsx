import { type KeyboardEvent, type ReactNode, useState } from 'react'

/** Pixels that a tooltip keeps from the window's edge. */
const MARGIN = 8

/**
 * Shown under the pointer and the focus, gone by Escape (WCAG 1.4.13), and not in the page
 * otherwise, so that it needs no stylesheet to be hidden. `props` are for what it belongs to.
 */
export const useTooltip = (text: string) => {
  const [isShown, setShown] = useState(false)
  const show = (): void => setShown(true)
  const hide = (): void => setShown(false)
  const props = {
    onPointerEnter: show,
    onPointerLeave: hide,
    onFocus: show,
    onBlur: hide,
    onKeyDown: (event: KeyboardEvent): void => {
      if (event.key === 'Escape') hide()
    },
  }
  return { props, tooltip: isShown ? <Tooltip text={text} /> : null }
}

const Tooltip = ({ text }: { text: string }): ReactNode => (
  // Mute: what it belongs to has the same words as its label.
  <span className="kith-tooltip" data-part="tooltip" aria-hidden="true" ref={keepInSight}>
    {text}
  </span>
)

/** Before the paint: the stylesheet moves it by this much. */
const keepInSight = (element: HTMLElement | null): void => {
  if (element === null) return
  const { left, right } = element.getBoundingClientRect()
  const { clientWidth } = element.ownerDocument.documentElement
  const shift = Math.max(MARGIN - left, Math.min(0, clientWidth - MARGIN - right))
  if (shift !== 0) element.style.setProperty('--kith-shift', `${shift}px`)
}
