import type { ServerMessage, SnapshotChunk } from 'kith-shared'
import { describe, expect, test } from 'vitest'
import { progressOf } from '../../../client/core/connection-state.js'
import { Play } from './connection-script.js'

/** In one chunk, or the given part of it. */
const chunk = (epoch: number, seq: number, part: Partial<SnapshotChunk> = {}): SnapshotChunk => ({
  type: 'snapshot-chunk',
  epoch,
  seq,
  total: 2,
  offset: 0,
  bytes: new Uint8Array([epoch, seq]),
  ...part,
})

const rows: ServerMessage = { type: 'rows', epoch: 1, firstSeq: 5, rows: [] }

const stateOf = (epoch: number, seq: number) => ({
  epoch,
  seq,
  update: new Uint8Array([epoch, seq]),
})

/** From epoch 1, seq 4, with unsent work of epoch 1. */
const onTheRoad = (change: object = {}) =>
  new Play()
    .loads(1, 4)
    .getsToken()
    .opens(1)
    .isWelcomed({ epoch: 2, head: 9, follows: 'epochs', ...change })

describe('[E8] the road to another epoch', () => {
  test('is asked for by the oldest epoch with unsent work', () => {
    const play = new Play().loads(2, 4).getsToken().opens(1)
    expect(play.find('send')?.message).toMatchObject({ epoch: 2, seq: 4, unsentEpoch: 1 })
    const idle = new Play().loads(2, 4).getsToken().opens()
    expect(idle.find('send')?.message).not.toHaveProperty('unsentEpoch')
  })

  test('is gathered before any of it counts, and given at once; then the tail', () => {
    const play = onTheRoad()
    expect(play.phase).toBe('syncing: epochs')
    play.hears(chunk(1, 7))
    expect(play.done).toEqual([])
    expect(play.state.cursor).toEqual({ epoch: 1, seq: 4 })
    play.hears(chunk(2, 7))
    expect(play.effects).toEqual([
      {
        type: 'cross',
        steps: [{ closing: stateOf(1, 7), opening: stateOf(2, 7) }],
        state: stateOf(2, 7),
        named: 1,
      },
    ])
    expect(play.state.cursor).toEqual({ epoch: 2, seq: 7 })
    expect(play.phase).toBe('syncing: tail')
    expect(play.getsRows(8, 2, 2).phase).toBe('live: live')
  })

  test('leads through several epochs', () => {
    const play = onTheRoad({ epoch: 9 })
    play.hears(chunk(1, 7)).hears(chunk(5, 7)).hears(chunk(5, 8))
    expect(play.done).toEqual([])
    play.hears(chunk(9, 8))
    const steps = play.find('cross')?.steps
    expect(steps?.map(({ closing, opening }) => [closing.epoch, opening.epoch])).toEqual([
      [1, 5],
      [5, 9],
    ])
    expect(play.state.cursor).toEqual({ epoch: 9, seq: 8 })
  })

  test('tells how far it is', () => {
    const play = onTheRoad()
    const half = { bytes: new Uint8Array(1) }
    expect(progressOf(play.state)).toBe(0)
    expect(progressOf(play.hears(chunk(1, 7, half)).state)).toBe(0.25)
    play.hears(chunk(1, 7, { offset: 1, ...half }))
    expect(progressOf(play.state)).toBeCloseTo(1 / 4)
    expect(progressOf(play.hears(chunk(2, 7, half)).state)).toBe(0.75)
  })

  test('leaves the cursor of a document that is in the present epoch already', () => {
    const play = new Play().loads(2, 8).getsToken().opens(1)
    play.isWelcomed({ epoch: 2, head: 9, follows: 'epochs' }).hears(chunk(1, 7)).hears(chunk(2, 7))
    expect(play.find('cross')?.steps).toHaveLength(1)
    expect(play.state.cursor).toEqual({ epoch: 2, seq: 8 })
    expect(play.getsRows(9, 1, 2).phase).toBe('live: live')
  })

  test.each([
    ['an opening state of another row', chunk(2, 8)],
    ['two states of one epoch', chunk(1, 7)],
    ['an epoch before', chunk(0, 7)],
    ['an epoch beyond the present one', chunk(3, 7)],
    ['rows in between', rows],
  ])('with %s is none', (_, message) => {
    expect(onTheRoad().hears(chunk(1, 7)).hears(message).phase).toBe('offline: broken-server')
  })

  test('that nobody asked for is none', () => {
    const play = new Play().loads(1, 4).getsToken().opens()
    play.isWelcomed({ epoch: 2, head: 9, follows: 'epochs' })
    expect(play.phase).toBe('offline: broken-server')
  })

  test('is never left out: a tail behind another epoch, or past unsent work, is not believed', () => {
    const elsewhere = new Play().loads(1, 4).getsToken().opens().isWelcomed({ epoch: 2, head: 9 })
    expect(elsewhere.phase).toBe('offline: broken-server')
    const behind = new Play().loads(2, 4).getsToken().opens(1).isWelcomed({ epoch: 2, head: 9 })
    expect(behind.phase).toBe('offline: broken-server')
  })
})

describe('[E8] another epoch without a road', () => {
  test('comes as its snapshot, and the cursor with it', () => {
    const play = new Play().loads(1, 4).getsToken().opens()
    play.isWelcomed({ epoch: 2, head: 9, follows: 'snapshot' })
    expect(play.state.cursor).toEqual({ epoch: 1, seq: 4 })
    play.hears(chunk(2, 8))
    expect(play.effects).toEqual([
      { type: 'cross', steps: [], state: stateOf(2, 8), named: undefined },
    ])
    expect(play.state.cursor).toEqual({ epoch: 2, seq: 8 })
    expect(play.getsRows(9, 1, 2).phase).toBe('live: live')
  })

  test('may begin at an earlier row: a backup was restored before it', () => {
    const play = new Play().loads(1, 40).getsToken().opens()
    play.isWelcomed({ epoch: 2, head: 9, follows: 'snapshot' }).hears(chunk(2, 9))
    expect(play.state.cursor).toEqual({ epoch: 2, seq: 9 })
    expect(play.phase).toBe('live: live')
  })

  test('says what was named, so that work which no history reaches is set aside', () => {
    const play = new Play().loads(2, 8).getsToken().opens(1)
    play.isWelcomed({ epoch: 2, head: 8, follows: 'snapshot' }).hears(chunk(2, 8))
    expect(play.find('cross')).toMatchObject({ steps: [], named: 1 })
  })

  test('[P5] a server of an earlier epoch has forgotten what was committed', () => {
    const play = new Play().loads(2, 8).getsToken().opens()
    play.isWelcomed({ epoch: 1, head: 20 })
    expect(play.phase).toBe('update-required: server-behind')
  })
})

describe('a snapshot where a tail was announced', () => {
  test('is a newer state of the same epoch: rows were gone', () => {
    const play = new Play().loads(1, 4).getsToken().opens().isWelcomed({ head: 9 })
    play.hears(chunk(1, 8, { bytes: new Uint8Array(1) }))
    expect(play.phase).toBe('syncing: snapshot')
    play.hears(chunk(1, 8, { offset: 1, bytes: new Uint8Array(1) }))
    expect(play.find('apply-snapshot')).toMatchObject({ epoch: 1, seq: 8 })
    expect(play.getsRows(9, 1).phase).toBe('live: live')
  })

  test('comes to who is live, too, and never takes the cursor back', () => {
    const play = new Play().loads(1, 9).getsToken().opens().isWelcomed({ head: 9 })
    play.hears(chunk(1, 8))
    expect(play.state.cursor).toEqual({ epoch: 1, seq: 9 })
    expect(play.phase).toBe('live: live')
  })

  test('says nothing of the history to who has just come by a road', () => {
    const play = onTheRoad().hears(chunk(1, 7)).hears(chunk(2, 7))
    play.hears(chunk(2, 8))
    expect(play.done).toEqual(['apply-snapshot'])
    expect(play.state.cursor).toEqual({ epoch: 2, seq: 8 })
  })

  test('of another epoch is none', () => {
    expect(new Play().goesLive().hears(chunk(2, 8)).phase).toBe('offline: broken-server')
  })
})

describe('[E8] the end of an epoch', () => {
  test('[P5] brings the client back at once, and shows no disconnection', () => {
    const play = new Play().goesLive().passes(6_000).isClosed('new-epoch')
    expect(play.phase).toBe('connecting: asking-token')
    expect(play.done).toEqual(['forget-token', 'ended', 'ask-token'])
    const early = new Play().goesLive().isClosed('new-epoch')
    expect(early.phase).toBe('connecting: asking-token')
  })

  test('is no loop: who is sent away again at once waits', () => {
    const play = new Play().goesLive().isClosed('new-epoch').getsToken().opens().isWelcomed()
    expect(play.isClosed('new-epoch').phase).toBe('offline: new-epoch')
    expect(play.timers.has('retry')).toBe(true)
  })

  test('an unknown word with its code is a restart', () => {
    const play = new Play().goesLive().passes(6_000)
    play.happens({ type: 'closed', socket: play.state.socket, code: 1012, text: '?' })
    expect(play.phase).toBe('offline: restarting')
  })

  test('work that asks for a road comes back for it at once, from where the document is', () => {
    const play = new Play().loads(2, 8).getsToken().opens().isWelcomed({ epoch: 2, head: 8 })
    const cursor = { epoch: 2, seq: 6 }
    play.happens({ type: 'lost-road', cursor })
    expect(play.phase).toBe('connecting: asking-token')
    expect(play.done).toEqual(['forget-token', 'ended', 'close', 'ask-token'])
    expect(play.state.cursor).toEqual(cursor)
    // A hello that is still to come names it by itself.
    play.happens({ type: 'lost-road', cursor })
    expect(play.done).toEqual([])
  })

  test('is no loop either: whose road never comes waits', () => {
    const cursor = { epoch: 2, seq: 6 }
    const play = new Play().loads(2, 6)
    for (let n = 0; n < 3; n++) {
      play.getsToken().opens().isWelcomed({ epoch: 2, head: 8 })
      play.happens({ type: 'lost-road', cursor })
      expect(play.phase).toBe('connecting: asking-token')
    }
    play.getsToken().opens().isWelcomed({ epoch: 2, head: 8 })
    play.happens({ type: 'lost-road', cursor })
    expect(play.phase).toBe('offline: new-epoch')
    expect(play.done).toContain('close')
    expect(play.timers.has('retry')).toBe(true)
    expect(play.state.cursor).toEqual(cursor)
  })
})
