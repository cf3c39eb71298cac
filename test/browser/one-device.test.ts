import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { soon } from './app.js'
import { company, create, onDevice, status, untilKept, untilSaved, write } from './device.js'
import { type PageWorld, startPageWorld } from './page-world.js'

let world: PageWorld
beforeAll(async () => {
  world = await startPageWorld('device.ts')
})
afterAll(() => world.close())
afterEach(async () => {
  expect(await world.endScene()).toEqual([])
})

const lastSeen = (page: Page) => page.evaluate(() => window.kith.seen.at(-1))

/** Two tabs of Ana's with one contact that both show, saved. */
const twoTabs = async (workspace: string, prepare?: (page: Page) => Promise<unknown>) => {
  const { page: first, context } = await world.visit({ as: 'Ana', workspace })
  await create(first, 'Zoe')
  await untilSaved(first)
  const visit = { as: 'Ana', workspace, context, ...(prepare === undefined ? {} : { prepare }) }
  const { page: second } = await world.visit(visit)
  await untilSaved(second)
  await soon(() => company(second)).toBe('')
  return { first, second, context }
}

/** A page that nobody sees: nothing is painted, and it says so. */
const hidden = (page: Page) =>
  page.addInitScript(() => {
    Object.defineProperty(document, 'visibilityState', { get: () => 'hidden' })
    Object.defineProperty(document, 'hidden', { get: () => true })
    window.requestAnimationFrame = () => 0
    Object.assign(window, { requestIdleCallback: () => 0 })
  })

describe('tabs of one person', () => {
  it('[D10] an edit shows in the other tab by itself, without any server', async () => {
    const { first, second } = await twoTabs('offline')
    world.cut()
    await soon(async () => (await status(second)).connection.state).not.toBe('live')
    const delays: number[] = []
    for (let n = 1; n <= 20; n++) {
      const madeAt = await first.evaluate((company) => {
        const { actions, contacts } = window.kith.workspace
        const [id] = contacts.contactIds()
        if (id !== undefined) actions.setField(id, 'company', company)
        return performance.timeOrigin + performance.now()
      }, `Company ${n}`)
      await soon(async () => (await lastSeen(second))?.value).toBe(`Company ${n}`)
      delays.push(((await lastSeen(second))?.at ?? Number.POSITIVE_INFINITY) - madeAt)
    }
    delays.sort((a, b) => a - b)
    // Far above what it takes, and far below what a timer of a hidden tab or a server would.
    expect(delays[10]).toBeLessThan(500)
    await untilKept(second, 1)
  })

  it('[D12] are one person to others and to each other, however many there are', async () => {
    const { first, second } = await twoTabs('people')
    const { page: bruno } = await world.visit({ as: 'Bruno', workspace: 'people' })
    const others = (page: Page) =>
      page.evaluate(() =>
        window.kith.workspace.others().map(({ user, tabs }) => `${user.id} ${tabs}`),
      )
    await soon(() => others(bruno)).toEqual(['ana 2'])
    await soon(() => others(first)).toEqual(['bruno 1'])
    await second.close()
    await soon(() => others(bruno)).toEqual(['ana 1'])
    await first.close()
    await soon(() => others(bruno)).toEqual([])
  })
})

describe('a tab that nobody sees', () => {
  it('[D11] sends, saves, and stores what others write, though no frame is painted', async () => {
    const prepare = hidden
    const { page, context } = await world.visit({ as: 'Ana', workspace: 'hidden', prepare })
    await create(page, 'Zoe')
    await untilSaved(page)
    const { page: bruno } = await world.visit({ as: 'Bruno', workspace: 'hidden' })
    await soon(() => company(bruno)).toBe('')
    await write(bruno, 'Navy')
    await soon(() => company(page)).toBe('Navy')
    await soon(async () => (await onDevice(page))[0]?.head).toBe(2)
    await write(page, 'Army')
    await soon(() => company(bruno)).toBe('Army')
    world.cut()
    await write(page, 'Air Force')
    await untilKept(page, 1)
    const { page: later } = await world.visit({ as: 'Ana', workspace: 'hidden', context })
    await soon(() => company(later)).toBe('Air Force')
  })

  it.each(['visibilitychange', 'pagehide'])(
    '[D11] writes at %s what still waits for a write, within the event',
    async (event) => {
      const { page } = await world.visit({ as: 'Ana', workspace: event })
      await create(page, 'Zoe')
      await untilSaved(page)
      world.cut()
      const counts = await page.evaluate(async (event) => {
        const { commit } = IDBTransaction.prototype
        let commits = 0
        IDBTransaction.prototype.commit = function () {
          commits++
          commit.call(this)
        }
        const { actions, contacts } = window.kith.workspace
        const [id] = contacts.contactIds()
        if (id === undefined) throw new Error('no contact')
        actions.setField(id, 'company', 'Navy')
        // The write of this one is under way when the next is made, which waits for it.
        for (let turn = 0; turn < 10; turn++) await Promise.resolve()
        actions.setField(id, 'title', 'Admiral')
        for (let turn = 0; turn < 10; turn++) await Promise.resolve()
        const before = commits
        Object.defineProperty(document, 'visibilityState', { get: () => 'hidden' })
        const target = event === 'pagehide' ? window : document
        target.dispatchEvent(new Event(event))
        for (let turn = 0; turn < 10; turn++) await Promise.resolve()
        return [before, commits]
      }, event)
      expect(counts).toEqual([1, 2])
    },
  )

  it('[D11] a page that is left at once after an edit has kept it', async () => {
    const { page, context } = await world.visit({ as: 'Ana', workspace: 'left' })
    await create(page, 'Zoe')
    await untilSaved(page)
    world.cut()
    await page.evaluate(() => {
      const { actions, contacts } = window.kith.workspace
      const [id] = contacts.contactIds()
      if (id !== undefined) actions.setField(id, 'company', 'Navy')
      location.href = 'about:blank'
    })
    await page.waitForURL('about:blank')
    const { page: later } = await world.visit({ as: 'Ana', workspace: 'left', context })
    await soon(() => company(later)).toBe('Navy')
    await untilKept(later, 1)
  })
})
