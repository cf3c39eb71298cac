import type { ContactId } from 'kith-shared'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { soon } from './app.js'
import { type PageWorld, startPageWorld } from './page-world.js'

const untilLive = (page: Page): Promise<void> =>
  page.locator('[data-testid="sync"][data-state="live"][data-pending="0"]').waitFor()

const commits = (page: Page): Promise<Record<string, number>> =>
  page.evaluate(() => {
    const { commits } = window.team
    window.team.commits = {}
    return commits
  })

/** Imports this many contacts on a device of its own, and gives the id of one in the middle. */
const importInto = async (
  world: PageWorld,
  workspace: string,
  amount: number,
): Promise<ContactId> => {
  const { page, context } = await world.visit({ as: 'Maker', workspace })
  await untilLive(page)
  const id = await page.evaluate(async (amount) => {
    const inputs = Array.from({ length: amount }, (_, at) => ({ name: `Name ${at}` }))
    const ids = await window.team.workspace?.actions.importContacts(inputs)
    const id = ids?.[Math.floor(amount / 2)]
    if (id === undefined) throw new Error('nothing was imported')
    return id
  }, amount)
  await page.locator('[data-testid="sync"][data-pending="0"]').waitFor({ timeout: 60_000 })
  await untilLive(page)
  await context.close()
  return id
}

describe('rendering', () => {
  let world: PageWorld
  beforeAll(async () => {
    world = await startPageWorld('team.tsx', { react: 'profiling' })
  })
  afterAll(() => world.close())
  afterEach(async () => expect(await world.endScene()).toEqual([]))

  it('[V11] commits, of 5,000 rows, the one whose field another changes, and none for a caret', async () => {
    const id = await importInto(world, 'many', 5_000)
    const query = { contact: id }
    const ana = await world.visit({ as: 'Ana', workspace: 'many', query })
    const bruno = await world.visit({ as: 'Bruno', workspace: 'many', query })
    for (const { page } of [ana, bruno]) {
      await page.locator('[data-count="5000"]').waitFor({ timeout: 60_000 })
      await untilLive(page)
    }
    await ana.page.getByRole('textbox', { name: 'About' }).click()
    await bruno.page.locator('[data-part="caret"]').waitFor()
    await bruno.page.locator('[data-user="ana"]').waitFor()
    // Nothing that the clock turns is on its way any more.
    await settle(bruno.page)

    await commits(bruno.page)
    await ana.page.evaluate((id) => {
      const { actions } = window.team.workspace ?? {}
      if (actions) actions.updateContact(id, { company: 'Navy' })
    }, id)
    await bruno.page.getByText('Navy').waitFor()
    expect(await commits(bruno.page)).toEqual({ [`row ${id}`]: 1 })

    await ana.page.evaluate((id) => {
      const { actions } = window.team.workspace ?? {}
      if (actions) actions.updateContact(id, { title: 'Rear Admiral' })
    }, id)
    await soon(() =>
      bruno.page.evaluate((id) => window.team.workspace?.contacts.contact(id)?.title, id),
    ).toBe('Rear Admiral')
    expect(await commits(bruno.page)).toEqual({})

    const moves = await moveCaret(ana.page, bruno.page, 60)
    expect(moves).toBe(60)
    expect(await commits(bruno.page)).toEqual({})
  })
})

/** Sixty places one after the other, each seen on the other screen before the next. */
const moveCaret = async (from: Page, to: Page, times: number): Promise<number> => {
  const caret = to.locator('[data-part="caret"]')
  const about = from.getByRole('textbox', { name: 'About' })
  await from.keyboard.insertText('a'.repeat(30))
  await soon(() => to.getByRole('textbox', { name: 'About' }).inputValue()).toBe('a'.repeat(30))
  await soon(() => to.locator('[data-user="ana"]').getAttribute('aria-label')).not.toContain(
    'typing',
  )
  await settle(to)
  await commits(to)
  let seen = 0
  for (let at = 0; at < times; at++) {
    const before = await caret.getAttribute('style')
    await about.evaluate((area: HTMLTextAreaElement, at) => area.setSelectionRange(at, at), at % 29)
    await soon(() => caret.getAttribute('style')).not.toBe(before)
    seen++
  }
  return seen
}

/** Until nothing has been committed for longer than any of the components waits for something. */
const settle = async (page: Page): Promise<void> => {
  await page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        let last = ''
        let since = performance.now()
        const look = (): void => {
          const now = JSON.stringify(window.team.commits)
          if (now !== last) since = performance.now()
          last = now
          if (performance.now() - since > 1_500) resolve()
          else requestAnimationFrame(look)
        }
        look()
      }),
  )
}

describe('one document and one socket', () => {
  let world: PageWorld
  beforeAll(async () => {
    world = await startPageWorld('team.tsx', { react: 'development' })
  })
  afterAll(() => world.close())
  afterEach(async () => expect(await world.endScene()).toEqual([]))

  /** After a garbage collection. */
  const documents = async (page: Page): Promise<number> => {
    const session = await page.context().newCDPSession(page)
    await session.send('HeapProfiler.collectGarbage')
    return page.evaluate(() => window.team.livingDocuments())
  }

  it('[V10] are all there is under StrictMode and inline props, and none is left in the end', async () => {
    const { page, sockets } = await world.visit({
      as: 'Ana',
      workspace: 'strict',
      query: { strict: '' },
    })
    await untilLive(page)
    for (let again = 0; again < 5; again++) await page.evaluate(() => window.team.rerender())
    const before = await documents(page)
    expect(sockets).toHaveLength(1)
    await page.evaluate(() => window.team.unmount())
    await soon(() => sockets.map((socket) => socket.isClosed())).toEqual([true])
    await page.evaluate(() => {
      window.team.workspace = undefined
    })
    await soon(() => documents(page)).toBe(0)
    expect(before).toBeGreaterThan(0)
    await soon(async () => (await world.server.health()).total_connections).toBe(0)
  })
})
