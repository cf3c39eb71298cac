import { describe, expect, it } from 'vitest'
import type { ConnectionState, SyncStatus } from '../../../client/index.js'
import type { StatusTimes } from '../../../client/react/sync-status/status-clock.js'
import { statusWords } from '../../../client/react/sync-status/status-words.js'

const status = (state: ConnectionState, rest: Partial<SyncStatus> = {}): SyncStatus => ({
  connection: { state, reason: state },
  pending: 0,
  onDevice: true,
  storage: { kind: 'device' },
  refused: 0,
  ...rest,
})

const NO_TIME: StatusTimes = {
  isSlow: false,
  isAway: false,
  isStuck: false,
  isJustSaved: false,
  isSettled: true,
}

const say = (shown: SyncStatus, times: Partial<StatusTimes> = {}): string =>
  statusWords(shown, { ...NO_TIME, ...times }).text

describe('the status line', () => {
  it('[P5] says nothing about a short drop, and "Saving…" only once it takes long', () => {
    expect(say(status('offline'))).toBe('')
    expect(say(status('connecting', { pending: 2 }))).toBe('')
    expect(say(status('connecting', { pending: 2 }), { isSlow: true })).toBe('Saving…')
    expect(say(status('live', { pending: 2 }))).toBe('')
    expect(say(status('live', { pending: 2 }), { isSlow: true })).toBe('Saving…')
    expect(say(status('live'), { isJustSaved: true })).toBe('Saved')
    expect(say(status('live'))).toBe('')
  })

  it('[W26] says why edits wait, and of a busy server that it is busy', () => {
    const held = (reason: string) =>
      say(status('live', { connection: { state: 'live', reason }, pending: 2 }))
    expect(held('newer-schema')).toBe(
      'Refresh this page to go on editing. 2 changes kept on this device',
    )
    expect(held('read-only')).toBe('You can only read here. 2 changes kept on this device')
    const away = (reason: string) =>
      say(status('offline', { connection: { state: 'offline', reason } }), { isAway: true })
    expect(away('overloaded')).toBe('Offline. The server is busy')
    expect(away('too-many-connections')).toBe('Offline. Close other tabs and devices')
  })

  it('[P5] says why changes wait where the workspace is full, at once', () => {
    const connection = { state: 'live', reason: 'quota' } as const
    expect(say(status('live', { connection, pending: 2 }))).toBe(
      'This workspace is full. 2 changes kept on this device',
    )
  })

  it('[P5] says where changes are that no server has, and never more than is known', () => {
    const away = { isAway: true, isSlow: true }
    expect(say(status('offline'), away)).toBe('Offline')
    expect(say(status('offline', { pending: 1 }), away)).toBe(
      'Offline. 1 change kept on this device',
    )
    expect(say(status('connecting', { pending: 3 }), away)).toBe(
      'Offline. 3 changes kept on this device',
    )
    expect(say(status('offline', { pending: 3, onDevice: false }), away)).toBe(
      'Offline. 3 changes not kept on this device yet',
    )
    const inMemory = { pending: 1_200, onDevice: false, storage: { kind: 'memory' } } as const
    expect(say(status('offline', inMemory), away)).toBe('Offline. 1,200 changes in this tab only')
  })

  it('[P5] never calls a change saved while one waits', () => {
    const times = { isJustSaved: true, isSlow: true, isStuck: true }
    expect(say(status('live', { pending: 1 }), times)).toBe(
      'Not saved yet. 1 change kept on this device',
    )
    expect(say(status('storage-error', { pending: 1 }), { isAway: true })).toBe(
      'The server can’t save now. 1 change kept on this device',
    )
  })

  it('says at once what a person must do something about', () => {
    expect(say(status('needs-auth', { pending: 2 }))).toBe(
      'Not signed in. 2 changes kept on this device',
    )
    expect(say(status('denied'))).toBe('No access to this workspace')
    expect(say(status('update-required'))).toBe('A newer version is needed')
    const behind = { state: 'update-required', reason: 'server-behind' } as const
    expect(say(status('update-required', { connection: behind, pending: 2 }))).toBe(
      'The server has forgotten what is here. 2 changes kept on this device',
    )
  })

  it('counts while a workspace loads', () => {
    const connection = { state: 'syncing', reason: 'snapshot', progress: 0.419 } as const
    expect(say(status('syncing', { connection }))).toBe('Loading… 41%')
  })
})
