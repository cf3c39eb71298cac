/** On a telephone: one thing at a time, by touch. */
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { createContact, field, row, soon, textIn, untilSaved } from './app.js'
import { expectCleanInBoth } from './looks.js'
import { useWorld } from './world.js'

const world = useWorld()

const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - innerWidth)

describe('a narrow screen', () => {
  it('[W11] shows the list or a contact, moves between them by touch, and is never wider', async () => {
    const device = await world.device({ viewport: { width: 360, height: 740 }, hasTouch: true })
    const page = await device.visit({ as: 'Ana', workspace: 'narrow' })
    for (const name of ['Grace Hopper', 'A very long name '.repeat(8).trim()]) {
      await createContact(page, name)
    }
    await page.getByRole('button', { name: 'Back to the list' }).tap()
    const list = page.getByRole('listbox', { name: 'Contacts' })
    await list.waitFor()
    expect(await field(page, 'Name').isVisible()).toBe(false)
    expect(await overflow(page)).toBeLessThanOrEqual(0)
    await expectCleanInBoth(page, 'narrow-list')

    await row(page, 'Grace Hopper').tap()
    await soon(() => textIn(page, 'Name')).toBe('Grace Hopper')
    expect(await list.isVisible()).toBe(false)
    await field(page, 'Company').tap()
    await page.keyboard.type('Navy')
    await untilSaved(page)
    expect(await overflow(page)).toBeLessThanOrEqual(0)
    await expectCleanInBoth(page, 'narrow-contact')

    await page.goBack()
    await row(page, 'Navy').waitFor()
    await row(page, 'A very long name').tap()
    await page.getByRole('button', { name: 'Delete contact' }).tap()
    await page.getByTestId('toast').getByRole('button', { name: 'Undo' }).tap()
    // It is open again.
    await soon(() => textIn(page, 'Name')).toMatch(/^A very long name/)
  })
})
