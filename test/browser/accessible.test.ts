import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { addNote, createContact, field, row, untilLive } from './app.js'
import { takePicture } from './pictures.js'
import { startWorld, type World } from './world.js'

let world: World
let axe: string
beforeAll(async () => {
  world = await startWorld()
  axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
})
afterAll(() => world.close())
afterEach(async () => expect(await world.endScene()).toEqual([]))

declare global {
  interface Window {
    axe: { run(): Promise<AxeResults> }
  }
}

/** What axe finds on the page as it stands: each rule with the first elements that break it. */
const findings = async (page: Page): Promise<string[]> => {
  // Through the debugger, since the page's policy runs no script of ours.
  await page.evaluate(axe)
  const { violations } = await page.evaluate(() => window.axe.run())
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
  )
}

const settled = (page: Page): Promise<unknown> =>
  page.evaluate(() => Promise.allSettled(document.getAnimations().map(({ finished }) => finished)))

const clean = async (page: Page, name: string): Promise<void> => {
  await settled(page)
  await takePicture(page, name)
  expect(await findings(page), name).toEqual([])
}

const command = async (page: Page, words: string): Promise<void> => {
  await page.keyboard.press('ControlOrMeta+k')
  await page.keyboard.type(words)
  await page.keyboard.press('Enter')
}

const fill = async (page: Page): Promise<void> => {
  await createContact(page, 'Ana Lima')
  await field(page, 'Company').fill('Casa Verde')
  await field(page, 'Add tag').fill('vip')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Favourite' }).click()
  await addNote(page, 'Met in Oslo')
  await page.keyboard.press('Escape')
  await createContact(page, 'ana lima')
  await field(page, 'Company').fill('Verde')
  await page.keyboard.press('Escape')
  await createContact(page, 'Bo Ruiz')
}

const SCREENS = [
  { theme: 'light', width: 1280 },
  { theme: 'dark', width: 1280 },
  { theme: 'light', width: 390 },
  { theme: 'dark', width: 390 },
] as const

describe('every main screen', () => {
  it.each(SCREENS)(
    '[W7] is clean by axe: $theme, $width px wide',
    async ({ theme, width }) => {
      const name = (what: string): string => `${what}-${theme}-${width}`
      const device = await world.device({
        colorScheme: theme,
        viewport: { width, height: width === 390 ? 844 : 860 },
      })
      const page = await device.visit({
        as: 'Ana',
        workspace: `axe-${theme}-${width}`,
        role: 'owner',
      })
      await untilLive(page)
      await clean(page, name('empty'))
      await fill(page)
      await clean(page, name('contact'))
      await page.keyboard.press('Escape')
      await page.keyboard.press('Escape')
      await row(page, 'Bo Ruiz').waitFor()
      await clean(page, name('list'))
      await page.getByRole('button', { name: 'Filter' }).click()
      await page.getByLabel('vip').check()
      await clean(page, name('filter'))
      await page.getByRole('button', { name: 'Clear filters' }).click()
      await page.keyboard.press('Escape')
      await page.locator('#contact-list').press('ControlOrMeta+a')
      await clean(page, name('picked'))
      await page.getByRole('button', { name: 'Tag', exact: true }).click()
      await clean(page, name('tag'))
      await page.keyboard.press('Escape')
      await page.keyboard.press('Escape')
      await page.keyboard.press('ControlOrMeta+k')
      await clean(page, name('palette'))
      await page.keyboard.type('a')
      await page
        .getByRole('option', { name: 'Bo Ruiz' })
        .or(page.getByRole('option', { name: 'Ana Lima' }).first())
        .first()
        .waitFor()
      await clean(page, name('palette-found'))
      await page.keyboard.press('Escape')
      await command(page, 'shortcuts')
      await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
      await clean(page, name('help'))
      await page.keyboard.press('Escape')
      await command(page, 'duplicates')
      await page.getByTestId('duplicates').waitFor()
      await clean(page, name('duplicates'))
      await page.getByRole('button', { name: 'Review' }).click()
      await clean(page, name('merge'))
      await command(page, 'new contact')
      await clean(page, name('new'))
      await command(page, 'import')
      await page.getByRole('dialog', { name: 'Import contacts' }).waitFor()
      await clean(page, name('import'))
      await page.keyboard.press('Escape')
      await command(page, 'people')
      await page.getByRole('dialog').waitFor()
      await clean(page, name('people'))
      await page.keyboard.press('Escape')
      await command(page, 'settings')
      await page.getByRole('dialog').waitFor()
      await clean(page, name('settings'))
      await page.keyboard.press('Escape')
      await command(page, 'deleted')
      await clean(page, name('deleted'))
    },
    180_000,
  )
})
