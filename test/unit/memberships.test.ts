import type { UserId, WorkspaceId } from 'kith-shared'
import { describe, expect, test } from 'vitest'
import { MAX_IN_FLIGHT } from '../../server/core/check-queue.js'
import type { MembershipsEffect, MembershipsEvent } from '../../server/core/membership-events.js'
import { GRACE, Memberships, RECHECK_WITHIN } from '../../server/core/memberships.js'
import type { FoundMember, FoundWorkspace } from '../../server/core/ports.js'
import { RECENT } from '../../server/core/recent-members.js'

// They fit the patterns of their ids.
const TEAM = 'team' as WorkspaceId
const ANA = 'ana' as UserId
const EDITOR: FoundMember = { outcome: 'member', role: 'editor' }
const VIEWER: FoundMember = { outcome: 'member', role: 'viewer' }
const NONE: FoundMember = { outcome: 'none' }
const AWAY = { outcome: 'away' } as const

type Step<Event> = Event extends unknown ? Omit<Event, 'now'> : never

/** A store that answers when it is told to, and a clock. */
const stage = () => {
  let holdsWork = false
  const memberships = new Memberships(() => holdsWork)
  const play = {
    now: 0,
    effects: [] as MembershipsEffect[],
    step(event: Step<MembershipsEvent>): MembershipsEffect[] {
      const effects = memberships.step({ ...event, now: play.now } as MembershipsEvent)
      play.effects.push(...effects)
      return effects
    },
    /** Something of Ana's waits in the room for its commit. */
    work: (waits: boolean) => {
      holdsWork = waits
    },
    enter: (session: number, userId = ANA, workspaceId = TEAM) =>
      play.step({ type: 'enter', session, workspaceId, userId }),
    found: (found: FoundMember, userId = ANA) =>
      play.step({ type: 'member-found', workspaceId: TEAM, userId, found }),
    workspace: (found: FoundWorkspace) =>
      play.step({ type: 'workspace-found', workspaceId: TEAM, found }),
    changed: (userId = ANA) =>
      play.step({ type: 'changed', change: { change: 'member', workspaceId: TEAM, userId } }),
    tick: (now: number) => {
      play.now = now
      return play.step({ type: 'tick' })
    },
    /** One session of Ana's is in, as an editor. */
    joined: (session = 1) => {
      play.enter(session)
      play.found(EDITOR)
      return play
    },
  }
  return play
}

const FIND: MembershipsEffect = { type: 'find-member', workspaceId: TEAM, userId: ANA }
const FIND_TEAM: MembershipsEffect = { type: 'find-workspace', workspaceId: TEAM }
const answer = (session: number, found: FoundMember): MembershipsEffect => ({
  type: 'answer',
  session,
  found,
})
const role = (sessions: number[], changed: 'viewer'): MembershipsEffect => ({
  type: 'role',
  workspaceId: TEAM,
  userId: ANA,
  sessions,
  role: changed,
})
const end = (
  sessions: number[],
  reason: 'not-a-member' | 'storage-away' = 'not-a-member',
): MembershipsEffect => ({ type: 'end-member', workspaceId: TEAM, userId: ANA, sessions, reason })

describe('[P4] who comes', () => {
  test('is looked up, and let in with their role', () => {
    const { enter, found } = stage()
    expect(enter(1)).toEqual([FIND])
    expect(found(EDITOR)).toEqual([answer(1, EDITOR)])
  })

  test('is kept out where they are no member, each time anew', () => {
    const { enter, found } = stage()
    enter(1)
    expect(found(NONE)).toEqual([answer(1, NONE)])
    expect(enter(2)).toEqual([FIND])
  })

  test('shares a look-up with the other tabs that come meanwhile, and its result for a moment', () => {
    const play = stage()
    play.enter(1)
    expect(play.enter(2)).toEqual([])
    expect(play.found(EDITOR)).toEqual([answer(1, EDITOR), answer(2, EDITOR)])
    play.now = RECENT - 1
    expect(play.enter(3)).toEqual([answer(3, EDITOR)])
    play.now = RECENT
    expect(play.enter(4)).toEqual([FIND])
  })

  test('is not refused by a look-up that began before they came', () => {
    const { enter, found } = stage()
    enter(1)
    enter(2)
    expect(found(NONE)).toEqual([answer(1, NONE), FIND])
    expect(found(EDITOR)).toEqual([answer(2, EDITOR)])
  })

  test('is looked up anew after a change, also while a look-up is under way', () => {
    const play = stage()
    play.enter(1)
    expect(play.changed()).toEqual([])
    expect(play.found(EDITOR)).toEqual([FIND])
    expect(play.found(NONE)).toEqual([answer(1, NONE)])
  })

  test('is not let in by a result from before the change', () => {
    const play = stage().joined()
    play.step({ type: 'leave', session: 1 })
    play.changed()
    expect(play.enter(2)).toEqual([FIND])
  })

  test('and leaves before the answer gets none, nor does the next one get theirs', () => {
    const play = stage()
    play.enter(1)
    play.step({ type: 'leave', session: 1 })
    expect(play.enter(2)).toEqual([])
    expect(play.found(NONE)).toEqual([FIND])
    expect(play.found(EDITOR)).toEqual([answer(2, EDITOR)])
  })

  test('waits where too many are looked up at a time', () => {
    const play = stage()
    for (let number = 0; number < MAX_IN_FLIGHT + 2; number++)
      play.enter(number, `u${number}` as UserId)
    const finds = () => play.effects.filter(({ type }) => type === 'find-member').length
    expect(finds()).toBe(MAX_IN_FLIGHT)
    play.found(EDITOR, 'u0' as UserId)
    expect(finds()).toBe(MAX_IN_FLIGHT + 1)
  })
})

describe('[P4, M4] who is in', () => {
  test('and is removed is closed at the look-up that the change brings', () => {
    const play = stage().joined()
    play.enter(2)
    expect(play.changed()).toEqual([FIND])
    expect(play.found(NONE)).toEqual([end([1, 2])])
    expect(play.changed()).toEqual([])
  })

  test('hears of another role, once', () => {
    const play = stage().joined()
    play.changed()
    expect(play.found(VIEWER)).toEqual([role([1], 'viewer')])
    play.changed()
    expect(play.found(VIEWER)).toEqual([])
  })

  test('is looked up again within 30 s, and so is the workspace, without anybody’s word', () => {
    const play = stage().joined()
    const asked: MembershipsEffect[] = []
    for (let now = 1_000; now <= 30_000; now += 1_000) asked.push(...play.tick(now))
    expect(asked).toHaveLength(2)
    expect(asked).toEqual(expect.arrayContaining([FIND, FIND_TEAM]))
    expect(play.found(NONE)).toEqual([end([1])])
  })

  test('is looked up over time, not all in one second', () => {
    const play = stage()
    for (let number = 0; number < 100; number++) {
      play.enter(number, `u${number}` as UserId)
      play.found(EDITOR, `u${number}` as UserId)
    }
    const perSecond: number[] = []
    const answered = (effect: MembershipsEffect): number => {
      const isMember = effect.type === 'find-member'
      if (!isMember && effect.type !== 'find-workspace') return 0
      const next = isMember
        ? play.found(EDITOR, effect.userId)
        : play.workspace({ outcome: 'workspace', name: 'Team' })
      return next.reduce((sum, one) => sum + answered(one), isMember ? 1 : 0)
    }
    for (let now = 1_000; now <= 30_000; now += 1_000) {
      perSecond.push(play.tick(now).reduce((sum, effect) => sum + answered(effect), 0))
    }
    expect(perSecond.reduce((sum, count) => sum + count, 0)).toBe(100)
    expect(Math.max(...perSecond)).toBeLessThan(20)
  })

  test('is looked up where changes may have been missed', () => {
    const play = stage().joined()
    const effects = play.step({ type: 'changed', change: { change: 'unknown' } })
    expect(effects).toEqual([FIND_TEAM, FIND])
  })

  test('is asked nothing of any more after they left', () => {
    const play = stage().joined()
    play.step({ type: 'leave', session: 1 })
    expect(play.tick(60_000)).toEqual([])
    expect(play.step({ type: 'changed', change: { change: 'unknown' } })).toEqual([])
  })
})

describe('a workspace', () => {
  const change = { change: 'workspace', workspaceId: TEAM } as const

  test('[M3] that is renamed tells its name', () => {
    const play = stage().joined()
    expect(play.step({ type: 'changed', change })).toEqual([FIND_TEAM])
    expect(play.workspace({ outcome: 'workspace', name: 'New' })).toEqual([
      { type: 'name', workspaceId: TEAM, name: 'New', epoch: undefined },
    ])
  })

  test('[P4, M3] that is deleted ends all its sessions', () => {
    const play = stage().joined()
    play.enter(2, 'ben' as UserId)
    play.found(VIEWER, 'ben' as UserId)
    play.step({ type: 'changed', change })
    expect(play.workspace({ outcome: 'none' })).toEqual([
      { type: 'end-workspace', workspaceId: TEAM, sessions: [1, 2] },
    ])
    expect(play.tick(60_000)).toEqual([])
  })
})

describe('[P4, M5] while the store is away', () => {
  test('nobody new gets in, also not by a recent result, and who waits is told', () => {
    const play = stage().joined()
    play.enter(2, 'ben' as UserId)
    expect(play.found(AWAY, 'ben' as UserId)).toEqual([answer(2, AWAY)])
    play.now = 1
    expect(play.enter(3)).toEqual([answer(3, AWAY)])
  })

  test('it is tried further and further apart, by one look-up at a time', () => {
    const play = stage().joined()
    const tries: number[] = []
    for (let now = 0; now <= 120_000; now += 1_000) {
      const asked = play.tick(now)
      expect(asked.length).toBeLessThanOrEqual(1)
      if (asked.length === 0) continue
      tries.push(now)
      if (asked[0]?.type === 'find-member') play.found(AWAY)
      else play.workspace(AWAY)
    }
    const gaps = tries.slice(-5).map((at, index, all) => at - (all[index - 1] ?? at))
    expect(gaps.slice(1)).toEqual([4_000, 4_000, 4_000, 4_000])
  })

  test('a change is not forgotten', () => {
    const play = stage().joined()
    play.changed()
    expect(play.found(AWAY)).toEqual([])
    expect(play.tick(1_000)).toEqual([FIND])
    expect(play.found(NONE)).toEqual([end([1])])
  })

  test('who is in stays for a while, and is then closed', () => {
    const play = stage().joined()
    for (let now = 1_000; now <= GRACE; now += 1_000) {
      for (const { type } of play.tick(now)) {
        if (type === 'find-member') play.found(AWAY)
        else play.workspace(AWAY)
      }
    }
    expect(play.effects.filter(({ type }) => type === 'end-member')).toEqual([])
    expect(play.tick(GRACE + 1_000)).toContainEqual(end([1], 'storage-away'))
  })

  test('one good answer opens the door again', () => {
    const play = stage().joined()
    play.changed()
    play.found(AWAY)
    play.tick(1_000)
    play.found(EDITOR)
    expect(play.enter(2)).toEqual([answer(2, EDITOR)])
    const others = ['bo', 'cy'].map((userId, index) => play.enter(index + 3, userId as UserId))
    expect(others.flat().map(({ type }) => type)).toEqual(['find-member', 'find-member'])
  })
})

describe('[P4, M1, M2] who has left while work of theirs waits for its commit', () => {
  const left = () => {
    const play = stage().joined()
    play.work(true)
    play.step({ type: 'leave', session: 1 })
    return play
  }

  test('is heard of as a member is who stayed', () => {
    const play = left()
    expect(play.changed()).toEqual([FIND])
    expect(play.found(VIEWER)).toEqual([role([], 'viewer')])
    expect(play.changed()).toEqual([FIND])
    expect(play.found(NONE)).toEqual([end([])])
  })

  test('[M4] is looked up in time also where no change was heard', () => {
    expect(left().tick(RECHECK_WITHIN)).toContainEqual(FIND)
  })

  test('is forgotten when nothing waits any more', () => {
    const play = left()
    play.work(false)
    play.tick(1)
    expect(play.changed()).toEqual([])
    expect(play.tick(10 * RECHECK_WITHIN)).toEqual([])
  })
})
