import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { untilLive } from './app.js'
import { useWorld } from './world.js'

const world = useWorld()

const NOTHING_YET = { workspace: 'dropped', as: 'Ana', role: 'owner' } as const

/** A file that is let go of over what `selector` finds; whether the page took it upon itself. */
const drop = (page: Page, selector: string): Promise<boolean> =>
  page.locator(selector).evaluate((target) => {
    const dataTransfer = new DataTransfer()
    const text = 'BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ana Lima\r\nEND:VCARD\r\n'
    dataTransfer.items.add(new File([text], 'ana.vcf', { type: 'text/vcard' }))
    const event = { bubbles: true, cancelable: true, dataTransfer }
    target.dispatchEvent(new DragEvent('dragover', event))
    return !target.dispatchEvent(new DragEvent('drop', event))
  })

describe('a dropped file', () => {
  it('[W42] is read, and one that misses its place leaves no page', async () => {
    const page = await (await world.device()).visit(NOTHING_YET)
    await untilLive(page)
    await page.getByRole('button', { name: 'Import a file' }).click()
    expect(await drop(page, 'dialog[open] h2')).toBe(true)
    await page.getByRole('dialog', { name: 'Import contacts' }).waitFor()
    expect(await drop(page, '.drop')).toBe(true)
    await page.getByRole('button', { name: 'Import 1 contact' }).click()
    await page.getByRole('button', { name: 'Done' }).click()
    await page.getByTestId('contact-row').filter({ hasText: 'Ana Lima' }).waitFor()
  })
})

describe('a workspace without a name', () => {
  it('[W7] is said so at its field, which has the focus then', async () => {
    const page = await (await world.device()).open('/#/workspaces')
    await page.getByLabel('Your name').fill('Ana')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'My workspaces' }).waitFor()
    await page.getByRole('button', { name: 'Create' }).click()
    const field = page.getByLabel('New workspace')
    await page.getByText('A workspace needs a name.').waitFor()
    expect(await field.getAttribute('aria-invalid')).toBe('true')
    expect(await field.evaluate((input) => input === document.activeElement)).toBe(true)
  })
})
