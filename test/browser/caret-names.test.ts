/** Who is in a text is said once. */
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { boxOf, field, openContact, soon } from './app.js'
import { twoInOneContact } from './pair.js'
import { takePicture } from './pictures.js'
import { useWorld } from './world.js'

const world = useWorld()

const labels = (page: Page): Promise<string[]> =>
  page
    .locator('[data-part="caret-label"]')
    .evaluateAll((all) =>
      all.filter((label) => label.checkVisibility()).map((label) => label.textContent ?? ''),
    )

const chip = (page: Page): Promise<string> =>
  boxOf(page, 'About').getByTestId('editor-chip').innerText()

describe('who is in a field', () => {
  it('[W29] is named by its chip alone, and by their carets where there are several', async () => {
    const { ana, bruno } = await twoInOneContact(world, 'named-once')
    await field(bruno, 'About').click()
    await bruno.keyboard.type('compilers')
    await ana.locator('.kith-caret').waitFor()
    await soon(() => chip(ana)).toMatch(/^Bruno/)
    expect(await labels(ana)).toEqual([])
    for (const [theme, width] of [
      ['light', 1280],
      ['dark', 1280],
      ['light', 390],
    ] as const) {
      await ana.emulateMedia({ colorScheme: theme })
      await ana.setViewportSize({ width, height: 860 })
      await field(ana, 'About').scrollIntoViewIfNeeded()
      await takePicture(ana, `caret-alone-${theme}-${width}`)
    }
    await ana.setViewportSize({ width: 1280, height: 860 })

    const chiara = await (await world.device()).visit({ as: 'Chiara', workspace: 'named-once' })
    await openContact(chiara, 'Grace Hopper')
    await field(chiara, 'About').click()
    await chiara.keyboard.press('Home')
    await soon(() => ana.locator('.kith-caret').count()).toBe(2)
    await soon(async () => (await labels(ana)).sort()).toEqual(['Bruno', 'Chiara'])
    await soon(() => chip(ana)).toMatch(/and 1 more$|typing…$/)
    await takePicture(ana, 'caret-several')
    await field(chiara, 'About').blur()
    await soon(() => ana.locator('.kith-caret').count()).toBe(1)
    expect(await labels(ana)).toEqual([])
  })
})
