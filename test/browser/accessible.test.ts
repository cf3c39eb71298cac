import type { Page } from 'playwright-core'
import { describe, it } from 'vitest'
import { addNote, createContact, field, row, untilLive } from './app.js'
import { expectClean } from './looks.js'
import { useWorld } from './world.js'

const world = useWorld()

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
      await expectClean(page, name('empty'))
      await fill(page)
      await expectClean(page, name('contact'))
      await page.keyboard.press('Escape')
      await page.keyboard.press('Escape')
      await row(page, 'Bo Ruiz').waitFor()
      await expectClean(page, name('list'))
      await page.getByRole('button', { name: 'Filter' }).click()
      await page.getByLabel('vip').check()
      await expectClean(page, name('filter'))
      await page.getByRole('button', { name: 'Clear filters' }).click()
      await page.keyboard.press('Escape')
      await page.locator('#contact-list').press('ControlOrMeta+a')
      await expectClean(page, name('picked'))
      await page.getByRole('button', { name: 'Tag', exact: true }).click()
      await expectClean(page, name('tag'))
      await page.keyboard.press('Escape')
      await page.keyboard.press('Escape')
      await page.keyboard.press('ControlOrMeta+k')
      await expectClean(page, name('palette'))
      await page.keyboard.type('a')
      await page
        .getByRole('option', { name: 'Bo Ruiz' })
        .or(page.getByRole('option', { name: 'Ana Lima' }).first())
        .first()
        .waitFor()
      await expectClean(page, name('palette-found'))
      await page.keyboard.press('Escape')
      await command(page, 'shortcuts')
      await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
      await expectClean(page, name('help'))
      await page.keyboard.press('Escape')
      await command(page, 'duplicates')
      await page.getByTestId('duplicates').waitFor()
      await expectClean(page, name('duplicates'))
      await page.getByRole('button', { name: 'Review' }).click()
      await expectClean(page, name('merge'))
      await command(page, 'new contact')
      await expectClean(page, name('new'))
      await command(page, 'import')
      await page.getByRole('dialog', { name: 'Import contacts' }).waitFor()
      await expectClean(page, name('import'))
      await page.keyboard.press('Escape')
      await command(page, 'people')
      await page.getByRole('dialog').waitFor()
      await expectClean(page, name('people'))
      await page.keyboard.press('Escape')
      await command(page, 'settings')
      await page.getByRole('dialog').waitFor()
      await expectClean(page, name('settings'))
      await page.keyboard.press('Escape')
      await command(page, 'deleted')
      await expectClean(page, name('deleted'))
    },
    180_000,
  )
})
