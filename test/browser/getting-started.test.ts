import type { Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { soon } from './app.js'
import { type PageWorld, startPageWorld } from './page-world.js'

let world: PageWorld
beforeAll(async () => {
  world = await startPageWorld('getting-started.tsx')
})
afterAll(() => world.close())
afterEach(async () => {
  expect(await world.endScene()).toEqual([])
})

const add = (page: Page): Promise<void> => page.getByRole('button', { name: 'Add' }).click()
const fields = (page: Page): Locator => page.locator('input:not([type=button])')
/** A person's own act: their window is in front, which some browsers want for the focus. */
const write = async (page: Page, text: string): Promise<void> => {
  await page.bringToFront()
  await fields(page).click()
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.type(text)
}
const names = (page: Page): Promise<string[]> =>
  fields(page).evaluateAll((inputs: HTMLInputElement[]) => inputs.map(({ value }) => value))

describe('the getting started', () => {
  test('[T4] shares a contact list between two tabs, and keeps it over a reload offline', async () => {
    const { page: ana, context } = await world.visit({ as: 'Ana', workspace: 'team' })
    const { page: again } = await world.visit({ as: 'Ana', workspace: 'team', context })
    const { page: bo } = await world.visit({ as: 'Bo', workspace: 'team' })
    await add(ana)
    for (const page of [again, bo]) await soon(() => names(page)).toEqual(['New contact'])
    await write(bo, 'Zoe')
    // While Bo is in the field it shows what Bo typed.
    await fields(bo).blur()
    for (const page of [ana, again]) await soon(() => names(page)).toEqual(['Zoe'])
    world.cut()
    await write(ana, 'Zoe Ruiz')
    await soon(() => names(again)).toEqual(['Zoe Ruiz'])
    expect(await names(bo)).toEqual(['Zoe'])
    await again.reload()
    await soon(() => names(again)).toEqual(['Zoe Ruiz'])
    world.restore()
    await soon(() => names(bo), 40_000).toEqual(['Zoe Ruiz'])
  }, 120_000)
})
