import { UpdateScanner } from 'kith-shared'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { EPOCH_BOUNDS } from '../../server/core/epoch-trigger.js'
import { createMemoryJournal } from '../harness/memory-journal.js'
import { seededRandom } from '../harness/seeded.js'
import { contentOf, pick } from '../harness/team.js'
import { Book } from './book.js'
import { createClock } from './clock.js'
import { Device } from './device.js'
import { Directory } from './directory.js'
import { createNetwork } from './network.js'
import { Node } from './node.js'
import { USERS } from './people.js'
import { seedsToRun } from './seeds.js'
import { Storage } from './storage.js'
import { WORKSPACE } from './workspace.js'

const START = 1_700_000_000_000
const SECOND = 1_000

/** What no gate takes, among honest work; some of it writes over what others have written. */
const forge = (doc: Y.Doc, random: () => number): void => {
  const keys = [...doc.getMap('fields').keys()]
  const key = keys.length > 0 && random() < 0.5 ? pick(random, keys) : 'c/title'
  if (random() < 0.5) doc.getMap('fields').set(key, 'x'.repeat(20_000))
  else doc.getMap('elsewhere').set('key', 1)
}

const TOKENS = 'about/tokens'

/** Ana with two devices and Bo with one, who lose their network and, some, their tabs as they go. */
const playRefusals = async (seed: bigint, seconds: number, kills: boolean) => {
  const random = seededRandom(seed)
  const clock = createClock(START)
  const journal = createMemoryJournal({ now: clock.now })
  journal.createWorkspace(WORKSPACE)
  const network = createNetwork(clock, random)
  const storage = new Storage(clock, random, journal)
  storage.heal()
  const directory = new Directory(clock, random, storage)
  for (const user of USERS) directory.change(user, 'editor')
  const node = new Node({ clock, random, storage, directory, epochBounds: EPOCH_BOUNDS })
  const world = { clock, random, network, book: new Book(), route: () => node.accept }
  const devices = ['ana', 'ana', 'bo'].map((user, n) => new Device(`d${n}`, user, world))
  for (const device of devices) device.openTab()
  let isHealed = false
  let forged = 0
  let typed = 0
  const act = () => {
    if (isHealed) return
    const device = pick(random, devices)
    const dice = random()
    if (dice < 0.6) device.edit()
    else if (dice < 0.7)
      pick(random, device.workspaces).doc.getText(TOKENS).insert(0, `${typed++};`)
    else if (dice < 0.76) {
      const workspace = pick(random, device.workspaces)
      if (workspace.status().connection.state !== 'loading') {
        forge(workspace.doc, random)
        forged++
      }
    } else if (dice < 0.8) device.goOffline()
    else if (dice < 0.88) device.goOnline()
    else if (dice < 0.91) network.cut(device.name)
    else if (dice < 0.95) device.openTab()
    else if (kills) {
      device.killTab(Math.floor(random() * device.workspaces.length))
      if (device.workspaces.length === 0) device.openTab()
    }
    clock.after(random() * 200, act)
  }
  clock.after(0, act)
  await clock.run(START + seconds * SECOND, () => undefined)
  isHealed = true
  for (const device of devices) device.goOnline()
  await clock.run(START + (seconds + 120) * SECOND, () => undefined)
  const truth = new Y.Doc()
  const rows = journal.rowsOf(WORKSPACE)
  for (const { update } of rows) Y.applyUpdate(truth, update)
  const tokens = truth.getText(TOKENS).toString().split(';').slice(0, -1)
  return { devices, truth, rows, forged, typed, tokens }
}

/** Seeds that failed once: a gap closed before its reject came, and nothing sent the edit again. */
const GAPS = process.env.KITH_SEED ? [] : [1795308263190000073n, 1795308263190000082n]

describe('refusals among honest work', () => {
  test.each([...GAPS, ...seedsToRun(25)])(
    '[P3] [P4] all else is saved, every tab shows the same, and nothing waits for ever (seed %s)',
    async (seed) => {
      const kills = seed % 2n === 0n
      const { devices, truth, rows, forged, typed, tokens } = await playRefusals(seed, 20, kills)
      const scanner = new UpdateScanner()
      for (const { update } of rows) expect(scanner.scan(update).ok).toBe(true)
      expect(truth.store.pendingStructs).toBeNull()
      for (const { workspaces, name } of devices) {
        const counts = workspaces.map((workspace) => workspace.status().refused)
        expect(new Set(counts).size, `${name}: ${counts}`).toBe(1)
        for (const { doc, status } of workspaces) {
          expect(status(), name).toMatchObject({ pending: 0, connection: { reason: 'live' } })
          expect(contentOf(doc)).toEqual(contentOf(truth))
          expect(doc.getMap('elsewhere').size).toBe(0)
        }
      }
      // Nothing came twice, and nothing was lost but what died with its tab before it was kept.
      expect(new Set(tokens).size).toBe(tokens.length)
      if (!kills) expect(tokens).toHaveLength(typed)
      const refused = devices.map(({ workspaces }) => workspaces[0]?.status().refused ?? 0)
      if (forged > 3) expect(Math.max(...refused)).toBeGreaterThan(0)
    },
    30_000,
  )
})
