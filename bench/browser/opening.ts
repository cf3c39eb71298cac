import type { Page } from 'playwright-core'
import { CONTACTS, importContacts } from './contacts.js'
import type { BrowserFigure, Row } from './figure.js'
import { spread } from './frames.js'
import { takeKeys, untilListed, untilStored, WATCH } from './watched.js'
import type { BrowserWorld, Device } from './world.js'

const TIMES = 5

/** A new tab, from its navigation to a key in the search that shows. */
const open = async (
  world: BrowserWorld,
  { context }: Device,
  workspace: string,
): Promise<{ listed: number; typed: number }> => {
  const page = await context.newPage()
  const typed = await world.profiled(page, 'opening', () => typeAtOnce(page, world, workspace))
  await untilListed(page, CONTACTS)
  const listed = await page.evaluate(() => window.watched.rowsPainted)
  await page.close()
  return { listed, typed }
}

const typeAtOnce = async (page: Page, { origin }: BrowserWorld, workspace: string) => {
  await page.goto(`${origin}/?${new URLSearchParams({ as: 'Ana', workspace })}`, {
    waitUntil: 'commit',
  })
  await page.waitForFunction(() => window.watched?.rowsPainted > 0)
  await page.getByLabel('Search contacts').focus()
  await page.keyboard.press('a')
  const [key] = await takeKeys(page)
  await page.keyboard.press('Backspace')
  return key?.painted ?? Number.NaN
}

const measure = async (world: BrowserWorld): Promise<Row> => {
  const workspace = world.newWorkspace()
  const bo = await (await world.device({ isDirect: true })).bare('Bo', workspace)
  await importContacts(bo)
  await bo.close()
  const device = await world.device()
  await device.context.addInitScript(WATCH)
  const first = await device.demo('Ana', workspace)
  await untilListed(first, CONTACTS)
  await untilStored(first)
  await first.close()
  world.cut()
  await device.context.setOffline(true)
  const opened: { listed: number; typed: number }[] = []
  for (let n = 0; n < TIMES; n++) opened.push(await open(world, device, workspace))
  return {
    ...spread(
      'list painted',
      opened.map(({ listed }) => listed),
    ),
    ...spread(
      'key painted',
      opened.map(({ typed }) => typed),
    ),
  }
}

export const opening: BrowserFigure = {
  name: 'browser-opening',
  title: `the demo with ${CONTACTS} contacts opened without a network, from the navigation on`,
  rounds: { quick: 1, full: 5 },
  goals: [{ column: 'key painted p95, ms', atMost: 1_000 }],
  measure: async (world) => ({ 'a new tab': await measure(world) }),
}
