/** Coming back: what the others did meanwhile. */
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import {
  addNote,
  createContact,
  field,
  openContact,
  row,
  soon,
  textIn,
  untilKept,
  untilSaved,
  untilShellKept,
  write,
} from './app.js'
import { expectCleanInBoth } from './looks.js'
import { twoPeople } from './pair.js'
import { takePicture } from './pictures.js'
import { renewDocument } from './renew-document.js'
import { useWorld } from './world.js'

const world = useWorld()

const toggleOffline = (page: Page): Promise<void> =>
  page.getByRole('switch', { name: 'Work offline' }).click({ force: true })

const told = (page: Page): Promise<string | null> => page.getByTestId('away').textContent()

const HOSTILE = '<img src=x onerror=alert(1)> =cmd() \u202eevil'

const twoWhoShare = async (workspace: string): Promise<{ ana: Page; bo: Page }> => {
  const contacts = ['Ada Byron', 'Grace Hopper', 'Hedy Lamarr']
  const { ana, bruno: bo } = await twoPeople(world, workspace, { contacts, other: 'Bo' })
  await openContact(ana, 'Ada Byron')
  return { ana, bo }
}

/** As if all this had been an hour ago. */
const anHourAgo = (page: Page): Promise<void> =>
  page.evaluate(() => {
    for (const key of Object.keys(localStorage).filter((key) => key.startsWith('kith.seen'))) {
      const seen = JSON.parse(localStorage.getItem(key) ?? '{}') as { at: number }
      localStorage.setItem(key, JSON.stringify({ ...seen, at: seen.at - 3_600_000 }))
    }
  })

/** The page knows that its person is here: from then on there are no news of the time before. */
const untilNoted = (page: Page, after: number): Promise<unknown> =>
  page.waitForFunction(
    (after) =>
      Object.keys(localStorage)
        .filter((key) => key.startsWith('kith.seen'))
        .some(
          (key) => (JSON.parse(localStorage.getItem(key) ?? '{}') as { at: number }).at > after,
        ),
    after,
  )

describe('coming back', () => {
  it('[W60] tells who changed what, from what to what, and leads there; nothing moves for it', async () => {
    const { ana, bo } = await twoWhoShare('away')
    await openContact(bo, 'Grace Hopper')
    await write(bo, 'Company', 'Navy')
    await untilSaved(bo)
    await row(ana, 'Navy').waitFor()
    await toggleOffline(ana)
    await write(ana, 'Company', 'Engines')
    await untilKept(ana, 1)
    await write(bo, 'Company', 'Fleet')
    await write(bo, 'Title', HOSTILE)
    await addNote(bo, 'Met in Paris')
    await openContact(bo, 'Hedy Lamarr')
    await write(bo, 'Nickname', 'Hedwig')
    await field(bo, 'Nickname').blur()
    await untilSaved(bo)
    const before = await ana.locator('.app').boundingBox()

    await toggleOffline(ana)
    await untilSaved(ana)
    await soon(() => told(ana)).toBe('While you were away: Bo changed 2 contacts')
    expect(await ana.locator('.app').boundingBox()).toEqual(before)
    // By keys alone.
    const toggle = ana.getByRole('button', { name: /^While you were away/ })
    await toggle.focus()
    await ana.keyboard.press('Enter')
    const list = ana.getByTestId('away-list')
    await list.waitFor()
    await expectCleanInBoth(ana, 'while-you-were-away')
    const grace = list.locator('li').filter({ hasText: 'Grace Hopper' })
    expect(await grace.locator('.away-field').allInnerTexts()).toEqual([
      expect.stringMatching(/^Company: .*Navy.*Fleet$/s),
      expect.stringContaining(HOSTILE),
      '1 note added',
    ])
    expect(await list.locator('img').count()).toBe(0)
    await ana.keyboard.press('Escape')
    expect(await list.count()).toBe(0)
    expect(await toggle.evaluate((button) => button === document.activeElement)).toBe(true)
    await ana.keyboard.press('Enter')
    await grace.getByRole('button').click()
    await soon(() => textIn(ana, 'Company')).toBe('Fleet')

    // Not read yet: it is still there after a reload, and gone once dismissed.
    await ana.reload()
    await soon(() => told(ana)).toBe('While you were away: Bo changed 2 contacts')
    await ana.getByRole('button', { name: 'Dismiss what happened while you were away' }).click()
    expect(await told(ana)).toBe('')
    await ana.reload()
    await untilSaved(ana)
    expect(await told(ana)).toBe('')
  })

  it('[W60] is read in all tabs once it is read in one', async () => {
    const { ana, bo } = await twoWhoShare('away-tabs')
    const second = await ana.context().newPage()
    await second.goto(ana.url())
    await second.goto(new URL('/?as=Ana&workspace=away-tabs', ana.url()).href)
    await untilSaved(second)
    for (const tab of [ana, second]) await toggleOffline(tab)
    await openContact(bo, 'Hedy Lamarr')
    await write(bo, 'Nickname', 'Hedwig')
    await field(bo, 'Nickname').blur()
    await untilSaved(bo)
    for (const tab of [ana, second]) {
      await toggleOffline(tab)
      await soon(() => told(tab)).toBe('While you were away: Bo changed 1 contact')
    }
    await second
      .getByRole('button', { name: 'Dismiss what happened while you were away' })
      .press('Enter')
    for (const tab of [ana, second]) await soon(() => told(tab)).toBe('')
  })

  it('[W61] tells it too after a start without a network, by the row that was seen last', async () => {
    const { ana, bo } = await twoWhoShare('away-reloaded')
    await untilShellKept(ana)
    await untilNoted(ana, 0)
    world.cut('home')
    await ana.context().setOffline(true)
    await ana.reload()
    await row(ana, 'Grace Hopper').waitFor()
    await anHourAgo(ana)
    await openContact(bo, 'Hedy Lamarr')
    await write(bo, 'Nickname', 'Hedwig')
    await field(bo, 'Nickname').blur()
    await untilSaved(bo)
    await ana.reload()
    await row(ana, 'Grace Hopper').waitFor()
    expect(await told(ana)).toBe('')
    world.restore('home')
    await ana.context().setOffline(false)
    await untilSaved(ana)
    await soon(() => told(ana)).toBe('While you were away: Bo changed 1 contact')
  })

  it('[W61] says nothing of a short drop in which nothing on the screen changed', async () => {
    const { ana, bo } = await twoWhoShare('away-short')
    await untilNoted(ana, 0)
    world.cut('home')
    await ana.context().setOffline(true)
    await openContact(bo, 'Hedy Lamarr')
    await write(bo, 'Company', 'Studio')
    await field(bo, 'Company').blur()
    await untilSaved(bo)
    const cutAt = Date.now()
    world.restore('home')
    await ana.context().setOffline(false)
    await row(ana, 'Studio').waitFor()
    await untilSaved(ana)
    await untilNoted(ana, cutAt)
    expect(await told(ana)).toBe('')
  })

  it('[W61] tells of a short drop what touches the contact on the screen, and nothing twice', async () => {
    const { ana, bo } = await twoWhoShare('away-open')
    await openContact(bo, 'Ada Byron')
    await untilNoted(ana, 0)
    const drop = async (company: string): Promise<void> => {
      world.cut('home')
      await ana.context().setOffline(true)
      await write(ana, 'Title', `Countess ${company}`)
      await write(bo, 'Company', company)
      await field(bo, 'Company').blur()
      await untilSaved(bo)
      world.restore('home')
      await ana.context().setOffline(false)
      await untilSaved(ana)
    }
    await drop('Engines')
    await soon(() => told(ana)).toBe('While you were away: Bo changed 1 contact')
    await ana.getByRole('button', { name: /^While you were away/ }).click()
    const said = () => ana.getByTestId('away-list').locator('.away-field').allInnerTexts()
    expect(await said()).toEqual([expect.stringMatching(/^Company: .*Engines$/s)])
    await ana.getByRole('button', { name: 'Dismiss what happened while you were away' }).click()
    await drop('Looms')
    await soon(() => told(ana)).toBe('While you were away: Bo changed 1 contact')
    await ana.getByRole('button', { name: /^While you were away/ }).click()
    expect(await said()).toEqual([expect.stringMatching(/^Company: .*Engines.*Looms$/s)])
  })

  it('[W61] tells without names what came in another epoch, where the rows are gone', async () => {
    const { ana, bo } = await twoWhoShare('away-epoch')
    await untilNoted(ana, 0)
    await toggleOffline(ana)
    await write(ana, 'Company', 'Engines')
    await untilKept(ana, 1)
    await openContact(bo, 'Hedy Lamarr')
    await write(bo, 'Nickname', 'Hedwig')
    await field(bo, 'Nickname').blur()
    await untilSaved(bo)
    await renewDocument(world.server, 'away-epoch')
    await createContact(bo, 'Emmy Noether')
    await untilSaved(bo)
    await toggleOffline(ana)
    await untilSaved(ana)
    await soon(() => told(ana)).toContain('1 contact changed')
    await ana.getByRole('button', { name: /^While you were away/ }).click()
    const list = ana.getByTestId('away-list')
    expect(await list.innerText()).toContain('By whom is not known any more')
    expect(await list.locator('li').filter({ hasText: 'Hedy' }).innerText()).toMatch(
      /Nickname: .*Hedwig/s,
    )
    // What waited here is no news.
    expect(await list.innerText()).not.toContain('Engines')
    for (const [theme, width] of [
      ['light', 1280],
      ['dark', 1280],
      ['light', 390],
    ] as const) {
      await ana.emulateMedia({ colorScheme: theme })
      await ana.setViewportSize({ width, height: 860 })
      await takePicture(ana, `away-unnamed-${theme}-${width}`)
    }
    await ana.reload()
    await soon(() => told(ana)).toContain('1 contact changed')
    await ana.getByRole('button', { name: 'Dismiss what happened while you were away' }).click()
    expect(await told(ana)).toBe('')
  })

  it('[W61] says nothing to who opens a workspace here for the first time', async () => {
    const { bo } = await twoWhoShare('away-new')
    await untilSaved(bo)
    const chiara = await (await world.device()).visit({ as: 'Chiara', workspace: 'away-new' })
    await row(chiara, 'Grace Hopper').waitFor()
    await untilSaved(chiara)
    await untilNoted(chiara, 0)
    expect(await told(chiara)).toBe('')
  })
})
