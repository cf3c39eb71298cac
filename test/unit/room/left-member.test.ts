import type { Role, UserId, WorkspaceId } from 'kith-shared'
import { expect, test } from 'vitest'
import type { Journal, Members, MembershipChange, Socket } from '../../../server/core/ports.js'
import { Documents } from '../../../server/edge/documents.js'
import { createMetrics } from '../../../server/edge/metrics.js'
import { LiveMembers } from '../../../server/live-members.js'
import { RoomRunner } from '../../../server/room-runner.js'
import { Rooms } from '../../../server/rooms.js'
import { createMemoryJournal } from '../../harness/memory-journal.js'
import { waitFor } from '../../harness/wait-for.js'
import { writer } from './stage.js'

const TEAM = 'team' as WorkspaceId // fit the patterns of their ids
const ANA = 'ana' as UserId
const quiet = () => undefined
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet }
const socket: Socket = {
  send: quiet,
  close: quiet,
  admit: quiet,
  pause: quiet,
  resume: quiet,
  bufferedBytes: 0,
}

/** Ana writes twice and leaves, while the first of both is being committed, and storage is slow. */
const start = async () => {
  const journal = createMemoryJournal({ now: () => 0 })
  journal.createWorkspace(TEAM)
  const membership = {
    role: 'editor' as Role | undefined,
    looks: 0,
    tell: (_: MembershipChange) => {},
  }
  const members: Members = {
    find: async () => {
      membership.looks++
      const { role } = membership
      return role ? { outcome: 'member', role } : { outcome: 'none' }
    },
    findWorkspace: async () => ({ outcome: 'workspace', name: 'Team' }),
    watch: (tell) => {
      membership.tell = tell
      return { close: async () => undefined }
    },
  }
  const storage = { held: undefined as Promise<void> | undefined }
  const holding: Journal = {
    ...journal,
    commit: async (batch) => {
      await storage.held
      return journal.commit(batch)
    },
  }
  const metrics = createMetrics({ connections: () => 0, rooms: () => 0 })
  const audit = { record: quiet, flush: async () => undefined }
  const documents = new Documents()
  const rooms = new Rooms({ journal: holding, epochs: journal, documents, audit, log, metrics })
  const live = new LiveMembers({ members, rooms, log })
  live.start()
  let isIn = false
  const found = () => {
    isIn = true
  }
  const session = { found, roleChanged: quiet, ended: quiet }
  live.enter(1, session, TEAM, ANA)
  await waitFor(() => isIn)
  const room = await rooms.open(TEAM)
  if (!(room instanceof RoomRunner)) throw new Error('no room')
  room.attach(1, socket, { userId: ANA, address: '' }, quiet)
  const dialect = { dialect: 'kith', clientId: 10, earlierIds: [], epoch: 0, seq: 0 } as const
  const stamp = { id: ANA, name: 'Ana', email: null, role: 'editor', joinedAt: 0 } as const
  room.dispatch({ type: 'join', session: 1, dialect, stamp })
  await waitFor(() => !room.room.isBusy)
  let goOn = quiet as () => void
  storage.held = new Promise((resolve) => {
    goOn = resolve
  })
  const ana = writer(10)
  for (const name of ['in flight', 'waits']) {
    const bytes = ana.edit('name', name)
    room.dispatch({ type: 'update', session: 1, message: 'update', bytes })
  }
  live.leave(1)
  room.dispatch({ type: 'leave', session: 1 })
  const committed = async (): Promise<number> => {
    goOn()
    await waitFor(() => !room.room.isBusy)
    await live.close()
    rooms.close()
    return journal.rowsOf(TEAM).length
  }
  const become = async (role: Role | undefined) => {
    const before = membership.looks
    membership.role = role
    membership.tell({ change: 'member', workspaceId: TEAM, userId: ANA })
    await waitFor(() => membership.looks > before)
  }
  return { become, committed }
}

test('[P1] what an editor wrote before they left is committed', async () => {
  const { committed } = await start()
  expect(await committed()).toBe(2)
})

test.each([
  ['M1', 'was removed', undefined],
  ['M2', 'may read alone', 'viewer'],
] as const)(
  '[P4, %s] nothing that waits is committed of who left and %s meanwhile',
  async (_, __, role) => {
    const { become, committed } = await start()
    await become(role)
    expect(await committed()).toBe(1)
  },
)
