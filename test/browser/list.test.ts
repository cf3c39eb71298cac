import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { makeGoogleCsv } from '../fixtures/make-contacts.js'
import { count, createContact, field, row, soon, textIn, untilLive, untilSaved } from './app.js'
import { takePicture } from './pictures.js'
import { useWorld } from './world.js'

const world = useWorld()

const NAMES = ['Ana Lima', 'Bo Ruiz', 'Chen Wei', 'Dora Maar', 'Émile Zola']

/** Ana, in a workspace of her own with five contacts, the list in focus. */
const arrive = async (workspace: string): Promise<Page> => {
  const page = await (await world.device()).visit({ as: 'Ana', workspace })
  await untilLive(page)
  for (const name of NAMES) await createContact(page, name)
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  await soon(() => count(page)).toBe('5 contacts')
  return page
}

const press = async (page: Page, ...keys: string[]): Promise<void> => {
  for (const key of keys) await page.keyboard.press(key)
}

const shown = (page: Page): Promise<string[]> =>
  page.locator('.row-name').evaluateAll((names) =>
    names
      .map((name) => ({ text: name.textContent ?? '', top: name.getBoundingClientRect().top }))
      .sort((a, b) => a.top - b.top)
      .map(({ text }) => text),
  )

const name = (page: Page): Promise<string> => textIn(page, 'Name')
const picked = (page: Page): Promise<string | null> =>
  page.getByTestId('picked-count').textContent()
const toast = (page: Page): Promise<string | null> => page.getByTestId('toast').textContent()
const palette = (page: Page) => page.getByRole('dialog', { name: 'Command palette' })

describe('keys', () => {
  it('[W1] move, edit, go back a level, and take back, without a pointer', async () => {
    const page = await arrive('keys')
    await press(page, 'j', 'j', 'k', 'j')
    await soon(() => name(page)).toBe('Bo Ruiz')
    await press(page, 'ArrowDown', 'End')
    await soon(() => name(page)).toBe('Émile Zola')
    await press(page, 'Home', 'e')
    expect(await field(page, 'Name').evaluate((input) => input === document.activeElement)).toBe(
      true,
    )
    await press(page, 'End')
    await page.keyboard.type(' Silva')
    await press(page, 'Escape')
    await soon(() => shown(page)).toContain('Ana Lima Silva')
    await press(page, 'ControlOrMeta+z')
    await soon(() => shown(page)).toContain('Ana Lima')
    await press(page, 'Escape')
    expect(new URL(page.url()).hash).toBe('#/contacts')
    await press(page, 'n')
    await soon(() => new URL(page.url()).hash).toBe('#/new')
    await press(page, 'Escape', 'j', 'Delete')
    await soon(() => toast(page)).toBe('Deleted Ana LimaUndo')
    await soon(() => count(page)).toBe('4 contacts')
    await press(page, 'ControlOrMeta+z')
    await soon(() => count(page)).toBe('5 contacts')
  })

  it('[W1] are told by "?", and are letters in a field', async () => {
    const page = await arrive('help')
    await press(page, '?')
    const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
    await help.getByText('Select while moving').waitFor()
    await takePicture(page, 'help')
    await press(page, 'j', 'x', 'Escape')
    await help.waitFor({ state: 'detached' })
    expect(new URL(page.url()).hash).toBe('#/contacts')
    await press(page, '/')
    await page.keyboard.type('jxn?')
    expect(await page.getByLabel('Search contacts').inputValue()).toBe('jxn?')
  })

  it('[W1] go on where they were when a dialog closes, however that is done', async () => {
    const page = await arrive('dialogs')
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label'))
    const more = page.getByRole('button', { name: 'More', exact: true })
    const openBy = async (item: string) => {
      await more.focus()
      await press(page, 'Enter')
      await page.getByRole('menuitem', { name: item }).focus()
      await press(page, 'Enter')
      await page.getByRole('dialog').waitFor()
    }
    await openBy('Export contacts…')
    await page.getByRole('dialog').getByText('Close', { exact: true }).focus()
    await press(page, 'Enter')
    await soon(focused).toBe('More')
    for (const item of ['Import contacts…', 'Keyboard shortcuts']) {
      await openBy(item)
      await press(page, 'Escape')
      await soon(focused).toBe('More')
    }
  })

  it('[W1] go back one level at a time, and Enter in the list edits', async () => {
    const page = await arrive('levels')
    const place = (): string => new URL(page.url()).hash
    await press(page, 'j', 'x')
    await soon(() => picked(page)).toBe('1 selected')
    const contact = place()
    await press(page, 'Enter')
    expect(await field(page, 'Name').evaluate((it) => it === document.activeElement)).toBe(true)
    await press(page, 'Escape')
    expect(
      await page.locator('#contact-list').evaluate((it) => it === document.activeElement),
    ).toBe(true)
    expect([await picked(page), place()]).toEqual(['1 selected', contact])
    await press(page, 'Escape')
    await page.getByTestId('count').waitFor()
    expect(place()).toBe(contact)
    await press(page, 'Escape')
    await soon(place).toBe('#/contacts')
  })
})

describe('the palette', () => {
  it('[W2] finds contacts and commands by some letters, also from within a field', async () => {
    const page = await arrive('palette')
    await press(page, 'j', 'e', 'ControlOrMeta+k')
    await palette(page).waitFor()
    await takePicture(page, 'palette')
    await page.keyboard.type('emile')
    await palette(page).getByRole('option', { name: 'Émile Zola' }).waitFor()
    await press(page, 'Enter')
    await soon(() => name(page)).toBe('Émile Zola')
    await press(page, 'ControlOrMeta+k')
    await page.keyboard.type('del')
    await palette(page).getByRole('option', { name: 'Deleted contacts' }).waitFor()
    await press(page, 'Enter')
    await soon(() => count(page)).toContain('0 deleted')
    await press(page, 'ControlOrMeta+k')
    await page.keyboard.type('imp')
    await press(page, 'Enter')
    await page.getByRole('dialog', { name: 'Import contacts' }).waitFor()
    await press(page, 'Escape', 'ControlOrMeta+k')
    await page.keyboard.type('theme dark')
    await press(page, 'Enter')
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    await soon(ground).toBe('rgb(22, 24, 27)')
    await page.reload()
    await untilLive(page)
    await soon(ground).toBe('rgb(22, 24, 27)')
    await press(page, 'ControlOrMeta+k')
    await page.keyboard.type('work off')
    await press(page, 'Enter')
    await soon(() => page.getByRole('switch', { name: 'Work offline' }).isChecked()).toBe(true)
    await press(page, 'ControlOrMeta+k')
    await page.keyboard.type('no such thing')
    await palette(page).getByText('Nothing found').waitFor()
    await press(page, 'Escape')
    await palette(page).waitFor({ state: 'detached' })
  })

  it('[W2] is moved through by arrows, takes a click, and knows other words of a command', async () => {
    const page = await arrive('choices')
    const chosen = palette(page).getByRole('option', { selected: true })
    await press(page, 'ControlOrMeta+k')
    await page.keyboard.type('a')
    await palette(page).getByRole('group', { name: 'Contacts' }).waitFor()
    // Around the end: the last one is a contact.
    await press(page, 'ArrowUp')
    const last = await chosen.locator('.choice-words').textContent()
    expect(NAMES).toContain(last)
    await press(page, 'ArrowDown', 'ArrowUp', 'Enter')
    await soon(() => name(page)).toBe(last)
    await press(page, 'ControlOrMeta+k')
    await page.keyboard.type('trash')
    await palette(page).getByRole('option', { name: 'Deleted contacts' }).click()
    await soon(() => count(page)).toContain('0 deleted')
  })

  it('[W2] does what was typed, though the page still shows the answer to fewer letters', async () => {
    const page = await arrive('ahead')
    await press(page, 'ControlOrMeta+k')
    await palette(page).waitFor()
    // Both in one task: nothing can be drawn between the letters and the key.
    await palette(page)
      .getByRole('combobox')
      .evaluate((input: HTMLInputElement) => {
        const write = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set
        write?.call(input, 'chen w')
        input.dispatchEvent(new InputEvent('input', { bubbles: true }))
        input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }))
      })
    await soon(() => name(page)).toBe('Chen Wei')
  })
})

describe('many at once', () => {
  it('[W3] are picked by key, shift and ctrl, and done to as one step', async () => {
    const page = await arrive('many')
    const bruno = await (await world.device()).visit({ as: 'Bruno', workspace: 'many' })
    await press(page, 'j', 'x', 'Shift+ArrowDown', 'Shift+ArrowDown')
    await soon(() => picked(page)).toBe('3 selected')
    await row(page, 'Émile Zola').click({ modifiers: ['ControlOrMeta'] })
    await soon(() => picked(page)).toBe('4 selected')
    await row(page, 'Bo Ruiz').click({ modifiers: ['ControlOrMeta'] })
    await takePicture(page, 'picked')
    await page.getByRole('button', { name: 'Tag', exact: true }).click()
    await page.keyboard.type('team')
    await press(page, 'Enter')
    await soon(() => toast(page)).toBe('Tagged 3 contacts with “team”Undo')
    await page.getByRole('button', { name: 'Delete', exact: true }).click()
    await soon(() => toast(page)).toBe('Deleted 3 contactsUndo')
    await soon(() => shown(page)).toEqual(['Bo Ruiz', 'Dora Maar'])
    await soon(() => shown(bruno)).toEqual(['Bo Ruiz', 'Dora Maar'])
    await page.getByTestId('toast').getByRole('button', { name: 'Undo' }).click()
    await soon(() => shown(bruno)).toEqual(NAMES)
    await page.getByTestId('toast').getByText('Undone').waitFor()
    await press(page, 'ControlOrMeta+z')
    await row(page, 'Ana Lima').click()
    await soon(() => page.getByTestId('tag').count()).toBe(0)
    // By their pictures, which then go on picking.
    await row(page, 'Bo Ruiz').locator('.monogram').click()
    await row(page, 'Chen Wei').locator('.monogram').click()
    await soon(() => picked(page)).toBe('2 selected')
    expect(await name(page)).toBe('Ana Lima')
    await press(page, 'Escape')
    await page.getByTestId('count').waitFor()
    // A range by pointer, and all.
    await row(page, 'Dora Maar').click({ modifiers: ['Shift'] })
    await soon(() => picked(page)).toBe('4 selected')
    await page.locator('#contact-list').press('ControlOrMeta+a')
    await soon(() => picked(page)).toBe('5 selected')
    await press(page, 'Escape')
    await page.getByTestId('count').waitFor()
  })

  it('[W3] are favourites, lose a tag, and come back from the deleted ones', async () => {
    const page = await arrive('more')
    await page.locator('#contact-list').press('ControlOrMeta+a')
    await page.getByRole('button', { name: 'Favourite' }).first().click()
    await soon(() => page.locator('.row .star').count()).toBe(5)
    // Off again, where all of them are.
    await page.getByRole('button', { name: 'Favourite' }).first().click()
    await soon(() => toast(page)).toBe('Took 5 contacts off the favouritesUndo')
    await soon(() => page.locator('.row .star').count()).toBe(0)
    await page.getByRole('button', { name: 'Tag', exact: true }).click()
    await page.keyboard.type('old')
    await press(page, 'Enter')
    await page.getByRole('button', { name: 'Take off a tag' }).click()
    await page.getByRole('dialog', { name: 'Take off a tag' }).getByText('old').click()
    await soon(() => toast(page)).toBe('Took “old” off 5 contactsUndo')
    await page.locator('#contact-list').press('Delete')
    await soon(() => count(page)).toBe('0 contacts')
    await page.goto(`${new URL(page.url()).origin}/#/deleted`)
    await soon(() => count(page)).toContain('5 deleted')
    await page.locator('#contact-list').press('ControlOrMeta+a')
    await page.getByRole('button', { name: 'Restore' }).click()
    await soon(() => count(page)).toContain('0 deleted')
    await page.getByRole('button', { name: 'Back to all' }).click()
    await soon(() => count(page)).toBe('5 contacts')
  })
})

describe('filters and orders', () => {
  it('[W4] take all or any of several tags, keep a name, and outlive a reload', async () => {
    const page = await arrive('filters')
    const tag = async (contact: string, ...tags: string[]): Promise<void> => {
      await row(page, contact).click()
      for (const one of tags) {
        await field(page, 'Add tag').fill(one)
        await press(page, 'Enter')
      }
    }
    await tag('Ana Lima', 'vip', 'north')
    await tag('Bo Ruiz', 'north')
    await page.getByRole('button', { name: 'Filter' }).click()
    const panel = page.getByRole('dialog', { name: 'Filter' })
    await panel.getByLabel('vip').check()
    await panel.getByLabel('north').check()
    await soon(() => shown(page)).toEqual(['Ana Lima'])
    await panel.getByLabel('Match').selectOption('any')
    await soon(() => shown(page)).toEqual(['Ana Lima', 'Bo Ruiz'])
    await panel.getByLabel('Favourites only').check()
    await soon(() => count(page)).toContain('0 ')
    await panel.getByLabel('Favourites only').uncheck()
    await soon(() => shown(page)).toEqual(['Ana Lima', 'Bo Ruiz'])
    await panel.getByLabel('Name of this filter').fill('Mine')
    await takePicture(page, 'filter')
    await press(page, 'Enter')
    await panel.getByRole('button', { name: 'Mine', exact: true }).waitFor()
    await page.reload()
    await soon(() => shown(page)).toEqual(['Ana Lima', 'Bo Ruiz'])
    await page.getByRole('button', { name: 'Filter' }).click()
    await panel.getByRole('button', { name: 'Clear filters' }).click()
    await soon(() => count(page)).toBe('5 contacts')
    await press(page, 'Escape', 'ControlOrMeta+k')
    await page.keyboard.type('show mine')
    await press(page, 'Enter')
    await soon(() => shown(page)).toEqual(['Ana Lima', 'Bo Ruiz'])
  })

  it('[W4] order by name, company, and by what was changed or added last, whoever did it', async () => {
    const page = await arrive('orders')
    const bruno = await (await world.device()).visit({ as: 'Bruno', workspace: 'orders' })
    await row(page, 'Chen Wei').click()
    await field(page, 'Company').fill('Acme')
    await press(page, 'Escape')
    const sort = page.getByLabel('Sort by')
    await sort.selectOption({ label: 'Company' })
    await soon(async () => (await shown(page))[0]).toBe('Chen Wei')
    await sort.selectOption({ label: 'Recently added' })
    await soon(() => shown(page)).toEqual([...NAMES].reverse())
    await sort.selectOption({ label: 'Recently changed' })
    await soon(async () => (await shown(page))[0]).toBe('Chen Wei')
    await row(bruno, 'Bo Ruiz').click()
    await field(bruno, 'Company').fill('Zeta')
    await bruno.keyboard.press('Escape')
    await soon(async () => (await shown(page))[0]).toBe('Bo Ruiz')
    await untilSaved(page)
    await page.reload()
    await soon(async () => (await shown(page)).slice(0, 2)).toEqual(['Bo Ruiz', 'Chen Wei'])
  })
})

describe('a long list', () => {
  it('[W5] of thousands has few rows at a time, and is at its end by one key', async () => {
    const page = await (await world.device()).visit({ as: 'Ana', workspace: 'long' })
    await untilLive(page)
    await press(page, 'ControlOrMeta+k')
    await page.keyboard.type('import')
    await press(page, 'Enter')
    await page.getByLabel('File to import').setInputFiles({
      name: 'contacts.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(makeGoogleCsv(3_000)),
    })
    await page
      .getByRole('button', { name: /^(Import 3,000|Done)/ })
      .first()
      .click()
    await soon(() => count(page), 60_000).toBe('3,000 contacts')
    const done = page.getByRole('button', { name: 'Done' })
    if (await done.isVisible()) await done.click()
    await page.locator('#contact-list').press('End')
    await soon(() => page.locator('[data-current]').getAttribute('aria-posinset')).toBe('3000')
    expect(await page.getByTestId('contact-row').count()).toBeLessThan(60)
    await page.locator('#contact-list').press('PageUp')
    await soon(() =>
      page.locator('[data-current]').getAttribute('aria-posinset').then(Number),
    ).toBeLessThan(2_995)
  }, 120_000)
})
