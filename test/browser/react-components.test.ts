import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { soon } from './app.js'
import { type PageWorld, startPageWorld } from './page-world.js'
import { input, labelOf, part, person, textOf, two, untilLive } from './team-page.js'

let world: PageWorld
beforeAll(async () => {
  world = await startPageWorld('team.tsx')
})
afterAll(() => world.close())
afterEach(async () => expect(await world.endScene()).toEqual([]))

describe('<PresenceIndicator>', () => {
  it('[V1] shows one avatar a person however many tabs, mine first and marked', async () => {
    const { ana, bruno } = await two(world, 'avatars')
    await world.visit({ as: 'Ana', workspace: 'avatars', context: ana.context })
    await soon(() =>
      bruno.page.evaluate(() => window.team.workspace?.others().map(({ tabs }) => tabs)),
    ).toEqual([2])
    const people = part(bruno.page, 'person')
    expect(await people.count()).toBe(2)
    expect(await people.first().getAttribute('data-user')).toBe('bruno')
    expect(await people.first().getAttribute('data-self')).toBe('')
    expect(await people.last().getAttribute('data-self')).toBeNull()
    expect(await person(bruno.page, 'ana').locator('.kith-avatar').textContent()).toBe('A')
    await soon(() =>
      bruno.page.evaluate(() => window.team.people.map(({ id, isSelf }) => [id, isSelf])),
    ).toEqual([
      ['bruno', true],
      ['ana', false],
    ])
  })

  it('[V1] says what each does, also to the pointer and the focus, and Escape ends it', async () => {
    const { ana, bruno } = await two(world, 'doing')
    await soon(labelOf(bruno.page, 'ana')).toBe('ana, here now'.replace('ana', 'Ana'))
    await input(ana.page, 'Company').click()
    await soon(labelOf(bruno.page, 'ana')).toBe('Ana, editing Company of Grace Hopper')
    const tooltip = person(bruno.page, 'ana').locator('[data-part="tooltip"]')
    expect(await tooltip.count()).toBe(0)
    await person(bruno.page, 'ana').hover()
    expect(await tooltip.textContent()).toBe('Ana, editing Company of Grace Hopper')
    const box = await tooltip.boundingBox()
    expect(box?.x).toBeGreaterThanOrEqual(8)
    await bruno.page.mouse.move(500, 500)
    await tooltip.waitFor({ state: 'detached' })
    await person(bruno.page, 'ana').focus()
    await tooltip.waitFor()
    await bruno.page.keyboard.press('Escape')
    await tooltip.waitFor({ state: 'detached' })
    await ana.context.close()
    await person(bruno.page, 'ana').waitFor({ state: 'detached' })
  })

  it('[V1] shows "+N" for those who find no place, by name to the pointer', async () => {
    const { bruno } = await two(world, 'many')
    for (const as of ['Carla', 'Dan', 'Eva', 'Finn']) await world.visit({ as, workspace: 'many' })
    await soon(() => part(bruno.page, 'more').locator('.kith-avatar').textContent()).toBe('+2')
    expect(await part(bruno.page, 'person').count()).toBe(4)
    expect(await part(bruno.page, 'more').getAttribute('aria-label')).toMatch(/^2 more: \w+, \w+$/)
  })

  it('[V2] tells who is idle after 60 s without input, and who is away with a hidden page', async () => {
    const { ana, bruno } = await two(world, 'idle', {
      prepare: (page) => page.clock.install(),
    })
    await ana.page.clock.fastForward(61_000)
    await soon(labelOf(bruno.page, 'ana')).toBe('Ana, idle')
    expect(await person(bruno.page, 'ana').getAttribute('data-status')).toBe('idle')
    await ana.page.keyboard.press('Shift')
    await soon(labelOf(bruno.page, 'ana')).toBe('Ana, here now')
    await show(ana.page, 'hidden')
    await soon(labelOf(bruno.page, 'ana')).toBe('Ana, away')
    await show(ana.page, 'visible')
    await soon(labelOf(bruno.page, 'ana')).toBe('Ana, here now')
  })

  it('[V3] says politely who joins, and nothing of who was here before', async () => {
    const { bruno } = await two(world, 'joins', { prepare: (page) => page.clock.install() })
    const news = part(bruno.page, 'news')
    expect(await news.getAttribute('role')).toBe('status')
    await bruno.page.clock.fastForward(1_100)
    expect(await news.textContent()).toBe('')
    await world.visit({ as: 'Carla', workspace: 'joins' })
    await soon(() => news.textContent()).toBe('Carla is here')
  })

  it('[V3] changes nothing in a drop of less than 5 s', async () => {
    await two(world, 'drop', { isDirect: true })
    const { page } = await world.visit({ as: 'Carla', workspace: 'drop' })
    await person(page, 'ana').waitFor()
    await person(page, 'bruno').waitFor()
    await person(page, 'carla').and(page.locator('[data-status="online"]')).waitFor()
    const seen = await recordPresence(page)
    world.cut()
    await page.locator('[data-testid="sync"]:not([data-state="live"])').waitFor()
    expect(await page.evaluate(() => window.team.workspace?.others())).toEqual([])
    world.restore()
    await untilLive(page)
    await soon(() => page.evaluate(() => window.team.workspace?.others().length)).toBe(2)
    expect(await seen()).toEqual(['carla:online ana:online bruno:online|'])
  })
})

/** As the browser tells a page of it. */
const show = (page: Page, state: 'visible' | 'hidden'): Promise<void> =>
  page.evaluate((state) => {
    Object.defineProperty(document, 'visibilityState', { value: state, configurable: true })
    document.dispatchEvent(new Event('visibilitychange'))
  }, state)

/** Every sight of the avatars and of what the status says, one after the other. */
const recordPresence = async (page: Page): Promise<() => Promise<string[]>> => {
  const handle = await page.evaluateHandle(() => {
    const seen: string[] = []
    const look = (): void => {
      const people = [...document.querySelectorAll<HTMLElement>('[data-part="person"]')]
      const dots = people.map(({ dataset }) => `${dataset.user}:${dataset.status}`).join(' ')
      const said = document.querySelector('[data-testid="sync"] [data-part="text"]')?.textContent
      const sight = `${dots}|${said}`
      if (sight !== seen.at(-1)) seen.push(sight)
    }
    look()
    const all = { subtree: true, childList: true, characterData: true, attributes: true }
    new MutationObserver(look).observe(document.body, all)
    return seen
  })
  return () => handle.jsonValue()
}

describe('<TypingIndicator>', () => {
  it('[V4] says who types, by contact and field, until 3 s after the last key', async () => {
    const { ana, bruno } = await two(world, 'typing', { prepare: (page) => page.clock.install() })
    const region = bruno.page.getByTestId('typing').locator('[data-part="text"]')
    expect(await region.getAttribute('role')).toBe('status')
    const before = await bruno.page.getByTestId('typing').boundingBox()
    await input(ana.page, 'Company').click()
    await ana.page.keyboard.press('x')
    await soon(textOf(bruno.page, 'typing')).toBe('Ana is typing…')
    expect(await textOf(bruno.page, 'typing-about')()).toBe('')
    expect(await part(bruno.page, 'dots').locator('i').count()).toBe(3)
    const during = await bruno.page.getByTestId('typing').boundingBox()
    expect([during?.y, during?.height]).toEqual([before?.y, before?.height])
    await ana.page.clock.fastForward(3_100)
    await soon(textOf(bruno.page, 'typing')).toBe('')
  })

  it('[V4] counts those who type, and forgets who leaves the field or the workspace', async () => {
    const { contact, ana, bruno } = await two(world, 'count')
    const query = { contact }
    const carla = await world.visit({ as: 'Carla', workspace: 'count', query })
    const dan = await world.visit({ as: 'Dan', workspace: 'count', query })
    for (const { page } of [ana, carla, dan]) {
      await untilLive(page)
      await input(page, 'About').click()
    }
    const type = (): Promise<unknown> =>
      Promise.all([ana, carla, dan].map(({ page }) => page.keyboard.press('x')))
    await type()
    await soon(async () => {
      await type()
      return textOf(bruno.page, 'typing-about')()
    }).toBe('3 people are typing…')
    const gone = dan.context.close()
    await input(ana.page, 'About').blur()
    await gone
    await soon(textOf(bruno.page, 'typing-about')).toMatch(/^(Carla is typing…|)$/)
  })
})

describe('<SyncStatus>', () => {
  it('[V7] says what waits and where, in its time, and moves nothing', async () => {
    const { ana } = await two(world, 'status', { prepare: (page) => page.clock.install() })
    const said = textOf(ana.page, 'sync')
    const box = async () =>
      JSON.stringify([
        await ana.page.getByTestId('sync').boundingBox(),
        await ana.page.getByTestId('beside').boundingBox(),
      ])
    const before = await box()
    expect(await ana.page.getByTestId('sync').getByRole('status').count()).toBe(1)
    world.cut()
    await ana.page.locator('[data-testid="sync"]:not([data-state="live"])').waitFor()
    await ana.page.clock.fastForward(3_000)
    expect(await said()).toBe('')
    await ana.page.clock.fastForward(2_100)
    await soon(said).toBe('Offline')
    await input(ana.page, 'Company').click()
    await ana.page.keyboard.type('!')
    await input(ana.page, 'Company').blur()
    await soon(said).toBe('Offline. 1 change kept on this device')
    expect(await box()).toBe(before)
    world.restore()
    await ana.page.evaluate(() => window.team.workspace?.connect())
    await soon(said).toBe('Saved')
    await ana.page.clock.fastForward(1_100)
    await soon(said).toBe('')
    expect(await box()).toBe(before)
  })
})
