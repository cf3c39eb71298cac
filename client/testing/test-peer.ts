import type { MemoryServer } from 'kith-server/memory'
import type { Role } from 'kith-shared'
import type { TokenRequest, Workspace, WorkspaceOptions } from '../api.js'
import type { Signals, StoreProblem } from '../core/ports.js'
import { createWorkspace, type WorkspaceParts } from '../workspace.js'
import { TestDevice } from './test-device.js'
import type { TestNetwork } from './test-network.js'

/** Who takes part. */
export interface TestPerson {
  /** What others see. */
  name: string
  /** The user id; by default the name in lower case. */
  id?: string
  email?: string | null
  /** `editor` by default. */
  role?: Role
}

export interface TestPeerParts {
  person: Required<TestPerson>
  workspaceId: string
  server: MemoryServer
  network: TestNetwork
  signals: Omit<Signals, 'network' | 'isVisible' | 'listen'>
}

/**
 * One person on one device. What it is told here happens at once; what comes of it arrives while time
 * passes (`settled`, `passes`).
 */
export class TestPeer {
  readonly #parts: TestPeerParts
  readonly #device: TestDevice
  readonly #tabs: Workspace[] = []
  #newest: Workspace
  readonly #asked: TokenRequest['reason'][] = []
  #tokens: 'good' | 'over' = 'good'
  #overToken = ''

  /** As `createTestWorkspace` makes it. */
  constructor(parts: TestPeerParts) {
    this.#parts = parts
    this.#device = new TestDevice(parts)
    this.#newest = this.openTab()
  }

  /** The user id. */
  get id(): string {
    return this.#parts.person.id
  }

  /** What others see. */
  get name(): string {
    return this.#parts.person.name
  }

  /** The newest tab's: for `<WorkspaceProvider workspace={…}>`. Another one after `reload`. */
  get workspace(): Workspace {
    return this.#newest
  }

  /** All tabs that are open, oldest first. */
  get tabs(): readonly Workspace[] {
    return this.#tabs
  }

  /** For a page that opens its workspace itself, with `parts`; `getToken` is `expireToken`'s. */
  get options(): WorkspaceOptions {
    return {
      url: 'https://kith.test',
      workspaceId: this.#parts.workspaceId,
      userId: this.id,
      getToken: ({ reason }) => this.#token(reason),
    }
  }

  /**
   * The device, for one more tab of it: `createWorkspace(ana.options, ana.parts)`. Whoever opens it
   * starts and closes it; it is not among `tabs`.
   */
  get parts(): WorkspaceParts {
    return {
      signals: this.#device.signals(),
      openSocket: this.#device.openSocket,
      store: () => this.#device.store(),
      tabs: () => this.#device.tabs.open(),
    }
  }

  /** Whether the device has a network. */
  get isOnline(): boolean {
    return this.#device.isOnline
  }

  /** Why `getToken` was asked, each time so far. */
  get tokenRequests(): readonly TokenRequest['reason'][] {
    return this.#asked
  }

  /** The device's network goes: connections break, and the page is told so. */
  goOffline(): void {
    this.#device.setNetwork('down')
  }

  /** The network is back, and the page is told so. */
  goOnline(): void {
    this.#device.setNetwork('up')
  }

  /**
   * The tokens that this person has are over: the server ends the connection with 4401, and `getToken`
   * is asked for another. With `renewal: 'refused'` it gives only tokens that are over, until
   * `renewToken`: the connection ends up in `needs-auth`.
   */
  expireToken({ renewal = 'good' }: { renewal?: 'good' | 'refused' } = {}): void {
    const { server } = this.#parts
    if (renewal === 'refused') {
      this.#tokens = 'over'
      this.#overToken = server.tokenFor(this.id)
    }
    server.expireTokens(this.id)
  }

  /** `getToken` gives good tokens again, and all tabs try again at once: as after signing in. */
  renewToken(): void {
    this.#tokens = 'good'
    for (const tab of this.#tabs) tab.connect()
  }

  /**
   * The device keeps nothing from now on, of any tab: `full` can still be read, anything else can't
   * be either, by tabs that open from then on. The status tells (`storage`).
   */
  failStorage(problem: StoreProblem = 'full'): void {
    this.#device.setProblem(problem)
  }

  /** The device keeps again what it is given. */
  healStorage(): void {
    this.#device.setProblem(undefined)
  }

  /** The page is seen, or in the background. */
  show(isVisible: boolean): void {
    this.#device.show(isVisible)
  }

  /** Another role, as an owner would give it: told to the page by the server. */
  setRole(role: Role): void {
    this.#parts.person = { ...this.#parts.person, role }
    this.#parts.server.setMember(this.#parts.person)
  }

  /** Not a member any more, as when an owner removes somebody. */
  remove(): void {
    this.#parts.server.removeMember(this.id)
  }

  /** One more tab on the same device, with a document of its own; started. */
  openTab(): Workspace {
    const tab = createWorkspace(this.options, this.parts)
    this.#tabs.push(tab)
    this.#newest = tab
    tab.start()
    return tab
  }

  /** The newest tab is closed and opened again, with what the device has kept. */
  async reload(): Promise<Workspace> {
    await this.closeTab(this.workspace)
    return this.openTab()
  }

  /** Ends a tab; the device keeps what it has. */
  async closeTab(tab: Workspace): Promise<void> {
    const at = this.#tabs.indexOf(tab)
    if (at >= 0) this.#tabs.splice(at, 1)
    this.#newest = this.#tabs.at(-1) ?? this.#newest
    await tab.close()
  }

  /** Ends all tabs. Safe twice. */
  async close(): Promise<void> {
    await Promise.all(this.#tabs.splice(0).map((tab) => tab.close()))
  }

  #token(reason: TokenRequest['reason']): string {
    this.#asked.push(reason)
    return this.#tokens === 'good' ? this.#parts.server.tokenFor(this.id) : this.#overToken
  }
}
