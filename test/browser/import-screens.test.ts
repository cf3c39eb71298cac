import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { makeGoogleCsv } from '../fixtures/make-contacts.js'
import { untilLive } from './app.js'
import { expectClean } from './looks.js'
import { takePicture } from './pictures.js'
import { useWorld } from './world.js'

const world = useWorld()

const clean = async (page: Page, name: string): Promise<void> => {
  await expectClean(page, name)
  const overflow = await page.evaluate(() => {
    const dialog = document.querySelector('dialog[open]')
    return dialog === null ? 0 : dialog.scrollWidth - dialog.clientWidth
  })
  expect(overflow, name).toBeLessThanOrEqual(0)
}

const choose = async (page: Page, item: string): Promise<void> => {
  await page.getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: item }).click()
}

const give = (page: Page, name: string, content: string): Promise<void> =>
  page
    .getByLabel('File to import')
    .setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(content) })

const TABLE = [
  'Who;Mail;Phone at work;Street;Town;Shoe size',
  'Zoë Martin;zoe@example.com;+351 912 345 678;Rua do Ouro 1;Porto;38',
  'Jürgen Müller;j@example.de;+49 30 123456;Unter den Linden 5;Berlin;44',
  ';;;;;40',
  `${'Very long name '.repeat(12)};long@example.com;;;;`,
].join('\n')

it.each([
  { theme: 'light', width: 1280 },
  { theme: 'dark', width: 1280 },
  { theme: 'light', width: 390 },
  { theme: 'dark', width: 390 },
] as const)(
  '[W7] every step of import and export is clean by axe: $theme, $width px wide',
  async ({ theme, width }) => {
    const name = (what: string): string => `${what}-${theme}-${width}`
    const device = await world.device({
      colorScheme: theme,
      viewport: { width, height: width === 390 ? 844 : 860 },
    })
    const page = await device.visit({ as: 'Ana', workspace: `screens-${theme}-${width}` })
    await untilLive(page)
    await choose(page, 'Import contacts…')
    await give(page, 'holiday.jpg', '\u0000\u0001')
    await page.getByText('This is no text file').waitFor()
    await clean(page, name('import-refused'))
    await give(page, 'our friends of the sailing club.csv', TABLE)
    await page.getByRole('button', { name: 'Continue' }).waitFor()
    await page.getByLabel('Who is').selectOption('Full name')
    await clean(page, name('import-columns'))
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('button', { name: 'Import 3 contacts' }).waitFor()
    await page.getByText('Skipped lines (1)').click()
    await clean(page, name('import-review'))
    await page.getByRole('button', { name: 'Import 3 contacts' }).click()
    await page.getByRole('button', { name: 'Undo import' }).waitFor()
    await clean(page, name('import-done'))
    await page.getByRole('button', { name: 'Done' }).click()
    await choose(page, 'Import contacts…')
    await give(
      page,
      'again.csv',
      `Name,Email\nZoë Martin,zoe@example.com\nBo Ruiz,bo@example.com\n`,
    )
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('radio', { name: /Skip/ }).waitFor()
    await clean(page, name('import-duplicates'))
    await page.getByRole('button', { name: 'Back' }).click()
    await give(page, 'many.csv', makeGoogleCsv(5_000))
    await page.getByRole('button', { name: 'Import 5,000 contacts' }).click()
    await page.getByRole('button', { name: 'Cancel import' }).waitFor()
    await takePicture(page, name('import-progress'))
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: /^(Keep|Done)/ }).click()
    await choose(page, 'Export contacts…')
    await clean(page, name('export'))
    await page.getByRole('radio', { name: 'Yjs document' }).check()
    await clean(page, name('export-document'))
  },
  120_000,
)
