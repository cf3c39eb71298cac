import {
  decodeServerMessage,
  MAX_AUTHOR_STEPS,
  type ServerMessage,
  type UserId,
  type WorkspaceId,
} from 'kith-shared'
import { expect, test, vi } from 'vitest'
import type { Journal, Socket } from '../../../server/core/ports.js'
import { TRIAL_SPACING, TRIALS_AT_ONCE } from '../../../server/core/trial-pace.js'
import { Documents } from '../../../server/edge/documents.js'
import { createMetrics } from '../../../server/edge/metrics.js'
import { RoomRunner } from '../../../server/room-runner.js'
import { SharedSnapshots } from '../../../server/shared-snapshots.js'
import { forge } from '../../harness/forge.js'
import { createMemoryJournal } from '../../harness/memory-journal.js'
import { waitFor } from '../../harness/wait-for.js'
import { emptyState } from './stage.js'

const TEAM = 'w' as WorkspaceId
const ANA = 'ana' as UserId
const stamp = { id: ANA, name: 'Ana', email: null, role: 'editor', joinedAt: 0 } as const

/**
 * A runner whose worker can't start, as its file is not built here, and whose journal is away for
 * the first readings; Ana is in, and has no steps left.
 */
const start = async (awayFor: number) => {
  const journal = createMemoryJournal({ now: () => 0 })
  journal.createWorkspace(TEAM)
  let readings = 0
  const counted: Journal = {
    ...journal,
    readSnapshot: async (id) =>
      ++readings > awayFor ? journal.readSnapshot(id) : { outcome: 'away' },
  }
  const failed = vi.fn()
  const documents = new Documents()
  const runner = new RoomRunner(
    { ...emptyState(), workspaceId: TEAM },
    {
      journal: counted,
      epochs: journal,
      documents,
      audit: { record: () => undefined, flush: async () => undefined },
      log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: failed },
      metrics: createMetrics({ connections: () => 0, rooms: () => 0 }),
      snapshots: new SharedSnapshots(),
    },
    () => undefined,
  )
  const seen: ServerMessage[] = []
  const socket: Socket = {
    send: (frame) => {
      const decoded = decodeServerMessage(frame)
      if (decoded.ok) seen.push(decoded.message)
    },
    close: () => undefined,
    admit: () => undefined,
    pause: () => undefined,
    resume: () => undefined,
    bufferedBytes: 0,
  }
  runner.attach(1, socket, { userId: ANA, address: '' }, () => undefined)
  const dialect = { dialect: 'kith', clientId: 10, earlierIds: [], epoch: 0, seq: 0 } as const
  runner.dispatch({ type: 'join', session: 1, dialect, stamp })
  const has = (type: ServerMessage['type']) =>
    waitFor(() => seen.some((message) => message.type === type), { message: () => type })
  await has('welcome')
  return { runner, seen, has, failed, documents, readings: () => readings }
}

/** Two letters behind one: the second may be slow. */
const heavy = () => {
  const origin: [number, number] = [10, 0]
  const first = { kind: 4, root: 'about/c1', text: 'x' }
  return forge({
    blocks: [{ client: 10, structs: [first, { kind: 4, origin }, { kind: 4, origin }] }],
  })
}

test('[A5] a trial that the worker can’t hold is tried twice, then its update is refused', async () => {
  const { runner, seen, has, failed, readings } = await start(0)
  runner.room.step({ type: 'snapshot-done', seq: 0, steps: new Map([[10, MAX_AUTHOR_STEPS]]) })
  runner.dispatch({ type: 'update', session: 1, message: 'update', bytes: heavy() })
  await has('reject')
  expect(seen.at(-2)).toEqual({ type: 'reject', ordinal: 1, reason: 'too-heavy' })
  expect(failed).toHaveBeenCalledTimes(2)
  expect(readings()).toBe(2)
  runner.close()
})

test('[A5] [P1] a trial waits for the journal as long as it is away', async () => {
  const { runner, seen, has, readings } = await start(3)
  runner.room.step({ type: 'snapshot-done', seq: 0, steps: new Map([[10, MAX_AUTHOR_STEPS]]) })
  runner.dispatch({ type: 'update', session: 1, message: 'update', bytes: heavy() })
  expect(seen.map(({ type }) => type)).not.toContain('reject')
  await has('reject')
  expect(readings()).toBe(5)
  runner.close()
})

test('[A5] a trial of who has caused too many is put off, and held when it is due', async () => {
  const { runner, has, documents, readings } = await start(0)
  const almostDue = performance.now() + 50 - TRIAL_SPACING
  for (let n = 0; n < TRIALS_AT_ONCE; n++) documents.pace.take(ANA, almostDue)
  const taken = vi.spyOn(documents.pace, 'take')
  runner.room.step({ type: 'snapshot-done', seq: 0, steps: new Map([[10, MAX_AUTHOR_STEPS]]) })
  runner.dispatch({ type: 'update', session: 1, message: 'update', bytes: heavy() })
  expect(taken.mock.results.map(({ value }) => value > 0)).toEqual([true])
  expect(readings()).toBe(0)
  await has('reject')
  expect(taken.mock.results.at(-1)?.value).toBe(0)
  expect(readings()).toBe(2)
  runner.close()
})
