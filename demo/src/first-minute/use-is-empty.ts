import { useSyncStatus } from 'kith-client/react'
import { useListState } from '../list/list-state.js'
import { useMayWrite } from '../session/use-may-write.js'

/** The workspace is known to hold no contact, and the first ones can be added here. */
export const useIsEmpty = (): boolean => {
  const { view, ids, isNarrowed } = useListState()
  const isLive = useSyncStatus(({ connection }) => connection.state === 'live')
  const mayWrite = useMayWrite()
  return view === 'contacts' && ids.length === 0 && !isNarrowed && isLive && mayWrite
}
