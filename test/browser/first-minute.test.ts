/** The first minute in an empty workspace. */
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { SAMPLES } from '../../demo/src/first-minute/samples.js'
import { count, person, row, soon, untilLive, untilSaved, write } from './app.js'
import { expectClean, expectCleanInBoth } from './looks.js'
import { useWorld } from './world.js'

const world = useWorld()

const press = (page: Page, name: string | RegExp): Promise<void> =>
  page.getByRole('button', { name }).click()

describe('the first minute', () => {
  it('[W66] offers made-up contacts, which one undo takes away again', async () => {
    const ana = await (await world.device()).visit({ as: 'Ana', workspace: 'samples' })
    await ana
      .getByRole('link', { name: /Open a second tab/ })
      .first()
      .waitFor()
    await expectCleanInBoth(ana, 'first-minute')
    await press(ana, 'Add sample contacts')
    await soon(() => count(ana)).toBe(`${SAMPLES.length} contacts`)
    await untilSaved(ana)
    await expectClean(ana, 'samples')
    await row(ana, 'Mira Solano').waitFor()
    await ana.getByTestId('toast').getByRole('button', { name: 'Undo' }).click()
    await soon(() => count(ana)).toBe('0 contacts')
    await untilSaved(ana)
    expect(SAMPLES.every(({ contact }) => contact.tags?.includes('sample'))).toBe(true)
  })

  it('[W66] opens a second tab as somebody else, and both are in one workspace', async () => {
    const device = await world.device()
    const ana = await device.visit({ as: 'Ana', workspace: 'second-tab' })
    const [bo] = await Promise.all([
      device.context.waitForEvent('page'),
      ana.getByRole('link', { name: 'Open a second tab as Bo' }).click(),
    ])
    await untilLive(bo)
    await person(ana, 'bo').waitFor()
    await person(bo, 'ana').waitFor()
    await press(bo, 'Add sample contacts')
    await row(ana, 'Mira Solano').click()
    await row(bo, 'Mira Solano').click()
    await write(ana, 'Company', 'Quay Books')
    await row(bo, 'Quay Books').waitFor()
    await soon(() => ana.getByRole('link', { name: /Open a second tab/ }).count()).toBe(0)
  })

  it('[W66] an invitation copies a link, and who follows it is in', async () => {
    const device = await world.device({ permissions: ['clipboard-read', 'clipboard-write'] })
    const ana = await device.visit({ as: 'Ana', workspace: 'invites', role: 'owner' })
    await untilLive(ana)
    await press(ana, 'People and invites')
    await press(ana, 'Make a link')
    await press(ana, 'Copy')
    await ana.getByRole('button', { name: 'Copied' }).waitFor()
    const link = await ana.evaluate(() => navigator.clipboard.readText())
    expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#\/invite\/[A-Za-z0-9_-]{8,}$/)
    const other = await world.device()
    const chiara = await other.open(new URL(link).pathname + new URL(link).hash)
    await expectCleanInBoth(chiara, 'sign-in')
    await chiara.getByLabel('Your name').fill('Chiara')
    await press(chiara, 'Sign in')
    await chiara.getByRole('button', { name: 'Join as Chiara' }).waitFor()
    await expectCleanInBoth(chiara, 'invited')
    await press(chiara, 'Join as Chiara')
    await untilLive(chiara)
    await person(ana, 'chiara').waitFor()
  })
})
