import { useEffect, useRef } from 'react'
import type { Activity } from '../index.js'
import { useWorkspace } from './provider.js'

/** Calls `listener`, which may be written inline, for everything that happens in the workspace. */
export const useActivity = (listener: (activity: Activity) => void): void => {
  const workspace = useWorkspace()
  const newest = useRef(listener)
  useEffect(() => {
    newest.current = listener
  })
  useEffect(() => workspace?.onActivity((activity) => newest.current(activity)), [workspace])
}
