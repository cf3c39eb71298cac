import { setImmediate as nextTurn } from 'node:timers/promises'
import {
  type CloseReason,
  decodeServerMessage,
  type ServerMessage,
  type UserId,
  type WorkspaceId,
} from 'kith-shared'
import { expect, test } from 'vitest'
import { differenceTo } from '../../../server/core/documents.js'
import type { Journal, Socket } from '../../../server/core/ports.js'
import { Documents } from '../../../server/edge/documents.js'
import { createMetrics } from '../../../server/edge/metrics.js'
import { RoomRunner } from '../../../server/room-runner.js'
import { SharedSnapshots } from '../../../server/shared-snapshots.js'
import { createMemoryJournal } from '../../harness/memory-journal.js'
import { waitFor } from '../../harness/wait-for.js'
import { emptyState, writer } from './stage.js'

const TEAM = 'w' as WorkspaceId
let lines = 0
const line = () => {
  lines++
}
const log = { debug: () => undefined, info: line, warn: line, error: line }

/** Makes differences here, as there is no worker's file to be started; counts those at a time. */
class CountedDocuments extends Documents {
  made = 0
  atOnce = 0
  #now = 0

  override async difference(...asked: Parameters<Documents['difference']>): Promise<Uint8Array> {
    this.atOnce = Math.max(this.atOnce, ++this.#now)
    await nextTurn()
    this.#now--
    this.made++
    return differenceTo(...asked)
  }
}

/** A runner over a journal in memory, whose commits wait while `held` is set. */
const start = () => {
  const journal = createMemoryJournal({ now: () => 0 })
  journal.createWorkspace(TEAM)
  const storage = { held: undefined as Promise<void> | undefined }
  let readings = 0
  const documents = new CountedDocuments()
  const holding: Journal = {
    ...journal,
    readSnapshot: async (id) => {
      readings++
      await nextTurn()
      return journal.readSnapshot(id)
    },
    commit: async (batch) => {
      await storage.held
      return journal.commit(batch)
    },
  }
  const runner = new RoomRunner(
    { ...emptyState(), workspaceId: TEAM },
    {
      journal: holding,
      epochs: journal,
      documents,
      audit: { record: () => undefined, flush: async () => undefined },
      log,
      metrics: createMetrics({ connections: () => 0, rooms: () => 0 }),
      snapshots: new SharedSnapshots(),
    },
    () => undefined,
  )
  /** Bytes that lie in each session's socket. */
  const buffered = new Map<number, number>()
  const ended = new Map<number, CloseReason>()
  const attach = (session: number, user: string) => {
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
    runner.attach(session, socket, { userId: id, address: '' }, (reason) =>
      ended.set(session, reason),
    )
    const stamp = { id, name: user, email: null, role: 'editor', joinedAt: 0 } as const
    return { seen, stamp }
  }
  /** A Kith client comes, and gives all that it is sent. */
  const join = async (session: number, user: string, clientId: number) => {
    const { seen, stamp } = attach(session, user)
    const dialect = { dialect: 'kith', clientId, earlierIds: [], epoch: 0, seq: 0 } as const
    runner.dispatch({ type: 'join', session, dialect, stamp })
    await waitFor(() => seen.some(({ type }) => type === 'welcome'))
    return seen
  }
  /** A stock client that has nothing comes. */
  const joinStock = (session: number, user: string) => {
    const { seen, stamp } = attach(session, user)
    runner.dispatch({ type: 'join', session, dialect: { dialect: 'stock' }, stamp })
    runner.dispatch({ type: 'sync-step-1', session, stateVector: new Uint8Array([0]) })
    return seen
  }
  const send = (session: number, bytes: Uint8Array) =>
    runner.dispatch({ type: 'update', session, message: 'update', bytes })
  return {
    runner,
    journal,
    documents,
    storage,
    buffered,
    ended,
    join,
    joinStock,
    send,
    readings: () => readings,
  }
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

test('[P7] however many join, the snapshot is read once while one of them is still sent it', async () => {
  const { runner, journal, readings, buffered, join, send } = start()
  const document = new Uint8Array(2 * 1024 * 1024)
  const own = await join(100, 'ana', 100)
  send(100, writer(100).edit('name', 'Ana'))
  await waitFor(() => own.some(({ type }) => type === 'ack'))
  await journal.writeSnapshot(TEAM, { epoch: 1, seq: 1, document, index: document })
  runner.dispatch({ type: 'snapshot-done', seq: 1 })
  for (let n = 1; n <= 20; n++) buffered.set(n, 512 * 1024)
  const seen = await Promise.all(Array.from({ length: 20 }, (_, n) => join(n + 1, 'ana', n + 1)))
  const gotSome = (messages: ServerMessage[]) =>
    messages.some(({ type }) => type === 'snapshot-chunk')
  await waitFor(() => seen.every(gotSome))
  const late = await join(21, 'bo', 21)
  await waitFor(() => gotSome(late))
  expect(readings()).toBe(1)
  runner.close()
})

test('[P7] what stock clients lack is made for one after another, and not for who has gone', async () => {
  const { runner, documents, join, joinStock, send } = start()
  const seen = await join(1, 'ana', 10)
  send(1, writer(10).edit('name', 'Ana'))
  await waitFor(() => seen.some(({ type }) => type === 'ack'))
  for (let session = 2; session <= 6; session++) joinStock(session, 'bo')
  runner.dispatch({ type: 'leave', session: 5 })
  const last = joinStock(7, 'cy')
  await waitFor(() => last.some(({ type }) => type === 'sync-step-2'))
  expect(documents.atOnce).toBe(1)
  expect(documents.made).toBe(5)
  runner.close()
})

test('[P7, L6] who does not read a difference waits for the next one alone', async () => {
  const { runner, documents, buffered, join, joinStock, send } = start()
  const seen = await join(1, 'ana', 10)
  send(1, writer(10).edit('name', 'Ana'))
  await waitFor(() => seen.some(({ type }) => type === 'ack'))
  const has = (messages: ServerMessage[]) => messages.some(({ type }) => type === 'sync-step-2')
  buffered.set(2, 20 * 1024 * 1024)
  joinStock(2, 'eve')
  await waitFor(() => documents.made === 1)
  const again = joinStock(3, 'eve')
  const other = joinStock(4, 'bo')
  await waitFor(() => has(other))
  runner.tick(0)
  expect(has(again)).toBe(false)
  buffered.set(2, 0)
  await waitFor(() => {
    runner.tick(0)
    return has(again)
  })
  runner.close()
})

test('[P7, L6] no more differences are made while the sockets of a room hold many bytes of them', async () => {
  const { runner, documents, buffered, join, joinStock, send } = start()
  const seen = await join(1, 'ana', 10)
  send(1, writer(10).edit('name', 'Ana'))
  await waitFor(() => seen.some(({ type }) => type === 'ack'))
  for (let session = 2; session <= 12; session++) {
    buffered.set(session, 20 * 1024 * 1024)
    joinStock(session, `user-${session}`)
  }
  await waitFor(() => documents.made === 4)
  for (let n = 0; n < 20; n++) await nextTurn()
  runner.tick(0)
  await nextTurn()
  expect(documents.made).toBe(4)
  runner.dispatch({ type: 'leave', session: 2 })
  await waitFor(() => {
    runner.tick(0)
    return documents.made === 5
  })
  runner.close()
})

test('[P7] who reads a byte now and then reads too slowly; who reads steadily does not', async () => {
  const { runner, buffered, ended, join } = start()
  buffered.set(1, 2 * 1024 * 1024)
  buffered.set(2, 2 * 1024 * 1024)
  await join(1, 'eve', 10)
  await join(2, 'ana', 20)
  for (let second = 0; second <= 60; second++) {
    runner.tick(second * 1_000)
    buffered.set(1, (buffered.get(1) ?? 0) - 1)
    buffered.set(2, (buffered.get(2) ?? 0) - 8 * 1024)
  }
  expect([...ended]).toEqual([[1, 'slow-reader']])
  runner.close()
})

test('[P7] whoever is refused again and again does not fill the log', async () => {
  const { runner, join, send } = start()
  const seen = await join(1, 'eve', 10)
  lines = 0
  for (let n = 0; n < 100; n++) send(1, new Uint8Array([255]))
  await waitFor(() => seen.filter(({ type }) => type === 'reject').length === 100)
  expect(lines).toBe(0)
  runner.close()
})
