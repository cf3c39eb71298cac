import type { Workspace } from 'kith-client'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { EPOCH_BOUNDS } from '../../server/core/epoch-trigger.js'
import { createMemoryJournal } from '../harness/memory-journal.js'
import { seededRandom } from '../harness/seeded.js'
import { contentOf, pick, type Random } from '../harness/team.js'
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
const TEXT = 'about/words'

/** Words that people typed into one text, behind each other's, and took away again. */
class Typing {
  readonly typed = new Set<string>()
  readonly removed = new Set<string>()
  /** Their tab was ended before the device held them, or that they were taken away. */
  readonly mayBeLost = new Set<string>()
  readonly #behind: [string, string][] = []
  readonly #unkept = new Map<Workspace, string[]>()

  act(workspace: Workspace, random: Random): void {
    if (workspace.status().connection.state === 'loading') return
    const text = workspace.doc.getText(TEXT)
    const words = wordsIn(text)
    const place = words[Math.floor(random() * words.length)]
    if (place !== undefined && random() < 0.2) {
      text.delete(text.toString().indexOf(place), place.length)
      this.removed.add(place)
      this.#done(workspace, place)
      return
    }
    const word = `<${this.typed.size}>`
    this.typed.add(word)
    text.insert(place === undefined ? 0 : text.toString().indexOf(place) + place.length, word)
    if (place !== undefined) this.#behind.push([place, word])
    this.#done(workspace, word)
  }

  #done(workspace: Workspace, word: string): void {
    this.#unkept.set(workspace, [...(this.#unkept.get(workspace) ?? []), word])
  }

  /** After every step: what is said to be on the device must outlive everything. */
  look(workspaces: readonly Workspace[]): void {
    for (const workspace of workspaces) {
      const { onDevice, storage } = workspace.status()
      if (onDevice && storage.kind === 'device') this.#unkept.delete(workspace)
    }
  }

  killed(workspace: Workspace): void {
    for (const word of this.#unkept.get(workspace) ?? []) this.mayBeLost.add(word)
  }

  check(text: Y.Text): void {
    const words = wordsIn(text)
    expect(new Set(words).size, 'nothing doubled').toBe(words.length)
    const due = [...this.typed].filter(
      (word) => !this.removed.has(word) && !this.mayBeLost.has(word),
    )
    expect(due.filter((word) => !words.includes(word))).toEqual([])
    const left = words.filter((word) => this.removed.has(word) && !this.mayBeLost.has(word))
    expect(left, 'what was taken away').toEqual([])
    for (const [left, right] of this.#behind) {
      const [a, b] = [words.indexOf(left), words.indexOf(right)]
      if (a >= 0 && b >= 0) expect(a, `${left} stands before ${right}`).toBeLessThan(b)
    }
  }
}

const wordsIn = (text: Y.Text): string[] => {
  const letters = text.toString()
  const words = letters.match(/<\d+>/g) ?? []
  expect(words.join(''), 'no word is torn').toBe(letters)
  return words
}

const build = (seed: bigint) => {
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
  const route = () => (node.isUp ? node.accept : undefined)
  const world = { clock, random, network, book: new Book(), route }
  const devices = ['ana', 'ana', 'bo'].map((user, n) => new Device(`d${n}`, user, world))
  for (const device of devices) device.openTab()
  return { random, clock, journal, network, node, devices }
}

/** Ana with two devices and Bo with one; epochs end while they write, are away, or are ended. */
const play = async (seed: bigint, seconds: number, kills: boolean) => {
  const { random, clock, journal, network, node, devices } = build(seed)
  const typing = new Typing()
  const workspaces = () => devices.flatMap((device) => device.workspaces)
  const look = () => typing.look(workspaces())
  let epochs = 0
  let isHealed = false
  const kill = (device: Device) => {
    const at = Math.floor(random() * device.workspaces.length)
    const workspace = device.workspaces[at]
    if (workspace) typing.killed(workspace)
    device.killTab(at)
    if (device.workspaces.length === 0) device.openTab()
  }
  const act = () => {
    if (isHealed) return
    const device = pick(random, devices)
    const dice = random()
    if (dice < 0.3) device.edit()
    else if (dice < 0.66) typing.act(pick(random, device.workspaces), random)
    else if (dice < 0.74) device.goOffline()
    else if (dice < 0.82) device.goOnline()
    else if (dice < 0.86) network.cut(device.name)
    else if (dice < 0.9) device.openTab()
    else if (dice < 0.94) {
      if (kills) kill(device)
    } else if (dice < 0.95) node.crash()
    else if (dice < 0.97) node.restart()
    else {
      node.renew()
      epochs++
    }
    clock.after(random() * 200, act)
  }
  clock.after(0, act)
  await clock.run(START + seconds * SECOND, look)
  isHealed = true
  node.restart()
  for (const device of devices) device.goOnline()
  await clock.run(START + (seconds + 120) * SECOND, look)
  return { devices, typing, epochs, journal }
}

describe('epochs that end among people at work', () => {
  test.each(seedsToRun(25))(
    '[E9] [E10] [E11] nothing is lost and nothing doubles, whoever is away or ended (seed %s)',
    async (seed) => {
      const { devices, typing, journal } = await play(seed, 25, seed % 2n === 0n)
      const snapshot = await journal.readSnapshot(WORKSPACE)
      const truth = new Y.Doc()
      if (snapshot.outcome !== 'snapshot') throw new Error('the storage is away')
      const from = snapshot.snapshot
      if (from) Y.applyUpdate(truth, from.document)
      const rows = journal.rowsOf(WORKSPACE).filter(({ seq }) => seq > (from?.seq ?? 0))
      for (const { update } of rows) Y.applyUpdate(truth, update)
      expect(truth.store.pendingStructs).toBeNull()
      typing.check(truth.getText(TEXT))
      for (const { workspaces, name } of devices) {
        for (const { doc, status } of workspaces) {
          expect(status(), name).toMatchObject({
            pending: 0,
            refused: 0,
            connection: { reason: 'live' },
          })
          expect(doc.store.pendingStructs, name).toBeNull()
          expect(doc.getText(TEXT).toString(), name).toBe(truth.getText(TEXT).toString())
          expect(contentOf(doc), name).toEqual(contentOf(truth))
        }
      }
    },
    30_000,
  )
})
