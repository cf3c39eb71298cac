import { useEffect } from 'react'

/** What says whom I follow: to press it is no reason to stop. */
const OWN = '[data-follows], [data-part="pick"]'

/**
 * Calls `stop` with the first input of my own. Escape does nothing else then; any other input does
 * what it does.
 */
export const useStopsByInput = (stop: () => void): void => {
  useEffect(() => {
    const ended = new AbortController()
    const options = { capture: true, passive: false, signal: ended.signal }
    addEventListener('keydown', (event: KeyboardEvent) => stopByKey(event, stop), options)
    for (const type of ['pointerdown', 'wheel'] as const) {
      addEventListener(type, ({ target }) => isOwn(target) || stop(), options)
    }
    return () => ended.abort()
  }, [stop])
}

const stopByKey = (event: KeyboardEvent, stop: () => void): void => {
  if (event.key === 'Escape') {
    event.preventDefault()
    event.stopPropagation()
    stop()
  } else if (!MODIFIERS.has(event.key) && !isOwn(event.target)) stop()
}

const MODIFIERS = new Set(['Shift', 'Control', 'Alt', 'Meta', 'CapsLock'])

const isOwn = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest(OWN) !== null
