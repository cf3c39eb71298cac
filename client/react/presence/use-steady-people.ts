import { useRef } from 'react'
import { useStatusTimes } from '../sync-status/use-status-times.js'
import { useOthers } from '../use-people.js'
import { personOf, useOwnPerson } from '../use-presence.js'
import { useSyncStatus } from '../use-sync-status.js'
import { type People, steadyPeople } from './steady-people.js'

/** Who is here, for showing it; a short drop raises nothing. */
export const useSteadyPeople = (nameUntilKnown: string | undefined): People => {
  const others = useOthers((all) => all.map(personOf))
  const self = useOwnPerson(nameUntilKnown)
  const { state } = useSyncStatus().connection
  const { isAway, isSettled } = useStatusTimes()
  const isDropped = state === 'offline' || state === 'connecting' || state === 'storage-error'
  const shown = useRef<People>(undefined)
  // Written while rendering, as in `useValue`: a render that is thrown away has read the same.
  shown.current = steadyPeople(shown.current, {
    self,
    others,
    phase: isDropped && !isAway ? 'dropped' : isSettled || isAway ? 'settled' : 'settling',
  })
  return shown.current
}
