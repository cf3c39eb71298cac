/** Contacts that seem to be one person and are not. */
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { createContact, field, soon, untilLive } from './app.js'
import { takePicture } from './pictures.js'
import { useWorld } from './world.js'

const world = useWorld()

const addEmail = async (page: Page, value: string): Promise<void> => {
  await page.getByRole('button', { name: 'Add email' }).click()
  await field(page, 'Email 1').fill(value)
  await page.keyboard.press('Escape')
}

const find = async (page: Page): Promise<void> => {
  await page.keyboard.press('ControlOrMeta+k')
  await page.keyboard.type('duplicates')
  await page.keyboard.press('Enter')
}

/** Light and dark, wide and narrow. */
const takePictures = async (page: Page, name: string): Promise<void> => {
  for (const [theme, width] of [
    ['light', 1280],
    ['dark', 1280],
    ['light', 390],
  ] as const) {
    await page.emulateMedia({ colorScheme: theme })
    await page.setViewportSize({ width, height: 860 })
    await takePicture(page, `${name}-${theme}-${width}`)
  }
  await page.setViewportSize({ width: 1280, height: 860 })
}

describe('people who are not the same', () => {
  it('[W9] can be dismissed, undone, kept over a reload, and looked at again', async () => {
    const ana = await (await world.device()).visit({ as: 'Ana', workspace: 'apart' })
    await untilLive(ana)
    for (const name of ['Grace Hopper', 'G. Hopper']) {
      await createContact(ana, name)
      await addEmail(ana, 'grace@navy.example')
    }
    await find(ana)
    const said = () => ana.getByTestId('duplicate-count').textContent()
    await soon(said).toContain('1 group')
    await ana.getByRole('button', { name: 'Not the same person' }).click()
    await soon(said).toBe('No other two contacts seem to be the same.')
    await soon(() => ana.getByTestId('toast').textContent()).toBe(
      'Not the same person: Grace Hopper and G. HopperUndo',
    )
    await ana.getByTestId('toast').getByRole('button', { name: 'Undo' }).click()
    await soon(said).toContain('1 group')
    // By keys alone.
    await ana.getByRole('button', { name: 'Not the same person' }).press('Enter')
    await soon(said).toContain('No other two')
    expect(await ana.evaluate(() => document.activeElement?.textContent)).toBe('Duplicates')
    await ana.reload()
    await soon(said).toContain('No other two')
    await ana.getByTestId('dismissed-count').click()
    await takePictures(ana, 'dismissed')
    await ana.getByRole('button', { name: 'Look again' }).click()
    await soon(said).toContain('1 group')
    expect(await ana.getByTestId('dismissed-count').count()).toBe(0)

    // A third one who comes is compared with each of them, and they not with one another.
    await ana.getByRole('button', { name: 'Not the same person' }).click()
    await soon(said).toContain('No other two')
    await createContact(ana, 'Grace H.')
    await addEmail(ana, 'grace@navy.example')
    await find(ana)
    await soon(said).toContain('2 groups')
    await takePictures(ana, 'apart')
    const groups = ana.getByTestId('duplicates')
    expect(await groups.allInnerTexts()).toEqual([
      expect.stringMatching(/^Grace Hopper.*Grace H\..*Same email/s),
      expect.stringMatching(/^G\. Hopper.*Grace H\..*Same email/s),
    ])
  })
})
