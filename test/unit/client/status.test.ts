import { describe, expect, test } from 'vitest'
import type { Edit } from '../../../client/core/edit.js'
import { type StatusFacts, statusOf } from '../../../client/core/status.js'
import { Play } from './connection-script.js'

const edit = (id: string, ...touches: string[]): Edit => ({
  id,
  owner: 1,
  clientId: 1,
  update: new Uint8Array(),
  epoch: 1,
  touches,
})

const facts = (part: Partial<StatusFacts> = {}): StatusFacts => ({
  connection: new Play().goesLive().state,
  role: 'editor',
  pending: [],
  refused: 0,
  hasBlocked: false,
  isFull: false,
  isKept: () => true,
  storage: { kind: 'device' },
  ...part,
})

describe('[P5] the status says no more than is known:', () => {
  test('all is well', () => {
    expect(statusOf(facts())).toEqual({
      connection: { state: 'live', reason: 'live' },
      pending: 0,
      onDevice: true,
      storage: { kind: 'device' },
      refused: 0,
    })
  })

  test('pending counts things, not keystrokes', () => {
    const pending = [edit('1', 'c/name'), edit('2', 'c/name'), edit('3', 'c/name', 'n')]
    expect(statusOf(facts({ pending })).pending).toBe(2)
  })

  test('an edit of what has no name here is pending, too', () => {
    expect(statusOf(facts({ pending: [edit('1'), edit('2')] })).pending).toBe(1)
    expect(statusOf(facts({ pending: [edit('1'), edit('2', 'c/name')] })).pending).toBe(2)
  })

  test('on this device means every pending edit', () => {
    const pending = [edit('1', 'a'), edit('2', 'b')]
    expect(statusOf(facts({ pending, isKept: (id) => id === '1' })).onDevice).toBe(false)
    expect(statusOf(facts({ pending })).onDevice).toBe(true)
  })

  test('progress is that of the snapshot, then that of the rows', () => {
    const play = new Play()
      .loads()
      .getsToken()
      .opens()
      .isWelcomed({ head: 12, follows: 'snapshot' })
    const chunk = { type: 'snapshot-chunk', epoch: 1, seq: 8, total: 4, offset: 0 } as const
    play.hears({ ...chunk, bytes: new Uint8Array(1) })
    const syncing = { state: 'syncing', reason: 'snapshot', progress: 0.25 }
    expect(statusOf(facts({ connection: play.state })).connection).toEqual(syncing)
    play.hears({ ...chunk, offset: 1, bytes: new Uint8Array(3) }).getsRows(9, 1)
    expect(statusOf(facts({ connection: play.state })).connection).toMatchObject({
      reason: 'tail',
      progress: 0.25,
    })
  })

  test('a viewer’s edits, and those behind a refused one, wait for more than time', () => {
    const pending = [edit('1', 'a')]
    const reason = (part: Partial<StatusFacts>) => statusOf(facts(part)).connection.reason
    expect(reason({ pending, role: 'viewer' })).toBe('read-only')
    expect(reason({ pending, hasBlocked: true })).toBe('refused-change')
    expect(reason({ pending, hasBlocked: true, isFull: true })).toBe('quota')
    expect(reason({ isFull: true })).toBe('live')
    expect(reason({ role: 'viewer' })).toBe('live')
  })

  test('[C9] of a newer schema it says so, whether anything waits or not', () => {
    const { state } = new Play().loads().getsToken().opens().isWelcomed({ schema: 2 })
    const reason = (part: Partial<StatusFacts>) =>
      statusOf(facts({ connection: state, ...part })).connection
    expect(reason({})).toEqual({ state: 'live', reason: 'newer-schema' })
    expect(reason({ pending: [edit('1', 'a')], role: 'viewer' }).reason).toBe('newer-schema')
  })
})
