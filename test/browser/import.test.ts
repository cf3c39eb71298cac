import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { makeGoogleCsv } from '../fixtures/make-contacts.js'
import {
  count,
  field,
  notes,
  openContact,
  row,
  soon,
  statusText,
  textIn,
  untilSaved,
  untilShellKept,
} from './app.js'
import { startWorld, type World } from './world.js'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())
afterEach(async () => expect(await world.endScene()).toEqual([]))

const importFile = async (page: Page, name: string, content: string): Promise<void> => {
  await page.getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: 'Import contacts…' }).click()
  const buffer = Buffer.from(content)
  await page.getByLabel('File to import').setInputFiles({ name, mimeType: 'text/csv', buffer })
}

const summary = (page: Page): Promise<string | null> =>
  page.getByTestId('import-summary').getByRole('status').textContent()

const search = async (page: Page, text: string): Promise<void> => {
  await page.locator('body').press('/')
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.type(text)
}

const fixture = (name: string): Promise<string> =>
  readFile(new URL(`../fixtures/${name}`, import.meta.url), 'utf8')

describe('an import', () => {
  it('[P3] of 1,000 contacts reaches others, outlives the server, and opens without one', async () => {
    const workspace = 'thousand'
    const ana = await (await world.device()).visit({ as: 'Ana', workspace })
    const home = await world.device({ network: 'office' })
    const bruno = await home.visit({ as: 'Bruno', workspace })
    await importFile(ana, 'contacts.csv', makeGoogleCsv(1_000))
    await soon(() => summary(ana)).toBe('1,000 contacts imported')
    await ana.getByRole('button', { name: 'Done' }).click()
    await soon(() => count(bruno)).toBe('1,000 contacts')
    await untilSaved(ana)
    await untilShellKept(bruno)

    await world.kill()
    await world.restart()
    const chiara = await (await world.device()).visit({ as: 'Chiara', workspace })
    await soon(() => count(chiara)).toBe('1,000 contacts')
    await search(chiara, 'contact0777@example.com')
    await soon(() => count(chiara)).toBe('1 contact')

    await world.kill()
    await home.context.setOffline(true)
    await bruno.reload()
    await soon(() => count(bruno)).toBe('1,000 contacts')
    await search(bruno, '0777')
    await openContact(bruno, '0777')
    expect(await textIn(bruno, 'Email 1')).toBe('contact0777@example.com')
    await soon(() => statusText(bruno)).toBe('Offline')
  }, 120_000)

  it('of a Google CSV says which lines it left out, and why', async () => {
    const ana = await (await world.device()).visit({ as: 'Ana', workspace: 'google' })
    await importFile(ana, 'google-new.csv', await fixture('google-new.csv'))
    await soon(() => summary(ana)).toBe('3 contacts imported, 1 skipped: line 6 has no name')
    await ana.getByText('Skipped lines (1)').click()
    const skipped = ana.getByTestId('import-summary').getByRole('listitem')
    expect(await skipped.first().textContent()).toBe('line 6 has no name')
    await ana.getByRole('button', { name: 'Done' }).click()
    await openContact(ana, 'Ana Maria Lima')
    expect(await textIn(ana, 'Company')).toBe('Casa Verde, Lda.')
    expect(await textIn(ana, 'Email 1')).toBe('ana@example.com')
    expect(await notes(ana)).toEqual(['Two lines:\nshe said "olá"'])
    await ana.getByRole('button', { name: 'Filter' }).click()
    await ana.getByRole('dialog', { name: 'Filter' }).getByLabel('Clients').check()
    await soon(() => count(ana)).toBe('1 contact')
  })

  it('of a vCard file does too, and a file that is neither says so', async () => {
    const ana = await (await world.device()).visit({ as: 'Ana', workspace: 'vcard' })
    await importFile(ana, 'four.vcf', await fixture('four.vcf'))
    await soon(() => summary(ana)).toBe(
      '1 contact imported, 3 skipped: line 12 begins a card that can’t be read and more',
    )
    await ana.getByRole('button', { name: 'Done' }).click()
    await openContact(ana, '王小明')
    expect(await textIn(ana, 'Phone 1')).toBe('+86-10-5555-0100')
    expect(await textIn(ana, 'Address 1 city')).toBe('北京')

    await importFile(ana, 'holiday.jpg', '\u0000\u0001\u0002')
    await soon(() => summary(ana)).toBe(
      '0 contacts imported, 1 skipped: line 1 is not the header of a contacts export',
    )
    await ana.getByRole('button', { name: 'Done' }).click()
    await row(ana, '王小明').waitFor()
    expect(await field(ana, 'Name').isEditable()).toBe(true)
  })
})
