import { useRef } from 'react'
import { useStatusTimes } from '../sync-status/use-status-times.js'
import { useOthers } from '../use-people.js'
import { type Person, personOf, useOwnPerson } from '../use-presence.js'
import { useSyncStatus } from '../use-sync-status.js'

export interface SteadyPeople {
  self: Person | undefined
  others: readonly Person[]
  /** Whether that is how it is now, by the server's word. */
  isLive: boolean
}

/**
 * Who is here, for showing it: a drop takes word of all others at once, and a short one raises
 * nothing, so through its first 5 s everybody stays as they were.
 */
export const useSteadyPeople = (nameUntilKnown: string | undefined): SteadyPeople => {
  const others = useOthers((all) => all.map(personOf))
  const self = useOwnPerson(nameUntilKnown)
  const { state } = useSyncStatus().connection
  const { isAway } = useStatusTimes()
  const isDropped = state === 'offline' || state === 'connecting' || state === 'storage-error'
  const isLive = state === 'live' || state === 'syncing'
  const shown = useRef<SteadyPeople>(undefined)
  // Written while rendering, as in `useValue`: a render that is thrown away has read the same.
  if (shown.current === undefined || !isDropped || isAway) shown.current = { self, others, isLive }
  return shown.current
}
