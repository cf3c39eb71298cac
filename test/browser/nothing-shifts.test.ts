/** What comes unasked moves nothing: measured as the browser itself does, by its layout shifts. */
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { browserName } from '../harness/browser.js'
import {
  createContact,
  field,
  openContact,
  person,
  row,
  soon,
  statusText,
  untilLive,
  untilSaved,
  write,
} from './app.js'
import { useWorld } from './world.js'

const world = useWorld()

/** What moved, since the last call, without a press or a key just before. */
const moved = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const seen = window as Window & { moved?: string[] }
    const all = seen.moved ?? []
    seen.moved = []
    return all
  })

const watchShifts = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const seen = window as Window & { moved?: string[] }
    seen.moved = []
    interface Shift extends PerformanceEntry {
      readonly hadRecentInput: boolean
      readonly sources: readonly { readonly node: Node | null }[]
    }
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as Shift[]) {
        if (entry.hadRecentInput) continue
        const names = entry.sources.map(({ node }) =>
          node instanceof Element ? node.className : `${node?.nodeName}`,
        )
        seen.moved?.push(names.join(', '))
      }
    }).observe({ type: 'layout-shift' })
  })

describe.runIf(browserName(process.env) === 'chromium')('nothing on the page moves', () => {
  it('[W60] by the second line that somebody else gives a row of the list', async () => {
    const workspace = 'still-row'
    const ana = await (await world.device()).visit({ as: 'Ana', workspace })
    await createContact(ana, 'Grace Hopper')
    await untilSaved(ana)
    const bruno = await (await world.device()).visit({ as: 'Bruno', workspace })
    await openContact(bruno, 'Grace Hopper')
    await person(ana, 'bruno').waitFor()
    await watchShifts(ana)
    await write(bruno, 'Company', 'Navy')
    await soon(() => row(ana, 'Grace Hopper').textContent()).toContain('Navy')
    await soon(() => field(ana, 'Company').inputValue()).toBe('Navy')
    expect(await moved(ana)).toEqual([])
  })

  it('[W60] by who joins and types, a drop, the status, a conflict, or news of one’s absence', async () => {
    const workspace = 'still'
    const ana = await (await world.device()).visit({ as: 'Ana', workspace })
    await createContact(ana, 'Grace Hopper')
    await write(ana, 'Company', 'Navy')
    await untilSaved(ana)
    await watchShifts(ana)

    const bruno = await (await world.device({ network: 'office' })).visit({
      as: 'Bruno',
      workspace,
    })
    await openContact(bruno, 'Grace Hopper')
    await write(bruno, 'Title', 'Admiral')
    await person(ana, 'bruno').waitFor()
    await soon(() => field(ana, 'Title').inputValue()).toBe('Admiral')
    expect(await moved(ana)).toEqual([])

    world.cut('home')
    await write(ana, 'Company', 'Army')
    await field(ana, 'Department').click()
    await write(bruno, 'Company', 'Air force')
    // News for sure: of the company either one may win.
    await write(bruno, 'Nickname', 'Amazing Grace')
    await untilSaved(bruno)
    await soon(() => statusText(ana)).toBe('Offline. 1 change kept on this device')
    await person(ana, 'bruno').waitFor({ state: 'detached' })
    expect(await moved(ana)).toEqual([])

    world.restore('home')
    await untilLive(ana)
    await untilSaved(ana)
    await ana.getByTestId('conflict').waitFor()
    await person(ana, 'bruno').waitFor()
    await ana.locator('.away-toggle').waitFor()
    await soon(() => statusText(ana)).toBe('')
    expect(await moved(ana)).toEqual([])
  })
})
