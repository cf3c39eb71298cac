import { describe, expect, test } from 'vitest'
import { stage, writer } from './stage.js'

describe('a batch', () => {
  test('[P7] takes about 512 KB of what waits, and the next one the rest', () => {
    const play = stage()
    play.join(1, 'ana', 10)
    const ana = writer(10)
    const value = 'x'.repeat(10_000)
    const updates = Array.from({ length: 250 }, (_, n) => ana.edit(`field${n}`, value))
    for (const update of updates) play.send(1, update)
    const sizes: number[] = []
    while (play.inFlight()) {
      const batch = play.commit()
      sizes.push(batch.rows.reduce((sum, { update }) => sum + update.length, 0))
    }
    expect(Math.max(...sizes)).toBeLessThanOrEqual(512 * 1024)
    // The first went alone, as nothing was in flight.
    expect(sizes).toHaveLength(6)
    expect(play.seen(1).findLast(({ type }) => type === 'ack')).toMatchObject({ count: 250 })
  })

  test('[P7] counts many small messages as more than their bytes', () => {
    const play = stage()
    play.join(1, 'ana', 10)
    const ana = writer(10)
    for (let n = 0; n < 4_500; n++) play.send(1, ana.edit('name', `${n % 7}`))
    let batches = 0
    for (; play.inFlight(); batches++) play.commit()
    expect(batches).toBe(4)
  })

  test('[P7] of refused messages alone ends too, and the tick goes on with the rest', () => {
    const play = stage()
    play.join(1, 'ana', 10)
    const ana = writer(10)
    const broken = new Uint8Array(300 * 1024).fill(255)
    play.send(1, ana.edit('name', 'Ana'))
    for (let n = 0; n < 4; n++) play.send(1, broken)
    play.commit()
    const rejects = () => play.seen(1).filter(({ type }) => type === 'reject').length
    expect(rejects()).toBe(1)
    for (let ticks = 0; ticks < 3; ticks++) {
      expect(play.room.wantsTick).toBe(true)
      play.step({ type: 'tick' })
      expect(rejects()).toBe(1)
    }
    expect(play.room.isBusy).toBe(false)
    expect(play.room.wantsTick).toBe(false)
  })
})
