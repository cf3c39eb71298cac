import type { UserId, WorkspaceId } from 'kith-shared'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Audit } from '../../../server/core/audit.js'
import type { Journal, Socket } from '../../../server/core/ports.js'
import { Documents } from '../../../server/edge/documents.js'
import { createMetrics } from '../../../server/edge/metrics.js'
import { RoomRunner } from '../../../server/room-runner.js'
import { Rooms } from '../../../server/rooms.js'
import { createMemoryJournal, type MemoryJournal } from '../../harness/memory-journal.js'

// Both fit the patterns of their ids.
const TEAM = 'team' as WorkspaceId
const ANA = 'ana' as UserId
const log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
}
const audit: Audit = { record: () => undefined, flush: async () => undefined }
const peer = { userId: ANA, address: '' }
const stamp = { id: ANA, name: 'Ana', email: null, role: 'editor', joinedAt: 0 } as const

let journal: MemoryJournal
let loads: number
/** What commits wait for. */
let storage: Promise<void>
let rooms: Rooms

const counted = (): Journal => ({
  ...journal,
  load: (...given) => {
    loads++
    return journal.load(...given)
  },
  commit: async (batch) => {
    await storage
    return journal.commit(batch)
  },
})

beforeEach(() => {
  vi.useFakeTimers()
  journal = createMemoryJournal({ now: () => 0 })
  journal.createWorkspace(TEAM)
  loads = 0
  storage = Promise.resolve()
  const metrics = createMetrics({ connections: () => 0, rooms: () => 0 })
  const documents = new Documents()
  rooms = new Rooms({ journal: counted(), epochs: journal, documents, audit, log, metrics })
  rooms.start()
})
afterEach(() => {
  rooms.close()
  vi.useRealTimers()
})

const open = async (): Promise<RoomRunner> => {
  const room = await rooms.open(TEAM)
  if (!(room instanceof RoomRunner)) throw new Error(`the room is ${room ?? 'absent'}`)
  return room
}

const silentSocket: Socket = {
  send: () => undefined,
  close: () => undefined,
  admit: () => undefined,
  pause: () => undefined,
  resume: () => undefined,
  bufferedBytes: 0,
}

describe('the rooms of a process', () => {
  it('are loaded once for however many join at a time', async () => {
    const opened = await Promise.all(Array.from({ length: 30 }, open))
    expect(loads).toBe(1)
    expect(new Set(opened).size).toBe(1)
    expect(rooms.count).toBe(1)
  })

  it('go half a minute after the last one left, and are loaded again', async () => {
    const room = await open()
    room.attach(1, silentSocket, peer, () => undefined)
    room.dispatch({ type: 'join', session: 1, dialect: { dialect: 'stock' }, stamp })
    await vi.advanceTimersByTimeAsync(120_000)
    expect(rooms.get(TEAM)).toBe(room)
    room.dispatch({ type: 'leave', session: 1 })
    await vi.advanceTimersByTimeAsync(29_000)
    expect(rooms.get(TEAM)).toBe(room)
    await vi.advanceTimersByTimeAsync(2_000)
    expect(rooms.count).toBe(0)
    expect(await open()).not.toBe(room)
    expect(loads).toBe(2)
  })

  it('stay for half a minute from the last visit, not from the first', async () => {
    const room = await open()
    await vi.advanceTimersByTimeAsync(20_000)
    room.dispatch({ type: 'join', session: 1, dialect: { dialect: 'stock' }, stamp })
    await vi.advanceTimersByTimeAsync(1_000)
    room.dispatch({ type: 'leave', session: 1 })
    await vi.advanceTimersByTimeAsync(20_000)
    expect(rooms.get(TEAM)).toBe(room)
  })

  it('[P1] stay while something is not committed', async () => {
    let goOn = (): void => undefined
    storage = new Promise((resolve) => {
      goOn = resolve
    })
    const room = await open()
    const dialect = { dialect: 'kith', clientId: 7, earlierIds: [], epoch: 0, seq: 0 } as const
    room.dispatch({ type: 'join', session: 1, dialect, stamp })
    room.dispatch({ type: 'leave', session: 1 })
    await vi.advanceTimersByTimeAsync(120_000)
    expect(rooms.get(TEAM)).toBe(room)
    goOn()
    await vi.advanceTimersByTimeAsync(31_000)
    expect(rooms.count).toBe(0)
  })

  it('[P1] outlive what still fails of one that was ended before them', async () => {
    let fail = (_: Error): void => undefined
    storage = new Promise((_, reject) => {
      fail = reject
    })
    const room = await open()
    const dialect = { dialect: 'kith', clientId: 7, earlierIds: [], epoch: 0, seq: 0 } as const
    room.dispatch({ type: 'join', session: 1, dialect, stamp })
    rooms.end(TEAM, 'not-a-member')
    const next = await open()
    expect(next).not.toBe(room)
    fail(new Error('its commit'))
    await vi.advanceTimersByTimeAsync(0)
    expect(rooms.get(TEAM)).toBe(next)
  })

  it('[M3] do not open what was deleted while it was loaded, and load anew what comes after', async () => {
    const first = rooms.open(TEAM)
    rooms.end(TEAM, 'not-a-member')
    const second = rooms.open(TEAM)
    expect(await first).toBeUndefined()
    expect(rooms.get(TEAM)).toBe(await second)
    expect(loads).toBe(2)
    expect(await open()).toBe(await second)
  })

  it('tell an absent workspace from one that can’t be read now, and try again', async () => {
    expect(await rooms.open('nowhere' as WorkspaceId)).toBeUndefined()
    journal.setAway(true)
    expect(await rooms.open(TEAM)).toBe('away')
    journal.setAway(false)
    expect(await open()).toBeInstanceOf(RoomRunner)
  })
})
