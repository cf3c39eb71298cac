import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Edit } from '../../../client/core/edit.js'
import { indexedDbStore } from '../../../client/edge/store.js'

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory()
})

const bytes = (...numbers: number[]): Uint8Array => new Uint8Array(numbers)
const editOf = (id: string, epoch: number): Edit => ({
  id,
  owner: 1,
  clientId: 1,
  update: bytes(0, 0),
  epoch,
  touches: [id],
})
const state = { epoch: 2, seq: 5, update: bytes(2, 5) }

/** A device in epoch 1, with a row and two edits. */
const inEpochOne = async () => {
  const store = indexedDbStore('kith:test')
  await store.commit({ rows: [{ epoch: 1, seq: 1, update: bytes(1, 1) }], settled: [] })
  await store.keep([editOf('a', 1), editOf('b', 1)], [], 'strict')
  return store
}

const loaded = async () => {
  const read = await indexedDbStore('kith:test').load()
  if (read.outcome !== 'loaded') throw new Error(read.reason)
  return read
}

describe('[E10] a device that comes into another epoch', () => {
  test('swaps the edits of all tabs and the state at once', async () => {
    const store = await inEpochOne()
    const crossed = await store.cross(state, (kept) => {
      expect(kept.map(({ id, epoch }) => [id, epoch])).toEqual([
        ['a', 1],
        ['b', 1],
      ])
      return { gone: ['a', 'b'], edits: [editOf('c', 2)] }
    })
    expect(crossed).toEqual({ outcome: 'crossed', edits: [editOf('c', 2)] })
    const { head, updates, edits } = await loaded()
    expect(head).toEqual({ epoch: 2, seq: 5 })
    expect(updates).toEqual([state.update])
    expect(edits).toEqual([editOf('c', 2)])
  })

  test('keeps everything as it was where the plan fails in the middle', async () => {
    const store = await inEpochOne()
    const crossed = await store.cross(state, () => {
      throw new Error('no plan')
    })
    expect(crossed).toMatchObject({ outcome: 'failed' })
    const { head, edits } = await loaded()
    expect(head).toEqual({ epoch: 1, seq: 1 })
    expect(edits.map(({ id }) => id)).toEqual(['a', 'b'])
  })

  test('leaves out what a tab of the epoch before still writes', async () => {
    const store = await inEpochOne()
    await store.cross(state, () => ({ gone: [], edits: [] }))
    const late = { epoch: 1, seq: 2, update: bytes(1, 2) }
    expect(await store.commit({ state: { ...late, seq: 9 }, rows: [late], settled: [] })).toEqual({
      outcome: 'committed',
      head: { epoch: 2, seq: 5 },
      removed: [],
    })
    expect((await loaded()).updates).toEqual([state.update])
    await store.cross({ ...late, seq: 9 }, () => ({ gone: [], edits: [] }))
    expect((await loaded()).head).toEqual({ epoch: 2, seq: 5 })
  })

  test('counts an edit without an epoch as of the epoch before', async () => {
    const store = await inEpochOne()
    const { epoch: _, ...old } = editOf('old', 1)
    await store.keep([old as Edit], [], 'strict') // as an earlier version kept it
    await store.cross(state, () => ({ gone: [], edits: [] }))
    expect((await loaded()).edits.map(({ epoch }) => epoch)).toEqual([1, 1, 1])
  })
})
