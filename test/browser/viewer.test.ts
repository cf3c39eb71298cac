/** What somebody is offered who may look and not change. */
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { addNote, createContact, field, openContact, row, soon, untilLive } from './app.js'
import { takePicture } from './pictures.js'
import { useWorld } from './world.js'

const world = useWorld()

const WHY = 'You can look at this workspace, not change it.'

const SCREENS = [
  ['light', 1280],
  ['dark', 1280],
  ['light', 390],
] as const

const inAllScreens = async (page: Page, look: (name: string) => Promise<void>): Promise<void> => {
  for (const [theme, width] of SCREENS) {
    await page.emulateMedia({ colorScheme: theme })
    await page.setViewportSize({ width, height: 860 })
    await look(`${theme}-${width}`)
  }
  await page.setViewportSize({ width: 1280, height: 860 })
}

const toastIn = (page: Page): Promise<string | null> => page.getByTestId('toast').textContent()

const more = (page: Page): Promise<void> => page.getByRole('button', { name: 'More' }).click()

/** The palette offers only what is expected, for these letters. */
const expectFound = async (page: Page, letters: string, words: string[]): Promise<void> => {
  await page.keyboard.press('ControlOrMeta+k')
  await page.keyboard.type(letters)
  await soon(() => page.locator('.palette').getByRole('option').allInnerTexts()).toEqual(words)
  await page.keyboard.press('Escape')
}

/** Grace Hopper is there twice, and one contact is deleted. */
const viewerIn = async (workspace: string): Promise<Page> => {
  const ana = await (await world.device()).visit({ as: 'Ana', workspace })
  await untilLive(ana)
  for (const name of ['Grace Hopper', 'Grâce Hopper', 'Old Friend']) await createContact(ana, name)
  await ana.getByRole('button', { name: 'Delete contact' }).click()
  await openContact(ana, 'Grace Hopper')
  await addNote(ana, 'Met in Oslo')
  const vera = await (await world.device()).visit({ as: 'Vera', workspace, role: 'viewer' })
  await untilLive(vera)
  await row(vera, 'Grace Hopper').waitFor()
  return vera
}

describe('a viewer', () => {
  it('[W10] is offered nothing that writes, and told why, by buttons, menus, keys and palette', async () => {
    const vera = await viewerIn('viewer')
    const create = vera.getByRole('button', { name: 'New contact' })
    expect(await create.getAttribute('aria-disabled')).toBe('true')
    expect(await create.getAttribute('title')).toBe(WHY)
    await create.click({ force: true })
    await soon(() => toastIn(vera)).toBe(WHY)
    await vera.keyboard.press('n')
    expect(await vera.getByRole('main', { name: 'New contact' }).count()).toBe(0)

    await more(vera)
    const item = vera.getByRole('menuitem', { name: 'Import contacts…' })
    expect(await item.getAttribute('aria-disabled')).toBe('true')
    expect(await item.textContent()).toContain(WHY)
    await inAllScreens(vera, (name) => takePicture(vera, `viewer-menu-${name}`))
    await item.click({ force: true })
    expect(await vera.getByRole('dialog').count()).toBe(0)
    await vera.keyboard.press('Escape')

    await expectFound(vera, 'new contact', [])
    await expectFound(vera, 'import', [])
    await expectFound(vera, 'undo', [])

    await openContact(vera, 'Grace Hopper')
    await vera.getByText(WHY).first().waitFor()
    await vera.locator('#contact-list').focus()
    await vera.keyboard.press('Delete')
    await soon(() => toastIn(vera)).toBe(WHY)
    expect(await vera.getByTestId('contact-row').count()).toBe(2)
  })

  it('[W10] sees every screen without what writes in it', async () => {
    const vera = await viewerIn('viewer-walk')
    await openContact(vera, 'Grace Hopper')
    const main = vera.locator('main.contact-pane')
    const offered = () =>
      main.getByRole('button').evaluateAll((all) => all.map((one) => one.textContent?.trim()))
    await inAllScreens(vera, (name) => takePicture(vera, `viewer-contact-${name}`))
    expect(await main.locator('input:not([readonly]), textarea:not([readonly])').count()).toBe(0)
    for (const name of [/^Add/, /^Remove/, /^Delete/, /^Edit/, /^Favourite/]) {
      expect(await main.getByRole('button', { name }).count()).toBe(0)
    }
    const go = async (hash: string): Promise<void> => {
      await vera.evaluate((next) => {
        location.hash = next
      }, hash)
    }
    await go('#/new')
    await main.getByText(WHY).waitFor()
    expect(await main.locator('input').count()).toBe(0)
    await inAllScreens(vera, (name) => takePicture(vera, `viewer-new-${name}`))
    await go('#/duplicates')
    await soon(() => vera.getByTestId('duplicate-count').textContent()).toContain('1 group')
    await main.getByText(WHY).waitFor()
    // What is kept on this device alone is anybody's.
    await soon(offered).toEqual(['Not the same person'])
    await inAllScreens(vera, (name) => takePicture(vera, `viewer-duplicates-${name}`))
    await go('#/deleted')
    await row(vera, 'Old Friend').click()
    await field(vera, 'Name').waitFor()
    expect(await vera.getByRole('button', { name: 'Restore' }).count()).toBe(0)
    await row(vera, 'Old Friend').click({ modifiers: ['ControlOrMeta'] })
    await soon(() =>
      vera
        .getByRole('toolbar')
        .getByRole('button')
        .evaluateAll((all) => all.map((one) => one.getAttribute('aria-label'))),
    ).toEqual(['Clear selection'])
  })

  it('[W10] who becomes one in the middle of an import is told so there', async () => {
    const ana = await (await world.device()).visit({
      as: 'Ana',
      workspace: 'viewer-late',
      role: 'owner',
    })
    await untilLive(ana)
    const bruno = await (await world.device()).visit({ as: 'Bruno', workspace: 'viewer-late' })
    await untilLive(bruno)
    await more(bruno)
    await bruno.getByRole('menuitem', { name: 'Import contacts…' }).click()
    await bruno.getByLabel('File to import').waitFor()
    await ana.getByRole('button', { name: 'People and invites' }).click()
    await ana.getByLabel('Role of Bruno').selectOption('viewer')
    await bruno.getByRole('dialog').getByText(WHY).waitFor()
    expect(await bruno.getByLabel('File to import').count()).toBe(0)
    await inAllScreens(bruno, (name) => takePicture(bruno, `viewer-import-${name}`))
    await bruno.getByRole('button', { name: 'Close' }).click()
    await bruno.getByText('No contacts yet.').waitFor()
    await inAllScreens(bruno, (name) => takePicture(bruno, `viewer-empty-${name}`))
  })
})
