/** A renewal from the storage to the storage, and the roads that it leaves. */
import { UpdateScanner, type UserId, type WorkspaceId } from 'kith-shared'
import { describe, expect, it, vi } from 'vitest'
import * as Y from 'yjs'
import { compact } from '../../server/core/documents.js'
import type { Epochs } from '../../server/core/ports.js'
import { renew } from '../../server/core/renewal.js'
import { roomStateOf } from '../../server/core/room-state.js'
import { renewWorkspace } from '../../server/renewals.js'
import { SharedRoads } from '../../server/shared-roads.js'
import { stateThrough } from '../../server/snapshots.js'
import { createMemoryJournal } from '../harness/memory-journal.js'

const TEAM = 'team' as WorkspaceId
const ana = { id: 'ana' as UserId, name: 'Ana' }

const setUp = async () => {
  const journal = createMemoryJournal({ now: () => 0 })
  journal.createWorkspace(TEAM)
  const doc = Object.assign(new Y.Doc(), { clientID: 10 })
  let epoch = 1
  let head = 0
  /** A row that sets this key. */
  const write = async (key: string) => {
    const before = Y.encodeStateVector(doc)
    doc.getMap('fields').set(key, head)
    const rows = [{ author: ana, update: Y.encodeStateAsUpdate(doc, before) }]
    const bindings = [{ clientId: doc.clientID, userId: ana.id }]
    const batch = { id: `${head}`, workspaceId: TEAM, epoch, head, rows, bindings }
    const outcome = await journal.commit(batch)
    if (outcome.outcome !== 'committed') throw new Error(outcome.outcome)
    head = outcome.head
  }
  const begun = vi.fn()
  const errors = vi.fn()
  const log = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: errors }
  const ports = {
    journal,
    epochs: journal as Epochs,
    documents: { renew: async (...job: Parameters<typeof renew>) => renew(...job) },
    log,
    metrics: { epochBegun: begun },
  }
  const load = async () => {
    const loaded = await journal.load(TEAM)
    if (loaded.outcome !== 'loaded') throw new Error(loaded.outcome)
    return loaded
  }
  /** Ends the present epoch; what is written then is of the next one's document. */
  const end = async () => {
    const outcome = await renewWorkspace(ports, TEAM, epoch, head)
    epoch = (await load()).epoch
    doc.clientID++
    return outcome
  }
  return { journal, doc, write, end, ports, begun, errors, log, load, head: () => head }
}

describe('a renewal', () => {
  it('[E1, E2] begins the next epoch with what the room loads from then on', async () => {
    const { write, end, load, begun, log, journal } = await setUp()
    await write('c/a')
    await write('c/b')
    expect(await end()).toBe('begun')
    const loaded = await load()
    expect(loaded).toMatchObject({ epoch: 2, head: 2, tail: [] })
    const state = roomStateOf(TEAM, loaded, new UpdateScanner())
    const [opening] = [...(state?.index.clients.keys() ?? [])]
    expect(state?.index.clients.size).toBe(1)
    expect(state?.index.owners.get(opening ?? 0)).toBe('')
    expect(begun).toHaveBeenCalledTimes(1)
    expect(log.info).toHaveBeenCalledTimes(1)
    expect(await journal.earlierIds(TEAM, [10, opening ?? 0])).toMatchObject({ ids: [10] })
  })

  it('[E1] takes in a snapshot and the rows after it, and fails where these have gone', async () => {
    const { write, end, journal, load, errors } = await setUp()
    await write('c/a')
    const made = compact(undefined, journal.rowsOf(TEAM))
    if (!made) throw new Error('the row does not follow')
    await journal.writeSnapshot(TEAM, { epoch: 1, seq: 1, ...made })
    journal.deleteRow(TEAM, 1)
    await write('c/b')
    expect(await end()).toBe('begun')
    const read = await journal.readSnapshot(TEAM)
    const doc = new Y.Doc()
    if (read.outcome !== 'snapshot' || !read.snapshot) throw new Error('no snapshot')
    Y.applyUpdate(doc, read.snapshot.document)
    expect(Object.keys(doc.getMap('fields').toJSON()).sort()).toEqual(['c/a', 'c/b'])

    const lost = await setUp()
    await lost.write('c/a')
    await lost.write('c/b')
    lost.journal.deleteRow(TEAM, 1)
    expect(await renewWorkspace(lost.ports, TEAM, 1, 2)).toBe('failed')
    expect(errors).not.toHaveBeenCalled()
    expect(await load()).toMatchObject({ epoch: 2 })
  })

  it('[E1] is stale where the journal is further, and begins nothing', async () => {
    const { write, ports, load, begun } = await setUp()
    await write('c/a')
    await write('c/b')
    expect(await renewWorkspace(ports, TEAM, 1, 1)).toBe('stale')
    expect(await renewWorkspace(ports, TEAM, 7, 2)).toBe('stale')
    expect(await load()).toMatchObject({ epoch: 1, head: 2 })
    expect(begun).not.toHaveBeenCalled()
  })

  it('[E6] fails where storage is away, or says nothing of what it did', async () => {
    const { write, ports, journal, load } = await setUp()
    await write('c/a')
    for (const operation of ['readSnapshot', 'readRows', 'begin'] as const) {
      journal.failNext(operation, 'before')
      expect(await renewWorkspace(ports, TEAM, 1, 1)).toBe('failed')
      expect((await load()).epoch).toBe(1)
    }
    journal.failNext('begin', 'after')
    expect(await renewWorkspace(ports, TEAM, 1, 1)).toBe('failed')
    // The room finds out with its next commit, or when it tries again.
    expect(await renewWorkspace(ports, TEAM, 1, 1)).toBe('stale')
  })

  it('[E1] is made of one epoch alone, also where its opening state is lost', async () => {
    const { write, end, journal, ports, load } = await setUp()
    await write('c/a')
    await end()
    await write('c/b')
    journal.breakState(TEAM, 2, 1, 'damage')
    expect(await stateThrough(journal, TEAM, 2)).toBeUndefined()
    expect(await renewWorkspace(ports, TEAM, 2, 2)).toBe('failed')
    // What the first epoch's rows make is of the first epoch.
    expect(await stateThrough(journal, TEAM, 1)).toMatchObject({ epoch: 1 })
    expect(await renewWorkspace(ports, TEAM, 2, 1)).toBe('stale')
    expect(await load()).toMatchObject({ epoch: 2 })
  })
})

describe('[E3] the road that many ask for', () => {
  const counted = async () => {
    const { write, end, journal } = await setUp()
    await write('c/a')
    await end()
    let readings = 0
    const roads = new SharedRoads((from) => {
      readings++
      return journal.road(TEAM, from)
    })
    return { roads, end, readings: () => readings }
  }

  it('is read once for all who ask within a moment', async () => {
    const { roads, readings } = await counted()
    const [one, other] = await Promise.all([roads.read(1, 2), roads.read(1, 2)])
    expect(one).toMatchObject({ outcome: 'road', steps: [{}] })
    expect(other).toBe(one)
    expect(await roads.read(1, 2)).toBe(one)
    expect(readings()).toBe(1)
  })

  it('is read anew when another epoch has begun, from elsewhere, or after a while', async () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    const { roads, readings, end } = await counted()
    await roads.read(1, 2)
    await end()
    expect(await roads.read(1, 3)).toMatchObject({ steps: [{}, {}] })
    expect(readings()).toBe(2)
    expect(await roads.read(2, 3)).toMatchObject({ steps: [{}] })
    expect(readings()).toBe(3)
    vi.advanceTimersByTime(6_000)
    roads.tick()
    await roads.read(2, 3)
    expect(readings()).toBe(4)
    vi.useRealTimers()
  })

  it('is asked for again where it is gone, or reading it fails', async () => {
    const outcomes: (() => ReturnType<Epochs['road']>)[] = [
      async () => ({ outcome: 'gone' }),
      () => Promise.reject(new Error('a bug')),
      async () => ({ outcome: 'away' }),
    ]
    let readings = 0
    const roads = new SharedRoads(() => outcomes[readings++]?.() ?? Promise.reject(new Error()))
    expect(await roads.read(1, 2)).toEqual({ outcome: 'gone' })
    await expect(roads.read(1, 2)).rejects.toThrow('a bug')
    expect(await roads.read(1, 2)).toEqual({ outcome: 'away' })
    expect(readings).toBe(3)
  })
})
