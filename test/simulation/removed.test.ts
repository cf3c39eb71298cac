import type { UserId } from 'kith-shared'
import { expect, test } from 'vitest'
import { EPOCH_BOUNDS } from '../../server/core/epoch-trigger.js'
import { createMemoryJournal } from '../harness/memory-journal.js'
import { seededRandom } from '../harness/seeded.js'
import { Book } from './book.js'
import { createClock } from './clock.js'
import { Device } from './device.js'
import { Directory } from './directory.js'
import { createNetwork } from './network.js'
import { Node } from './node.js'
import { Storage } from './storage.js'
import { WORKSPACE } from './workspace.js'

const START = 1_700_000_000_000
// The world names its people so.
const [ANA, BO] = ['ana' as UserId, 'bo' as UserId]

const build = (seed: bigint) => {
  const random = seededRandom(seed)
  const clock = createClock(START)
  const journal = createMemoryJournal({ now: clock.now })
  journal.createWorkspace(WORKSPACE)
  const storage = new Storage(clock, random, journal)
  const directory = new Directory(clock, random, storage)
  for (const user of [ANA, BO]) directory.change(user, 'editor')
  const node = new Node({ clock, random, storage, directory, epochBounds: EPOCH_BOUNDS })
  const network = createNetwork(clock, random)
  const world = { clock, random, network, book: new Book(), route: () => node.accept }
  const devices = [ANA, BO].map((user, n) => new Device(`d${n}`, user, world))
  for (const device of devices) device.openTab()
  return { random, clock, journal, storage, directory, devices }
}

/** The invariant is the node's own: what it sends off when it knows (`node-members.ts`). */
test.each([1n, 2n, 3n])(
  '[M1] [P4] nothing is sent off of who was removed while they typed and the storage was slow (seed %s)',
  async (seed) => {
    const { random, clock, journal, storage, directory, devices } = build(seed)
    for (let round = 0; round < 10; round++) {
      storage.slow(3_000)
      for (let letter = 0; letter < 150; letter++) {
        for (const device of devices) clock.after(letter * 20, () => device.edit())
      }
      clock.after(500 + random() * 2_000, () => directory.change(ANA, undefined))
      await clock.run(clock.now() + 6_000, () => undefined)
      directory.change(ANA, 'editor')
      for (const device of devices) device.goOnline()
      await clock.run(clock.now() + 6_000, () => undefined)
    }
    storage.heal()
    await clock.run(clock.now() + 30_000, () => undefined)
    expect(
      devices.flatMap(({ workspaces }) => workspaces.map((one) => one.status().pending)),
    ).toEqual([0, 0])
    expect(journal.rowsOf(WORKSPACE).length).toBeGreaterThan(20)
  },
  30_000,
)
