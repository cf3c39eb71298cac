import type { SyncStatus } from 'kith-client'
import { expect, test } from 'vitest'
import { problemOf } from '../../../demo/src/status/problem-of.js'

const TEAM = { name: 'Team', wasMember: false }

const obsolete = (reason: string): SyncStatus => ({
  connection: { state: 'update-required', reason },
  pending: 2,
  onDevice: true,
  storage: { kind: 'device' },
  refused: 0,
})

test('an old page is told to reload', () => {
  const problem = problemOf(obsolete('protocol-version'), TEAM)
  expect(problem?.title).toBe('This page is older than the server.')
  expect(problem?.actions).toEqual(['reload'])
})

test.each([
  ['server-behind', 'The server has forgotten what this device holds.'],
  ['older-epoch', 'The server has started this workspace over.'],
  ['client-ids-used-up', 'This workspace can’t be opened any more.'],
])('[P5] %s blames neither the page nor what is on the device', (reason, title) => {
  const problem = problemOf(obsolete(reason), TEAM)
  expect(problem?.title).toBe(title)
  expect(problem?.text).toContain('Nothing on this device is lost')
  expect(problem?.text).toContain('2 changes kept on this device')
  expect(problem?.actions).toContain('dismiss')
})

test.each([
  [true, 'You are no longer a member of “Team”.', ['workspaces', 'save-copy', 'retry']],
  [false, 'The server does not let you into “Team”.', ['retry', 'workspaces', 'sign-out']],
])('[P5] who is not let in hears whether they ever were: %s', (wasMember, title, actions) => {
  const denied = {
    ...obsolete(''),
    connection: { state: 'denied', reason: 'not-a-member' } as const,
  }
  const problem = problemOf(denied, { name: 'Team', wasMember })
  expect(problem).toMatchObject({ title, actions })
  expect(problem?.text).toContain('2 changes kept on this device')
})
