import type { Activity, Workspace } from '../index.js'
import { type CursorPositionEvent, followPresence, type TypingEvent } from './presence-events.js'

/** What happens to contacts and notes, as `window` tells it. */
export type ActivityEvents = {
  [Type in Activity['type'] as `workspace:${Type}`]: CustomEvent<Extract<Activity, { type: Type }>>
}

declare global {
  interface WindowEventMap extends ActivityEvents {
    'workspace:typing': CustomEvent<TypingEvent>
    'workspace:cursor_position': CustomEvent<CursorPositionEvent>
  }
}

const running = new WeakMap<Workspace, { users: number; stop: () => void }>()

/**
 * Tells `window` what happens in the workspace, each thing once however many ask for it. Returns
 * how to stop.
 */
export const tellWindow = (workspace: Workspace): (() => void) => {
  const teller = running.get(workspace) ?? { users: 0, stop: startTelling(workspace) }
  running.set(workspace, teller)
  teller.users++
  return () => {
    teller.users--
    if (teller.users > 0) return
    running.delete(workspace)
    teller.stop()
  }
}

const dispatch = (type: string, detail: unknown): void => {
  window.dispatchEvent(new CustomEvent(`workspace:${type}`, { detail }))
}

const startTelling = (workspace: Workspace): (() => void) => {
  const stopActivity = workspace.onActivity((activity) => dispatch(activity.type, activity))
  const stopPresence = followPresence(workspace, (event) => dispatch(event.type, event))
  return () => {
    stopActivity()
    stopPresence()
  }
}
