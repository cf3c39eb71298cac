import type { Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { soon } from './app.js'
import { type PageVisit, type PageWorld, startPageWorld } from './page-world.js'

let world: PageWorld
beforeAll(async () => {
  world = await startPageWorld('team.tsx', { react: 'profiling' })
})
afterAll(() => world.close())
afterEach(async () => expect(await world.endScene()).toEqual([]))

const untilLive = (page: Page): Promise<void> =>
  page.locator('[data-testid="sync"][data-state="live"][data-pending="0"]').waitFor()

const contactIn = async (workspace: string): Promise<string> => {
  const { page, context } = await world.visit({ as: 'Maker', workspace })
  await untilLive(page)
  const id = await page.evaluate(() => {
    const { workspace } = window.team
    if (workspace === undefined) throw new Error('no workspace yet')
    const id = workspace.actions.createContact({ name: 'Grace Hopper', company: 'Navy' })
    workspace.doc.getText(`about/${id}`).insert(0, 'She wrote compilers.\nIn 1952.')
    return id
  })
  await untilLive(page)
  await context.close()
  return id
}

/** Ana and Bruno, each on a device of their own, with the same contact open. */
const two = async (workspace: string, more: Partial<PageVisit> = {}) => {
  const contact = await contactIn(workspace)
  const visit = { workspace, query: { contact }, ...more }
  const ana = await world.visit({ as: 'Ana', ...visit })
  const bruno = await world.visit({ as: 'Bruno', ...visit })
  await untilLive(ana.page)
  await untilLive(bruno.page)
  await person(bruno.page, 'ana').waitFor()
  await person(ana.page, 'bruno').waitFor()
  return { contact, ana, bruno }
}

const person = (page: Page, id: string): Locator =>
  page.locator(`[data-part="person"][data-user="${id}"]`)
const labelOf = (page: Page, id: string) => () => person(page, id).getAttribute('aria-label')
const part = (page: Page, name: string): Locator => page.locator(`[data-part="${name}"]`)
const textOf = (page: Page, testId: string) => () => page.getByTestId(testId).textContent()
const input = (page: Page, label: string): Locator => page.getByRole('textbox', { name: label })

describe('<PresenceIndicator>', () => {
  it('[V1] shows one avatar a person however many tabs, mine first and marked', async () => {
    const { ana, bruno } = await two('avatars')
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
    const { ana, bruno } = await two('doing')
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
    const { bruno } = await two('many')
    for (const as of ['Carla', 'Dan', 'Eva', 'Finn']) await world.visit({ as, workspace: 'many' })
    await soon(() => part(bruno.page, 'more').locator('.kith-avatar').textContent()).toBe('+2')
    expect(await part(bruno.page, 'person').count()).toBe(4)
    expect(await part(bruno.page, 'more').getAttribute('aria-label')).toMatch(/^2 more: \w+, \w+$/)
  })

  it('[V2] tells who is idle after 60 s without input, and who is away with a hidden page', async () => {
    const { ana, bruno } = await two('idle', {
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
    const { bruno } = await two('joins', { prepare: (page) => page.clock.install() })
    const news = part(bruno.page, 'news')
    expect(await news.getAttribute('role')).toBe('status')
    await bruno.page.clock.fastForward(1_100)
    expect(await news.textContent()).toBe('')
    await world.visit({ as: 'Carla', workspace: 'joins' })
    await soon(() => news.textContent()).toBe('Carla is here')
  })

  it('[V3] changes nothing in a drop of less than 5 s', async () => {
    await two('drop', { isDirect: true })
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
    const { ana, bruno } = await two('typing', { prepare: (page) => page.clock.install() })
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
    const { contact, ana, bruno } = await two('count')
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

describe('<CursorTracker>', () => {
  const caret = (page: Page): Locator => part(page, 'caret')
  /** Pixels from the left edge of the text area to the caret. */
  const caretAt = async (page: Page, label: string) => {
    const field = await input(page, label).boundingBox()
    const box = await caret(page).boundingBox()
    if (field === null || box === null) return undefined
    return { x: Math.round(box.x - field.x), y: Math.round(box.y - field.y) }
  }

  it('[V5] shows a caret at the same letter as its owner sees it, and takes it along', async () => {
    const { ana, bruno } = await two('letters')
    await input(ana.page, 'About').click()
    await select(ana.page, 'About', 9)
    await caret(bruno.page).waitFor()
    const expected = (text: string) => widthOf(bruno.page, 'About', text)
    const [left, wrote] = [11, await expected('She wrote')]
    await soon(async () =>
      Math.abs(((await caretAt(bruno.page, 'About'))?.x ?? 0) - left - wrote),
    ).toBeLessThan(3)
    // What Bruno writes before it moves it by just as much.
    await select(bruno.page, 'About', 0)
    await bruno.page.keyboard.type('WW ')
    const moved = await expected('WW She wrote')
    await soon(async () =>
      Math.abs(((await caretAt(bruno.page, 'About'))?.x ?? 0) - left - moved),
    ).toBeLessThan(3)
    // In the second line.
    await select(ana.page, 'About', 28)
    await soon(async () => (await caretAt(bruno.page, 'About'))?.y ?? 0).toBeGreaterThan(25)
    expect(await caret(bruno.page).textContent()).toBe('Ana')
    expect(await bruno.page.evaluate(() => getSelection()?.toString())).toBe('')
  })

  it('[V5] stays on its letters in a plain field, too', async () => {
    const { ana, bruno } = await two('plain')
    await input(ana.page, 'Company').click()
    await select(ana.page, 'Company', 2)
    await caret(bruno.page).waitFor()
    const before = (await caretAt(bruno.page, 'Company'))?.x ?? 0
    await ana.page.keyboard.type('WWW')
    await soon(() => input(bruno.page, 'Company').inputValue()).toBe('NaWWWvy')
    const grown = await widthOf(bruno.page, 'Company', 'WWW')
    await soon(async () =>
      Math.abs(((await caretAt(bruno.page, 'Company'))?.x ?? 0) - before - grown),
    ).toBeLessThan(3)
  })

  it('[V6] frames the field and marks the row where somebody is, and moves nothing', async () => {
    const { contact, ana, bruno } = await two('frames')
    const places = () =>
      bruno.page.evaluate(() =>
        [...document.querySelectorAll('label, input, textarea, li[data-row], footer')].map(
          (element) => JSON.stringify(element.getBoundingClientRect()),
        ),
      )
    const before = await places()
    await input(ana.page, 'Company').click()
    const field = part(bruno.page, 'field')
    await field.waitFor()
    expect(await field.textContent()).toBe('Ana')
    const [frame, box] = [
      await field.boundingBox(),
      await input(bruno.page, 'Company').boundingBox(),
    ]
    expect(frame).toEqual(box)
    const row = part(bruno.page, 'row')
    expect(await row.textContent()).toBe('A')
    const rowBox = await bruno.page.locator(`[data-kith-contact="${contact}"]`).boundingBox()
    expect(await row.boundingBox()).toEqual(rowBox)
    expect(await places()).toEqual(before)
    expect(await part(bruno.page, 'cursors').getAttribute('aria-hidden')).toBe('true')
    // The pointer goes through.
    await input(bruno.page, 'Company').click()
    expect(await bruno.page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT')
    await input(ana.page, 'Company').blur()
    for (const mark of [field, row, caret(bruno.page)]) await mark.waitFor({ state: 'detached' })
  })

  it('[V6] fades the name 2 s after the last move, and glides unless motion is to be reduced', async () => {
    const { ana, bruno } = await two('glides', { prepare: (page) => page.clock.install() })
    await input(ana.page, 'About').click()
    await select(ana.page, 'About', 0)
    await caret(bruno.page).waitFor()
    const opacity = () =>
      part(bruno.page, 'caret-label').evaluate((label) => (label as HTMLElement).style.opacity)
    expect(await opacity()).toBe('1')
    await bruno.page.clock.fastForward(2_100)
    await soon(opacity).toBe('0')
    const places = await recordCaret(bruno.page)
    await select(ana.page, 'About', 20)
    await soon(async () => (await places()).length).toBeGreaterThan(3)
    expect(await opacity()).toBe('1')
    await bruno.page.emulateMedia({ reducedMotion: 'reduce' })
    await bruno.page.clock.fastForward(1_000)
    const jumps = await recordCaret(bruno.page)
    await select(ana.page, 'About', 0)
    await soon(async () => (await jumps()).length).toBe(2)
  })

  it('[V6] follows a text that scrolls, and hides what is out of its sight', async () => {
    const { ana, bruno } = await two('scrolls')
    await input(ana.page, 'About').click()
    await ana.page.keyboard.press('ControlOrMeta+Home')
    await ana.page.keyboard.insertText('line\n'.repeat(30))
    await soon(async () => (await input(bruno.page, 'About').inputValue()).length).toBeGreaterThan(
      150,
    )
    const visibility = () =>
      caret(bruno.page).evaluate((element) => (element as HTMLElement).style.visibility)
    await select(ana.page, 'About', 0)
    await soon(visibility).toBe('visible')
    await input(bruno.page, 'About').evaluate((area) => area.scrollTo(0, 400))
    await soon(visibility).toBe('hidden')
  })
})

const select = (page: Page, label: string, at: number): Promise<void> =>
  input(page, label).evaluate((element: HTMLTextAreaElement, at) => {
    element.focus()
    element.setSelectionRange(at, at)
  }, at)

/** As the canvas measures it in the field's own font. */
const widthOf = (page: Page, label: string, text: string): Promise<number> =>
  input(page, label).evaluate((element, text) => {
    const context = document.createElement('canvas').getContext('2d')
    if (context === null) throw new Error('no canvas')
    context.font = getComputedStyle(element).font
    return context.measureText(text).width
  }, text)

const recordCaret = async (page: Page): Promise<() => Promise<string[]>> => {
  const handle = await page.evaluateHandle(() => {
    const seen: string[] = []
    const look = (): void => {
      const caret = document.querySelector<HTMLElement>('[data-part="caret"]')
      if (caret && caret.style.transform !== seen.at(-1)) seen.push(caret.style.transform)
    }
    look()
    const all = { subtree: true, childList: true, attributes: true }
    new MutationObserver(look).observe(document.body, all)
    return seen
  })
  return () => handle.jsonValue()
}

describe('<SyncStatus>', () => {
  it('[V7] says what waits and where, in its time, and moves nothing', async () => {
    const { ana } = await two('status', { prepare: (page) => page.clock.install() })
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
