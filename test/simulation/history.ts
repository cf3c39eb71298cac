/** One seeded history of the whole system, with the promises checked after every step. */

import { EPOCH_BOUNDS, type EpochBounds } from '../../server/core/epoch-trigger.js'
import { unorderedContentsOf } from '../harness/gate.js'
import { createMemoryJournal } from '../harness/memory-journal.js'
import { seededRandom } from '../harness/seeded.js'
import { contentOf, pick } from '../harness/team.js'
import { Book } from './book.js'
import { createClock } from './clock.js'
import { Committed } from './committed.js'
import { Directory } from './directory.js'
import { climate, type Weather } from './faults.js'
import { Hostile } from './hostile.js'
import { createNetwork } from './network.js'
import { Node } from './node.js'
import { FULL } from './node-sockets.js'
import { People, USERS } from './people.js'
import { checkPromises } from './promises.js'
import { isSuperseded, type Scene } from './scene.js'
import { Storage } from './storage.js'
import { tokensIn } from './token.js'
import { Witness } from './witness.js'
import { WORKSPACE } from './workspace.js'

/** Of histories that don't say. */
const WEATHER: Weather = process.env.KITH_WEATHER === 'harsh' ? 'harsh' : 'usual'

const LOW_BOUNDS: EpochBounds = { clients: 12, dead: 25, owned: 40 }

const START = 1_700_000_000_000
const SECOND = 1_000
/** In which all is quiet again after the last fault, at most. */
const HEALED_IN = 180

export interface Outcome {
  /** Of who is hostile. */
  attempts: { made: number; rejected: number }
  rows: number
  /** How many epochs began. */
  epochs: number
  edits: number
  /** Of every tab, and of what is committed. */
  contents: unknown[]
  committed: unknown
  pending: number[]
  refused: number[]
  /** Of every tab, and how each stock page's last connection ended. */
  states: { state: string; reason: string }[]
  ended: (number | undefined)[]
  /** Edits that no commit holds, though nothing excuses it: who wrote which token, and where. */
  lost: string[]
  /** Tokens that show more than once. */
  doubled: number[]
  steps: number
}

/**
 * Plays for `seconds`, then heals everything and waits until all is quiet. Throws a broken promise.
 * With somebody `hostile` among them, poison comes in between.
 */
export const playHistory = async (
  seed: bigint,
  seconds: number,
  { isHostile = false, weather = WEATHER }: { isHostile?: boolean; weather?: Weather } = {},
): Promise<Outcome> => {
  const random = seededRandom(seed)
  // Low ones in some, so that rooms renew their documents by themselves in so short a time.
  const epochBounds = random() < 0.3 ? LOW_BOUNDS : EPOCH_BOUNDS
  const { clock, scene, stage, world } = build(random, epochBounds)
  const { people, nodes, storage, directory } = stage
  const hostile = isHostile ? new Hostile(world, scene.committed) : undefined
  let steps = 0
  const check = () => {
    steps++
    checkPromises(scene)
  }
  let isHealed = false
  const often = (pause: number, act: () => void) => {
    if (isHealed) return
    act()
    clock.after(random() * pause, () => often(pause, act))
  }
  const act = climate(random, weather)
  people.start()
  clock.after(0, () => often(200, () => act(stage)))
  if (hostile) clock.after(SECOND, () => often(400, () => hostile.act()))
  await clock.run(START + seconds * SECOND, check)
  isHealed = true
  // From here on nothing more goes wrong, on one node alone: nodes don't talk to each other yet.
  const healed = new Node({ clock, random, storage, directory, epochBounds })
  for (const node of nodes) node.crash()
  world.route = () => healed.accept
  for (const user of USERS) directory.change(user, 'editor')
  storage.heal()
  for (const { disk } of people.devices) disk.heal()
  const untilQuiet = async () => {
    for (let second = 1, quiet = 0; second < HEALED_IN && quiet < 5; second++) {
      if (second % 5 === 1) people.goOnline()
      await clock.run(clock.now() + SECOND, check)
      quiet = people.isQuiet ? quiet + 1 : 0
    }
  }
  await untilQuiet()
  // Who could not read the device has left what it holds alone: it is for who opens next.
  for (const device of people.devices) device.reopenBroken()
  await untilQuiet()
  hostile?.check()
  return { ...outcomeOf(scene, hostile), steps }
}

const build = (random: () => number, epochBounds: EpochBounds) => {
  const clock = createClock(START)
  const journal = createMemoryJournal({ now: clock.now })
  journal.createWorkspace(WORKSPACE)
  const storage = new Storage(clock, random, journal)
  const directory = new Directory(clock, random, storage)
  const witness = new Witness(clock, FULL)
  const network = createNetwork(clock, random, witness)
  const nodes = [1, 2].map(() => new Node({ clock, random, storage, directory, epochBounds }))
  const up = () => {
    const node = pick(random, nodes)
    return node.isUp ? node.accept : undefined
  }
  const book = new Book()
  const world = { clock, random, network, book, route: up }
  const people = new People(world)
  for (const user of [...USERS, 'mallory']) directory.change(user as never, 'editor')
  const scene: Scene = {
    clock,
    book,
    committed: new Committed(),
    witness,
    storage,
    directory,
    devices: people.devices,
    stock: people.stock,
    news: [],
  }
  storage.onRows = (rows) => scene.news.push(...rows.map((row) => ({ news: 'row', row }) as const))
  storage.onEpoch = (epoch, opening) => {
    scene.news.push({ news: 'epoch', epoch, document: opening.document })
  }
  const stage = { random, network, storage, directory, nodes, people }
  return { clock, scene, stage, world }
}

const outcomeOf = (
  { book, committed, devices, stock }: Scene,
  hostile: Hostile | undefined,
): Omit<Outcome, 'steps'> => {
  const workspaces = devices.flatMap((device) => device.workspaces)
  const docs = [...workspaces.map(({ doc }) => doc), ...stock.map(({ doc }) => doc)]
  // Letters that a hostile update put between strangers may stand elsewhere in each replica.
  const contents = hostile ? unorderedContentsOf : contentOf
  const shown = tokensIn(JSON.stringify(contentOf(committed.doc)))
  const lost = [...book.open].filter(
    (entry) => !entry.mayBeLost && !isSuperseded(book, committed, entry),
  )
  return {
    attempts: { made: hostile?.attempts ?? 0, rejected: hostile?.rejected ?? 0 },
    rows: committed.rows.length,
    epochs: committed.lives - 1,
    edits: book.size,
    contents: docs.map((doc) => contents(doc)),
    committed: contents(committed.doc),
    pending: workspaces.map((workspace) => workspace.status().pending),
    refused: workspaces.map((workspace) => workspace.status().refused),
    states: workspaces.map((workspace) => workspace.status().connection),
    ended: stock.map(({ ended }) => ended),
    lost: lost.map(({ token, device, tab, touches }) => `${token} on ${device}.${tab}: ${touches}`),
    doubled: shown.filter((token, at) => shown.indexOf(token) !== at),
  }
}
