/** Deleting in the app, and taking it back. */
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import {
  addNote,
  createContact,
  field,
  notes,
  row,
  soon,
  textIn,
  untilSaved,
  write,
} from './app.js'
import { expectCleanInBoth } from './looks.js'
import { twoInOneContact } from './pair.js'
import { useWorld } from './world.js'

const world = useWorld()

const toast = (page: Page) => page.getByTestId('toast')
const press = (page: Page, key: string): Promise<void> =>
  page.keyboard.press(`ControlOrMeta+${key}`)
const tags = (page: Page): Promise<string[]> => page.getByTestId('tag').allTextContents()
/** Out of every text. */
const leaveText = async (page: Page): Promise<void> => {
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
}

describe('what was deleted', () => {
  it('[W1] leaves the keys in the list, as what was made does', async () => {
    const ana = await (await world.device()).visit({ as: 'Ana', workspace: 'keys-go-on' })
    const hasKeys = () =>
      ana.locator('#contact-list').evaluate((list) => list === document.activeElement)
    await createContact(ana, 'Ada Lovelace')
    await soon(hasKeys).toBe(true)
    await createContact(ana, 'Grace Hopper')
    await ana.getByRole('button', { name: 'Delete contact' }).press('Enter')
    await soon(() => row(ana, 'Grace Hopper').count()).toBe(0)
    await soon(hasKeys).toBe(true)
    await ana.keyboard.press('j')
    await soon(() => textIn(ana, 'Name')).toBe('Ada Lovelace')
  })

  it('[W20] is said with what it was, and comes back by the toast alone, whatever was done since', async () => {
    const ana = await (await world.device()).visit({ as: 'Ana', workspace: 'deleted' })
    await createContact(ana, 'Grace Hopper')
    await ana.getByRole('button', { name: 'Add email' }).click()
    await field(ana, 'Email 1').fill('grace@navy.mil')
    await field(ana, 'Add tag').fill('pioneer')
    await ana.keyboard.press('Enter')
    await addNote(ana, 'Met at sea')
    await soon(() => notes(ana)).toEqual(['Met at sea'])

    await ana.getByRole('button', { name: 'Remove tag pioneer' }).click()
    expect(await toast(ana).textContent()).toBe('Removed tag pioneerUndo')
    await write(ana, 'Company', 'Navy')
    await toast(ana).getByRole('button', { name: 'Undo' }).click()
    await soon(() => tags(ana)).toEqual(['pioneer'])
    expect(await textIn(ana, 'Company')).toBe('Navy')

    await ana.getByRole('button', { name: 'Remove email 1' }).click()
    expect(await toast(ana).textContent()).toBe('Removed grace@navy.milUndo')
    await toast(ana).getByRole('button', { name: 'Undo' }).click()
    await soon(() => textIn(ana, 'Email 1')).toBe('grace@navy.mil')

    await ana.getByRole('button', { name: 'Delete note' }).click()
    await soon(() => notes(ana)).toEqual([])
    await toast(ana).getByRole('button', { name: 'Undo' }).click()
    await soon(() => notes(ana)).toEqual(['Met at sea'])

    await ana.getByRole('button', { name: 'Delete contact' }).click()
    await soon(() => row(ana, 'Grace Hopper').count()).toBe(0)
    expect(await toast(ana).textContent()).toBe('Deleted Grace HopperUndo')
    await toast(ana).getByRole('button', { name: 'Undo' }).click()
    await row(ana, 'Grace Hopper').waitFor()
    // It is open again.
    await soon(() => textIn(ana, 'Name')).toBe('Grace Hopper')
  })

  it('[W20] comes back by keys on the page, goes again by them, and each says what it was', async () => {
    const ana = await (await world.device()).visit({ as: 'Ana', workspace: 'keys' })
    await createContact(ana, 'Grace Hopper')
    await write(ana, 'Company', 'Navy')
    await leaveText(ana)
    await ana.getByRole('button', { name: 'Delete contact' }).click()
    await soon(() => row(ana, 'Grace Hopper').count()).toBe(0)
    await press(ana, 'z')
    await row(ana, 'Grace Hopper').waitFor()
    await soon(() => toast(ana).textContent()).toBe('Undone: deleted Grace HopperRedo')
    await press(ana, 'z')
    await soon(() => textIn(ana, 'Company')).toBe('')
    await soon(() => toast(ana).textContent()).toBe('Undone: changed Company of Grace HopperRedo')
    await press(ana, 'Shift+z')
    await soon(() => textIn(ana, 'Company')).toBe('Navy')
    await press(ana, 'Shift+z')
    await soon(() => row(ana, 'Grace Hopper').count()).toBe(0)
    await press(ana, 'z')
    await row(ana, 'Grace Hopper').waitFor()
    // As Windows has it.
    await ana.keyboard.press('Control+y')
    await soon(() => row(ana, 'Grace Hopper').count()).toBe(0)
    // In a text of the app's own they are the browser's.
    await ana.getByLabel('Search contacts').click()
    await ana.keyboard.type('Gr')
    await press(ana, 'z')
    await soon(() => ana.getByLabel('Search contacts').inputValue()).not.toBe('Gr')
    expect(await row(ana, 'Grace Hopper').count()).toBe(0)
  })

  it('[W20] is said for 6 s, and for as long as somebody points at it', async () => {
    const ana = await (await world.device()).visit({ as: 'Ana', workspace: 'six-seconds' })
    await createContact(ana, 'Grace Hopper')
    await untilSaved(ana)
    await ana.clock.install()
    await ana.clock.pauseAt(Date.now() + 60_000)
    await ana.getByRole('button', { name: 'Delete contact' }).click()
    await soon(() => toast(ana).textContent()).toBe('Deleted Grace HopperUndo')
    await toast(ana).hover()
    await ana.clock.resume()
    await expectCleanInBoth(ana, 'toast')
    await ana.clock.pauseAt(Date.now() + 3_600_000)
    expect(await toast(ana).textContent()).toBe('Deleted Grace HopperUndo')
    await ana.mouse.move(0, 0)
    await ana.clock.runFor(5_900)
    expect(await toast(ana).textContent()).toBe('Deleted Grace HopperUndo')
    await ana.clock.runFor(200)
    await toast(ana).waitFor({ state: 'detached' })
    expect(await row(ana, 'Grace Hopper').count()).toBe(0)
  })

  it('[W20] stays as others made it since, and the toast says so', async () => {
    const { ana, bruno } = await twoInOneContact(world, 'since')
    await ana.getByRole('button', { name: 'Delete contact' }).click()
    // It lies open before Bruno, who wants it back.
    await bruno.getByRole('button', { name: 'Restore' }).click()
    await untilSaved(bruno)
    await row(ana, 'Grace Hopper').waitFor()
    await toast(ana).getByRole('button', { name: 'Undo' }).click()
    await soon(() => toast(ana).textContent()).toBe(
      'Somebody has changed this since: nothing was undone',
    )
  })
})
