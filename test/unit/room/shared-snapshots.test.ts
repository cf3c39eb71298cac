import type { WorkspaceId } from 'kith-shared'
import { describe, expect, test } from 'vitest'
import type { Snapshot } from '../../../server/core/ports.js'
import { EventLoopTurns } from '../../../server/event-loop-turns.js'
import { SharedSnapshots } from '../../../server/shared-snapshots.js'

const MEGABYTE = 1024 * 1024
// They fit the pattern of their ids.
const TEAM = 'team' as WorkspaceId
const workspace = (n: number) => `team-${n}` as WorkspaceId
const snapshotOf = (bytes: number): Snapshot => ({
  epoch: 1,
  seq: 1,
  document: new Uint8Array(bytes),
})

describe('[P7] a snapshot that was read', () => {
  test('is for whoever comes a moment later, and is kept no longer than that', () => {
    const shared = new SharedSnapshots()
    const snapshot = snapshotOf(MEGABYTE)
    shared.set(TEAM, snapshot, 0)
    shared.tick(499)
    expect(shared.get(TEAM, 499)).toBe(snapshot)
    // Handed out again, it is kept for as long again.
    shared.tick(998)
    expect(shared.keptBytes).toBe(2 * MEGABYTE)
    shared.tick(999)
    expect(shared.keptBytes).toBe(0)
    // It is still there, as for somebody who is being sent it.
    expect(shared.get(TEAM, 1_000)).toBe(snapshot)
  })

  test('is handed out for a minute, however many come', () => {
    const shared = new SharedSnapshots()
    const snapshot = snapshotOf(1)
    shared.set(TEAM, snapshot, 0)
    for (let now = 0; now < 60_000; now += 400) expect(shared.get(TEAM, now)).toBe(snapshot)
    expect(shared.get(TEAM, 60_000)).toBeUndefined()
    shared.tick(60_000)
    expect(shared.keptBytes).toBe(0)
  })

  test('is for nobody once a newer one is written', () => {
    const shared = new SharedSnapshots()
    shared.set(TEAM, snapshotOf(1), 0)
    shared.forget(TEAM)
    expect(shared.get(TEAM, 0)).toBeUndefined()
    expect(shared.keptBytes).toBe(0)
  })

  test('is let go where many are kept, the one first that was wanted longest ago', () => {
    const shared = new SharedSnapshots()
    for (let n = 0; n < 4; n++) shared.set(workspace(n), snapshotOf(2 * MEGABYTE), n)
    expect(shared.keptBytes).toBe(16 * MEGABYTE)
    shared.get(workspace(0), 4)
    const last = snapshotOf(3 * MEGABYTE)
    shared.set(workspace(4), last, 5)
    // The second and the third had to go.
    expect(shared.keptBytes).toBe((2 + 2 + 3) * 2 * MEGABYTE)
    shared.set(workspace(5), snapshotOf(9 * MEGABYTE), 6)
    expect(shared.keptBytes).toBe(0)
  })
})

test('[P7] what many wait for is done for one after another, and others come in between', async () => {
  const turns = new EventLoopTurns()
  const done: string[] = []
  for (const who of ['ana', 'bo', 'cy']) turns.take(() => done.push(who))
  for (let n = 0; n < 3; n++) {
    await new Promise((resolve) => setImmediate(resolve))
    done.push('another')
  }
  expect(done).toEqual(['ana', 'another', 'bo', 'another', 'cy', 'another'])
  turns.take(() => done.push('dee'))
  await new Promise((resolve) => setImmediate(resolve))
  expect(done.at(-1)).toBe('dee')
})
