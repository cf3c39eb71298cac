import { useSyncExternalStore } from 'react'

const query = matchMedia('(max-width: 460px)')

const subscribe = (changed: () => void): (() => void) => {
  query.addEventListener('change', changed)
  return () => query.removeEventListener('change', changed)
}

export const useIsNarrow = (): boolean => useSyncExternalStore(subscribe, () => query.matches)
