import type { Page } from 'playwright-core'
import { importContacts, untilSaved } from './contacts.js'
import type { BrowserFigure, Row } from './figure.js'
import { isFalling } from './frames.js'
import type {} from './pages/bare.js'
import type { BrowserWorld } from './world.js'

const CONTACTS = 1_000
/** What the last edit writes, for the other page to see. */
const LAST = 'the last of them'

/** A page that edits offline, another one with a network, and what both have. */
const twoPages = async (world: BrowserWorld) => {
  const workspace = world.newWorkspace()
  const ana = await (await world.device()).bare('Ana', workspace)
  const bo = await (await world.device({ isDirect: true })).bare('Bo', workspace)
  const ids = await importContacts(ana, CONTACTS)
  await untilSaved(bo)
  return { ana, bo, ids }
}

const goOffline = async (world: BrowserWorld, page: Page): Promise<void> => {
  world.cut()
  await page.context().setOffline(true)
  await page.waitForFunction(() => window.bare.workspace.status().connection.state === 'offline')
}

/** Gives the moment, in milliseconds since 1970. */
const comeBack = async (world: BrowserWorld, page: Page): Promise<number> => {
  world.restore()
  const at = Date.now()
  await page.context().setOffline(false)
  return at
}

/** The page itself comes from a server that is reached all the time; Kith's is not. */
const reload = async (ana: Page): Promise<void> => {
  await ana.context().setOffline(false)
  await ana.reload()
  await untilKept(ana)
  await ana.context().setOffline(true)
}

const untilKept = (page: Page): Promise<unknown> =>
  page.waitForFunction(() => {
    const { pending, onDevice } = window.bare.workspace.status()
    return pending > 0 && onDevice
  })

/** What the statuses told since then. */
const back = async (page: Page, since: number): Promise<Row> => {
  const told = await page.evaluate(
    (since) =>
      window.bare.statuses
        .filter(({ at }) => at >= since)
        .map(({ at, status }) => ({ at, pending: status.pending, state: status.connection.state })),
    since,
  )
  const live = told.find(({ state }) => state === 'live')
  const saved = told.find(({ state, pending }) => state === 'live' && pending === 0)
  const counts = told.map(({ pending }) => pending)
  return {
    'live, ms': (live?.at ?? Number.NaN) - since,
    'all saved, ms': (saved?.at ?? Number.NaN) - since,
    'steps of progress': new Set(counts).size,
    'steps back': isFalling(counts) ? 0 : 1,
  }
}

const untilShown = async (bo: Page, since: number): Promise<Row> => {
  const isShown = (last: string) => window.shown?.at(-1)?.value === last
  await bo.waitForFunction(isShown, LAST)
  const at = await bo.evaluate(() => window.shown?.at(-1)?.at ?? Number.NaN)
  return { 'seen by another page, ms': at - since }
}

const measureBack = async (
  world: BrowserWorld,
  edits: number,
  leave: (ana: Page) => Promise<unknown>,
  name: string,
): Promise<Row> => {
  const { ana, bo, ids } = await twoPages(world)
  const [first] = ids
  if (first === undefined) throw new Error('nobody was imported')
  await goOffline(world, ana)
  const made = await ana.evaluate(
    async ({ ids, edits, last }) => {
      const from = performance.now()
      await window.bare.makeEdits(ids, edits, last)
      return performance.now() - from
    },
    { ids, edits, last: LAST },
  )
  await untilKept(ana)
  await leave(ana)
  await bo.evaluate((id) => {
    window.shown = window.bare.watch(id)
  }, first)
  const row = await world.profiled(ana, name, async () => {
    const since = await comeBack(world, ana)
    await untilSaved(ana)
    return { ...(await back(ana, since)), ...(await untilShown(bo, since)) }
  })
  await world.endRound()
  return { 'made, ms each': made / edits, ...row }
}

export const offlineEdits: BrowserFigure = {
  name: 'browser-offline-edits',
  title: '10,000 edits made without a network (fields, letters, new contacts), from its return on',
  rounds: { quick: 1, full: 5 },
  goals: [
    { column: 'all saved, ms', atMost: 3_000 },
    { column: 'seen by another page, ms', atMost: 3_000 },
    { column: 'steps back', atMost: 0 },
  ],
  measure: async (world) => ({
    'in the page that made them': await measureBack(
      world,
      10_000,
      async () => undefined,
      'offline',
    ),
    'after a reload': await measureBack(world, 10_000, reload, 'offline-reload'),
  }),
}
