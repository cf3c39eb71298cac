import { useMemo } from 'react'
import type { Workspace } from '../../index.js'
import { useWorkspace } from '../provider.js'
import { shallowEqual } from '../shallow-equal.js'
import { onStatus } from '../use-sync-status.js'
import { useValue } from '../use-value.js'
import { NO_MOMENTS, nextTurn, type StatusTimes, statusIs, timesAt } from './status-clock.js'

/** What time has made of the status; renders when one of the answers changes. */
export const useStatusTimes = (): StatusTimes => {
  const workspace = useWorkspace()
  const clock = useMemo(() => workspace && statusClock(workspace), [workspace])
  return useValue(clock, listen, read, NOTHING_YET, shallowEqual)
}

type StatusClock = ReturnType<typeof statusClock>

const listen = (clock: StatusClock, changed: () => void) => clock.subscribe(changed)
const read = (clock: StatusClock): StatusTimes => clock.read()
const NOTHING_YET = timesAt(NO_MOMENTS, 0)

/** Runs a timer only while somebody listens and something is going to turn. */
const statusClock = (workspace: Workspace) => {
  let moments = NO_MOMENTS
  let times = NOTHING_YET
  let timer: ReturnType<typeof setTimeout> | undefined
  const turn = (changed: () => void): void => {
    clearTimeout(timer)
    const now = performance.now()
    moments = statusIs(moments, workspace.status(), now)
    times = timesAt(moments, now)
    changed()
    const next = nextTurn(moments, now)
    // A timer may come a fraction of a millisecond early.
    if (next !== undefined) timer = setTimeout(() => turn(changed), Math.ceil(next - now) + 1)
  }
  return {
    subscribe: (changed: () => void): (() => void) => {
      const stop = onStatus(workspace, () => turn(changed))
      turn(changed)
      return () => {
        clearTimeout(timer)
        stop()
      }
    },
    /** As of the last turn: it may be read while rendering. */
    read: (): StatusTimes => times,
  }
}
