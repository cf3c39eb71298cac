/** Who lives in the simulated world, and on what. */
import type { Workspace } from 'kith-client'
import type { UserId } from 'kith-shared'
import { pick } from '../harness/team.js'
import { Device, type World } from './device.js'
import { StockPage } from './stock.js'

/** Ana has two devices; Dee's page has a plain Yjs provider. */
export const USERS = ['ana', 'bo', 'cy', 'dee'] as UserId[]

export class People {
  readonly devices: readonly Device[]
  readonly stock: readonly StockPage[]
  readonly #world: World

  constructor(world: World) {
    this.#world = world
    this.devices = ['ana', 'ana', 'bo', 'cy'].map((user, n) => new Device(`d${n}`, user, world))
    this.stock = [new StockPage('s0', 'dee', world)]
  }

  start(): void {
    for (const device of this.devices) device.openTab()
    for (const page of this.stock) page.connect()
  }

  edit(): void {
    const { random } = this.#world
    if (random() < 0.1) pick(random, this.stock).edit()
    else pick(random, this.devices).edit()
  }

  /** Somebody types faster than anything is committed. */
  hurry(): void {
    const { random, clock } = this.#world
    const device = pick(random, this.devices)
    for (let letter = 0; letter < 60; letter++) clock.after(letter * 8, () => device.edit())
  }

  /** They try again whatever they were told. */
  goOnline(): void {
    for (const device of this.devices) device.goOnline()
    for (const page of this.stock) page.connect()
  }

  get isQuiet(): boolean {
    const tabs = this.devices.flatMap((device) => device.workspaces)
    const isTabQuiet = (workspace: Workspace) => {
      const { pending, connection } = workspace.status()
      return pending === 0 && connection.reason === 'live'
    }
    return tabs.every(isTabQuiet) && this.stock.every(({ isConnected }) => isConnected)
  }
}
