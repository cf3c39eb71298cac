/** What happens to the people and their servers; each history has some of it, more or less often. */
import { pick, type Random } from '../harness/team.js'
import type { Directory } from './directory.js'
import type { Network } from './network.js'
import type { Node } from './node.js'
import { type People, USERS } from './people.js'
import type { Storage } from './storage.js'

export interface Stage {
  random: Random
  network: Network
  storage: Storage
  directory: Directory
  nodes: readonly Node[]
  people: People
}

type Act = (stage: Stage) => void

/** By name: how often of a thousand acts, where a history has it, and what happens. */
const FAULTS: Record<string, [often: number, act: Act]> = {
  'fast typing': [4, ({ people }) => people.hurry()],
  'network gone': [50, ({ random, people }) => pick(random, people.devices).goOffline()],
  'wire cut': [30, ({ random, people, network }) => network.cut(nameIn(random, people))],
  'slow reader': [
    15,
    ({ random, people, network }) => network.stall(nameIn(random, people), random() * 10_000),
  ],
  'another tab': [20, ({ random, people }) => pick(random, people.devices).openTab()],
  'tab killed': [25, (stage) => killTab(stage)],
  'stock page away': [10, ({ random, people }) => pick(random, people.stock).goOffline()],
  'disk full': [10, ({ random, people }) => disk(random, people).fail('full', random() * 4_000)],
  'disk away': [8, ({ random, people }) => disk(random, people).fail('failed', random() * 2_000)],
  'transaction aborted': [10, ({ random, people }) => disk(random, people).abortNext()],
  'node crashed': [25, ({ random, nodes }) => pick(random, nodes).crash()],
  'storage away': [8, ({ random, storage }) => storage.away(random() * 4_000)],
  'storage slow': [6, ({ random, storage }) => storage.slow(random() * 4_000)],
  'storage unsure': [10, ({ random, storage }) => storage.worsen(random() * 3_000)],
  compaction: [15, ({ random, nodes }) => pick(random, nodes).compact()],
  'two compactions': [10, ({ nodes }) => nodes.forEach((node) => void node.compact())],
  'compaction cut short': [8, (stage) => compactAndCrash(stage)],
  retention: [10, ({ storage }) => storage.forgetRows()],
  'epoch begun': [6, ({ random, nodes }) => pick(random, nodes).renew()],
  'role changed': [12, (stage) => changeRole(stage)],
}

/** Devices that hardly keep anything, tabs that come and go, many epochs. */
const HARSH: Record<string, number> = {
  'another tab': 50,
  'tab killed': 60,
  'disk full': 40,
  'disk away': 25,
  'transaction aborted': 40,
  'epoch begun': 25,
}

/** What is over sooner or later. */
const MENDING: [often: number, act: Act][] = [
  [60, ({ random, people }) => pick(random, people.devices).goOnline()],
  [10, ({ random, people }) => pick(random, people.stock).connect()],
  [35, ({ random, nodes }) => pick(random, nodes).restart()],
]

const EDITS = 700

export type Weather = 'usual' | 'harsh'

/** A history's own mixture: some faults not at all, so that others have their time. */
export const climate = (random: Random, weather: Weather): Act => {
  const faults = Object.entries(FAULTS).map(([name, [often, act]]): [number, Act] => [
    (weather === 'harsh' ? HARSH[name] : undefined) ?? often,
    act,
  ])
  const present = faults.filter(() => random() < 0.7)
  const acts: [number, Act][] = [[EDITS, ({ people }) => people.edit()], ...present, ...MENDING]
  const sum = acts.reduce((total, [often]) => total + often, 0)
  return (stage) => {
    let dice = stage.random() * sum
    const chosen = acts.find(([often]) => {
      dice -= often
      return dice < 0
    })
    chosen?.[1](stage)
  }
}

const nameIn = (random: Random, people: People): string =>
  pick(random, [...people.devices, ...people.stock]).name

const disk = (random: Random, people: People) => pick(random, people.devices).disk

const killTab = ({ random, people }: Stage): void => {
  const device = pick(random, people.devices)
  device.killTab(Math.floor(random() * device.tabs.length))
  if (device.tabs.length === 0) device.openTab()
}

/** Between any two of its steps. */
const compactAndCrash = ({ random, nodes, storage }: Stage): void => {
  const node = pick(random, nodes)
  node.compact()
  storage.afterCalls(1 + Math.floor(random() * 3), () => node.crash())
}

/** Who has a plain provider would lose the page by a refusal: they are removed, or not. */
const changeRole = ({ random, directory }: Stage): void => {
  const user = pick(random, USERS)
  const dice = random()
  if (dice < 0.3) directory.change(user, undefined)
  else directory.change(user, dice < 0.5 && user !== 'dee' ? 'viewer' : 'editor')
}
