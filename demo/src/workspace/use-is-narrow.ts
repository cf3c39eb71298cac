import { useSyncExternalStore } from 'react'

const watched = (query: MediaQueryList) => {
  const subscribe = (changed: () => void): (() => void) => {
    query.addEventListener('change', changed)
    return () => query.removeEventListener('change', changed)
  }
  return (): boolean => useSyncExternalStore(subscribe, () => query.matches)
}

export const useIsNarrow = watched(matchMedia('(max-width: 460px)'))

/** The list or a contact, one at a time; as in `layout.css`. */
export const useIsSinglePane = watched(matchMedia('(max-width: 760px)'))
