/** A browser of the simulated world: a disk that lasts, and tabs that come and go on it. */
import { createWorkspace, type Workspace } from 'kith-client'
import type { UserId } from 'kith-shared'
import type { Signals, Tabs } from '../../client/core/ports.js'
import type { Random } from '../harness/team.js'
import type { Book } from './book.js'
import type { Clock } from './clock.js'
import { DeviceDisk } from './disk.js'
import type { Accept, Network } from './network.js'
import { Tab } from './tab.js'
import { WORKSPACE } from './workspace.js'

export interface World {
  clock: Clock
  random: Random
  network: Network
  book: Book
  /** Which node a new connection reaches now; undefined where none. */
  route: () => Accept | undefined
}

interface Turn {
  tab: Tab
  act: () => void
}

export class Device {
  readonly name: string
  readonly user: UserId
  readonly disk: DeviceDisk
  readonly #world: World
  #tabs: Tab[] = []
  #gone: { owner: number; act: () => void }[] = []
  /** Who waits to ask for a token; the first one's turn it is. */
  #turns: Turn[] = []
  #lastTab = 0
  #tokens = 0
  isOnline = true

  constructor(name: string, user: string, world: World) {
    this.name = name
    this.user = user as UserId // the world names its people so
    this.#world = world
    this.disk = new DeviceDisk(world.clock, world.random)
  }

  get tabs(): readonly Tab[] {
    return this.#tabs
  }

  get workspaces(): Workspace[] {
    return this.#tabs.map(({ workspace }) => workspace)
  }

  openTab(): void {
    const { network, book, clock } = this.#world
    const tab = new Tab(++this.#lastTab, clock.now())
    const party = { device: this.name, tab: tab.number }
    const workspace = createWorkspace(
      {
        url: 'ws://simulated',
        workspaceId: WORKSPACE,
        userId: this.user,
        // A refused one is never tried again.
        getToken: () => `${this.user}#${++this.#tokens}`,
      },
      {
        signals: this.#signals(tab),
        openSocket: network.opener(party, () => (this.isOnline ? this.#world.route() : undefined)),
        store: () => this.disk.open(tab.writes),
        tabs: () => this.#tabsOf(tab),
      },
    )
    this.#tabs.push(tab)
    tab.start(workspace, book, { user: this.user, device: this.name })
  }

  /** A tab ends as a crash ends it: nothing of it runs any more, and nothing is said. */
  killTab(at: number): void {
    const [tab] = this.#tabs.splice(at, 1)
    if (!tab) return
    tab.writes.isOpen = false
    // What it had handed to the disk is done or is not, but before whoever opens next reads.
    for (const write of tab.writes.waiting) {
      if (this.#world.random() < 0.5) write()
      else break
    }
    tab.writes.waiting.clear()
    const { outbox } = this.disk
    for (const entry of tab.unsettled) if (!outbox.has(entry.token)) entry.mayBeLost = true
    this.#world.network.cut(this.name)
    for (const waiting of this.#gone.filter(({ owner }) => owner === tab.owner)) waiting.act()
    this.#gone = this.#gone.filter(({ owner }) => owner !== tab.owner)
    this.#endTurns((turn) => turn.tab === tab)
    this.#tabs[0]?.lead?.()
  }

  /** Tabs that work in memory alone end, and one takes their place. */
  reopenBroken(): void {
    const broken = this.#tabs.filter(
      ({ workspace }) => workspace.status().storage.kind === 'memory',
    )
    if (broken.length === 0) return
    for (const tab of broken) this.killTab(this.#tabs.indexOf(tab))
    this.openTab()
  }

  goOffline(): void {
    this.isOnline = false
    this.#world.network.cut(this.name)
  }

  goOnline(): void {
    this.isOnline = true
    for (const { workspace } of this.#tabs) workspace.connect()
  }

  #endTurns(isOver: (turn: Turn) => boolean): void {
    const [first] = this.#turns
    this.#turns = this.#turns.filter((turn) => !isOver(turn))
    const [next] = this.#turns
    if (next && next !== first) this.#world.clock.after(0, next.act)
  }

  edit(): void {
    const { random, clock, book } = this.#world
    const tab = this.#tabs[Math.floor(random() * this.#tabs.length)]
    tab?.edit(book, random, clock.now(), { user: this.user, device: this.name })
  }

  #signals(tab: Tab): Signals {
    const { clock, random, book } = this.#world
    const writer = { user: this.user, device: this.name }
    return {
      now: clock.now,
      random,
      randomBytes: (length) => {
        const bytes = Uint8Array.from({ length }, () => Math.floor(random() * 256))
        // Client ids are drawn so, also those that only moved edits get.
        if (length === 4) book.register(new DataView(bytes.buffer).getUint32(0), writer)
        return bytes
      },
      setTimer: (act, delay) => clock.after(delay, () => tab.isOpen && act()),
      network: () => 'up',
      isVisible: () => true,
      listen: () => () => undefined,
    }
  }

  #tabsOf(tab: Tab): Tabs {
    const { clock } = this.#world
    return {
      knowsWhoLives: true,
      start: (owner, listener) => {
        tab.owner = owner
        tab.listener = listener
      },
      post: (message) => {
        if (!tab.isOpen) return
        const copy = structuredClone(message)
        for (const other of this.#tabs) {
          if (other === tab) continue
          clock.after(1, () => other.isOpen && other.listener?.(copy))
        }
      },
      onLead: (_what, lead) => {
        let isDone = false
        const before = tab.lead
        tab.lead = () => {
          before?.()
          if (!isDone) clock.after(0, () => tab.isOpen && lead())
          isDone = true
        }
        if (this.#tabs[0] === tab || this.#tabs.length === 0) tab.lead()
      },
      onGone: (owner, act) => {
        const lives = this.#tabs.some((other) => other.owner === owner && other.isOpen)
        const wake = () => clock.after(0, () => tab.isOpen && act())
        if (lives) this.#gone.push({ owner, act: wake })
        else wake()
      },
      takeTurn: (_what, act) => {
        const turn = { tab, act: () => tab.isOpen && act() }
        this.#turns.push(turn)
        if (this.#turns[0] === turn) clock.after(0, turn.act)
        return () => this.#endTurns((other) => other === turn)
      },
      close: () => undefined,
    }
  }
}
