import type { StoreProblem, SyncStatus } from 'kith-client'
import { expect, test } from 'vitest'
import { unsavedWords } from '../../../demo/src/session/unsaved-words.js'
import { detailWords } from '../../../demo/src/status/detail-words.js'
import { problemOf } from '../../../demo/src/status/problem-of.js'
import { storageWords } from '../../../demo/src/status/storage-words.js'

const LIVE: SyncStatus = {
  connection: { state: 'live', reason: 'live' },
  pending: 0,
  onDevice: true,
  storage: { kind: 'device' },
  refused: 0,
}
const TEAM = { name: 'Team', wasMember: true }
const live = (reason: string, more: Partial<SyncStatus> = {}): SyncStatus => ({
  ...LIVE,
  connection: { state: 'live', reason },
  ...more,
})

test('[W26] a page that is older than the workspace is told to refresh, whatever else there is', () => {
  const problem = problemOf(live('newer-schema', { pending: 2, refused: 1 }), TEAM)
  expect(problem?.title).toBe('Refresh this page to go on editing.')
  expect(problem?.text).toContain('2 changes kept on this device')
  expect(problem?.actions).toContain('reload')
})

test.each(['read-only', 'quota'])(
  '[W26] what waits for good reason (%s) can be taken along',
  (reason) => {
    const problem = problemOf(live(reason, { pending: 2 }), TEAM)
    expect(problem?.actions).toContain('save-unsaved')
    expect(problem?.text).toContain('2 changes kept on this device')
  },
)

const REASONS: readonly StoreProblem[] = ['missing', 'blocked', 'full', 'newer', 'slow', 'failed']

test('[W26] each reason for keeping nothing has words of its own, and what helps', () => {
  const said = REASONS.map((reason) => storageWords(reason))
  expect(new Set(said.map(({ why }) => why)).size).toBe(REASONS.length)
  for (const reason of REASONS) {
    const { why, helps } = storageWords(reason)
    const problem = problemOf({ ...LIVE, storage: { kind: 'memory', reason } }, TEAM)
    expect(problem?.text).toContain(`${why} ${helps}`)
    expect(problem?.text).toContain('lost when this tab closes')
  }
  const newer = problemOf({ ...LIVE, storage: { kind: 'memory', reason: 'newer' } }, TEAM)
  expect(newer?.actions).toContain('reload')
})

test('[W26] the panel says no more than is known', () => {
  expect(detailWords(LIVE).changes).toBe('All your changes are on the server.')
  const loading = { ...LIVE, connection: { state: 'loading', reason: 'reading-device' } } as const
  expect(detailWords(loading).changes).toBe('Not known yet.')
  expect(detailWords({ ...LIVE, refused: 2 }).changes).toBe('2 refused by the server.')
  const memory = { ...LIVE, pending: 1, storage: { kind: 'memory', reason: 'full' } } as const
  expect(detailWords(memory)).toMatchObject({
    changes: '1 change in this tab only.',
    device: expect.stringContaining('There is no space left'),
  })
})

test('[W25] who signs out hears how many changes would be left behind, and where', () => {
  expect(unsavedWords({ ...LIVE, pending: 3, refused: 1 })).toBe(
    '3 changes of yours are not on the server yet. 1 change of yours was refused by the server. This device keeps them until you sign in here again.',
  )
  const memory: SyncStatus = { ...LIVE, pending: 1, storage: { kind: 'memory', reason: 'full' } }
  expect(unsavedWords(memory)).toBe(
    '1 change of yours is not on the server yet. It is in this tab only: once you sign out it is gone.',
  )
})
