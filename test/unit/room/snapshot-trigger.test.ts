import { describe, expect, test } from 'vitest'
import {
  MOST_BYTES,
  MOST_ROWS,
  REST_TICKS,
  SNAPSHOT_BYTES,
  SNAPSHOT_ROWS,
  SnapshotTrigger,
} from '../../../server/core/snapshot-trigger.js'
import { emptyState, stage, writer } from './stage.js'

/** A trigger, and the `seq`s that it asks snapshots for. */
const play = (state = emptyState()) => {
  const trigger = new SnapshotTrigger()
  const due: number[] = []
  const note = (seq: number | undefined) => {
    if (seq !== undefined) due.push(seq)
  }
  return {
    due,
    state,
    commit(rows: number, bytes = rows) {
      state.head += rows
      note(trigger.committed(state, rows, bytes))
    },
    tick(times = 1) {
      for (let n = 0; n < times; n++) note(trigger.tick(state))
    },
    done: (seq: number | undefined = due.at(-1)) =>
      trigger.done(state, { type: 'snapshot-done', seq }),
    wantsTick: () => trigger.wantsTick(state),
  }
}

describe('a snapshot', () => {
  test('[K10] is due after 500 rows or 1 MB, and not before', () => {
    const byRows = play()
    byRows.commit(SNAPSHOT_ROWS - 1)
    expect(byRows.due).toEqual([])
    byRows.commit(1)
    expect(byRows.due).toEqual([SNAPSHOT_ROWS])
    const byBytes = play()
    byBytes.commit(1, SNAPSHOT_BYTES - 1)
    expect(byBytes.due).toEqual([])
    byBytes.commit(1, 1)
    expect(byBytes.due).toEqual([2])
  })

  test('[K10] is not due again while one is under way, however much is committed', () => {
    const { commit, tick, due } = play()
    commit(SNAPSHOT_ROWS)
    commit(MOST_ROWS, MOST_BYTES)
    tick(10)
    expect(due).toEqual([SNAPSHOT_ROWS])
  })

  test('[K10] leaves the worker in peace for 5 s, then takes what a burst has left in silence', () => {
    const { commit, tick, due, done, wantsTick } = play()
    commit(SNAPSHOT_ROWS)
    commit(SNAPSHOT_ROWS)
    done()
    commit(SNAPSHOT_ROWS)
    tick(REST_TICKS - 1)
    expect(due).toEqual([SNAPSHOT_ROWS])
    expect(wantsTick()).toBe(true)
    tick()
    expect(due).toEqual([SNAPSHOT_ROWS, 3 * SNAPSHOT_ROWS])
    done()
    tick(REST_TICKS)
    expect(due).toHaveLength(2)
    expect(wantsTick()).toBe(false)
  })

  test('[K10] that took long is followed by a rest of eight times as long', () => {
    const { commit, tick, due, done } = play()
    commit(SNAPSHOT_ROWS)
    tick(REST_TICKS)
    done()
    commit(SNAPSHOT_ROWS)
    tick(8 * REST_TICKS - 1)
    expect(due).toHaveLength(1)
    tick()
    expect(due).toHaveLength(2)
  })

  test('[K10] does not wait for the rest past 20,000 rows or 8 MB', () => {
    for (const [rows, bytes] of [
      [MOST_ROWS - 1, 0],
      [0, MOST_BYTES - 1],
    ] as const) {
      const { commit, due, done } = play()
      commit(SNAPSHOT_ROWS)
      done()
      commit(rows, bytes)
      expect(due).toHaveLength(1)
      commit(1, 1)
      expect(due).toEqual([SNAPSHOT_ROWS, SNAPSHOT_ROWS + rows + 1])
    }
  })

  test('[K10] that failed is due again after a rest, and as much more', () => {
    const { commit, tick, due, done } = play()
    commit(SNAPSHOT_ROWS)
    done(undefined)
    tick(REST_TICKS)
    expect(due).toHaveLength(1)
    commit(SNAPSHOT_ROWS)
    expect(due).toEqual([SNAPSHOT_ROWS, 2 * SNAPSHOT_ROWS])
  })

  test('[K10] is due at once in a room that loads with many rows, though nobody writes', () => {
    const state = { ...emptyState(), head: 700, uncovered: { rows: 700, bytes: 1 } }
    const { room, step, effects } = stage(state)
    expect(room.wantsTick).toBe(true)
    step({ type: 'tick' })
    expect(effects).toEqual([{ type: 'snapshot-due', through: 700 }])
  })

  test('[K10] comes after the last edit of a burst, by the room’s ticks alone', () => {
    const { join, send, effects, commit, step, room } = stage()
    join(1, 'ana', 10)
    const ana = writer(10)
    for (let n = 0; n < 2 * SNAPSHOT_ROWS; n++) {
      send(1, ana.edit('name', String(n)))
      commit()
    }
    step({ type: 'snapshot-done', seq: SNAPSHOT_ROWS })
    for (let n = 0; n < 2 * REST_TICKS && room.wantsTick; n++) step({ type: 'tick' })
    expect(effects.filter(({ type }) => type === 'snapshot-due')).toEqual([
      { type: 'snapshot-due', through: SNAPSHOT_ROWS },
      { type: 'snapshot-due', through: 2 * SNAPSHOT_ROWS },
    ])
  })
})
