import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import {
  addNote,
  createContact,
  field,
  notes,
  openContact,
  person,
  row,
  STATUS,
  soon,
  statusText,
  textIn,
  textsOf,
  untilKept,
  untilSaved,
  untilShellKept,
  watch,
  write,
} from './app.js'
import { expectCleanInBoth } from './looks.js'
import { type Pair, twoInOneContact } from './pair.js'
import { useWorld } from './world.js'

const world = useWorld()

const both = (act: (page: Page) => Promise<unknown>, ...pages: Page[]): Promise<unknown> =>
  Promise.all(pages.map((page) => act(page)))

/** As when a cable is plugged in again: the browser tells its pages, which need not wait. */
const comeOnline = async (page: Page): Promise<void> => {
  await page.context().setOffline(true)
  await page.context().setOffline(false)
}

/** Ana and Bruno in one contact, each of their devices able to start without a server. */
const twoWhoCanLeave = async (workspace: string): Promise<Pair> => {
  const pair = await twoInOneContact(world, workspace)
  await both(untilShellKept, pair.ana, pair.bruno)
  return pair
}

describe('without a network', () => {
  it('[P3] two people edit one contact, one reloads, and back online both have all of it', async () => {
    const { ana, bruno } = await twoWhoCanLeave('merge')
    world.cut('home')
    world.cut('office')
    await bruno.context().setOffline(true)
    await write(ana, 'Company', 'Navy')
    await addNote(ana, 'Ana was here')
    await write(bruno, 'Title', 'Rear Admiral')
    await write(bruno, 'Nickname', 'Amazing Grace')
    await addNote(bruno, 'Bruno too')
    await both((page) => field(page, 'New note').blur(), ana, bruno)
    await untilKept(ana, 2)
    await untilKept(bruno, 3)
    await soon(() => statusText(ana)).toBe('Offline. 2 changes kept on this device')
    await soon(() => statusText(bruno)).toBe('Offline. 3 changes kept on this device')
    await expectCleanInBoth(bruno, 'kept-on-this-device')
    expect(await person(bruno, 'ana').count()).toBe(0)

    await ana.reload()
    await soon(() => textIn(ana, 'Company')).toBe('Navy')
    expect(await notes(ana)).toEqual(['Ana was here'])
    await untilKept(ana, 2)
    await soon(() => statusText(ana)).toBe('Offline. 2 changes kept on this device')
    expect(await textIn(ana, 'Title')).toBe('')

    const said = await Promise.all([watch(ana, STATUS), watch(bruno, STATUS)])
    world.restore('home')
    world.restore('office')
    await both(comeOnline, ana, bruno)
    await both(untilSaved, ana, bruno)
    for (const page of [ana, bruno]) {
      await soon(() => textIn(page, 'Company')).toBe('Navy')
      await soon(() => textIn(page, 'Title')).toBe('Rear Admiral')
      await soon(() => textIn(page, 'Nickname')).toBe('Amazing Grace')
      await soon(async () => (await notes(page)).sort()).toEqual(['Ana was here', 'Bruno too'])
    }
    for (const texts of said) await soon(() => textsOf(texts)).toContain('Saved')
    await person(bruno, 'ana').waitFor()
  })

  it('[P5] says nothing of a drop under 5 s, and never "Saved" of what is not', async () => {
    const { ana } = await twoWhoCanLeave('short-drop')
    await soon(() => statusText(ana)).toBe('')
    const said = await watch(ana, STATUS)
    // The drop lasts as long as the test says, however slow the machine is.
    await ana.clock.install()
    await ana.clock.pauseAt(Date.now() + 1_000)
    world.cut('home')
    await write(ana, 'Company', 'Navy')
    await ana.clock.runFor(1_000)
    await untilKept(ana, 1)
    await ana.clock.runFor(3_000)
    await soon(() => statusText(ana)).toBe('Saving…')
    expect(await textsOf(said)).toEqual(['', 'Saving…'])
    world.restore('home')
    await comeOnline(ana)
    await soon(async () => {
      await ana.clock.runFor(2)
      return ana.getByTestId('sync').getAttribute('data-pending')
    }).toBe('0')
    await ana.clock.resume()
    await soon(() => textsOf(said)).toContain('Saved')
    expect((await textsOf(said)).filter((text) => text.startsWith('Offline'))).toEqual([])
  })

  it('[P5] working offline by wish says so at once, and sends nothing until it ends', async () => {
    const { ana, bruno } = await twoWhoCanLeave('by-wish')
    const workOffline = ana.getByRole('switch', { name: 'Work offline' })
    await workOffline.click({ force: true })
    await write(ana, 'Company', 'Navy')
    await soon(() => statusText(ana)).toBe('Offline. 1 change kept on this device')
    await person(bruno, 'ana').waitFor({ state: 'detached' })
    await write(bruno, 'Title', 'Rear Admiral')
    await untilSaved(bruno)
    expect(await textIn(bruno, 'Company')).toBe('')
    expect(await textIn(ana, 'Title')).toBe('')
    await workOffline.click({ force: true })
    await soon(() => textIn(bruno, 'Company')).toBe('Navy')
    await soon(() => textIn(ana, 'Title')).toBe('Rear Admiral')
  })

  it('[P3] who was here before signs in, who was not is told why they can’t', async () => {
    const device = await world.device()
    const ana = await device.visit({ as: 'Ana', workspace: 'sign-in' })
    await createContact(ana, 'Grace Hopper')
    await untilShellKept(ana)
    await untilSaved(ana)
    await ana.close()
    world.cut('home')
    await device.context.setOffline(true)

    const page = await device.open('/')
    await page.getByLabel('Your name').fill('Chiara')
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await soon(() => page.getByRole('alert').textContent()).toMatch(
      /server can’t be reached.*Chiara/,
    )
    await expectCleanInBoth(page, 'sign-in-refused')
    await page.getByLabel('Your name').fill('Ana')
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await row(page, 'Grace Hopper').waitFor()
    await openContact(page, 'Grace Hopper')
    await write(page, 'Company', 'Navy')
    await untilKept(page, 1)

    world.restore('home')
    await comeOnline(page)
    await untilSaved(page)
  })
})
