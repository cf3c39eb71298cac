import { useMemo } from 'react'
import type { Workspace } from '../../index.js'
import { useWorkspace } from '../provider.js'
import { shallowEqual } from '../shallow-equal.js'
import { onStatus } from '../use-sync-status.js'
import { useValue } from '../use-value.js'
import {
  NO_MOMENTS,
  SPANS,
  type Span,
  type StatusMoments,
  type StatusTimes,
  spanIsOver,
  statusIs,
  timesOf,
} from './status-clock.js'

/** What time has made of the status; renders when one of the answers changes. */
export const useStatusTimes = (): StatusTimes => {
  const workspace = useWorkspace()
  const clock = useMemo(() => workspace && statusClock(workspace), [workspace])
  return useValue(clock, listen, read, NOTHING_YET, shallowEqual)
}

type StatusClock = ReturnType<typeof statusClock>

const listen = (clock: StatusClock, changed: () => void) => clock.subscribe(changed)
const read = (clock: StatusClock): StatusTimes => clock.read()
const NOTHING_YET = timesOf(NO_MOMENTS)
const ALL = Object.keys(SPANS) as Span[] // `keys` gives no more than strings

/** Runs timers, by the workspace's clock, only while somebody listens and something is going to turn. */
const statusClock = (workspace: Workspace) => {
  let moments = NO_MOMENTS
  let times = NOTHING_YET
  const timers = new Map<Span, () => void>()
  const stop = (span: Span): void => {
    timers.get(span)?.()
    timers.delete(span)
  }
  const become = (next: StatusMoments, changed: () => void): void => {
    for (const span of ALL) {
      if (next.spans[span] !== 'runs') stop(span)
      else if (!timers.has(span)) {
        const end = () => become(spanIsOver(moments, span), changed)
        timers.set(span, workspace.setTimer(end, SPANS[span]))
      }
    }
    moments = next
    times = timesOf(next)
    changed()
  }
  return {
    subscribe: (changed: () => void): (() => void) => {
      const follow = (): void => become(statusIs(moments, workspace.status()), changed)
      const end = onStatus(workspace, follow)
      follow()
      return () => {
        for (const span of ALL) stop(span)
        end()
      }
    },
    /** As of the last turn: it may be read while rendering. */
    read: (): StatusTimes => times,
  }
}
