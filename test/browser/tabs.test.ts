import { describe, expect, it } from 'vitest'
import { openContact, person, soon, textIn, untilKept, untilSaved, write } from './app.js'
import { twoTabsAndBruno } from './pair.js'
import { useWorld } from './world.js'

const world = useWorld()

describe('two tabs of one person', () => {
  it('[P3] show each other’s edits, with a network and without', async () => {
    const { device, first, second } = await twoTabsAndBruno(world, 'same-person')
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
    const { first, second, bruno } = await twoTabsAndBruno(world, 'one-avatar')
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
    const { device, first, second, bruno } = await twoTabsAndBruno(world, 'other-tab')
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
    const { device, first, second, bruno } = await twoTabsAndBruno(world, 'next-tab')
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
