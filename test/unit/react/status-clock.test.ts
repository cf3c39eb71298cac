import { describe, expect, it } from 'vitest'
import type { ConnectionState, SyncStatus } from '../../../client/index.js'
import {
  NO_MOMENTS,
  SPANS,
  type Span,
  type StatusMoments,
  type StatusTimes,
  spanIsOver,
  statusIs,
  timesOf,
} from '../../../client/react/sync-status/status-clock.js'

const status = (state: ConnectionState, rest: Partial<SyncStatus> = {}): SyncStatus => ({
  connection: { state, reason: state },
  pending: 0,
  onDevice: true,
  storage: { kind: 'device' },
  refused: 0,
  ...rest,
})

/** A clock of its own: what is said at each millisecond, and when it must be looked at again. */
const play = () => {
  let now = 0
  let moments: StatusMoments = NO_MOMENTS
  const ends = new Map<Span, number>()
  const said = (): (keyof StatusTimes)[] => {
    const times = timesOf(moments)
    return (Object.keys(times) as (keyof StatusTimes)[]).filter((name) => times[name])
  }
  const become = (next: StatusMoments) => {
    moments = next
    for (const span of Object.keys(SPANS) as Span[]) {
      if (next.spans[span] !== 'runs') ends.delete(span)
      else if (!ends.has(span)) ends.set(span, now + SPANS[span])
    }
    return said()
  }
  return {
    becomes: (state: ConnectionState, rest: Partial<SyncStatus> = {}) =>
      become(statusIs(moments, status(state, rest))),
    passes(ms: number) {
      now += ms
      for (const [span, end] of ends) if (end <= now) become(spanIsOver(moments, span))
      return said()
    },
    turnsIn: () => (ends.size === 0 ? undefined : Math.min(...ends.values()) - now),
  }
}

describe('what time makes of a status', () => {
  it('[V7] calls a save slow after 300 ms, and a saved change saved for a second', () => {
    const { becomes, passes, turnsIn } = play()
    becomes('live')
    passes(2_000)
    expect(becomes('live', { pending: 1 })).toEqual(['isSettled'])
    expect(turnsIn()).toBe(300)
    expect(passes(299)).not.toContain('isSlow')
    expect(passes(1)).toContain('isSlow')
    // Another change does not begin the wait anew.
    expect(becomes('live', { pending: 2 })).toContain('isSlow')
    expect(becomes('live')).toEqual(['isJustSaved', 'isSettled'])
    expect(turnsIn()).toBe(1_000)
    expect(passes(999)).toContain('isJustSaved')
    expect(passes(1)).toEqual(['isSettled'])
    expect(turnsIn()).toBeUndefined()
  })

  it('[V7] never calls saved what waits again, or what was refused', () => {
    const { becomes, passes } = play()
    becomes('live', { pending: 1 })
    expect(becomes('live')).toContain('isJustSaved')
    expect(becomes('live', { pending: 1 })).not.toContain('isJustSaved')
    passes(5_000)
    expect(becomes('live', { refused: 1 })).not.toContain('isJustSaved')
  })

  it('[V7] calls nobody away before 5 s, through all that a reconnection goes through', () => {
    const { becomes, passes, turnsIn } = play()
    becomes('live')
    expect(becomes('offline')).toEqual([])
    expect(turnsIn()).toBe(5_000)
    passes(3_000)
    becomes('connecting')
    becomes('offline')
    expect(passes(1_999)).not.toContain('isAway')
    expect(passes(1)).toContain('isAway')
    expect(becomes('live')).not.toContain('isAway')
    expect(becomes('offline')).not.toContain('isAway')
  })

  it('[V7] takes whoever disconnected by wish at their word at once', () => {
    const { becomes } = play()
    const connection = { state: 'offline', reason: 'disconnected' } as const
    expect(becomes('offline', { connection })).toEqual(['isAway'])
  })

  it('[V7] calls a change stuck after 5 s of a live connection, not of a drop', () => {
    const { becomes, passes } = play()
    becomes('offline', { pending: 1 })
    passes(4_000)
    becomes('live', { pending: 1 })
    expect(passes(4_999)).not.toContain('isStuck')
    expect(passes(1)).toContain('isStuck')
  })
})
