import { readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CONTACTS } from 'kith-shared'
import type { Locator, Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { makeGoogleCsv } from '../fixtures/make-contacts.js'
import {
  count,
  createContact,
  field,
  notes,
  openContact,
  row,
  soon,
  statusText,
  textIn,
  untilSaved,
  untilShellKept,
  write,
} from './app.js'
import { useWorld } from './world.js'

const world = useWorld()

/** As far as the look at what would be imported, or the word that nothing can be. */
const chooseFile = async (page: Page, name: string, content: string | Buffer): Promise<void> => {
  await page.getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: 'Import contacts…' }).click()
  const buffer = Buffer.from(content)
  await page.getByLabel('File to import').setInputFiles({ name, mimeType: 'text/csv', buffer })
}

const button = (page: Page, name: string | RegExp): Locator => page.getByRole('button', { name })

const importFile = async (page: Page, name: string, content: string | Buffer): Promise<void> => {
  await chooseFile(page, name, content)
  await button(page, /^Import \d/).click()
}

const exported = async (page: Page, as: string, act: RegExp = /^Export \d/): Promise<Exported> => {
  await button(page, 'More').click()
  await page.getByRole('menuitem', { name: 'Export contacts…' }).click()
  await page.getByRole('radio', { name: as, exact: true }).check()
  const [download] = await Promise.all([page.waitForEvent('download'), button(page, act).click()])
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click()
  return { name: download.suggestedFilename(), content: await readFile(await download.path()) }
}

interface Exported {
  name: string
  content: Buffer
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

  it('[W43] of a Google CSV says which lines it left out, and why', async () => {
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
      '2 contacts imported, 2 skipped: line 17 has no name and more',
    )
    await ana.getByRole('button', { name: 'Done' }).click()
    await openContact(ana, '王小明')
    expect(await textIn(ana, 'Phone 1')).toBe('+86-10-5555-0100')
    expect(await textIn(ana, 'Address 1 city')).toBe('北京')

    await chooseFile(ana, 'holiday.jpg', '\u0000\u0001\u0002')
    await soon(() => ana.getByRole('alert').first().textContent()).toMatch(/no text file/)
    await button(ana, 'Close').click()
    await row(ana, '王小明').waitFor()
    expect(await field(ana, 'Name').isEditable()).toBe(true)
  })

  it('[W42] of Outlook and of a phone is known by itself, and read in a worker', async () => {
    const ana = await (await world.device()).visit({ as: 'Ana', workspace: 'known' })
    const outlook = [
      'First Name,Last Name,Company,Business Street,Business City,Mobile Phone,E-mail Address',
      'Grace,Hopper,Navy,"1 Pier, East",Arlington,+1 555 0100,grace@navy.example',
    ].join('\r\n')
    const [worker] = await Promise.all([
      ana.waitForEvent('worker'),
      importFile(ana, 'outlook.csv', Buffer.from(`\ufeff${outlook}`, 'utf16le')),
    ])
    expect(worker.url()).toContain('import-worker')
    await soon(() => summary(ana)).toBe('1 contact imported')
    await button(ana, 'Done').click()
    await openContact(ana, 'Grace Hopper')
    expect(await textIn(ana, 'Address 1 city')).toBe('Arlington')
    expect(await textIn(ana, 'Phone 1')).toBe('+1 555 0100')
    await importFile(ana, 'apple.vcf', await fixture('apple.vcf'))
    await soon(() => summary(ana)).toMatch(/^\d+ contacts? imported/)
    await button(ana, 'Done').click()
    await openContact(ana, 'Dr. Ana Maria Lima, MD')
    expect(await textIn(ana, 'Company')).toBe('Casa Verde, Lda.')
    expect(await textIn(ana, 'Nickname')).toBe('Aninha')
  })

  it('[W42] of any table is told by its columns, and known the next time', async () => {
    const ana = await (await world.device()).visit({ as: 'Ana', workspace: 'table' })
    const table = 'Who;Where they live;Call\nZoë;Porto;+351 1\nBo;Lisboa;+351 2\n'
    await chooseFile(ana, 'friends.csv', Buffer.from(table, 'latin1'))
    const preview = ana.getByRole('region', { name: 'Preview' })
    await soon(() => preview.textContent()).toContain('+351 1')
    await ana.getByLabel('Who is').selectOption('Full name')
    await ana.getByLabel('Where they live is').selectOption('City')
    await ana.getByLabel('Call is').selectOption('Phone')
    await ana.getByLabel('Label of Call').fill('Boat')
    await soon(() => preview.textContent()).toContain('Zoë+351 1 (Boat) · Porto')
    await button(ana, 'Continue').click()
    await button(ana, 'Import 2 contacts').click()
    await soon(() => summary(ana)).toBe('2 contacts imported')
    await button(ana, 'Undo import').click()
    await soon(() => summary(ana)).toMatch(/^Taken back/)
    await button(ana, 'Done').click()
    await soon(() => count(ana)).toBe('0 contacts')

    await ana.reload()
    await chooseFile(ana, 'more-friends.csv', table.replace('Zoë', 'Chris'))
    await ana.getByText('read as the last time').waitFor()
    expect(await ana.getByLabel('Label of Call').inputValue()).toBe('Boat')
    await button(ana, 'Continue').click()
    await button(ana, 'Import 2 contacts').click()
    await soon(() => summary(ana)).toBe('2 contacts imported')
  })

  it('[W46] that is cancelled offers to take back what it has made, by keys alone', async () => {
    const ana = await (await world.device()).visit({ as: 'Ana', workspace: 'cancelled' })
    await chooseFile(ana, 'contacts.csv', makeGoogleCsv(20_000))
    await button(ana, 'Import 20,000 contacts').press('Enter')
    const progress = ana.getByRole('progressbar', { name: 'Importing contacts.csv…' })
    await soon(async () => Number(await progress.getAttribute('value'))).toBeGreaterThan(0)
    await ana.keyboard.press('Escape')
    await soon(() => summary(ana)).toMatch(/^Stopped\. [\d,]+ contacts imported before that\./)
    const made = Number((await count(ana)).replace(/\D/g, ''))
    expect(made).toBeGreaterThan(0)
    expect(made).toBeLessThan(20_000)
    await button(ana, 'Take back what was imported').press('Enter')
    await soon(() => count(ana)).toBe('0 contacts')
    await ana.keyboard.press('Escape')
    await ana.getByRole('dialog').waitFor({ state: 'detached' })
  }, 60_000)

  it('[W44] of a file that is too large, broken or hostile breaks nothing', async () => {
    const ana = await (await world.device()).visit({ as: 'Ana', workspace: 'hostile' })
    const large = join(tmpdir(), `kith-large-${process.pid}.csv`)
    await writeFile(large, `Name\n${'a'.repeat(100 * 1024 * 1024)}`)
    await button(ana, 'More').click()
    await ana.getByRole('menuitem', { name: 'Import contacts…' }).click()
    await ana.getByLabel('File to import').setInputFiles(large)
    await soon(() => ana.getByRole('alert').first().textContent()).toMatch(
      /This file has 101 MB, and 64 MB is the most/,
    )
    await rm(large)
    await button(ana, 'Close').click()
    const markup = '<img src=x onerror="document.title=1">'
    const rows = [
      `"${markup.replaceAll('"', '""')}",=HYPERLINK(1)`,
      `\u202eevil,${'w'.repeat(9_000)}`,
    ]
    await importFile(
      ana,
      'hostile.csv',
      `Name,Organization Name,E-mail 1 - Value\n${rows.join('\n')}\n`,
    )
    await soon(() => summary(ana)).toBe('2 contacts imported')
    await button(ana, 'Done').click()
    await openContact(ana, markup)
    expect(await textIn(ana, 'Company')).toBe('=HYPERLINK(1)')
    expect(await ana.title()).not.toBe('1')
  }, 60_000)
})

/** By name, with what their company and first address are. */
const GRACE = 'Name,Organization Name,E-mail 1 - Value\nGrace Hopper,Navy,grace@navy.example\n'

describe('who is here already', () => {
  it('[W45] is filled in, skipped or imported once more, as is chosen by keys', async () => {
    const ana = await (await world.device()).visit({ as: 'Ana', workspace: 'already' })
    await importFile(ana, 'one.csv', 'Name,E-mail 1 - Value\nGrace Hopper,grace@navy.example\n')
    await button(ana, 'Done').click()
    const choose = async (name: RegExp): Promise<void> => {
      await chooseFile(ana, 'two.csv', `${GRACE}Bo Ruiz,,bo@example.com\n`)
      await soon(() => ana.getByTestId('import-review').textContent()).toContain('here already')
      await ana.getByRole('radio', { name }).press('Space')
      await button(ana, /^Import \d/).press('Enter')
    }
    await choose(/^Skip/)
    await soon(() => summary(ana)).toBe('1 contact imported, 1 left as is')
    await button(ana, 'Done').press('Enter')
    await openContact(ana, 'Grace Hopper')
    expect(await textIn(ana, 'Company')).toBe('')

    await choose(/^Fill in/)
    await soon(() => summary(ana)).toBe('0 contacts imported, 1 filled in, 1 left as is')
    await button(ana, 'Done').press('Enter')
    await soon(() => textIn(ana, 'Company')).toBe('Navy')
    expect(await count(ana)).toBe('2 contacts')

    await choose(/once more/)
    await soon(() => summary(ana)).toBe('2 contacts imported')
    await button(ana, 'Done').press('Enter')
    await soon(() => count(ana)).toBe('4 contacts')
  })
})

describe('an export', () => {
  it('[W47] as CSV holds no formula, and [W40] gives each value again', async () => {
    const device = await world.device()
    const ana = await device.visit({ as: 'Ana', workspace: 'formulas' })
    const formula = '=HYPERLINK("http://evil.example";"click")'
    await createContact(ana, 'Grace Hopper')
    await write(ana, 'Company', formula)
    await write(ana, 'Title', '@SUM(A1)')
    await write(ana, 'Nickname', "'quoted")
    const { content } = await exported(ana, 'CSV')
    expect(content.toString()).toContain(`"'${formula.replaceAll('"', '""')}"`)
    const cells = content.toString().split(/[,\r\n]+"?/)
    expect(cells.filter((cell) => /^[=+@]/.test(cell))).toEqual([])
    const bo = await device.visit({ as: 'Bo', workspace: 'formulas-again' })
    await importFile(bo, 'out.csv', content)
    await button(bo, 'Done').click()
    await openContact(bo, 'Grace Hopper')
    expect(await textIn(bo, 'Company')).toBe(formula)
    expect(await textIn(bo, 'Title')).toBe('@SUM(A1)')
    expect(await textIn(bo, 'Nickname')).toBe("'quoted")
  })

  it('[W41] imported again changes nothing, and elsewhere gives the same', async () => {
    const device = await world.device()
    const ana = await device.visit({ as: 'Ana', workspace: 'out' })
    await importFile(ana, 'google-new.csv', await fixture('google-new.csv'))
    await button(ana, 'Done').click()
    const files = new Map<string, Exported>()
    for (const as of ['CSV', 'vCard 4.0', 'vCard 3.0', 'JSON']) {
      const file = await exported(ana, as)
      expect(file.name).toMatch(/^[\w-]+-\d{4}-\d{2}-\d{2}\.(csv|vcf|json)$/)
      files.set(as, file)
      await chooseFile(ana, file.name, file.content)
      await soon(() => ana.getByTestId('import-review').textContent()).toBe(
        '3 contacts in the file, 3 of them here already',
      )
      await button(ana, 'Nothing to import').waitFor()
      await button(ana, 'Back').click()
      await button(ana, 'Close').click()
    }
    const file = files.get('CSV')
    // By its id, though it is called otherwise by now and has another address.
    await openContact(ana, 'Ana Maria Lima')
    await write(ana, 'Name', 'A. M. Lima')
    await write(ana, 'Email 1', 'lima@example.com')
    await field(ana, 'Email 1').blur()
    await chooseFile(ana, 'renamed.csv', file?.content ?? '')
    await soon(() => ana.getByTestId('import-review').textContent()).toBe(
      '3 contacts in the file, 3 of them here already',
    )
    await button(ana, 'Back').click()
    await button(ana, 'Close').click()
    const bo = await device.visit({ as: 'Bo', workspace: 'in' })
    await importFile(bo, 'out.csv', file?.content ?? '')
    await soon(() => summary(bo)).toBe('3 contacts imported')
    await button(bo, 'Done').click()
    expect((await exported(bo, 'CSV')).content.equals(file?.content ?? Buffer.of())).toBe(true)
  }, 60_000)

  it('[W47] is of what the list shows, of the one that is open, or the whole document', async () => {
    const ana = await (await world.device()).visit({ as: 'Ana', workspace: 'some' })
    await importFile(ana, 'contacts.csv', makeGoogleCsv(30))
    await button(ana, 'Done').click()
    await search(ana, 'contact0007@example.com')
    await soon(() => count(ana)).toBe('1 contact')
    const shown = await exported(ana, 'CSV')
    expect(shown.content.toString()).toContain('contact0007@example.com')
    expect(shown.content.toString().trim().split('\r\n')).toHaveLength(2)
    await ana.getByTestId('contact-row').first().click()
    await ana.getByRole('button', { name: 'Clear search' }).click()
    await button(ana, 'More').click()
    await ana.getByRole('menuitem', { name: 'Export contacts…' }).click()
    await ana.getByRole('radio', { name: /^Only / }).check()
    await button(ana, 'Export 1 contact').waitFor()
    await ana.keyboard.press('Escape')
    const { name, content } = await exported(ana, 'Yjs document', /^Export the document/)
    expect(name).toMatch(/\.yjs$/)
    const doc = new Y.Doc()
    Y.applyUpdate(doc, content)
    expect(doc.getMap(CONTACTS).size).toBe(30)
  }, 60_000)
})
