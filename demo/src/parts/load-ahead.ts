import { useSyncStatus } from 'kith-client/react'
import { useEffect } from 'react'
import { duplicatesPart, filesPart, peoplePart } from './from-workspace.js'
import { whenIdle } from './when-idle.js'

/** What can be opened from an open workspace. */
const NEXT = [filesPart, peoplePart, duplicatesPart] as const

/** For the moment in which somebody reaches for one of them. */
export const loadNext = (): void => {
  for (const part of NEXT) part.load()
}

/**
 * Loads them once the workspace shows and the page has nothing to do: then opening one takes no
 * time, and a tab that stays open over a new version needs none of its old files any more.
 */
export const useLoadAhead = (): void => {
  const isStarting = useSyncStatus(({ connection: { state } }) =>
    ['loading', 'connecting', 'syncing'].includes(state),
  )
  useEffect(() => {
    if (isStarting) return
    // What was out of reach may be there again with the network.
    addEventListener('online', loadNext)
    const stop = whenIdle(loadNext)
    return () => {
      stop()
      removeEventListener('online', loadNext)
    }
  }, [isStarting])
}
