import { UpdateScanner, type UserId, type WorkspaceId } from 'kith-shared'
import { expect, test } from 'vitest'
import type { LoadedWorkspace } from '../../../server/core/ports.js'
import { buildRoomState, roomStateOf } from '../../../server/core/room-state.js'
import { MOST_ROWS } from '../../../server/core/snapshot-trigger.js'
import { inTurns } from '../../../server/event-loop-turns.js'
import { writer } from './stage.js'

const TEAM = 'w' as WorkspaceId
const author = { id: 'ana' as UserId, name: 'Ana' }

/** A workspace without a snapshot, of so many rows. */
const loadedWith = (rows: number): LoadedWorkspace => {
  const ana = writer(10)
  return {
    outcome: 'loaded',
    name: 'Team',
    schema: 1,
    epoch: 1,
    head: rows,
    oldest: 1,
    snapshot: undefined,
    tail: Array.from({ length: rows }, (_, n) => {
      const update = ana.edit(`f${n}`, 'x')
      return { seq: n + 1, epoch: 1, author, committedAt: 0, update }
    }),
    bindings: [],
  }
}

test('[K10] a room with a long tail loads in pieces, between which others have their turn', async () => {
  const loaded = loadedWith(2_100)
  let turns = 0
  const count = () => {
    turns++
    next = setImmediate(count)
  }
  let next = setImmediate(count)
  const state = await inTurns(buildRoomState(TEAM, loaded, new UpdateScanner()))
  clearImmediate(next)
  expect(turns).toBeGreaterThanOrEqual(4)
  expect(state).toEqual(roomStateOf(TEAM, loaded, new UpdateScanner()))
  expect(state?.uncovered.rows).toBe(2_100)
})

test('[K10] what a room may have to carry is never one piece, and a short tail needs none', () => {
  const pausesOf = (rows: number) => {
    let pauses = 0
    const building = buildRoomState(TEAM, loadedWith(rows), new UpdateScanner())
    while (!building.next().done) pauses++
    return pauses
  }
  expect(pausesOf(400)).toBe(0)
  expect(pausesOf(MOST_ROWS / 10)).toBeGreaterThanOrEqual(3)
})

test('[K2] a damaged row in a long tail gives no state', async () => {
  const loaded = loadedWith(1_200)
  const tail = loaded.tail.map((row) =>
    row.seq === 1_100 ? { ...row, update: row.update.slice(1) } : row,
  )
  const building = buildRoomState(TEAM, { ...loaded, tail }, new UpdateScanner())
  expect(await inTurns(building)).toBeUndefined()
})
