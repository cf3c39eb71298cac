import type { ContactId } from 'kith-shared'
import type { Page } from 'playwright-core'
import { CONTACTS, importContacts, untilSaved } from './contacts.js'
import type { BrowserFigure, Row } from './figure.js'
import { spread } from './frames.js'
import type {} from './pages/bare.js'
import type { BrowserWorld } from './world.js'

const EDITS = { quick: 60, full: 200 }

/** Each edit writes when it was made; the other tab tells when it had it. */
const edit = async (from: Page, to: Page, id: ContactId, count: number): Promise<Row> => {
  await to.evaluate((id) => {
    window.shown = window.bare.watch(id)
  }, id)
  await from.evaluate(
    async ({ id, count }) => {
      for (let n = 0; n < count; n++) {
        const now = performance.timeOrigin + performance.now()
        window.bare.workspace.actions.setField(id, 'company', String(now))
        // Not in step with the display's frames.
        await new Promise((resolve) => setTimeout(resolve, 37))
      }
    },
    { id, count },
  )
  const isThere = (count: number) =>
    (window.shown ?? []).filter(({ painted }) => painted > 0).length >= count
  await to.waitForFunction(isThere, count)
  const sights = await to.evaluate(() => [...(window.shown ?? [])])
  return {
    ...spread(
      'there',
      sights.map(({ at, value }) => at - Number(value)),
    ),
    ...spread(
      'painted',
      sights.map(({ painted, value }) => painted - Number(value)),
    ),
  }
}

const measure = async (world: BrowserWorld, count: number) => {
  const workspace = world.newWorkspace()
  const device = await world.device()
  const one = await device.bare('Ana', workspace)
  const other = await device.bare('Ana', workspace)
  const [id] = await importContacts(one)
  await untilSaved(other)
  if (id === undefined) throw new Error('nobody was imported')
  const online = await edit(one, other, id, count)
  await untilSaved(one)
  world.cut()
  await device.context.setOffline(true)
  return { 'with a network': online, 'without one': await edit(one, other, id, count) }
}

export const tabs: BrowserFigure = {
  name: 'browser-tabs',
  title: `from an edit in one tab to its being in another one, ${CONTACTS} contacts`,
  rounds: { quick: 1, full: 3 },
  goals: [{ column: 'painted p95, ms', atMost: 50 }],
  measure: (world, isQuick) => measure(world, EDITS[isQuick ? 'quick' : 'full']),
}
