/** What becomes of a room when memberships change while it is live. */
import type { UserId } from 'kith-shared'
import { describe, expect, test } from 'vitest'
import { emptyState, stage, typesOf, writer } from './stage.js'

const ANA = 1
const BO = 2
const REMOVED = { type: 'member-removed', userId: 'ana' as UserId } as const

describe('[P4, M1] a member who is removed', () => {
  test('is closed in every tab, and nobody else is', () => {
    const { join, step, effects } = stage()
    join(ANA, 'ana', 10)
    join(BO, 'bo', 20)
    join(3, 'ana', 30)
    step(REMOVED)
    expect(effects.filter(({ type }) => type === 'close')).toEqual([
      { type: 'close', session: ANA, reason: 'not-a-member' },
      { type: 'close', session: 3, reason: 'not-a-member' },
    ])
  })

  test('takes along what waits for a commit; what is in flight is committed', () => {
    const { join, send, step, commit, inFlight, seen, room } = stage()
    join(ANA, 'ana', 10)
    join(BO, 'bo', 20)
    seen(BO)
    const ana = writer(10)
    send(ANA, ana.edit('name', 'in flight'))
    send(ANA, ana.edit('name', 'waits'))
    send(BO, writer(20).edit('title', 'waits too'))
    step(REMOVED)
    commit()
    expect(inFlight()?.rows.map(({ author }) => author.id)).toEqual(['bo'])
    commit()
    expect(typesOf(seen(BO))).toEqual(['rows', 'rows', 'ack'])
    expect(room.isBusy).toBe(false)
  })

  test('loses also what was in flight where another node came first: it is not judged again', () => {
    const { join, send, step, room, inFlight, commit } = stage()
    join(ANA, 'ana', 10)
    send(ANA, writer(10).edit('name', 'Ana'))
    step(REMOVED)
    step({ type: 'commit-done', outcome: { outcome: 'conflict' } })
    expect(inFlight()).toBeDefined()
    step({ type: 'reloaded', state: emptyState() })
    commit() // the one that the conflict ended
    expect(inFlight()).toBeUndefined()
    expect(room.isIdle).toBe(true)
  })

  test('and comes back as a member writes as anybody does', () => {
    const { join, send, step, commit } = stage()
    join(ANA, 'ana', 10)
    step(REMOVED)
    join(3, 'ana', 30)
    send(3, writer(30).edit('name', 'Ana'))
    expect(commit().rows.map(({ author }) => author.id)).toEqual(['ana'])
  })

  test('leaves the room’s bound of waiting bytes as it was without them', () => {
    const { join, send, step, effects } = stage()
    join(ANA, 'ana', 10)
    join(BO, 'bo', 20)
    send(BO, writer(20).edit('name', 'in flight'))
    const ana = writer(10)
    for (let n = 0; n < 70; n++) send(ANA, ana.edit(`k${n}`, 'x'.repeat(1024 * 1024)))
    step(REMOVED)
    send(BO, writer(20).edit('name', 'waits'))
    expect(effects).not.toContainEqual({ type: 'close', session: BO, reason: 'overloaded' })
  })
})

describe('another role', () => {
  test('[P4, M2] refuses what a downgraded editor has waiting, and keeps them', () => {
    const { join, send, step, commit, seen, effects } = stage()
    join(ANA, 'ana', 10)
    seen(ANA)
    const ana = writer(10)
    send(ANA, ana.edit('name', 'in flight'))
    send(ANA, ana.edit('name', 'waits'))
    step({ type: 'role-changed', session: ANA, role: 'viewer' })
    commit()
    expect(seen(ANA)).toMatchObject([
      { type: 'notice', notice: 'role-changed', role: 'viewer' },
      { type: 'rows' },
      { type: 'ack', count: 1 },
      { type: 'reject', ordinal: 2, reason: 'read-only' },
      { type: 'ack', count: 2 },
    ])
    expect(effects.filter(({ type }) => type === 'close')).toEqual([])
  })

  test('[P4, M2] refuses also what waits from who has left, and a conflict gives back', () => {
    const { join, send, step, commit, inFlight, room } = stage()
    join(ANA, 'ana', 10)
    join(BO, 'bo', 20)
    const ana = writer(10)
    send(ANA, ana.edit('name', 'in flight'))
    send(ANA, ana.edit('name', 'waits'))
    step({ type: 'leave', session: ANA })
    expect(room.holdsWorkOf('ana' as UserId)).toBe(true)
    step({ type: 'work-role-changed', userId: 'ana' as UserId, role: 'viewer' })
    step({ type: 'commit-done', outcome: { outcome: 'conflict' } })
    step({ type: 'reloaded', state: emptyState() })
    commit() // the one that the conflict ended
    expect(inFlight()).toBeUndefined()
    expect(room.isBusy).toBe(false)
    expect(room.holdsWorkOf('ana' as UserId)).toBe(false)
  })

  test('is in the welcome where it came before that, and in no notice', () => {
    const { step, commit, seen } = stage()
    const dialect = { dialect: 'kith', clientId: 10, earlierIds: [], epoch: 0, seq: 0 } as const
    const id = 'ana' as UserId
    const stamp = { id, name: 'Ana', email: null, role: 'editor', joinedAt: 0 } as const
    step({ type: 'join', session: ANA, dialect, stamp })
    step({ type: 'role-changed', session: ANA, role: 'viewer' })
    expect(seen(ANA)).toEqual([])
    commit()
    expect(seen(ANA)[0]).toMatchObject({ type: 'welcome', role: 'viewer' })
  })
})

describe('another name of the workspace', () => {
  test('[M3] is told to Kith’s clients once, and is in later welcomes', () => {
    const { join, joinStock, step, seen } = stage()
    join(ANA, 'ana', 10)
    joinStock(BO, 'bo')
    seen(ANA)
    step({ type: 'renamed', name: 'Team' })
    step({ type: 'renamed', name: 'New' })
    step({ type: 'renamed', name: 'New' })
    expect(seen(ANA)).toEqual([{ type: 'notice', notice: 'workspace-renamed', name: 'New' }])
    expect(seen(BO)).toEqual([])
    join(3, 'cy', 30)
    expect(seen(3)[0]).toMatchObject({ type: 'welcome', workspaceName: 'New' })
  })

  test('is told also where the journal, read anew, says so first', () => {
    const { join, send, step, seen } = stage()
    join(ANA, 'ana', 10)
    send(ANA, writer(10).edit('name', 'Ana'))
    seen(ANA)
    step({ type: 'commit-done', outcome: { outcome: 'conflict' } })
    step({ type: 'reloaded', state: { ...emptyState(), name: 'New' } })
    expect(seen(ANA)[0]).toEqual({ type: 'notice', notice: 'workspace-renamed', name: 'New' })
  })
})

test('[P7, L5] a seq beyond the head makes the room read the journal, but not each time', () => {
  const { step, effects, seen, commit, inFlight } = stage()
  const come = (session: number, joinedAt: number) => {
    const id = 'ana' as UserId
    const dialect = {
      dialect: 'kith',
      clientId: session,
      earlierIds: [],
      epoch: 1,
      seq: 99,
    } as const
    const stamp = { id, name: 'Ana', email: null, role: 'editor', joinedAt } as const
    step({ type: 'join', session, dialect, stamp })
    if (effects.at(-1)?.type === 'reload') step({ type: 'reloaded', state: emptyState() })
    while (inFlight()) commit()
    return typesOf(seen(session))[0]
  }
  const reloads = () => effects.filter(({ type }) => type === 'reload').length
  expect(come(1, 0)).toBe('welcome')
  expect(reloads()).toBe(1)
  for (let session = 2; session < 50; session++) expect(come(session, session)).toBe('welcome')
  expect(reloads()).toBe(1)
  expect(come(50, 10_000)).toBe('welcome')
  expect(reloads()).toBe(2)
})
