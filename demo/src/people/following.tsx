import type { Workspace } from 'kith-client'
import { useOthers, useSyncStatus, useWorkspace } from 'kith-client/react'
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import { useAnnounce, useToast } from '../toast/toast.js'
import { useRoute } from '../workspace/route.js'
import { FollowFrame } from './follow-frame.js'
import { showCaret } from './show-caret.js'
import { showWhereabouts } from './show-whereabouts.js'
import { useStopsByInput } from './use-stops-by-input.js'
import { useViewing } from './use-viewing.js'
import { type Whereabouts, whereaboutsOf } from './whereabouts.js'

/** Whom I follow. */
export interface Following {
  userId: string | undefined
  /** Again: stops. */
  toggle(userId: string): void
}

const Provided = createContext<Following>({ userId: undefined, toggle: () => undefined })

export const useFollowing = (): Following => useContext(Provided)

/** Tells others where I am. Whom I follow is one person at a time; until a key, a pointer or a wheel of my own, or until they leave. */
export const FollowingProvider = ({ children }: { children: ReactNode }) => {
  const [userId, setUserId] = useState<string>()
  const route = useRoute()
  useViewing('contactId' in route ? route.contactId : undefined)
  const toggle = useCallback(
    (picked: string) => setUserId((now) => (now === picked ? undefined : picked)),
    [],
  )
  const stop = useCallback(() => setUserId(undefined), [])
  const following = useMemo(() => ({ userId, toggle }), [userId, toggle])
  return (
    <Provided.Provider value={following}>
      {children}
      {userId !== undefined && <Followed key={userId} userId={userId} onStop={stop} />}
    </Provided.Provider>
  )
}

/** Milliseconds. */
const GONE_AFTER = 2_000

/** What was there last, while nothing is. */
const useLast = <Value,>(value: Value | undefined): Value | undefined => {
  const last = useRef(value)
  if (value !== undefined) last.current = value
  return last.current
}

const Followed = ({ userId, onStop }: { userId: string; onStop: () => void }) => {
  const here = useOthers((others) => others.find((other) => other.user.id === userId)?.user)
  const user = useLast(here)
  const workspace = useWorkspace()
  const toast = useToast()
  const announce = useAnnounce()
  const name = user?.name
  useStopsByInput(onStop)
  useEffect(() => {
    if (name !== undefined) announce(`Following ${name}. Escape stops.`)
    return () => announce('')
  }, [announce, name])
  // A drop takes word of all others, and a welcome comes before it.
  const isLive = useSyncStatus(({ connection }) => connection.state === 'live')
  const isGone = isLive && here === undefined
  useEffect(() => {
    if (!isGone) return
    const timer = setTimeout(() => {
      onStop()
      if (name !== undefined) toast({ text: `${name} has left` })
    }, GONE_AFTER)
    return () => clearTimeout(timer)
  }, [isGone, name, onStop, toast])
  useGoesAlong(workspace, userId)
  return user ? <FollowFrame name={user.name} color={user.color} onStop={onStop} /> : null
}

/** Milliseconds in which a caret has glided to where it goes. */
const GLIDES = 250
/** So often a caret is looked for while its field still scrolls into sight. */
const TRIES = 6

/** The contact, the field and the caret of whom I follow stay in sight. */
const useGoesAlong = (workspace: Workspace | undefined, userId: string): void => {
  useEffect(() => {
    if (workspace === undefined) return
    const { awareness } = workspace
    let last = ''
    let timer: ReturnType<typeof setTimeout> | undefined
    const bringCaret = (place: Whereabouts, tries: number): void => {
      clearTimeout(timer)
      if (place.field === undefined || tries === 0) return
      timer = setTimeout(() => {
        if (!showCaret(awareness.getStates(), userId, place)) bringCaret(place, tries - 1)
      }, GLIDES)
    }
    const go = (): void => {
      const place = whereaboutsOf(awareness.getStates().values(), userId)
      if (place === undefined) return
      bringCaret(place, TRIES)
      const key = JSON.stringify(place)
      if (key === last) return
      last = key
      showWhereabouts(workspace, place)
    }
    awareness.on('change', go)
    go()
    return () => {
      awareness.off('change', go)
      clearTimeout(timer)
    }
  }, [workspace, userId])
}
