/** Ways through the list that need no key: letters, filters in sight, the box that picks all. */
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { count, createContact, field, row, soon, untilLive } from './app.js'
import { useWorld } from './world.js'

const world = useWorld()

const NAMES = ['Ana Lima', 'Bo Ruiz', 'Chen Wei']

const arrive = async (workspace: string): Promise<Page> => {
  const page = await (await world.device()).visit({ as: 'Ana', workspace, role: 'owner' })
  await untilLive(page)
  return page
}

const withContacts = async (workspace: string): Promise<Page> => {
  const page = await arrive(workspace)
  for (const name of NAMES) await createContact(page, name)
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  await soon(() => count(page)).toBe('3 contacts')
  return page
}

const tag = async (page: Page, name: string, value: string): Promise<void> => {
  await row(page, name).click()
  await field(page, 'Add tag').fill(value)
  await page.keyboard.press('Enter')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
}

const focused = (page: Page): Promise<string> =>
  page.evaluate(() => document.activeElement?.id ?? '')

describe('what leaves contacts out', () => {
  it('[W4] stands above the list, and goes part by part', async () => {
    const page = await withContacts('parts')
    await tag(page, 'Ana Lima', 'team')
    await tag(page, 'Ana Lima', 'oslo')
    await tag(page, 'Bo Ruiz', 'team')
    await page.getByRole('button', { name: 'Filter', exact: true }).click()
    const panel = page.getByRole('dialog', { name: 'Filter' })
    await soon(() => panel.locator('.check').filter({ hasText: 'team' }).textContent()).toBe(
      'team2',
    )
    await panel.getByLabel('team').check()
    await panel.getByLabel('oslo').check()
    await page.keyboard.press('Escape')
    await soon(() => count(page)).toBe('1 contact')
    const parts = page.getByRole('list', { name: 'Active filters' })
    expect(await parts.textContent()).toContain('all of')
    await parts.getByRole('button', { name: 'Remove oslo' }).click()
    await soon(() => count(page)).toBe('2 contacts')
    expect(await focused(page)).toBe('contact-list')
    await parts.getByRole('button', { name: 'Show all' }).click()
    await soon(() => count(page)).toBe('3 contacts')
    await parts.waitFor({ state: 'detached' })
  })

  it('[W4] leads back to all where nothing is left, from the search too', async () => {
    const page = await withContacts('nothing')
    await page.locator('#search').fill('nobody here')
    await page.getByText('Nothing found for “nobody here”.').waitFor()
    await page.getByRole('main').or(page.getByRole('navigation')).getByText('Show all').click()
    await soon(() => count(page)).toBe('3 contacts')
    expect(await focused(page)).toBe('search')
    await page.keyboard.type('chen')
    await soon(() => count(page)).toBe('1 contact')
    await page.getByRole('button', { name: 'Clear search' }).click()
    expect(await focused(page)).toBe('search')
    await soon(() => count(page)).toBe('3 contacts')
  })
})

describe('a deleted contact', () => {
  it('[W20] says when it was deleted', async () => {
    const page = await withContacts('when')
    await row(page, 'Bo Ruiz').click()
    await page.locator('#contact-list').press('Delete')
    await page.getByTestId('toast').waitFor()
    await page.goto(`${new URL(page.url()).origin}/#/deleted`)
    await soon(() => row(page, 'Bo Ruiz').textContent()).toMatch(/Deleted \w+ \d+, \d{4}$/)
  })
})

describe('many', () => {
  it('[W3] are all picked by one box, and none again', async () => {
    const page = await withContacts('box')
    await row(page, 'Bo Ruiz').locator('.monogram').click()
    const box = page.getByLabel('Select all')
    expect(await box.evaluate((input: HTMLInputElement) => input.indeterminate)).toBe(true)
    await box.click()
    await soon(() => page.getByTestId('picked-count').textContent()).toBe('3 selected')
    await box.click()
    await page.getByTestId('count').waitFor()
    expect(await focused(page)).toBe('contact-list')
  })
})

describe('a long list by name', () => {
  it('[W5] is gone through by its letters, and by nothing in another order', async () => {
    const page = await arrive('letters')
    const file = Array.from({ length: 78 }, (_, at) => {
      const name = `${String.fromCharCode(65 + Math.floor(at / 3))}aa ${at}`
      return `BEGIN:VCARD\r\nVERSION:3.0\r\nFN:${name}\r\nEND:VCARD\r\n`
    })
    await page.getByRole('button', { name: 'Import a file' }).click()
    await page
      .getByLabel('File to import')
      .setInputFiles({ name: 'a.vcf', mimeType: 'text/vcard', buffer: Buffer.from(file.join('')) })
    await page.getByRole('button', { name: 'Import 78 contacts' }).click()
    await page.getByRole('button', { name: 'Done' }).click()
    await soon(() => count(page)).toBe('78 contacts')
    const letters = page.getByTestId('letters')
    const top = (): Promise<string | undefined> =>
      page.locator('#contact-list').evaluate((list) => {
        const edge = list.getBoundingClientRect().top
        const rows = [...list.querySelectorAll('.row')]
        return rows
          .filter((one) => one.getBoundingClientRect().bottom > edge + 10)
          .sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)[0]
          ?.querySelector('.row-name')
          ?.textContent?.slice(0, 3)
      })
    await letters.getByText('M', { exact: true }).click()
    await soon(top).toBe('Maa')
    await letters.getByText('#', { exact: true }).click()
    await soon(top).toBe('Aaa')
    await page.getByLabel('Sort by').selectOption({ label: 'Recently added' })
    await letters.waitFor({ state: 'detached' })
  })
})

describe('a list that a contact covers', () => {
  it('[W5] is where it was, when one comes back to it', async () => {
    const device = await world.device({ viewport: { width: 390, height: 640 } })
    const page = await device.visit({ as: 'Ana', workspace: 'covered', role: 'owner' })
    await untilLive(page)
    await page.getByRole('button', { name: 'Add sample contacts' }).click()
    await soon(() => page.getByTestId('contact-row').count()).toBeGreaterThan(3)
    for (const name of NAMES) {
      await createContact(page, name)
      await page.getByRole('button', { name: 'Back to the list' }).click()
    }
    const list = page.locator('#contact-list')
    const place = (): Promise<number> => list.evaluate(({ scrollTop }) => scrollTop)
    await page.setViewportSize({ width: 390, height: 420 })
    await list.evaluate((element) => element.scrollTo(0, 90))
    await soon(place).toBe(90)
    await page.getByTestId('contact-row').nth(3).click()
    await field(page, 'About').waitFor()
    await page.getByRole('button', { name: 'Back to the list' }).click()
    await page.getByTestId('contact-row').nth(3).waitFor()
    expect(await place()).toBe(90)
  })
})

describe('the menu', () => {
  it('[W1] is gone through by letters, and left by Escape without leaving the contact', async () => {
    const page = await withContacts('menu')
    await row(page, 'Bo Ruiz').click()
    await field(page, 'About').waitFor()
    await page.getByRole('button', { name: 'More' }).click()
    const chosen = (): Promise<string | null | undefined> =>
      page.evaluate(() => document.activeElement?.textContent)
    await page.keyboard.press('w')
    await soon(chosen).toBe('Workspace settings…')
    await page.keyboard.press('Home')
    await soon(chosen).toContain('Find…')
    await page.keyboard.press('ArrowUp')
    await soon(chosen).toContain('Sign out')
    await page.keyboard.press('Escape')
    await page.getByRole('menu').waitFor({ state: 'detached' })
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(
      'More',
    )
    expect(await field(page, 'About').isVisible()).toBe(true)
  })
})

describe('the palette', () => {
  it('[W2] puts who is called so before commands, and a command that begins so before people', async () => {
    const page = await withContacts('called')
    await createContact(page, 'Improv Theatre')
    await page.keyboard.press('Escape')
    const first = page.getByRole('option', { selected: true }).locator('.choice-words')
    await page.keyboard.press('ControlOrMeta+k')
    // "Go to another workspace" has a word that begins so too.
    await page.keyboard.type('an')
    await soon(() => first.textContent()).toBe('Ana Lima')
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.type('imp')
    await soon(() => first.textContent()).toBe('Import contacts…')
    await page.keyboard.type('rov')
    await soon(() => first.textContent()).toBe('Improv Theatre')
  })
})
