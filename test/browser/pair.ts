/** Two people in one workspace, as most plays begin. */
import type { Page } from 'playwright-core'
import { createContact, openContact, row, untilLive, untilSaved, untilShellKept } from './app.js'
import type { Device, World } from './world.js'

export interface Pair {
  readonly ana: Page
  readonly bruno: Page
  /** Ana's: on the network `home`. Bruno's is another one, on `office`. */
  readonly device: Device
}

export interface PairOptions {
  /** Ana makes them, and has the last one open. */
  readonly contacts?: readonly string[]
  /** In Bruno's place. */
  readonly other?: string
}

/** All is saved, and on both screens. */
export const twoPeople = async (
  world: World,
  workspace: string,
  { contacts = ['Grace Hopper'], other = 'Bruno' }: PairOptions = {},
): Promise<Pair> => {
  const device = await world.device()
  const ana = await device.visit({ as: 'Ana', workspace })
  const office = await world.device({ network: 'office' })
  const bruno = await office.visit({ as: other, workspace })
  for (const name of contacts) await createContact(ana, name)
  await untilSaved(ana)
  for (const name of contacts) await row(bruno, name).waitFor()
  await untilLive(bruno)
  return { ana, bruno, device }
}

/** Both have the one contact open, Grace Hopper. */
export const twoInOneContact = async (world: World, workspace: string): Promise<Pair> => {
  const pair = await twoPeople(world, workspace)
  await openContact(pair.bruno, 'Grace Hopper')
  return pair
}

/** Ana with two tabs in Grace Hopper, who can start without a server, and Bruno in it as well. */
export const twoTabsAndBruno = async (
  world: World,
  workspace: string,
): Promise<{ device: Device; first: Page; second: Page; bruno: Page }> => {
  const { ana: first, bruno, device } = await twoInOneContact(world, workspace)
  await untilShellKept(first)
  const second = await device.visit({ as: 'Ana', workspace })
  await openContact(second, 'Grace Hopper')
  return { device, first, second, bruno }
}
