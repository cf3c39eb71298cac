export type Turn = 'undo' | 'redo'

/** Cmd or Ctrl with Z, with Shift for redo, or Ctrl-Y; `undefined` for any other key. */
export const turnOf = (event: KeyboardEvent): Turn | undefined => {
  if (event.isComposing || event.altKey || !(event.metaKey || event.ctrlKey)) return undefined
  const key = event.key.toLowerCase()
  if (key === 'z') return event.shiftKey ? 'redo' : 'undo'
  return key === 'y' && event.ctrlKey && !event.shiftKey ? 'redo' : undefined
}

/**
 * Takes undo and redo over from an input: by keys, by the menu, by shaking a phone. The browser's
 * own history knows nothing of what others changed, and forgets itself whenever a value is set. Of
 * an input method it stays: what is composed is nobody's step yet. Gives the way to stop.
 */
export const catchTurns = (element: HTMLElement, act: (turn: Turn) => void): (() => void) => {
  const take = (event: Event, turn: Turn | undefined): void => {
    if (turn === undefined) return
    event.preventDefault()
    act(turn)
  }
  const onKey = (event: KeyboardEvent): void => take(event, turnOf(event))
  const onInput = (event: InputEvent): void => {
    const { inputType } = event
    take(
      event,
      inputType === 'historyUndo' ? 'undo' : inputType === 'historyRedo' ? 'redo' : undefined,
    )
  }
  element.addEventListener('keydown', onKey)
  element.addEventListener('beforeinput', onInput)
  return () => {
    element.removeEventListener('keydown', onKey)
    element.removeEventListener('beforeinput', onInput)
  }
}
