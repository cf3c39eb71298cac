import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  createContact,
  openContact,
  person,
  soon,
  textIn,
  untilKept,
  untilSaved,
  untilShellKept,
  write,
} from './app.js'
import { startWorld, type World } from './world.js'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())
afterEach(async () => expect(await world.endScene()).toEqual([]))

/** Ana with two tabs on one contact, and Bruno elsewhere. */
const twoTabs = async (workspace: string) => {
  const device = await world.device()
  const first = await device.visit({ as: 'Ana', workspace })
  await createContact(first, 'Grace Hopper')
  await untilShellKept(first)
  await untilSaved(first)
  const second = await device.visit({ as: 'Ana', workspace })
  await openContact(second, 'Grace Hopper')
  const elsewhere = await world.device({ network: 'office' })
  const bruno = await elsewhere.visit({ as: 'Bruno', workspace })
  await openContact(bruno, 'Grace Hopper')
  return { device, first, second, bruno }
}

describe('two tabs of one person', () => {
  it('[P3] show each other’s edits, with a network and without', async () => {
    const { device, first, second } = await twoTabs('same-person')
    await write(first, 'Company', 'Navy')
    await soon(() => textIn(second, 'Company')).toBe('Navy')
    // The other tab sees an edit before any commit holds it: only what follows is to wait.
    await untilSaved(first)
    await untilSaved(second)
    world.cut('home')
    await device.context.setOffline(true)
    await write(second, 'Title', 'Rear Admiral')
    await soon(() => textIn(first, 'Title')).toBe('Rear Admiral')
    // One device, one count: each tab knows what waits in the other.
    await untilKept(first, 1)
    await untilKept(second, 1)
  })

  it('[R12] are one person to the others, until the last of them closes', async () => {
    const { first, second, bruno } = await twoTabs('one-avatar')
    await person(bruno, 'ana').waitFor()
    await untilSaved(second)
    expect(await bruno.locator('[data-part="person"]').count()).toBe(2)
    expect(await first.locator('[data-part="person"]').count()).toBe(2)
    await first.close()
    await write(second, 'Company', 'Navy')
    await soon(() => textIn(bruno, 'Company')).toBe('Navy')
    expect(await person(bruno, 'ana').count()).toBe(1)
    await second.close()
    await person(bruno, 'ana').waitFor({ state: 'detached' })
  })

  it('[P3] what a tab leaves unsent when it closes is sent by the one that stays', async () => {
    const { device, first, second, bruno } = await twoTabs('other-tab')
    world.cut('home')
    await device.context.setOffline(true)
    // The first one leads: what it did for both must pass to the second.
    await write(first, 'Company', 'Navy')
    await untilKept(second, 1)
    await first.close()
    world.restore('home')
    await device.context.setOffline(false)
    await soon(() => textIn(bruno, 'Company')).toBe('Navy')
    await untilSaved(second)
  })

  it('[P3] what the last tab leaves unsent is sent by the next one', async () => {
    const { device, first, second, bruno } = await twoTabs('next-tab')
    await second.close()
    world.cut('home')
    await device.context.setOffline(true)
    await write(first, 'Company', 'Navy')
    await untilKept(first, 1)
    await first.close()
    const next = await device.visit({ as: 'Ana', workspace: 'next-tab' })
    await openContact(next, 'Grace Hopper')
    expect(await textIn(next, 'Company')).toBe('Navy')
    await untilKept(next, 1)
    world.restore('home')
    await device.context.setOffline(false)
    await soon(() => textIn(bruno, 'Company')).toBe('Navy')
    await untilSaved(next)
  })
})
