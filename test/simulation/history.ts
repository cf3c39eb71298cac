/** One seeded history of the whole system, with the promises checked after every act. */
import type { Workspace } from 'kith-client'
import type { UserId } from 'kith-shared'
import * as Y from 'yjs'
import { unorderedContentsOf } from '../harness/gate.js'
import { createMemoryJournal, type MemoryJournal } from '../harness/memory-journal.js'
import { seededRandom } from '../harness/seeded.js'
import { contentOf, pick } from '../harness/team.js'
import { createClock } from './clock.js'
import { Device } from './device.js'
import { Hostile } from './hostile.js'
import { createNetwork } from './network.js'
import { Node, WORKSPACE } from './node.js'

const START = 1_700_000_000_000
const SECOND = 1_000

export interface Outcome {
  /** Of who is hostile. */
  attempts: { made: number; rejected: number }
  journalRows: number
  edits: number
  contents: unknown[]
  journal: unknown
  pending: number[]
  states: { state: string; reason: string }[]
  refused: number[]
}

/**
 * Plays for `seconds`, then heals everything and waits until all is quiet. Throws a broken promise.
 * With somebody `hostile` among them, poison comes in between.
 */
export const playHistory = async (
  seed: bigint,
  seconds: number,
  isHostile = false,
): Promise<Outcome> => {
  const random = seededRandom(seed)
  const clock = createClock(START)
  const journal = createMemoryJournal({ now: clock.now })
  journal.createWorkspace(WORKSPACE)
  const network = createNetwork(clock, random)
  const nodes = [new Node(clock, random, journal), new Node(clock, random, journal)]
  const route = () => pick(random, nodes)
  const up = () => {
    const node = route()
    return node.isUp ? node.accept : undefined
  }
  const world = { clock, random, network, route: up }
  const devices = ['ana', 'ana', 'bo', 'cy'].map((user, n) => new Device(`d${n}`, user, world))
  for (const device of devices) device.openTab()
  const truth = new Truth(journal)
  const hostile = isHostile ? new Hostile(world, journal) : undefined
  const check = () => {
    truth.read()
    for (const device of devices) {
      for (const workspace of device.workspaces) truth.check(device.user as UserId, workspace)
    }
  }
  let edits = 0
  let isHealed = false
  const act = () => {
    if (isHealed) return
    const device = pick(random, devices)
    const node = pick(random, nodes)
    const dice = random()
    if (dice < 0.72) {
      device.edit()
      edits++
    } else if (dice < 0.77) device.goOffline()
    else if (dice < 0.84) device.goOnline()
    else if (dice < 0.87) network.cut(device.name)
    else if (dice < 0.89) device.openTab()
    else if (dice < 0.915) {
      device.killTab(Math.floor(random() * device.workspaces.length))
      if (device.workspaces.length === 0) device.openTab()
    } else if (dice < 0.93) node.crash()
    else if (dice < 0.96) node.restart()
    else if (dice < 0.975) journal.failNext('commit', random() < 0.5 ? 'before' : 'after')
    else if (dice < 0.985) journal.failNext(pick(random, ['load', 'readRows'] as const), 'before')
    else node.snapshot()
    clock.after(random() * 200, act)
  }
  const attack = () => {
    if (isHealed) return
    hostile?.act()
    clock.after(random() * 400, attack)
  }
  clock.after(0, act)
  if (hostile) clock.after(SECOND, attack)
  await clock.run(START + seconds * SECOND, check)
  isHealed = true
  // From here on nothing more goes wrong, on one node alone: nodes don't talk to each other yet.
  const healed = new Node(clock, random, journal)
  for (const node of nodes) node.crash()
  world.route = () => healed.accept
  for (const device of devices) device.goOnline()
  await clock.run(START + (seconds + 120) * SECOND, check)
  hostile?.check()
  const workspaces = devices.flatMap((device) => device.workspaces)
  // Letters that a hostile update put between strangers may stand elsewhere in each replica.
  const contents = isHostile ? unorderedContentsOf : contentOf
  return {
    attempts: { made: hostile?.attempts ?? 0, rejected: hostile?.rejected ?? 0 },
    journalRows: journal.rowsOf(WORKSPACE).length,
    edits,
    contents: workspaces.map(({ doc }) => contents(doc)),
    journal: contents(truth.doc),
    states: workspaces.map((workspace) => workspace.status().connection),
    pending: workspaces.map((workspace) => workspace.status().pending),
    refused: workspaces.map((workspace) => workspace.status().refused),
  }
}

/** What is committed, as a document of its own. */
class Truth {
  readonly doc = new Y.Doc()
  readonly #journal: MemoryJournal
  #read = 0

  constructor(journal: MemoryJournal) {
    this.#journal = journal
  }

  read(): void {
    const rows = this.#journal.rowsOf(WORKSPACE)
    for (const { update } of rows.slice(this.#read)) Y.applyUpdate(this.doc, update)
    this.#read = rows.length
    const { pendingStructs, pendingDs } = this.doc.store
    if (pendingStructs || pendingDs) throw new Error('[P4] the journal holds what does not follow')
  }

  check(user: UserId, workspace: Workspace): void {
    const committed = clocks(this.doc)
    const owners = this.#journal.ownersOf(WORKSPACE)
    const isAllSaved = workspace.status().pending === 0 && workspace.status().refused === 0
    for (const [client, clock] of clocks(workspace.doc)) {
      const isCommitted = (committed.get(client) ?? 0) >= clock
      if (isCommitted) continue
      const owner = owners.get(client) ?? (client === workspace.doc.clientID ? user : undefined)
      if (owner !== undefined && owner !== user) {
        throw new Error(`[P2] ${user} sees what ${owner} wrote, and no commit holds it`)
      }
      if (isAllSaved && workspace.status().connection.state !== 'loading') {
        throw new Error(`[P1] ${user} is told that all is saved, and no commit holds ${client}`)
      }
    }
  }
}

const clocks = (doc: Y.Doc): Map<number, number> => Y.decodeStateVector(Y.encodeStateVector(doc))
