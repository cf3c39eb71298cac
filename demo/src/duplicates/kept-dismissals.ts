/** Who was told apart: on this device, by one person in one workspace, for all tabs. */
import type { ContactId } from 'kith-shared'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { type Dismissal, parseDismissals, withDismissal, withoutDismissal } from './dismissals.js'

/** As JSON, since either id may hold whatever separates them. */
const keyOf = (userId: string, workspaceId: string): string =>
  `kith.apart ${JSON.stringify([userId, workspaceId])}`

const read = (key: string): readonly Dismissal[] | undefined => {
  try {
    return parseDismissals(JSON.parse(localStorage.getItem(key) ?? '[]'))
  } catch {
    return undefined
  }
}

/** Whether it is kept; blocked or full, it lasts as long as the page. */
const write = (key: string, all: readonly Dismissal[]): boolean => {
  try {
    localStorage.setItem(key, JSON.stringify(all))
    return true
  } catch {
    return false
  }
}

/** For who takes a workspace off this device. */
export const forgetDismissals = (userId: string, workspaceId: string): void => {
  try {
    localStorage.removeItem(keyOf(userId, workspaceId))
  } catch {
    // Blocked: then nothing was kept.
  }
}

export interface Dismissals {
  /** The newest last. */
  readonly all: readonly Dismissal[]
  dismiss(ids: readonly ContactId[]): void
  bringBack(ids: readonly ContactId[]): void
}

export const useDismissals = (userId: string, workspaceId: string): Dismissals => {
  const key = keyOf(userId, workspaceId)
  const [all, setAll] = useState(() => read(key) ?? [])
  const inMemory = useRef<readonly Dismissal[]>(undefined)
  useEffect(() => {
    const hear = (event: StorageEvent): void => {
      if (event.key === key) setAll(read(key) ?? [])
    }
    addEventListener('storage', hear)
    return () => removeEventListener('storage', hear)
  }, [key])
  const change = useCallback(
    (changed: (all: readonly Dismissal[]) => readonly Dismissal[]) => {
      // What another tab has kept a moment ago stays.
      const next = changed(inMemory.current ?? read(key) ?? [])
      inMemory.current = write(key, next) ? undefined : next
      setAll(next)
    },
    [key],
  )
  return useMemo(
    () => ({
      all,
      dismiss: (ids) => change((now) => withDismissal(now, ids)),
      bringBack: (ids) => change((now) => withoutDismissal(now, ids)),
    }),
    [all, change],
  )
}
