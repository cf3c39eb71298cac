import { decodeServerMessage, type ServerMessage, type UserId, type WorkspaceId } from 'kith-shared'
import { expect, test } from 'vitest'
import type { Journal, Socket } from '../../../server/core/ports.js'
import { Documents } from '../../../server/edge/documents.js'
import { createMetrics } from '../../../server/edge/metrics.js'
import { RoomRunner } from '../../../server/room-runner.js'
import { createMemoryJournal } from '../../harness/memory-journal.js'
import { waitFor } from '../../harness/wait-for.js'
import { emptyState, writer } from './stage.js'

const TEAM = 'w' as WorkspaceId
const log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
}

/** A runner over a journal in memory, whose commits wait while `held` is set. */
const start = () => {
  const journal = createMemoryJournal({ now: () => 0 })
  journal.createWorkspace(TEAM)
  const storage = { held: undefined as Promise<void> | undefined }
  const holding: Journal = {
    ...journal,
    commit: async (batch) => {
      await storage.held
      return journal.commit(batch)
    },
  }
  const runner = new RoomRunner(
    { ...emptyState(), workspaceId: TEAM },
    {
      journal: holding,
      documents: new Documents(),
      audit: { record: () => undefined, flush: async () => undefined },
      log,
      metrics: createMetrics({ connections: () => 0, rooms: () => 0 }),
    },
    () => undefined,
  )
  /** Bytes that lie in each session's socket. */
  const buffered = new Map<number, number>()
  /** A Kith client comes, and gives all that it is sent. */
  const join = async (session: number, user: string, clientId: number) => {
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
      get bufferedBytes() {
        return buffered.get(session) ?? 0
      },
    }
    const id = user as UserId
    runner.attach(session, socket, { userId: id, address: '' }, () => undefined)
    const dialect = { dialect: 'kith', clientId, earlierIds: [], epoch: 0, seq: 0 } as const
    const stamp = { id, name: user, email: null, role: 'editor', joinedAt: 0 } as const
    runner.dispatch({ type: 'join', session, dialect, stamp })
    await waitFor(() => seen.some(({ type }) => type === 'welcome'))
    return seen
  }
  const send = (session: number, bytes: Uint8Array) =>
    runner.dispatch({ type: 'update', session, message: 'update', bytes })
  return { runner, storage, buffered, join, send }
}

test('[P1] [P7] nobody hears an ack before the reject that it covers, whoever reads slowly', async () => {
  const { runner, storage, buffered, join, send } = start()
  await join(1, 'ana', 10)
  const seen = await join(2, 'bo', 20)
  await join(3, 'cy', 30)
  const known = writer(20).edit('name', 'Bo')
  send(2, known)
  await waitFor(() => seen.some(({ type }) => type === 'ack'))
  let goOn = (): void => undefined
  storage.held = new Promise((resolve) => {
    goOn = resolve
  })
  send(3, writer(30).edit('name', 'Cy'))
  // More than one batch of what needs no commit, behind rows that Ana's socket has no place for.
  send(2, new Uint8Array(512 * 1024).fill(255))
  send(2, known)
  buffered.set(1, 2 * 1024 * 1024)
  goOn()
  await waitFor(() => {
    runner.tick(0)
    return !runner.room.isBusy
  })
  expect(seen.slice(-4)).toMatchObject([
    { type: 'rows', firstSeq: 2 },
    { type: 'reject', ordinal: 2 },
    { type: 'ack', count: 2 },
    { type: 'ack', count: 3 },
  ])
  runner.close()
})
