import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import {
  boxOf,
  field,
  person,
  row,
  soon,
  textIn,
  textsOf,
  untilLive,
  untilSaved,
  watch,
  write,
} from './app.js'
import { expectCleanInBoth } from './looks.js'
import { twoInOneContact } from './pair.js'
import { useWorld } from './world.js'

const world = useWorld()

describe('two people in one contact', () => {
  it('[P2] see what the other writes, once it is committed', async () => {
    const { ana, bruno } = await twoInOneContact(world, 'fields')
    await write(ana, 'Company', 'Navy')
    await write(bruno, 'Title', 'Rear Admiral')
    await soon(() => textIn(bruno, 'Company')).toBe('Navy')
    await soon(() => textIn(ana, 'Title')).toBe('Rear Admiral')
    await untilSaved(ana)
    const [{ rows } = { rows: 0 }] = await world.server.query<{ rows: number }>(
      "select head::int as rows from workspaces where id = 'fields'",
    )
    expect(rows).toBeGreaterThan(0)
    await soon(() => row(bruno, 'Grace Hopper').textContent()).toContain('Navy')
  })

  it('see that the other is there, in which field and contact, and no longer once they leave', async () => {
    const { ana, bruno } = await twoInOneContact(world, 'presence')
    await person(bruno, 'ana').waitFor()
    await soon(() => person(ana, 'bruno').getAttribute('aria-label')).toBe('Bruno, here now')
    await field(ana, 'Company').click()
    const company = boxOf(bruno, 'Company')
    await soon(() => company.getByTestId('editor-chip').textContent()).toBe('Ana')
    expect(await company.getAttribute('data-shared')).toBe('')
    const color = await company
      .getByTestId('editor-chip')
      .evaluate((chip) => getComputedStyle(chip).backgroundColor)
    expect(await field(bruno, 'Company').evaluate((input) => getComputedStyle(input).outline)).toBe(
      `${color} solid 2px`,
    )
    await soon(() => person(bruno, 'ana').getAttribute('aria-label')).toBe(
      'Ana, editing Company of Grace Hopper',
    )
    const marker = row(bruno, 'Grace Hopper').getByTestId('row-marker')
    await soon(() => marker.getAttribute('aria-label')).toBe('Ana is here')
    await expectCleanInBoth(bruno, 'who-is-in-a-field')
    await ana.context().close()
    await person(bruno, 'ana').waitFor({ state: 'detached' })
    await marker.waitFor({ state: 'detached' })
    expect(await company.getByTestId('editor-chip').count()).toBe(0)
  })

  it('see who types, within a moment, until they leave the field or stop for 3 s', async () => {
    const { ana, bruno } = await twoInOneContact(world, 'typing')
    await field(ana, 'Title').click()
    await boxOf(bruno, 'Title').getByTestId('editor-chip').waitFor()
    const chip = await watch(bruno, '[data-testid="editor-chip"]')
    const says = async (...texts: string[]): Promise<void> =>
      soon(() => textsOf(chip)).toEqual(texts)
    // From here on Ana's time goes as the test says, however slow the machine is.
    await ana.clock.install()
    await ana.clock.pauseAt(Date.now() + 1_000)
    await ana.keyboard.press('R')
    await ana.clock.runFor(150)
    await says('Ana', 'Ana is typing…')
    await expectCleanInBoth(bruno, 'typing')
    await ana.clock.runFor(2_700)
    await untilSaved(ana)
    expect(await textsOf(chip)).toEqual(['Ana', 'Ana is typing…'])
    // Still in the field, but not typing any more.
    await ana.clock.runFor(300)
    await says('Ana', 'Ana is typing…', 'Ana')
    await ana.keyboard.press('A')
    await ana.clock.runFor(150)
    await says('Ana', 'Ana is typing…', 'Ana', 'Ana is typing…')
    await field(ana, 'Title').blur()
    await ana.clock.runFor(150)
    await says('Ana', 'Ana is typing…', 'Ana', 'Ana is typing…', '')
  })

  it('write one text letter by letter, and neither moves the other’s caret', async () => {
    const { ana, bruno } = await twoInOneContact(world, 'about')
    await write(ana, 'About', 'compilers')
    await soon(() => textIn(bruno, 'About')).toBe('compilers')
    await bruno.locator('.kith-caret').waitFor()
    await expectCleanInBoth(bruno, 'carets')
    const about = field(bruno, 'About')
    await about.click()
    await bruno.keyboard.press('ControlOrMeta+End')
    await ana.keyboard.press('ControlOrMeta+Home')
    await ana.keyboard.type('She wrote ')
    await soon(() => textIn(bruno, 'About')).toBe('She wrote compilers')
    await bruno.keyboard.type(' in 1952')
    await ana.keyboard.type('the first ')
    for (const page of [ana, bruno]) {
      await soon(() => textIn(page, 'About')).toBe('She wrote the first compilers in 1952')
    }
    expect(await about.evaluate((text) => text === document.activeElement)).toBe(true)
  })

  it('lose no addition: two phones and two tags added at once are all there', async () => {
    const { ana, bruno } = await twoInOneContact(world, 'lists')
    const add = async (page: Page, number: string, tag: string): Promise<void> => {
      await page.getByRole('button', { name: 'Add phone' }).click()
      await field(page, 'Phone 1').click()
      await page.keyboard.type(number)
      await field(page, 'Add tag').click()
      await page.keyboard.type(tag)
      await page.keyboard.press('Enter')
    }
    await Promise.all([add(ana, '+351 1', 'navy'), add(bruno, '+44 2', 'pioneer')])
    for (const page of [ana, bruno]) {
      const phones = async () =>
        [await textIn(page, 'Phone 1'), await textIn(page, 'Phone 2')].sort()
      await soon(phones).toEqual(['+351 1', '+44 2'])
      await soon(async () => (await page.getByTestId('tag').allTextContents()).sort()).toEqual([
        'navy',
        'pioneer',
      ])
    }
  })

  it('see a contact go and come back: deleting can be undone, by either', async () => {
    const { ana, bruno } = await twoInOneContact(world, 'delete')
    await ana.getByRole('button', { name: 'Delete contact' }).click()
    await row(bruno, 'Grace Hopper').waitFor({ state: 'detached' })
    await ana.getByTestId('toast').getByRole('button', { name: 'Undo' }).click()
    await row(bruno, 'Grace Hopper').waitFor()
    await ana.getByRole('button', { name: 'Delete contact' }).click()
    // Bruno is still in it.
    await bruno.getByRole('button', { name: 'Restore' }).click()
    await row(ana, 'Grace Hopper').waitFor()
    await untilLive(ana)
  })
})
