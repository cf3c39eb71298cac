/** A browser of the simulated world: a disk that lasts, and tabs that come and go on it. */
import { createWorkspace, type Workspace } from 'kith-client'
import type { Signals, TabMessage, Tabs } from '../../client/core/ports.js'
import { type Disk, emptyDisk, memoryStore } from '../harness/memory-store.js'
import { editIfThere, type Random } from '../harness/team.js'
import type { Clock } from './clock.js'
import type { Accept, Network } from './network.js'
import { WORKSPACE } from './node.js'

interface Tab {
  readonly workspace: Workspace
  owner: number
  listener: ((message: TabMessage) => void) | undefined
  lead: (() => void) | undefined
  isOpen: boolean
  /** Writes that the disk has not done yet. */
  readonly writes: Set<() => void>
}

export interface World {
  clock: Clock
  random: Random
  network: Network
  /** Which node a new connection reaches now; undefined where none. */
  route: () => Accept | undefined
}

export class Device {
  readonly name: string
  readonly user: string
  readonly #world: World
  readonly #disk: Disk = emptyDisk()
  #tabs: Tab[] = []
  #gone: { owner: number; act: () => void }[] = []
  isOnline = true

  constructor(name: string, user: string, world: World) {
    this.name = name
    this.user = user
    this.#world = world
  }

  get workspaces(): Workspace[] {
    return this.#tabs.map(({ workspace }) => workspace)
  }

  openTab(): void {
    const tab: Tab = {
      workspace: undefined as never, // set in the next statement, which needs the tab
      owner: 0,
      listener: undefined,
      lead: undefined,
      isOpen: true,
      writes: new Set(),
    }
    const { network } = this.#world
    const workspace = createWorkspace(
      {
        url: 'ws://simulated',
        workspaceId: WORKSPACE,
        userId: this.user,
        getToken: () => this.user,
      },
      {
        signals: this.#signals(tab),
        openSocket: network.opener(this.name, () =>
          this.isOnline ? this.#world.route() : undefined,
        ),
        store: () => memoryStore(this.#disk, (write) => this.#later(tab, write)),
        tabs: () => this.#tabsOf(tab),
      },
    )
    Object.assign(tab, { workspace })
    this.#tabs.push(tab)
    workspace.start()
  }

  /** A tab ends as a crash ends it: nothing of it runs any more, and nothing is said. */
  killTab(at: number): void {
    const [tab] = this.#tabs.splice(at, 1)
    if (!tab) return
    tab.isOpen = false
    // What it had handed to the disk is done or is not, but before whoever opens next reads.
    for (const write of tab.writes) if (this.#world.random() < 0.5) write()
    tab.writes.clear()
    this.#world.network.cut(this.name)
    for (const waiting of this.#gone.filter(({ owner }) => owner === tab.owner)) waiting.act()
    this.#gone = this.#gone.filter(({ owner }) => owner !== tab.owner)
    this.#tabs[0]?.lead?.()
  }

  goOffline(): void {
    this.isOnline = false
    this.#world.network.cut(this.name)
  }

  goOnline(): void {
    this.isOnline = true
    for (const { workspace } of this.#tabs) workspace.connect()
  }

  edit(): void {
    const { random, clock } = this.#world
    const tab = this.#tabs[Math.floor(random() * this.#tabs.length)]
    if (tab && tab.workspace.status().connection.state !== 'loading') {
      editIfThere(tab.workspace.doc, random, clock.now())
    }
  }

  /** The disk takes a moment, and does one tab's writes in their order. */
  #later<T>(tab: Tab, write: () => T): Promise<T> {
    const { clock, random } = this.#world
    return new Promise((resolve) => {
      const act = () => resolve(write())
      tab.writes.add(act)
      clock.after(random() * 20, () => {
        if (!tab.isOpen) return
        for (const earlier of tab.writes) {
          tab.writes.delete(earlier)
          earlier()
          if (earlier === act) return
        }
      })
    })
  }

  #signals(tab: Tab): Signals {
    const { clock, random } = this.#world
    return {
      now: clock.now,
      random,
      randomBytes: (length) => Uint8Array.from({ length }, () => Math.floor(random() * 256)),
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
      close: () => undefined,
    }
  }
}
