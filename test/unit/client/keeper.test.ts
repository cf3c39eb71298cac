import { expect, test } from 'vitest'
import type { Edit } from '../../../client/core/edit.js'
import type { Store, StoreCommit, StoreFailure } from '../../../client/core/ports.js'
import { Keeper } from '../../../client/keeper.js'

const edit = (id: string): Edit => ({
  id,
  owner: 1,
  clientId: 1,
  update: new Uint8Array([0, 0]),
  epoch: 1,
  touches: [id],
})

const FULL: StoreFailure = { outcome: 'failed', reason: 'full' }

/** A store that remembers what it was asked for, and fails while it is told to. */
const recording = () => {
  const asked: {
    kept: string[][]
    gone: string[][]
    durability: string[]
    commits: StoreCommit[]
    profiles: string[]
  } = {
    kept: [],
    gone: [],
    durability: [],
    commits: [],
    profiles: [],
  }
  let stalled: Promise<void> = Promise.resolve()
  const disk = {
    isFull: false,
    head: { epoch: 1, seq: 0 },
    /** Keeping takes until the function that this gives is called. */
    stall: (): (() => void) => {
      let goOn = (): void => undefined
      stalled = new Promise((resolve) => {
        goOn = resolve
      })
      return () => goOn()
    },
  }
  const store: Store = {
    load: async () => FULL,
    cross: async () => FULL,
    keep: async (edits, gone, durability) => {
      asked.kept.push(edits.map(({ id }) => id))
      asked.gone.push([...gone])
      asked.durability.push(durability)
      await stalled
      return disk.isFull ? FULL : 'kept'
    },
    commit: async (commit) => {
      asked.commits.push(commit)
      if (disk.isFull) return FULL
      const seq = commit.rows.at(-1)?.seq ?? disk.head.seq
      disk.head = { epoch: 1, seq }
      const removed = commit.settled.filter((one) => one.seq <= seq).map(({ id }) => id)
      return { outcome: 'committed', head: disk.head, removed }
    },
    keepProfile: async ({ workspaceName }) => {
      asked.profiles.push(workspaceName)
      return disk.isFull ? FULL : 'kept'
    },
    onLost: () => undefined,
    close: () => undefined,
  }
  const told: unknown[] = []
  const keeper = new Keeper(store, {
    kept: (ids) => told.push({ kept: ids }),
    stored: (head) => told.push({ stored: head.seq }),
    storage: (problem) => told.push(problem?.reason ?? 'works'),
    lost: () => told.push('lost'),
  })
  return { asked, disk, told, keeper }
}

const row = (seq: number) => ({ epoch: 1, seq, update: new Uint8Array([0, 0]) })

test('what one task hands in is one transaction', async () => {
  const { asked, keeper } = recording()
  keeper.keep([edit('a')])
  keeper.keep([edit('b')])
  await keeper.flush()
  expect(asked.kept).toEqual([['a', 'b']])
})

test('[P5] an edit counts as kept only when its transaction is complete', async () => {
  const { disk, told, keeper } = recording()
  disk.isFull = true
  keeper.keep([edit('a')])
  await keeper.flush()
  expect(told).toEqual(['full'])
  disk.isFull = false
  keeper.keep([edit('b')])
  await keeper.flush()
  expect(told.slice(1)).toEqual([{ kept: ['a', 'b'] }, 'works'])
})

test('[P3] what comes in the place of others is written with their going, or not at all', async () => {
  const { asked, disk, keeper } = recording()
  keeper.keep([edit('a')])
  keeper.keep([edit('c')], ['a', 'b'])
  disk.isFull = true
  await keeper.flush()
  disk.isFull = false
  keeper.keep([edit('d')])
  await keeper.flush()
  expect(asked.kept).toEqual([['c'], ['c', 'd']])
  expect(asked.gone).toEqual([
    ['a', 'b'],
    ['a', 'b'],
  ])
})

test('[P3] what comes in the place of others is on the disk before it counts as kept', async () => {
  const { asked, keeper } = recording()
  keeper.setLive(true)
  keeper.keep([edit('a')])
  await keeper.flush()
  keeper.keep([edit('b')], ['a'])
  await keeper.flush()
  expect(asked.durability).toEqual(['relaxed', 'strict'])
})

test('an edit that is settled before it was written is not written any more', async () => {
  const { asked, disk, keeper } = recording()
  disk.isFull = true
  keeper.keep([edit('a')])
  await keeper.flush()
  disk.isFull = false
  keeper.settle([{ id: 'a', seq: 1 }])
  keeper.keep([edit('b')])
  await keeper.flush()
  expect(asked.kept.at(-1)).toEqual(['b'])
})

test('[P3] without a live connection an edit is flushed to the disk itself', async () => {
  const { asked, keeper } = recording()
  keeper.keep([edit('a')])
  await keeper.flush()
  keeper.setLive(true)
  keeper.keep([edit('b')])
  await keeper.flush()
  expect(asked.durability).toEqual(['strict', 'relaxed'])
})

test('only the tab that leads writes what the server sent', async () => {
  const { asked, told, keeper } = recording()
  keeper.keepRows([row(1)])
  await keeper.flush()
  expect(asked.commits).toEqual([])
  keeper.lead()
  await keeper.flush()
  expect(told).toEqual([{ stored: 0 }])
  keeper.keepRows([row(1), row(2)])
  await keeper.flush()
  expect(told.at(-1)).toEqual({ stored: 2 })
})

test('an edit leaves the device with the rows that hold it, and not before', async () => {
  const { asked, keeper } = recording()
  keeper.lead()
  keeper.settle([{ id: 'a', seq: 2 }])
  await keeper.flush()
  keeper.keepRows([row(1)])
  await keeper.flush()
  keeper.keepRows([row(2)])
  await keeper.flush()
  expect(asked.commits.at(-1)?.settled).toEqual([{ id: 'a', seq: 2 }])
  keeper.keepRows([row(3)])
  await keeper.flush()
  expect(asked.commits.at(-1)?.settled).toEqual([])
})

test('rows that could not be stored leave no hole: none is stored until the next start', async () => {
  const { asked, disk, keeper } = recording()
  keeper.lead()
  disk.isFull = true
  keeper.keepRows([row(1)])
  await keeper.flush()
  const tries = asked.commits.length
  disk.isFull = false
  keeper.keepRows([row(2)])
  await keeper.flush()
  expect(asked.commits).toHaveLength(tries)
})

test('storage that can keep edits but no rows any more is not called well again', async () => {
  const { disk, told, keeper } = recording()
  keeper.lead()
  disk.isFull = true
  keeper.keepRows([row(1)])
  await keeper.flush()
  disk.isFull = false
  keeper.keep([edit('a')])
  await keeper.flush()
  expect(told).toEqual(['full', { kept: ['a'] }])
})

test('[P3] a page that leaves waits for no write under way, and hands no edit in twice', async () => {
  const { asked, disk, told, keeper } = recording()
  const goOn = disk.stall()
  keeper.keep([edit('a')])
  await Promise.resolve()
  keeper.keep([edit('b')])
  await Promise.resolve()
  expect(asked.kept).toEqual([['a']])
  keeper.setLeaving(true)
  await Promise.resolve()
  expect(asked.kept).toEqual([['a'], ['b']])
  keeper.keep([edit('c')])
  await Promise.resolve()
  expect(asked.kept).toEqual([['a'], ['b'], ['c']])
  keeper.setLeaving(false)
  goOn()
  await keeper.flush()
  expect(asked.kept).toHaveLength(3)
  expect(told).toContainEqual({ kept: ['c'] })
})

test('[P3] what was changed while it was written is kept only as it is now', async () => {
  const { asked, disk, told, keeper } = recording()
  const goOn = disk.stall()
  keeper.keep([edit('a'), edit('b')])
  await Promise.resolve()
  keeper.keep([{ ...edit('a'), epoch: 2 }])
  goOn()
  await keeper.flush()
  expect(asked.kept).toEqual([['a', 'b'], ['a']])
  expect(told).toEqual([{ kept: ['b'] }, { kept: ['a'] }])
})

test('[E11] what another tab took off the device does not come back by a write that waited', async () => {
  const { asked, disk, keeper } = recording()
  const goOn = disk.stall()
  keeper.keep([edit('a')])
  await Promise.resolve()
  keeper.keep([edit('b'), edit('c')])
  keeper.overtaken([{ ...edit('c'), refused: 'older-epoch' }], ['a', 'b', 'of another device'])
  goOn()
  await keeper.flush()
  expect(asked.kept).toEqual([['a'], ['c']])
  expect(asked.gone).toEqual([[], ['a', 'b']])
})

test('[D1] a tab that does not lead and could not cross is called well again when it can write', async () => {
  const { told, keeper } = recording()
  const state = { epoch: 2, seq: 1, update: new Uint8Array([0, 0]) }
  await keeper.cross(state, () => ({ edits: [], gone: [] }))
  await keeper.flush()
  expect(told).toEqual(['full'])
  keeper.tryAgain()
  await keeper.flush()
  expect(told).toEqual(['full', 'works'])
})

const profile = (workspaceName: string) => ({
  self: { id: 'ana', name: 'Ana', email: null, role: 'viewer' as const },
  workspaceName,
})

test('[D2] an emptied device is not given who somebody is alone, but with whatever comes', async () => {
  const { asked, disk, keeper } = recording()
  keeper.keepProfile(profile('Team'))
  await keeper.flush()
  keeper.lost()
  await keeper.flush()
  expect(asked.profiles).toEqual(['Team'])
  keeper.keep([edit('a')])
  await keeper.flush()
  expect(asked.profiles).toEqual(['Team', 'Team'])
  keeper.keep([edit('b')])
  await keeper.flush()
  expect(asked.profiles).toHaveLength(2)
  keeper.lead()
  await keeper.flush()
  keeper.lost()
  disk.isFull = true
  keeper.keepRows([row(1)])
  await keeper.flush()
  expect(asked.profiles).toHaveLength(2)
  disk.isFull = false
  keeper.tryAgain()
  await keeper.flush()
  expect(asked.profiles).toHaveLength(3)
})

test('[D2] who somebody is by the device’s own word is written only once it is emptied', async () => {
  const { asked, keeper } = recording()
  keeper.hasProfile(profile('Team'))
  keeper.keep([edit('a')])
  await keeper.flush()
  expect(asked.profiles).toEqual([])
  keeper.lost()
  keeper.keep([edit('b')])
  await keeper.flush()
  expect(asked.profiles).toEqual(['Team'])
})
