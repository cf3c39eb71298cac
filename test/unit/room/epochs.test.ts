/** A room at the end of an epoch, and those who come to it from an earlier one. */
import { encodeMessage, type ServerMessage, type UserId } from 'kith-shared'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import type { EpochStep, Snapshot } from '../../../server/core/ports.js'
import type { RoomEffect } from '../../../server/core/room-events.js'
import type { Dialect } from '../../../server/core/room-session.js'
import type { RoomState } from '../../../server/core/room-state.js'
import { emptyState, stage, typesOf, writer } from './stage.js'

const ANA = 1
const BO = 2
const STOCK = 3
const NEVER = Number.MAX_SAFE_INTEGER
/** One client id is enough to be due, and two are overdue. */
const SOON = { clients: 1, dead: NEVER, owned: NEVER }
const stamp = (user: string, joinedAt = 5) => ({
  id: user as UserId,
  name: user,
  email: null,
  role: 'editor' as const,
  joinedAt,
})
const kith = (clientId: number, more: Partial<Extract<Dialect, { dialect: 'kith' }>> = {}) => ({
  dialect: 'kith' as const,
  clientId,
  earlierIds: [],
  epoch: 0,
  seq: 0,
  ...more,
})
/** A room whose first epoch is over. */
const inEpoch = (epoch: number, more: Partial<RoomState> = {}): RoomState => ({
  ...emptyState(),
  epoch,
  head: 7,
  snapshotSeq: 7,
  oldest: 8,
  ...more,
})
/** That three clients wrote in. */
const oldState = (): RoomState => {
  const state = emptyState()
  for (const id of [7, 8, 9]) state.index.extend(id, 1, 'fields', false)
  return state
}
const renewals = (effects: readonly RoomEffect[]) => effects.filter(({ type }) => type === 'renew')
const closes = (effects: readonly RoomEffect[]) =>
  effects.flatMap((effect) =>
    effect.type === 'close' ? [[effect.session, effect.reason] as const] : [],
  )

describe('[E6] a room renews its document', () => {
  test('when it is due and nobody is there', () => {
    const { join, send, commit, step, effects } = stage(emptyState(), { epochBounds: SOON })
    join(ANA, 'ana', 10)
    send(ANA, writer(10).edit('name', 'Ana'))
    commit()
    send(ANA, writer(11).edit('title', 'Dr'))
    commit()
    expect(renewals(effects)).toEqual([])
    step({ type: 'leave', session: ANA })
    expect(renewals(effects)).toEqual([{ type: 'renew', epoch: 1, through: 2 }])
  })

  test('when it is overdue, whoever is there', () => {
    const { join, send, commit, effects } = stage(emptyState(), { epochBounds: SOON })
    join(ANA, 'ana', 10)
    for (const id of [10, 11, 12]) {
      expect(renewals(effects)).toEqual([])
      send(ANA, writer(id).edit(`${id}`, 'Ana'))
      commit()
    }
    expect(renewals(effects)).toEqual([{ type: 'renew', epoch: 1, through: 3 }])
  })

  test('for fewer ids once its epoch is old', () => {
    const epochBounds = { ...SOON, clients: 100, aged: { clients: 2, after: 3 } }
    const comeAndGo = (epochAge: number) => {
      const state = { ...oldState(), epoch: 2, epochAge }
      const { join, step, effects } = stage(state, { epochBounds })
      join(ANA, 'ana', 10)
      expect(renewals(effects)).toEqual([])
      step({ type: 'leave', session: ANA })
      return renewals(effects).length
    }
    expect([comeAndGo(59_999), comeAndGo(60_000)]).toEqual([0, 1])
  })

  test('when it is due and nobody has written for ten minutes: a tab may stay open over night', () => {
    const { join, send, commit, step, effects } = stage(emptyState(), { epochBounds: SOON })
    join(ANA, 'ana', 10)
    for (const id of [10, 11]) {
      for (let rests = 0; rests < 29; rests++) step({ type: 'keep-alive' })
      send(ANA, writer(id).edit(`${id}`, 'Ana'))
      commit()
    }
    for (let rests = 0; rests < 29; rests++) step({ type: 'keep-alive' })
    expect(renewals(effects)).toEqual([])
    step({ type: 'keep-alive' })
    expect(renewals(effects)).toHaveLength(1)
  })

  test('when more is dead than lives, as snapshots count', () => {
    const epochBounds = { ...SOON, clients: NEVER, dead: 10 }
    const measure = (live: number, dead: number, isEmpty: boolean) => {
      const { join, step, effects } = stage(emptyState(), { epochBounds })
      if (!isEmpty) join(ANA, 'ana', 10)
      const size = { clients: 1, live, dead }
      step({ type: 'snapshot-done', seq: 1, size })
      return renewals(effects).length
    }
    expect([measure(0, 10, true), measure(0, 11, true), measure(50, 50, true)]).toEqual([0, 1, 0])
    expect([measure(50, 51, true), measure(50, 51, false), measure(50, 101, false)]).toEqual([
      1, 0, 1,
    ])
  })

  test('when many ids have an owner, whatever they wrote', () => {
    const state = emptyState()
    for (let id = 1; id <= 3; id++) state.index.owners.set(id, 'ana' as UserId)
    const { step, effects } = stage(state, { epochBounds: { ...SOON, clients: NEVER, owned: 2 } })
    step({ type: 'tick' })
    expect(renewals(effects)).toHaveLength(1)
  })

  test('never while a stock client is there, and as soon as it has left', () => {
    const { joinStock, join, send, commit, step, effects } = stage(emptyState(), {
      epochBounds: SOON,
    })
    joinStock(STOCK, 'cleo')
    join(ANA, 'ana', 10)
    for (const id of [10, 11, 12]) {
      send(ANA, writer(id).edit(`${id}`, 'Ana'))
      commit()
    }
    step({ type: 'leave', session: ANA })
    expect(renewals(effects)).toEqual([])
    step({ type: 'leave', session: STOCK })
    expect(renewals(effects)).toHaveLength(1)
  })

  test('while what is sent waits, and goes on if it fails; tried again ever later', () => {
    const state = oldState()
    const { join, step, effects, inFlight, room } = stage(state, { epochBounds: SOON })
    join(ANA, 'ana', 10)
    expect(renewals(effects)).toHaveLength(1)
    expect(inFlight()).toBeUndefined()
    expect(room.isIdle).toBe(false)
    step({ type: 'renewed', outcome: 'failed' })
    expect(inFlight()?.bindings).toEqual([{ clientId: 10, userId: 'ana' }])
    expect(renewals(effects)).toHaveLength(1)
    step({
      type: 'commit-done',
      outcome: { outcome: 'committed', head: 0, committedAt: 1 },
    })
    for (const rests of [1, 2, 4]) {
      for (let rest = 1; rest <= rests; rest++) {
        const before = renewals(effects).length
        step({ type: 'keep-alive' })
        expect(renewals(effects).length - before).toBe(rest === rests ? 1 : 0)
      }
      step({ type: 'renewed', outcome: 'failed' })
    }
  })

  test('with people in it not again at once, however fast they write', () => {
    const { join, step, effects } = stage(oldState(), { epochBounds: { ...SOON, spacing: 3 } })
    join(ANA, 'ana', 10)
    step({ type: 'renewed', outcome: 'begun' })
    step({ type: 'reloaded', state: { ...oldState(), epoch: 2 } })
    for (const expected of [1, 1, 2]) {
      join(BO, 'bo', 20)
      step({ type: 'keep-alive' })
      expect(renewals(effects)).toHaveLength(expected)
    }
    step({ type: 'renewed', outcome: 'begun' })
    step({ type: 'reloaded', state: { ...oldState(), epoch: 3 } })
    expect(renewals(effects)).toHaveLength(2)
  })

  test('nor one after another where a member is alone, comes, writes much and leaves', () => {
    const bounds = { ...SOON, spacing: 3 }
    const come = (epochAge: number, epoch = 2) => {
      const state = { ...oldState(), epoch, epochAge }
      const { join, step, effects } = stage(state, { epochBounds: bounds })
      join(ANA, 'ana', 10)
      step({ type: 'leave', session: ANA })
      return renewals(effects).length
    }
    expect(come(59_999)).toBe(0)
    expect(come(60_000)).toBe(1)
    expect(come(0, 1)).toBe(0)
  })

  test('not again at once where the journal has not moved, though it was taken for stale', () => {
    const { join, step, effects } = stage(oldState(), { epochBounds: SOON })
    join(ANA, 'ana', 10)
    step({ type: 'renewed', outcome: 'stale' })
    step({ type: 'reloaded', state: oldState() })
    expect(renewals(effects)).toHaveLength(1)
    step({ type: 'commit-done', outcome: { outcome: 'committed', head: 0, committedAt: 1 } })
    step({ type: 'keep-alive' })
    expect(renewals(effects)).toHaveLength(2)
  })

  test('and reads the journal when the next epoch has begun, here or elsewhere', () => {
    for (const outcome of ['begun', 'stale'] as const) {
      const { join, step, effects } = stage(oldState(), { epochBounds: SOON })
      join(ANA, 'ana', 10)
      step({ type: 'renewed', outcome })
      expect(effects.at(-1)).toEqual({ type: 'reload', owned: [] })
    }
  })
})

describe('[E7] when its epoch is over, a room', () => {
  test('has Kith’s clients come back, and takes nothing of what waited', () => {
    const { join, send, step, effects, inFlight, commit } = stage()
    join(ANA, 'ana', 10)
    join(BO, 'bo', 20)
    const ana = writer(10)
    send(ANA, ana.edit('name', 'in flight'))
    send(BO, writer(20).edit('name', 'waits'))
    expect(inFlight()).toBeDefined()
    step({ type: 'commit-done', outcome: { outcome: 'conflict' } })
    effects.length = 0
    step({ type: 'reloaded', state: inEpoch(9) })
    expect(effects).toEqual([
      { type: 'close', session: ANA, reason: 'new-epoch' },
      { type: 'close', session: BO, reason: 'new-epoch' },
    ])
    expect(() => commit()).not.toThrow() // the one that was lost is all there ever was
    expect(() => commit()).toThrow('no commit is in flight')
  })

  test('welcomes in the new one who waited for the welcome', () => {
    const { step, effects, seen, commit } = stage(oldState(), { epochBounds: SOON })
    step({ type: 'join', session: ANA, dialect: kith(10), stamp: stamp('ana') })
    expect(renewals(effects)).toHaveLength(1)
    step({ type: 'renewed', outcome: 'begun' })
    const state = inEpoch(9)
    state.index.owners.set(77, '' as UserId)
    effects.length = 0
    step({ type: 'reloaded', state })
    expect(closes(effects)).toEqual([])
    expect(renewals(effects)).toHaveLength(0)
    expect(commit()).toMatchObject({ epoch: 9, head: 7, bindings: [{ clientId: 10 }] })
    expect(seen(ANA)).toMatchObject([{ type: 'welcome', epoch: 9, follows: 'snapshot' }])
  })

  test('closes stock clients for good, save for those that were told nothing yet', () => {
    const { joinStock, step, effects } = stage(inEpoch(9))
    joinStock(STOCK, 'cleo')
    step({ type: 'sync-step-1', session: STOCK, stateVector: Uint8Array.of(0) })
    joinStock(4, 'dan')
    step({ type: 'epoch-seen', epoch: 10 })
    step({ type: 'reloaded', state: inEpoch(10) })
    expect(closes(effects)).toEqual([
      [STOCK, 'older-epoch'],
      [4, 'new-epoch'],
    ])
  })

  test('hears of it from the database, and looks', () => {
    const { step, effects } = stage(inEpoch(9))
    for (const epoch of [8, 9]) step({ type: 'epoch-seen', epoch })
    expect(effects).toEqual([])
    step({ type: 'epoch-seen', epoch: 10 })
    expect(effects).toEqual([{ type: 'reload', owned: [] }])
  })

  test('hears of it from what was read for a session, and sends none of that', () => {
    const later: Snapshot = { epoch: 10, seq: 7, document: Uint8Array.of(0, 0) }
    const { step, effects, seen, commit } = stage(inEpoch(9))
    step({ type: 'join', session: ANA, dialect: kith(10), stamp: stamp('ana') })
    commit()
    expect(typesOf(seen(ANA))).toEqual(['welcome'])
    step({ type: 'snapshot-read', session: ANA, snapshot: later })
    expect(seen(ANA)).toEqual([])
    expect(closes(effects)).toEqual([[ANA, 'new-epoch']])
    expect(effects.at(-1)).toEqual({ type: 'reload', owned: [] })
  })

  test('sends rows of its own epoch alone', () => {
    const { step, effects, seen, commit } = stage(inEpoch(9, { head: 9, oldest: 1 }))
    const dialect = kith(10, { epoch: 9, seq: 7 })
    step({ type: 'join', session: ANA, dialect, stamp: stamp('ana') })
    commit()
    seen(ANA)
    const row = (seq: number, epoch: number) => ({
      seq,
      epoch,
      author: { id: 'bo' as UserId, name: 'Bo' },
      committedAt: 1,
      update: Uint8Array.of(0, 0),
    })
    step({ type: 'rows-read', session: ANA, rows: [row(8, 9), row(9, 9), row(10, 10)] })
    expect(seen(ANA)).toMatchObject([{ type: 'rows', epoch: 9, firstSeq: 8, rows: [{}, {}] }])

    step({ type: 'join', session: BO, dialect: { ...dialect, clientId: 20 }, stamp: stamp('bo') })
    commit()
    seen(BO)
    step({ type: 'rows-read', session: BO, rows: [row(8, 10)] })
    expect(closes(effects)).toEqual([[BO, 'new-epoch']])
  })

  test('takes no difference from a later epoch’s document', () => {
    const state = inEpoch(9)
    state.index.extend(77, 3, 'fields', false)
    const { joinStock, step, effects, seen } = stage(state)
    joinStock(STOCK, 'cleo')
    step({ type: 'sync-step-1', session: STOCK, stateVector: Uint8Array.of(0) })
    expect(effects.at(-1)).toMatchObject({ type: 'read-difference' })
    const update = Uint8Array.of(0, 0)
    step({ type: 'difference-ready', session: STOCK, epoch: 10, seq: 7, update })
    expect(seen(STOCK)).toEqual([])
    expect(closes(effects)).toEqual([[STOCK, 'new-epoch']])
  })
})

describe('[E5] a lost commit', () => {
  test('has the owners of its ids read, which an earlier epoch may know', () => {
    const { step, effects, seen, commit } = stage(inEpoch(9))
    step({ type: 'join', session: ANA, dialect: kith(10), stamp: stamp('ana') })
    step({ type: 'commit-done', outcome: { outcome: 'conflict' } })
    expect(effects.at(-1)).toEqual({ type: 'reload', owned: [10] })
    const state = inEpoch(9)
    state.index.owners.set(10, 'bo' as UserId)
    step({ type: 'reloaded', state })
    commit() // the one that was lost; no other follows it
    expect(() => commit()).toThrow('no commit is in flight')
    expect(closes(effects)).toEqual([[ANA, 'refused-change']])
    expect(seen(ANA)).toEqual([])
  })
})

describe('[E3] who comes from an epoch that is over', () => {
  const state = (epoch: number, seq: number, ...bytes: number[]): Snapshot => ({
    epoch,
    seq,
    document: Uint8Array.from(bytes),
  })
  const STEPS: EpochStep[] = [
    { closing: state(1, 4, 1), opening: state(5, 4, 2) },
    { closing: state(5, 6, 3), opening: state(9, 6, 4) },
  ]
  const chunks = (messages: readonly ServerMessage[]) =>
    messages.flatMap((message) =>
      message.type === 'snapshot-chunk' ? [[message.epoch, message.seq, message.bytes[0]]] : [],
    )

  const arrive = (more: Parameters<typeof kith>[1], given = inEpoch(9)) => {
    const play = stage(given)
    play.step({ type: 'join', session: ANA, dialect: kith(10, more), stamp: stamp('ana') })
    if (play.inFlight()) play.commit()
    return play
  }

  test('with unsent work is sent the states in between, and then the rows after them', () => {
    const { step, seen, effects } = arrive({ epoch: 1, seq: 3, unsentEpoch: 1 })
    expect(seen(ANA)).toEqual([])
    expect(effects.at(-1)).toEqual({ type: 'read-road', session: ANA, from: 1 })
    step({ type: 'road-read', session: ANA, road: { outcome: 'road', steps: STEPS } })
    step({ type: 'drained', session: ANA })
    const messages = seen(ANA)
    expect(messages[0]).toMatchObject({ type: 'welcome', epoch: 9, head: 7, follows: 'epochs' })
    expect(chunks(messages)).toEqual([
      [1, 4, 1],
      [5, 4, 2],
      [5, 6, 3],
      [9, 6, 4],
    ])
    expect(effects.at(-1)).toEqual({ type: 'read-rows', session: ANA, after: 6 })
  })

  test('with unsent work, but holding the present epoch, goes on from where it stands', () => {
    const { step, seen, effects } = arrive({ epoch: 9, seq: 7, unsentEpoch: 5 })
    const steps = STEPS.slice(1)
    step({ type: 'road-read', session: ANA, road: { outcome: 'road', steps } })
    const messages = seen(ANA)
    expect(messages[0]).toMatchObject({ follows: 'epochs' })
    expect(chunks(messages)).toHaveLength(2)
    expect(effects.filter(({ type }) => type === 'read-rows')).toEqual([])
  })

  test('with unsent work gets the snapshot where the history does not reach back so far', () => {
    const { step, seen, effects } = arrive({ epoch: 1, seq: 3, unsentEpoch: 1 })
    step({ type: 'road-read', session: ANA, road: { outcome: 'gone' } })
    expect(seen(ANA)).toMatchObject([{ type: 'welcome', follows: 'snapshot' }])
    expect(effects.at(-1)).toEqual({ type: 'read-snapshot', session: ANA })
  })

  test('without unsent work gets the snapshot', () => {
    for (const more of [
      { epoch: 1, seq: 3 },
      { epoch: 0, seq: 0 },
      { epoch: 8, seq: 7 },
    ]) {
      const { seen, effects } = arrive(more)
      expect(seen(ANA)).toMatchObject([{ type: 'welcome', epoch: 9, follows: 'snapshot' }])
      expect(effects.at(-1)).toEqual({ type: 'read-snapshot', session: ANA })
    }
  })

  test('gets the snapshot also of an epoch that began before the first row', () => {
    const { seen } = arrive(
      { epoch: 1, seq: 0 },
      inEpoch(9, { head: 0, snapshotSeq: 0, oldest: 1 }),
    )
    expect(seen(ANA)).toMatchObject([{ type: 'welcome', follows: 'snapshot' }])
  })

  test('with unsent work of the present epoch is on no road', () => {
    const { seen, effects } = arrive({ epoch: 9, seq: 7, unsentEpoch: 9 })
    expect(seen(ANA)).toMatchObject([{ type: 'welcome', follows: 'tail' }])
    expect(effects.map(({ type }) => type)).not.toContain('read-road')
  })

  test('has to come back where the road leads beyond the room’s epoch', () => {
    const { step, seen, effects } = arrive({ epoch: 1, seq: 3, unsentEpoch: 1 })
    const steps = [...STEPS, { closing: state(9, 7, 1), opening: state(12, 7, 2) }]
    step({ type: 'road-read', session: ANA, road: { outcome: 'road', steps } })
    expect(seen(ANA)).toEqual([])
    expect(closes(effects)).toEqual([[ANA, 'new-epoch']])
    expect(effects.at(-1)).toEqual({ type: 'reload', owned: [] })
  })

  test('is told nothing before the welcome', () => {
    const { step, seen } = arrive({ epoch: 1, seq: 3, unsentEpoch: 1 })
    step({ type: 'renamed', name: 'New' })
    step({ type: 'tick' })
    expect(seen(ANA)).toEqual([])
  })

  test('has to come back where the epoch ends meanwhile', () => {
    const { step, effects } = arrive({ epoch: 1, seq: 3, unsentEpoch: 1 })
    step({ type: 'epoch-seen', epoch: 12 })
    step({ type: 'reloaded', state: inEpoch(12) })
    expect(closes(effects)).toEqual([[ANA, 'new-epoch']])
    step({ type: 'road-read', session: ANA, road: { outcome: 'road', steps: STEPS } })
    expect(closes(effects)).toHaveLength(1)
  })
})

describe('[E3] who knows a later epoch than the room', () => {
  for (const dialect of [kith(10, { epoch: 12, seq: 9 }), kith(10, { unsentEpoch: 12 })]) {
    const knows = `(epoch ${dialect.epoch}, unsent ${dialect.unsentEpoch ?? 0})`
    test(`makes it look, and is taken where the journal knows it too ${knows}`, () => {
      const { step, effects, seen, commit } = stage(inEpoch(9))
      step({ type: 'join', session: ANA, dialect, stamp: stamp('ana') })
      expect(effects).toEqual([{ type: 'reload', owned: [] }])
      step({ type: 'reloaded', state: inEpoch(12, { head: 9 }) })
      commit()
      expect(closes(effects)).toEqual([])
      expect(seen(ANA)).toMatchObject([{ type: 'welcome', epoch: 12 }])
    })

    test(`is not taken where it does not: the journal is a backup ${knows}`, () => {
      const { step, effects, seen, commit } = stage(inEpoch(9))
      step({ type: 'join', session: ANA, dialect, stamp: stamp('ana') })
      step({ type: 'reloaded', state: inEpoch(9) })
      commit()
      expect(closes(effects)).toEqual([[ANA, 'older-epoch']])
      expect(seen(ANA)).toEqual([])
    })

    test(`has to come back where the room has only just looked ${knows}`, () => {
      const { step, effects, commit } = stage(inEpoch(9))
      step({ type: 'join', session: ANA, dialect, stamp: stamp('ana', 1_000) })
      step({ type: 'reloaded', state: inEpoch(9) })
      commit()
      const again = { ...dialect, clientId: 20 }
      step({ type: 'join', session: BO, dialect: again, stamp: stamp('bo', 1_500) })
      expect(closes(effects).at(-1)).toEqual([BO, 'new-epoch'])
      step({ type: 'join', session: 4, dialect: again, stamp: stamp('bo', 4_100) })
      expect(effects.at(-1)).toEqual({ type: 'reload', owned: [] })
    })
  }
})

describe('[E4] a stock client', () => {
  const knowing = (...ids: number[]): Uint8Array => {
    const doc = new Y.Doc()
    for (const id of ids) {
      const other = Object.assign(new Y.Doc(), { clientID: id })
      other.getMap('fields').set(`c1/${id}`, 'x')
      Y.applyUpdate(doc, Y.encodeStateAsUpdate(other))
    }
    return Y.encodeStateVector(doc)
  }
  const ask = (stateVector: Uint8Array) =>
    ({ type: 'sync-step-1', session: STOCK, stateVector }) as const
  const withWork = () => {
    const given = inEpoch(9)
    given.index.extend(77, 1, 'fields', false)
    return stage(given)
  }

  test('that knows ids of an earlier epoch is sent and taken nothing', () => {
    const { joinStock, step, effects, seen, commit } = withWork()
    joinStock(STOCK, 'cleo')
    step({ type: 'update', session: STOCK, message: 'update', bytes: writer(30).edit('a', 'b') })
    step(ask(knowing(77, 10, 11)))
    const states = [{ clientId: 30, clock: 1, json: '{"user":{}}' }]
    step({ type: 'awareness', session: STOCK, states })
    step({ type: 'query-awareness', session: STOCK })
    step({ type: 'tick' })
    expect(effects.at(-1)).toEqual({
      type: 'find-earlier-ids',
      session: STOCK,
      clientIds: expect.arrayContaining([10, 11]),
    })
    expect(effects.at(-1)).not.toMatchObject({ clientIds: expect.arrayContaining([77]) })
    step({ type: 'earlier-ids', session: STOCK, clientIds: [11] })
    expect(closes(effects)).toEqual([[STOCK, 'older-epoch']])
    expect(seen(STOCK)).toEqual([])
    expect(() => commit()).toThrow('no commit is in flight')
  })

  test('that knows ids of its own alone is answered, and what it sent is taken in its order', () => {
    const { joinStock, step, effects, seen, inFlight, commit } = withWork()
    joinStock(STOCK, 'cleo')
    step(ask(knowing(77, 30)))
    const own = writer(30)
    for (const name of ['A', 'B']) {
      step({ type: 'update', session: STOCK, message: 'update', bytes: own.edit('name', name) })
    }
    expect(seen(STOCK)).toEqual([])
    expect(inFlight()).toBeUndefined()
    step({ type: 'earlier-ids', session: STOCK, clientIds: [] })
    expect(typesOf(seen(STOCK))).toContain('sync-step-1')
    expect(commit()).toMatchObject({ epoch: 9, head: 7, rows: [{ author: { id: 'cleo' } }] })
    expect(closes(effects)).toEqual([])
  })

  test('that knows nothing strange waits for nobody', () => {
    const { joinStock, step, effects, seen } = withWork()
    joinStock(STOCK, 'cleo')
    step(ask(knowing(77)))
    expect(effects.map(({ type }) => type)).not.toContain('find-earlier-ids')
    expect(typesOf(seen(STOCK))).toEqual(['sync-step-2', 'sync-step-1'])
  })

  test('is asked for nothing in the first epoch', () => {
    const { joinStock, step, effects, seen } = stage()
    joinStock(STOCK, 'cleo')
    step(ask(knowing(10, 11)))
    expect(effects.map(({ type }) => type)).not.toContain('find-earlier-ids')
    expect(typesOf(seen(STOCK))).toEqual(['sync-step-2', 'sync-step-1'])
  })

  /** Comes in with an empty document, and then loads an old one that it had kept. */
  const lateLoader = () => {
    const play = withWork()
    play.joinStock(STOCK, 'cleo')
    play.step(ask(knowing()))
    play.join(ANA, 'ana', 10)
    play.effects.length = 0
    play.seen(STOCK)
    const bytes = writer(30).edit('a', 'b')
    play.step({ type: 'update', session: STOCK, message: 'update', bytes })
    return { ...play, bytes }
  }

  test('that loads an old document when it is in already is closed, and nothing is taken', () => {
    const { step, effects, send, commit, inFlight } = lateLoader()
    expect(effects).toEqual([{ type: 'find-earlier-ids', session: STOCK, clientIds: [30] }])
    // Nobody else waits for it, and it is asked once.
    send(ANA, writer(10).edit('name', 'Ana'))
    expect(commit().rows).toMatchObject([{ author: { id: 'ana' } }])
    expect(effects.filter(({ type }) => type === 'find-earlier-ids')).toHaveLength(1)
    step({ type: 'earlier-ids', session: STOCK, clientIds: [30] })
    expect(closes(effects)).toEqual([[STOCK, 'older-epoch']])
    expect(inFlight()).toBeUndefined()
    step({ type: 'tick' })
    step({ type: 'leave', session: ANA })
    expect(inFlight()).toBeUndefined()
  })

  test('that writes under an id of its own is taken when that was looked up, and asked no more', () => {
    const { step, effects, commit, bytes, room } = lateLoader()
    step({ type: 'earlier-ids', session: STOCK, clientIds: [] })
    expect(commit()).toMatchObject({
      rows: [{ author: { id: 'cleo' }, update: bytes }],
      bindings: [{ clientId: 30, userId: 'cleo' }],
    })
    expect(effects.filter(({ type }) => type === 'find-earlier-ids')).toHaveLength(1)
    expect(closes(effects)).toEqual([])
    expect(room.isBusy).toBe(false)
  })

  test('that leaves while its ids are looked up leaves nothing that waits', () => {
    const { step, room } = lateLoader()
    expect(room.isBusy).toBe(true)
    step({ type: 'leave', session: STOCK })
    expect(room.isBusy).toBe(false)
  })

  test('that sends broken bytes, or too much before it says what it knows, is closed', () => {
    const broken = withWork()
    broken.joinStock(STOCK, 'cleo')
    broken.step(ask(Uint8Array.of(200)))
    expect(closes(broken.effects)).toEqual([[STOCK, 'broken-frame']])

    const { joinStock, step, effects } = withWork()
    joinStock(STOCK, 'cleo')
    const bytes = new Uint8Array(300 * 1024)
    for (let n = 0; n < 4; n++) {
      expect(closes(effects)).toEqual([])
      step({ type: 'update', session: STOCK, message: 'update', bytes })
    }
    expect(closes(effects)).toEqual([[STOCK, 'overloaded']])
  })
})

test('[E3] the road is told by the welcome in one byte', () => {
  const { step, seen, commit, effects } = stage(inEpoch(9))
  step({
    type: 'join',
    session: ANA,
    dialect: kith(10, { epoch: 1, seq: 1, unsentEpoch: 1 }),
    stamp: stamp('ana'),
  })
  commit()
  step({
    type: 'road-read',
    session: ANA,
    road: {
      outcome: 'road',
      steps: [
        {
          closing: { epoch: 1, seq: 7, document: Uint8Array.of(0, 0) },
          opening: { epoch: 9, seq: 7, document: Uint8Array.of(0, 0) },
        },
      ],
    },
  })
  const [welcome] = seen(ANA)
  if (welcome?.type !== 'welcome') throw new Error('no welcome')
  const sent = effects.find(({ type }) => type === 'send')
  expect(sent).toMatchObject({ frame: encodeMessage(welcome) })
})
