import { useSyncExternalStore } from 'react'

/** Whether the open workspace has edits that end with it: on no server, and not on this device. */
let isHeld = false
const listeners = new Set<() => void>()

export const hold = (next: boolean): void => {
  if (next === isHeld) return
  isHeld = next
  for (const listener of listeners) listener()
}

export const useIsHeld = (): boolean =>
  useSyncExternalStore(
    (changed) => {
      listeners.add(changed)
      return () => listeners.delete(changed)
    },
    () => isHeld,
  )
