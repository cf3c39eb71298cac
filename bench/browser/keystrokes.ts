import type { Page } from 'playwright-core'
import { CONTACTS } from './contacts.js'
import { startCrowd } from './crowd.js'
import type { BrowserFigure, Row } from './figure.js'
import { spread } from './frames.js'
import { openDemo } from './open-demo.js'
import { takeKeys, threadTime, workOf } from './watched.js'
import { cdp } from './world.js'

const PEOPLE = 10
/** Of each. */
const EDITS_PER_SECOND = 2
/** Milliseconds between keys: as somebody who types fast, and out of step with frames. */
const PAUSE = 71
/** Milliseconds after which V8 has seen all that is typed. */
const WARM_UP = 20

const TEXT = 'the quick brown fox jumps over the lazy dog '
const LETTERS = { quick: 80, full: 240 }

const type = async (page: Page, label: string, letters: number): Promise<Row> => {
  const field = page.getByLabel(label, { exact: true })
  await field.click()
  await page.keyboard.press('End')
  const text = TEXT.repeat(Math.ceil((letters + WARM_UP) / TEXT.length))
  await page.keyboard.type(text.slice(0, WARM_UP), { delay: PAUSE })
  await takeKeys(page)
  const session = await cdp(page)
  const before = await threadTime(session)
  await page.keyboard.type(text.slice(WARM_UP, WARM_UP + letters), { delay: PAUSE })
  const spent = (await threadTime(session)) - before
  const keys = await takeKeys(page)
  await session.detach()
  return {
    'CPU, ms a key': spent / keys.length,
    ...spread('own work', keys.map(workOf)),
    ...spread(
      'until painted',
      keys.map(({ at, painted }) => painted - at),
    ),
  }
}

export const keystrokes: BrowserFigure = {
  name: 'browser-keystrokes',
  title: `a key in a field of the demo with ${CONTACTS} contacts, from its event on`,
  rounds: { quick: 1, full: 3 },
  goals: [{ column: 'own work p95, ms', atMost: 16 }],
  measure: async (world, isQuick) => {
    const letters = LETTERS[isQuick ? 'quick' : 'full']
    const { page, workspace, ids } = await openDemo(world)
    const typing = (label: string, name: string) =>
      world.profiled(page, name, () => type(page, label, letters))
    const name = await typing('Name', 'typing-name')
    const about = await typing('About', 'typing-about')
    const people = { workspace, people: PEOPLE, perSecond: EDITS_PER_SECOND, ids }
    const crowd = await startCrowd(world.server, people)
    try {
      return {
        'in the name, which the list is sorted by': name,
        'in the long text': about,
        [`in the name, while ${PEOPLE} others edit rows in sight`]: await typing(
          'Name',
          'crowd-name',
        ),
        [`in the long text, while ${PEOPLE} others do`]: await typing('About', 'crowd-about'),
      }
    } finally {
      crowd.close()
    }
  },
}
