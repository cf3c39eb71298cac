import type { Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { soon } from './app.js'
import { type PageWorld, startPageWorld } from './page-world.js'
import { input, part, two } from './team-page.js'

let world: PageWorld
beforeAll(async () => {
  world = await startPageWorld('team.tsx')
})
afterAll(() => world.close())
afterEach(async () => expect(await world.endScene()).toEqual([]))

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
    const { ana, bruno } = await two(world, 'letters')
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
    const { ana, bruno } = await two(world, 'plain')
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
    const { contact, ana, bruno } = await two(world, 'frames')
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
    const { ana, bruno } = await two(world, 'glides', { prepare: (page) => page.clock.install() })
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
    const { ana, bruno } = await two(world, 'scrolls')
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
