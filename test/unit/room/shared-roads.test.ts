import { describe, expect, test } from 'vitest'
import type { EpochStep, Epochs, Snapshot } from '../../../server/core/ports.js'
import { SharedRoads } from '../../../server/shared-roads.js'

type RoadRead = Awaited<ReturnType<Epochs['road']>>

const state = (epoch: number, seq: number): Snapshot => ({
  epoch,
  seq,
  document: Uint8Array.of(seq),
})
/** Epochs 1 to 4; each is read into bytes of its own. */
const stepsFrom = (from: number): EpochStep[] =>
  [1, 2, 3]
    .filter((epoch) => epoch >= from)
    .map((epoch) => ({ closing: state(epoch, epoch), opening: state(epoch + 1, epoch) }))
const lastOpening = (read: RoadRead): Snapshot | undefined =>
  read.outcome === 'road' ? read.steps.at(-1)?.opening : undefined

describe('[P7] roads that were read', () => {
  test('hold a state once, whichever roads it is on and however many are sent it', async () => {
    const roads = new SharedRoads(async (from) => ({ outcome: 'road', steps: stepsFrom(from) }))
    const sent = [await roads.read(1, 4), await roads.read(2, 4), await roads.read(3, 4)]
    const [first] = sent.map(lastOpening)
    expect(first).toEqual(state(4, 3))
    for (const read of sent) expect(lastOpening(read)).toBe(first)
  })

  test('are read one at a time, whoever asks for what', async () => {
    let underWay = 0
    let most = 0
    const roads = new SharedRoads(async (from) => {
      most = Math.max(most, ++underWay)
      await new Promise((resolve) => setImmediate(resolve))
      underWay--
      if (from === 2) throw new Error('as the reading does')
      return { outcome: 'road', steps: stepsFrom(from) }
    })
    const reads = await Promise.allSettled([1, 2, 3, 1].map((from) => roads.read(from, 4)))
    expect(reads.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
    ])
    expect(most).toBe(1)
  })

  test('do not give back what a purge took out of a state', async () => {
    let purged = false
    const roads = new SharedRoads(async (from) => {
      const steps = stepsFrom(from)
      if (purged) for (const { opening } of steps) opening.document[0] = 99
      return { outcome: 'road', steps }
    })
    await roads.read(1, 4)
    purged = true
    expect(lastOpening(await roads.read(2, 4))?.document).toEqual(Uint8Array.of(99))
  })
})
