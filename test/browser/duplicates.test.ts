import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import {
  addNote,
  count,
  createContact,
  field,
  notes,
  row,
  soon,
  textIn,
  untilLive,
  untilSaved,
} from './app.js'
import { expectCleanInBoth } from './looks.js'
import { useWorld } from './world.js'

const world = useWorld()

const write = async (page: Page, label: string, text: string): Promise<void> => {
  await field(page, label).fill(text)
  await page.keyboard.press('Escape')
}

const addEntry = async (page: Page, kind: 'email' | 'phone', value: string): Promise<void> => {
  await page.getByRole('button', { name: `Add ${kind}` }).click()
  await write(page, kind === 'email' ? 'Email 1' : 'Phone 1', value)
}

/** Ana and Bruno in one workspace; Grace Hopper is there twice. Gives the second one's address. */
const arrive = async (workspace: string) => {
  const ana = await (await world.device()).visit({ as: 'Ana', workspace })
  const bruno = await (await world.device()).visit({ as: 'Bruno', workspace })
  await untilLive(ana)
  await createContact(ana, 'Grace Hopper')
  await addEntry(ana, 'email', 'grace@navy.example')
  await write(ana, 'Company', 'Navy')
  await write(ana, 'About', 'She wrote compilers.')
  await createContact(ana, 'G. Hopper')
  await addEntry(ana, 'email', 'GRACE@navy.example')
  await addEntry(ana, 'phone', '+1 555 010 0199')
  await write(ana, 'Company', 'Eckert–Mauchly')
  await write(ana, 'About', 'Born in 1906.')
  await field(ana, 'Add tag').fill('compilers')
  await ana.keyboard.press('Enter')
  await addNote(ana, 'Met at the conference')
  await soon(() => notes(ana)).toEqual(['Met at the conference'])
  await ana.keyboard.press('Escape')
  const second = new URL(ana.url()).hash.replace('#', '')
  await createContact(ana, 'Bo Ruiz')
  await untilSaved(ana)
  await soon(() => count(bruno)).toBe('3 contacts')
  return { ana, bruno, second }
}

const find = async (page: Page): Promise<void> => {
  await page.keyboard.press('ControlOrMeta+k')
  await page.keyboard.type('duplicates')
  await page.keyboard.press('Enter')
}

describe('duplicates', () => {
  it('[W6] are merged with the values chosen, lose nothing, and part again by one undo', async () => {
    const { ana, bruno, second } = await arrive('merge')
    await find(ana)
    await soon(() => ana.getByTestId('duplicate-count').textContent()).toContain('1 group')
    await expectCleanInBoth(ana, 'duplicates')
    await ana.getByRole('button', { name: 'Review' }).click()
    await ana.getByRole('radio', { name: 'Eckert–Mauchly' }).check()
    await expectCleanInBoth(ana, 'merge')
    await ana.getByRole('button', { name: 'Merge 2 contacts' }).click()
    await soon(() => ana.getByTestId('toast').textContent()).toBe(
      'Merged 2 contacts into Grace HopperUndo',
    )
    await soon(() => textIn(ana, 'Name')).toBe('Grace Hopper')
    expect(await textIn(ana, 'Company')).toBe('Eckert–Mauchly')
    expect(await textIn(ana, 'Email 1')).toBe('grace@navy.example')
    expect(await field(ana, 'Email 2').count()).toBe(0)
    expect(await textIn(ana, 'Phone 1')).toBe('+1 555 010 0199')
    expect(await textIn(ana, 'About')).toBe('She wrote compilers.\n\nBorn in 1906.')
    expect(await notes(ana)).toEqual(['Met at the conference'])

    expect(await ana.getByTestId('tag').allTextContents()).toEqual(['compilers'])

    await soon(() => count(bruno)).toBe('2 contacts')
    // A link to the other one leads here.
    await bruno.goto(`${new URL(bruno.url()).origin}/#${second}`)
    await soon(() => textIn(bruno, 'Name')).toBe('Grace Hopper')
    await soon(() => notes(bruno)).toEqual(['Met at the conference'])

    await ana.getByTestId('toast').getByRole('button', { name: 'Undo' }).click()
    await soon(() => count(bruno)).toBe('3 contacts')
    await row(bruno, 'G. Hopper').click()
    await soon(() => notes(bruno)).toEqual(['Met at the conference'])
    expect(await textIn(bruno, 'About')).toBe('Born in 1906.')
    await row(bruno, 'Grace Hopper').click()
    await soon(() => textIn(bruno, 'Company')).toBe('Navy')
    await soon(() => textIn(bruno, 'About')).toBe('She wrote compilers.')
    expect(await notes(bruno)).toEqual([])
  })

  it('[W6] that are picked in the list merge too, and can be taken out again later', async () => {
    const { ana, bruno } = await arrive('picked')
    await row(ana, 'G. Hopper').click({ modifiers: ['ControlOrMeta'] })
    await row(ana, 'Bo Ruiz').click({ modifiers: ['ControlOrMeta'] })
    await ana.getByRole('button', { name: 'Merge…' }).click()
    await ana.getByRole('button', { name: 'Merge 2 contacts' }).click()
    await soon(() => count(bruno)).toBe('2 contacts')
    await bruno.keyboard.press('ControlOrMeta+k')
    await bruno.keyboard.type('deleted')
    await bruno.keyboard.press('Enter')
    await soon(() => count(bruno)).toContain('1 deleted')
    await bruno.getByTestId('contact-row').click()
    await bruno.getByRole('main', { name: 'Contact' }).getByText('Merged into').waitFor()
    await expectCleanInBoth(bruno, 'merged-into')
    await bruno.getByRole('button', { name: 'Take out again' }).click()
    await soon(() => count(ana)).toBe('3 contacts')
  })
})
