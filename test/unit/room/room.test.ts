import { UpdateScanner, type WorkspaceId } from 'kith-shared'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { MAX_QUEUED_BYTES } from '../../../server/core/commit-queue.js'
import { roomStateOf } from '../../../server/core/room-state.js'
import { MAX_UNSETTLED_BYTES } from '../../../server/core/settlement.js'
import { MAX_DIFFERENCE_BYTES } from '../../../server/core/stock-sync.js'
import { field, forge } from '../../harness/forge.js'
import { emptyState, stage, typesOf, writer } from './stage.js'

const ANA = 1
const BO = 2

describe('a commit', () => {
  test('[P2] a change is broadcast only after its commit', () => {
    const { join, send, seen, commit } = stage()
    join(ANA, 'ana', 10)
    join(BO, 'bo', 20)
    seen(ANA)
    seen(BO)
    send(ANA, writer(10).edit('name', 'Ana'))
    expect(seen(BO)).toEqual([])
    commit()
    expect(typesOf(seen(BO))).toEqual(['rows'])
  })

  test('[P1] an ack comes only after the commit, and carries its seq', () => {
    const { join, send, seen, commit } = stage()
    join(ANA, 'ana', 10)
    seen(ANA)
    const ana = writer(10)
    send(ANA, ana.edit('name', 'A'))
    send(ANA, ana.edit('name', 'An'))
    expect(seen(ANA)).toEqual([])
    commit()
    expect(seen(ANA)).toMatchObject([
      { type: 'rows', firstSeq: 1 },
      { type: 'ack', count: 1, seq: 1 },
    ])
    commit()
    expect(seen(ANA)).toMatchObject([
      { type: 'rows', firstSeq: 2 },
      { type: 'ack', count: 2, seq: 2 },
    ])
  })

  test('one is in flight at most, and the next takes all that gathered, a row for each user', () => {
    const { join, send, commit, inFlight } = stage()
    join(ANA, 'ana', 10)
    join(BO, 'bo', 20)
    const [ana, bo] = [writer(10), writer(20)]
    send(ANA, ana.edit('a', '1'))
    expect(inFlight()?.rows.length).toBe(1)
    for (const key of ['b', 'c', 'd']) {
      send(ANA, ana.edit(key, '1'))
      send(BO, bo.edit(key, '2'))
    }
    commit()
    const batch = inFlight()
    expect(batch).toMatchObject({
      head: 1,
      rows: [{ author: { id: 'ana' } }, { author: { id: 'bo' } }],
    })
    const merged = new Y.Doc()
    Y.applyUpdate(merged, batch?.rows[0]?.update ?? new Uint8Array())
    expect(merged.store.pendingStructs?.missing.get(10)).toBe(0) // only b, c and d: a was before
  })

  test('a repetition of what is in flight is settled after that commit, and not before', () => {
    const { join, send, seen, commit } = stage()
    join(ANA, 'ana', 10)
    join(BO, 'ana', 11)
    const bytes = writer(10).edit('name', 'Ana')
    seen(ANA)
    seen(BO)
    send(ANA, bytes)
    send(BO, bytes)
    expect(typesOf(seen(BO))).toEqual([])
    commit()
    expect(seen(BO)).toMatchObject([{ type: 'rows' }, { type: 'ack', count: 1, seq: 1 }])
  })

  test('what builds on a colleague’s row of the same batch waits for the next', () => {
    const { join, send, commit, inFlight } = stage()
    join(ANA, 'ana', 10)
    join(BO, 'bo', 20)
    send(BO, writer(20).edit('x', '0'))
    const ana = writer(10)
    const first = ana.edit('name', 'A')
    send(ANA, first)
    const bo = writer(20)
    Y.applyUpdate(bo.doc, first)
    send(BO, forge({ blocks: [{ client: 20, clock: 1, structs: [{ kind: 8, origin: [10, 0] }] }] }))
    commit()
    expect(inFlight()?.rows.map(({ author }) => author.id)).toEqual(['ana'])
    commit()
    expect(inFlight()?.rows.map(({ author }) => author.id)).toEqual(['bo'])
  })

  test('after a conflict the journal is read again, and the same messages are judged anew', () => {
    const { join, send, seen, step, commit, effects, inFlight } = stage()
    join(ANA, 'ana', 10)
    seen(ANA)
    send(ANA, writer(10).edit('name', 'Ana'))
    step({ type: 'commit-done', outcome: { outcome: 'conflict' } })
    expect(effects.at(-1)).toMatchObject({ type: 'reload' })
    expect(seen(ANA)).toEqual([])
    const row = {
      update: writer(77).edit('title', 'Dr'),
      author: { id: 'bo', name: 'Bo' },
      seq: 1,
      epoch: 1,
      committedAt: 9,
    }
    const loaded = {
      outcome: 'loaded',
      name: 'Team',
      schema: 1,
      epoch: 1,
      head: 1,
      snapshot: undefined,
      tail: [row],
      bindings: [{ clientId: 10, userId: 'ana' }],
    }
    const state = roomStateOf('w' as WorkspaceId, loaded as never, new UpdateScanner())
    if (!state) throw new Error('no state')
    step({ type: 'reloaded', state })
    // Ana is behind now, and the row that she missed is read for her.
    expect(effects).toContainEqual({ type: 'read-rows', session: ANA, after: 0 })
    expect(inFlight()).toMatchObject({ head: 0 })
    commit() // the first one, which the conflict ended: no longer listened to
    expect(inFlight()).toMatchObject({ head: 1, rows: [{ author: { id: 'ana' } }] })
  })

  test('a refusal made in a batch that a conflict ended is made anew, and acknowledged', () => {
    const { join, send, seen, step, commit } = stage()
    join(ANA, 'ana', 10)
    seen(ANA)
    const ana = writer(10)
    send(ANA, ana.edit('name', 'A'))
    send(ANA, ana.edit('name', 'An'))
    send(
      ANA,
      forge({ blocks: [{ client: 10, clock: 9, structs: [{ kind: 8, origin: [10, 0] }] }] }),
    )
    commit()
    expect(typesOf(seen(ANA))).toEqual(['rows', 'ack'])
    step({ type: 'commit-done', outcome: { outcome: 'conflict' } })
    expect(seen(ANA)).toEqual([])
    const state = emptyState()
    step({ type: 'reloaded', state })
    // To the journal as it is now all that came is a gap.
    expect(typesOf(seen(ANA))).toEqual(['reject', 'sync-step-1', 'reject', 'ack'])
  })

  test('[P7] past a bound of unsettled bytes a socket is not read from until they are settled', () => {
    const { join, send, effects, commit, inFlight } = stage()
    join(ANA, 'ana', 10)
    const ana = writer(10)
    for (let n = 0; n <= MAX_UNSETTLED_BYTES / 15_000; n++)
      send(ANA, ana.edit(`k${n}`, 'x'.repeat(15_000)))
    expect(effects).toContainEqual({ type: 'pause', session: ANA })
    expect(effects).not.toContainEqual({ type: 'resume', session: ANA })
    while (inFlight()) commit()
    expect(effects).toContainEqual({ type: 'resume', session: ANA })
  })

  test('[P7] while commits hang, who fills the room’s queue is asked to come back later', () => {
    const { join, send, effects, inFlight } = stage()
    join(ANA, 'ana', 10)
    join(BO, 'bo', 20)
    send(ANA, writer(10).edit('name', 'Ana'))
    expect(inFlight()).toBeDefined()
    const large = new Uint8Array(1024 * 1024)
    for (let bytes = 0; bytes < MAX_QUEUED_BYTES; bytes += large.length) send(BO, large)
    expect(effects.some(({ type }) => type === 'close')).toBe(false)
    send(BO, large)
    expect(effects.at(-1)).toEqual({ type: 'close', session: BO, reason: 'overloaded' })
  })

  test('[P7] a queue that one person has filled has a place for what others write', () => {
    const { room, step, join, send, effects, commit, inFlight, seen } = stage()
    join(ANA, 'ana', 10)
    join(BO, 'bo', 20)
    const ana = writer(10)
    send(ANA, ana.edit('name', 'Ana'))
    const large = new Uint8Array(1024 * 1024)
    for (let bytes = 0; bytes < MAX_QUEUED_BYTES; bytes += large.length) send(BO, large)
    send(ANA, ana.edit('name', 'Anna'))
    expect(effects.some(({ type }) => type === 'close')).toBe(false)
    send(BO, large)
    expect(effects.at(-1)).toEqual({ type: 'close', session: BO, reason: 'overloaded' })
    for (let n = 0; n < 200 && room.isBusy; n++) inFlight() ? commit() : step({ type: 'tick' })
    expect(seen(ANA).at(-1)).toMatchObject({ type: 'ack', count: 2 })
  })
})

describe('joining', () => {
  test('an id is bound before its owner is welcomed', () => {
    const { step, seen, inFlight, commit } = stage()
    const stamp = { id: 'ana', name: 'Ana', email: null, role: 'editor', joinedAt: 0 } as never
    const dialect = { dialect: 'kith', clientId: 10, earlierIds: [8, 9], epoch: 0, seq: 0 } as const
    step({ type: 'join', session: ANA, dialect, stamp })
    expect(inFlight()).toMatchObject({
      rows: [],
      bindings: [10, 8, 9].map((clientId) => ({ clientId, userId: 'ana' })),
    })
    expect(seen(ANA)).toEqual([])
    commit()
    expect(seen(ANA)).toMatchObject([{ type: 'welcome', epoch: 1, head: 0, follows: 'tail' }])
  })

  test('an up-to-date reconnect writes nothing', () => {
    const { join, send, seen, step, commit, inFlight } = stage()
    join(ANA, 'ana', 10)
    send(ANA, writer(10).edit('name', 'Ana'))
    commit()
    step({ type: 'leave', session: ANA })
    join(3, 'ana', 10, { seq: 1 })
    expect(inFlight()).toBeUndefined()
    expect(seen(3)).toMatchObject([{ type: 'welcome', head: 1, follows: 'tail' }])
  })

  test('who knows a seq gets the rows after it, and no other', () => {
    const { join, send, seen, commit } = stage()
    join(ANA, 'ana', 10)
    const ana = writer(10)
    for (const name of ['A', 'An', 'Ana']) {
      send(ANA, ana.edit('name', name))
      commit()
    }
    join(BO, 'bo', 20, { seq: 2 })
    expect(seen(BO)).toMatchObject([{ type: 'welcome' }, { type: 'rows', firstSeq: 3 }])
  })

  test('without a seq the snapshot comes first, then its tail', () => {
    const { join, seen, step, effects } = stage({ ...emptyState(), head: 7, snapshotSeq: 5 })
    join(BO, 'bo', 20)
    expect(seen(BO)).toMatchObject([{ type: 'welcome', follows: 'snapshot' }])
    const document = new Uint8Array(600_000)
    step({ type: 'snapshot-read', session: BO, snapshot: { epoch: 1, seq: 5, document } })
    expect(seen(BO)).toMatchObject([
      { type: 'snapshot-chunk', offset: 0, total: 600_000 },
      { type: 'snapshot-chunk', offset: 524_288, total: 600_000 },
    ])
    expect(effects.at(-1)).toEqual({ type: 'read-rows', session: BO, after: 5 })
  })

  test('[K4] whose rows are gone is told that a snapshot follows', () => {
    const state = { ...emptyState(), head: 7, snapshotSeq: 5, oldest: 4 }
    const { join, seen, effects } = stage(state)
    join(ANA, 'ana', 10, { seq: 2 })
    expect(seen(ANA)).toMatchObject([{ type: 'welcome', follows: 'snapshot' }])
    expect(effects.at(-1)).toEqual({ type: 'read-snapshot', session: ANA })
    join(BO, 'bo', 20, { seq: 3 })
    expect(seen(BO)).toMatchObject([{ type: 'welcome', follows: 'tail' }])
    expect(effects.at(-1)).toEqual({ type: 'read-rows', session: BO, after: 3 })
  })

  test('[P8] who has seen more than this room makes it read the journal before it answers', () => {
    const { join, seen, step, effects } = stage()
    join(ANA, 'ana', 10, { seq: 3 })
    expect(effects).toEqual([{ type: 'reload', owned: [] }])
    expect(seen(ANA)).toEqual([])
    const state = emptyState()
    state.index.owners.set(10, 'ana' as never)
    step({ type: 'reloaded', state: { ...state, head: 4 } })
    expect(seen(ANA)).toMatchObject([{ type: 'welcome', head: 4, follows: 'tail' }])
    expect(effects).toContainEqual({ type: 'read-rows', session: ANA, after: 3 })
  })

  test('where no good snapshot is left, an empty chunk says that all comes as rows', () => {
    const { join, seen, step, effects } = stage({ ...emptyState(), head: 7, snapshotSeq: 5 })
    join(BO, 'bo', 20)
    step({ type: 'snapshot-read', session: BO, snapshot: undefined })
    expect(seen(BO)).toMatchObject([
      { type: 'welcome', follows: 'snapshot' },
      { type: 'snapshot-chunk', seq: 0, total: 0 },
    ])
    expect(effects.at(-1)).toEqual({ type: 'read-rows', session: BO, after: 0 })
  })

  test('[P4] a role that a renewed token’s membership no longer gives is gone at once', () => {
    const { join, step, send, seen } = stage()
    join(ANA, 'ana', 10)
    seen(ANA)
    step({ type: 'role-changed', session: ANA, role: 'viewer' })
    expect(seen(ANA)).toEqual([{ type: 'notice', notice: 'role-changed', role: 'viewer' }])
    send(ANA, writer(10).edit('name', 'Ana'))
    expect(seen(ANA)).toMatchObject([{ type: 'reject', reason: 'read-only' }, { type: 'ack' }])
  })

  test('an id that belongs to another is refused', () => {
    const { join, effects } = stage()
    join(ANA, 'ana', 10)
    join(BO, 'eve', 10)
    expect(effects).toContainEqual({ type: 'close', session: BO, reason: 'refused-change' })
  })
})

describe('refusals', () => {
  const poison = forge({
    blocks: [{ client: 20, structs: [{ kind: 8, root: 'secrets', key: 'x' }] }],
  })

  test('[P4] a Kith client is told which message and why, before the ack, and stays', () => {
    const { join, send, seen, effects, inFlight } = stage()
    join(BO, 'bo', 20)
    seen(BO)
    send(BO, poison)
    expect(seen(BO)).toEqual([
      { type: 'reject', ordinal: 1, reason: 'unknown-root' },
      { type: 'ack', count: 1, seq: 0 },
    ])
    expect(inFlight()).toBeUndefined()
    expect(effects.some(({ type }) => type === 'close')).toBe(false)
  })

  test('a gap is answered by one SyncStep1, and its answer fills it', () => {
    const { join, send, seen, step, commit } = stage()
    join(BO, 'bo', 20)
    seen(BO)
    const bo = writer(20)
    bo.edit('lost', '1')
    send(BO, bo.edit('name', 'Bo'))
    send(BO, bo.edit('name', 'Bob'))
    expect(typesOf(seen(BO))).toEqual(['reject', 'sync-step-1', 'ack', 'reject', 'ack'])
    step({
      type: 'update',
      session: BO,
      message: 'sync-step-2',
      bytes: Y.encodeStateAsUpdate(bo.doc),
    })
    commit()
    expect(seen(BO)).toMatchObject([
      { type: 'rows', firstSeq: 1 },
      { type: 'ack', count: 3, seq: 1 },
    ])
  })

  test('a stock client is closed', () => {
    const { joinStock, send, effects } = stage()
    joinStock(BO, 'bo')
    send(BO, poison)
    expect(effects).toContainEqual({ type: 'close', session: BO, reason: 'refused-change' })
  })

  test('a stock viewer’s answer to SyncStep1 is ignored, its update is not', () => {
    const { joinStock, step, send, effects } = stage()
    joinStock(BO, 'bo', 'viewer')
    const bytes = writer(20).edit('name', 'x')
    step({ type: 'update', session: BO, message: 'sync-step-2', bytes })
    expect(effects.some(({ type }) => type === 'close')).toBe(false)
    send(BO, bytes)
    expect(effects).toContainEqual({ type: 'close', session: BO, reason: 'refused-change' })
  })
})

describe('a stock client', () => {
  test('[P10] up to date, it is answered from the index alone, and asked for what we lack', () => {
    const { join, joinStock, send, seen, step, commit, effects } = stage()
    join(ANA, 'ana', 10)
    const ana = writer(10)
    send(ANA, ana.edit('name', 'A'))
    commit()
    send(ANA, ana.edit('name', 'Ana'))
    commit()
    joinStock(BO, 'bo')
    expect(seen(BO)).toEqual([])
    step({ type: 'sync-step-1', session: BO, stateVector: Y.encodeStateVector(ana.doc) })
    const [answer, question] = seen(BO)
    if (answer?.type !== 'sync-step-2' || question?.type !== 'sync-step-1')
      throw new Error('no answer')
    expect(Y.decodeUpdate(answer.update).structs).toEqual([])
    expect(Y.decodeUpdate(answer.update).ds.clients.get(10)).toMatchObject([{ clock: 0, len: 1 }])
    expect(Y.decodeStateVector(question.stateVector)).toEqual(new Map([[10, 2]]))
    expect(effects.some(({ type }) => type === 'read-difference')).toBe(false)
  })

  test('[P10] behind, it gets what it lacks, and what was committed meanwhile after it', () => {
    const { join, joinStock, send, seen, step, commit, effects } = stage()
    join(ANA, 'ana', 10)
    const ana = writer(10)
    const first = ana.edit('name', 'A')
    send(ANA, first)
    commit()
    joinStock(BO, 'bo')
    step({ type: 'sync-step-1', session: BO, stateVector: new Uint8Array([0]) })
    expect(effects.at(-1)).toMatchObject({ type: 'read-difference', session: BO, through: 1 })
    send(ANA, ana.edit('title', 'Dr'))
    commit()
    expect(seen(BO)).toEqual([])
    step({ type: 'difference-ready', session: BO, epoch: 1, seq: 1, update: first })
    expect(typesOf(seen(BO))).toEqual(
      ['sync-step-2', 'update', 'sync-step-1', 'awareness'].slice(0, 3),
    )
  })

  test('[P7] who asks again and again is answered once a tick', () => {
    const { joinStock, step, seen } = stage()
    joinStock(BO, 'bo')
    const stateVector = new Uint8Array([0])
    for (let n = 0; n < 100; n++) {
      step({ type: 'sync-step-1', session: BO, stateVector })
      step({ type: 'query-awareness', session: BO })
    }
    expect(typesOf(seen(BO))).toEqual(['sync-step-2', 'sync-step-1'])
    step({ type: 'tick' })
    expect(typesOf(seen(BO))).toEqual(['sync-step-2', 'sync-step-1'])
    step({ type: 'tick' })
    expect(seen(BO)).toEqual([])
  })

  test('a state vector that is none breaks the protocol', () => {
    const { joinStock, step, effects } = stage()
    joinStock(BO, 'bo')
    step({ type: 'sync-step-1', session: BO, stateVector: new Uint8Array([5, 1]) })
    expect(effects).toEqual([{ type: 'close', session: BO, reason: 'broken-frame' }])
  })
})

describe('presence', () => {
  const state = (name: string) => JSON.stringify({ user: { id: 'forged', name }, status: 'online' })

  test('[P4] the user is the server’s, whatever the state says', () => {
    const { join, step, seen } = stage()
    join(ANA, 'ana', 10)
    join(BO, 'bo', 20)
    seen(BO)
    step({
      type: 'awareness',
      session: ANA,
      states: [{ clientId: 10, clock: 1, json: state('Eve') }],
    })
    step({ type: 'tick' })
    const [frame] = seen(BO)
    if (frame?.type !== 'awareness') throw new Error('no presence')
    expect(JSON.parse(frame.states[0]?.json ?? '')).toMatchObject({
      user: { id: 'ana', name: 'ANA', joinedAt: 5 },
      status: 'online',
    })
  })

  test('[P4] a session changes and removes nobody’s state but its own', () => {
    const { join, step, seen } = stage()
    join(ANA, 'ana', 10)
    join(BO, 'bo', 20)
    step({
      type: 'awareness',
      session: ANA,
      states: [{ clientId: 10, clock: 1, json: state('A') }],
    })
    step({ type: 'tick' })
    seen(ANA)
    for (const json of ['null', state('x')]) {
      step({ type: 'awareness', session: BO, states: [{ clientId: 10, clock: 9, json }] })
    }
    step({ type: 'tick' })
    expect(seen(ANA)).toEqual([])
  })

  test('moves between two ticks are one entry, and the end of a session removes it', () => {
    const { join, step, seen } = stage()
    join(ANA, 'ana', 10)
    join(BO, 'bo', 20)
    seen(BO)
    for (let clock = 1; clock < 5; clock++) {
      step({ type: 'awareness', session: ANA, states: [{ clientId: 10, clock, json: state('A') }] })
    }
    step({ type: 'tick' })
    expect(seen(BO)).toMatchObject([{ states: [{ clientId: 10, clock: 4 }] }])
    step({ type: 'leave', session: ANA })
    step({ type: 'tick' })
    expect(seen(BO)).toEqual([
      { type: 'awareness', states: [{ clientId: 10, clock: 4, json: 'null' }] },
    ])
  })

  test('who returns under an id that was removed is told so, and seen with its next clock', () => {
    const { join, step, seen } = stage()
    join(BO, 'bo', 20)
    join(ANA, 'ana', 10)
    const show = (session: number, clock: number) =>
      step({ type: 'awareness', session, states: [{ clientId: 10, clock, json: state('A') }] })
    show(ANA, 4)
    step({ type: 'leave', session: ANA })
    step({ type: 'tick' })
    join(3, 'ana', 10)
    seen(3)
    seen(BO)
    show(3, 4)
    expect(seen(3)).toEqual([
      { type: 'awareness', states: [{ clientId: 10, clock: 4, json: 'null' }] },
    ])
    show(3, 5)
    step({ type: 'tick' })
    expect(seen(BO)).toMatchObject([{ states: [{ clientId: 10, clock: 5 }] }])
  })

  test('a stock client’s id is bound before anyone hears of it', () => {
    const { join, joinStock, step, seen, inFlight, commit } = stage()
    join(ANA, 'ana', 10)
    seen(ANA)
    joinStock(BO, 'bo')
    step({ type: 'awareness', session: BO, states: [{ clientId: 20, clock: 1, json: state('B') }] })
    step({ type: 'tick' })
    expect(seen(ANA)).toEqual([])
    expect(inFlight()?.bindings).toEqual([{ clientId: 20, userId: 'bo' }])
    commit()
    step({ type: 'tick' })
    expect(typesOf(seen(ANA))).toEqual(['awareness'])
  })

  test('other people’s states that a stock client sends back are not taken for its own', () => {
    const { join, joinStock, step, inFlight, effects } = stage()
    join(ANA, 'ana', 10)
    joinStock(BO, 'bo')
    step({
      type: 'awareness',
      session: BO,
      states: [
        { clientId: 10, clock: 1, json: state('A') },
        { clientId: 20, clock: 1, json: state('B') },
      ],
    })
    expect(inFlight()?.bindings).toEqual([{ clientId: 20, userId: 'bo' }])
    expect(effects.some(({ type }) => type === 'close')).toBe(false)
  })

  test('a state that is no JSON object, or too large, is dropped', () => {
    const { join, step, room } = stage()
    join(ANA, 'ana', 10)
    for (const json of ['{"a":', '[1]', '7', `{"a":"${'x'.repeat(9000)}"}`]) {
      step({ type: 'awareness', session: ANA, states: [{ clientId: 10, clock: 1, json }] })
    }
    expect(room.wantsTick).toBe(false)
  })
})

describe('a slow reader', () => {
  test('[P7] gets nothing while stalled, and all of it from its cursor afterwards', () => {
    const { join, send, seen, step, commit } = stage()
    join(ANA, 'ana', 10)
    join(BO, 'bo', 20)
    seen(BO)
    step({ type: 'stalled', session: BO })
    const ana = writer(10)
    for (const name of ['A', 'An']) {
      send(ANA, ana.edit('name', name))
      commit()
    }
    expect(seen(BO)).toEqual([])
    step({ type: 'drained', session: BO })
    expect(seen(BO)).toMatchObject([
      { type: 'rows', firstSeq: 1 },
      { type: 'rows', firstSeq: 2 },
    ])
  })
})

test('[P7] whoever goes from gap to gap is asked once, until something is committed', () => {
  const play = stage()
  play.join(1, 'ana', 10)
  play.join(2, 'eve', 20)
  const asked = () =>
    play.effects.flatMap((effect) =>
      effect.type === 'send' && effect.frame[0] === 0 && effect.frame[1] === 0
        ? [effect.frame]
        : [],
    )
  const gap = forge({ blocks: [{ client: 20, clock: 9, structs: [field('c1/name')] }] })
  for (let n = 0; n < 10; n++) {
    play.send(2, gap)
    play.send(2, forge({}))
  }
  expect(asked()).toHaveLength(1)
  play.send(1, writer(10).edit('name', 'Ana'))
  play.commit()
  play.send(2, forge({}))
  play.send(2, gap)
  expect(asked()).toHaveLength(2)
  expect(asked().at(-1)).toEqual(new Uint8Array([0, 0, 3, 1, 10, 1]))
})

test('[P10] a stock client that lacks more than one frame holds is told so, for good', () => {
  const play = stage()
  play.join(1, 'ana', 10)
  play.send(1, writer(10).edit('name', 'Ana'))
  play.commit()
  play.joinStock(2, 'bo')
  play.step({ type: 'sync-step-1', session: 2, stateVector: new Uint8Array([0]) })
  const update = new Uint8Array(MAX_DIFFERENCE_BYTES + 1)
  play.step({ type: 'difference-ready', session: 2, epoch: 1, seq: 1, update })
  expect(play.effects.at(-1)).toEqual({ type: 'close', session: 2, reason: 'too-large' })
  expect(play.seen(2)).toEqual([])
})

test('[P7] whoever is up to date and asks again gets the same frame, until something is committed', () => {
  const play = stage()
  play.join(1, 'ana', 10)
  play.joinStock(2, 'eve')
  const answers = () =>
    play.effects.flatMap((effect) =>
      effect.type === 'send' && effect.frame[0] === 0 && effect.frame[1] === 1
        ? [effect.frame]
        : [],
    )
  const ask = (...stateVector: number[]) => {
    play.step({ type: 'sync-step-1', session: 2, stateVector: new Uint8Array(stateVector) })
    play.step({ type: 'tick' })
  }
  for (let n = 0; n < 5; n++) ask(0)
  expect(answers()).toHaveLength(5)
  expect(new Set(answers()).size).toBe(1)
  const ana = writer(10)
  play.send(1, ana.edit('name', 'Ana'))
  play.commit()
  play.send(1, ana.edit('name', 'Anna'))
  play.commit()
  ask(1, 10, 2)
  expect(answers()).toHaveLength(6)
  expect(answers().at(-1)).toEqual(new Uint8Array([0, 1, 6, 0, 1, 10, 1, 0, 1]))
})
