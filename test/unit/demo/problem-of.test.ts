import type { SyncStatus } from 'kith-client'
import { expect, test } from 'vitest'
import { problemOf } from '../../../demo/src/status/problems.js'

const SESSION = {} as Parameters<typeof problemOf>[1] // no problem here speaks of the session

const obsolete = (reason: string): SyncStatus => ({
  connection: { state: 'update-required', reason },
  pending: 2,
  onDevice: true,
  storage: { kind: 'device' },
  refused: 0,
})

test('an old page is told to reload', () => {
  const problem = problemOf(obsolete('protocol-version'), SESSION)
  expect(problem?.title).toBe('This page is older than the server.')
  expect(problem?.actions).toEqual(['reload'])
})

test.each([
  ['server-behind', 'The server has forgotten what this device holds.'],
  ['older-epoch', 'The server has begun this workspace anew.'],
])('[P5] %s blames neither the page nor what is on the device', (reason, title) => {
  const problem = problemOf(obsolete(reason), SESSION)
  expect(problem?.title).toBe(title)
  expect(problem?.text).toContain('Nothing on this device is lost')
  expect(problem?.text).toContain('2 changes kept on this device')
  expect(problem?.actions).toContain('dismiss')
})
