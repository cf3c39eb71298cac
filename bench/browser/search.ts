import type { Page } from 'playwright-core'
import { CONTACTS, searched } from './contacts.js'
import type { BrowserFigure, Row } from './figure.js'
import { spread } from './frames.js'
import { openDemo } from './open-demo.js'
import { takeKeys, untilListed } from './watched.js'

const SEARCHES = { quick: 12, full: 40 }
/** Milliseconds between letters, out of step with frames. */
const PAUSE = 71

/** Letter for letter, so that each changes the list, and then anew. */
const searchTimes = async (page: Page, times: number): Promise<Row> => {
  const shown: number[] = []
  const field = page.getByLabel('Search contacts')
  for (let n = 0; n < times; n++) {
    await field.fill('')
    await untilListed(page, CONTACTS)
    for (const letter of searched(n)) {
      await page.waitForTimeout(PAUSE)
      const milliseconds = await searchKey(page, letter)
      if (n > 0) shown.push(milliseconds)
    }
  }
  await field.fill('')
  await untilListed(page, CONTACTS)
  return spread('until painted', shown)
}

/** Milliseconds from the key to the list that it makes, painted. */
const searchKey = async (page: Page, letter: string): Promise<number> => {
  await takeKeys(page)
  await page.evaluate(() => window.watched.lists.splice(0))
  await page.keyboard.press(letter)
  await page.waitForFunction(() => window.watched.lists.length > 0)
  const [key] = await takeKeys(page)
  const lists = await page.evaluate(() => window.watched.lists.splice(0))
  return (lists.at(-1) ?? Number.NaN) - (key?.at ?? Number.NaN)
}

export const search: BrowserFigure = {
  name: 'browser-search',
  title: `a key in the search of the demo with ${CONTACTS} contacts, until its list is painted`,
  rounds: { quick: 1, full: 3 },
  goals: [{ column: 'until painted p95, ms', atMost: 30 }],
  measure: async (world, isQuick) => {
    const { page } = await openDemo(world)
    const times = SEARCHES[isQuick ? 'quick' : 'full']
    return { alone: await world.profiled(page, 'search', () => searchTimes(page, times)) }
  },
}
