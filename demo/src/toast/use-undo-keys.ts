import { useEffect } from 'react'
import { useTurns } from './use-turns.js'

/**
 * Cmd- or Ctrl-Z, with Shift for redo, and Ctrl-Y, on the whole page, for one component of it. Text
 * fields keep their own: those of a contact take back what was done in them, others the browser's.
 */
export const useUndoKeys = (): void => {
  const turns = useTurns()
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const turn = turnOf(event)
      if (turn === undefined || event.defaultPrevented || isText(event.target)) return
      // A dialog is about something else than what lies under it.
      if (document.querySelector('dialog[open]')) return
      event.preventDefault()
      turns[turn]()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [turns])
}

const turnOf = (event: KeyboardEvent): 'undo' | 'redo' | undefined => {
  if (event.isComposing || event.altKey || !(event.metaKey || event.ctrlKey)) return undefined
  const key = event.key.toLowerCase()
  if (key === 'z') return event.shiftKey ? 'redo' : 'undo'
  return key === 'y' && event.ctrlKey && !event.shiftKey ? 'redo' : undefined
}

const isText = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    target.matches('input:not([type="checkbox"], [type="radio"]), textarea'))
