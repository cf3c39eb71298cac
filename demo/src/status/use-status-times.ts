import type { SyncStatus } from 'kith-client'
import { useEffect, useRef, useState } from 'react'
import type { StatusTimes } from './status-words.js'

/** Milliseconds, from "How it must feel". */
const SLOW = 300
const AWAY = 5_000
const SAVED_STANDS = 1_000

/** Whoever went offline by the switch knows it: no need to wait. */
const BY_WISH = 'disconnected'

export const useStatusTimes = (status: SyncStatus): StatusTimes => {
  const { state, reason } = status.connection
  const isCut = state === 'offline' || state === 'connecting' || state === 'storage-error'
  const waits = status.pending > 0
  return {
    isSlow: useHeldFor(waits, SLOW),
    isAway: useHeldFor(isCut, AWAY) || reason === BY_WISH,
    isStuck: useHeldFor(waits && state === 'live', AWAY),
    isJustSaved: useJustSaved(status),
  }
}

/** True once `is` has been so for `time` milliseconds without a break. */
const useHeldFor = (is: boolean, time: number): boolean => {
  const [held, setHeld] = useState(false)
  useEffect(() => {
    if (!is) return
    const timer = setTimeout(() => setHeld(true), time)
    return () => {
      clearTimeout(timer)
      setHeld(false)
    }
  }, [is, time])
  return is && held
}

/** A change that stopped waiting because it was refused is not a saved one. */
const useJustSaved = ({ pending, refused }: SyncStatus): boolean => {
  const [isJustSaved, setJustSaved] = useState(false)
  const last = useRef({ pending, refused })
  useEffect(() => {
    const before = last.current
    last.current = { pending, refused }
    if (pending > 0) setJustSaved(false)
    else if (before.pending > 0 && refused <= before.refused) setJustSaved(true)
  }, [pending, refused])
  useEffect(() => {
    if (!isJustSaved) return
    const timer = setTimeout(() => setJustSaved(false), SAVED_STANDS)
    return () => clearTimeout(timer)
  }, [isJustSaved])
  return isJustSaved
}
