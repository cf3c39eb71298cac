/** Where others are in the app: following them, their notes, what both changed at once. */
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import {
  addNote,
  boxOf,
  createContact,
  field,
  notes,
  openContact,
  person,
  row,
  soon,
  textIn,
  untilKept,
  untilLive,
  untilSaved,
  untilShellKept,
  write,
} from './app.js'
import { expectCleanInBoth } from './looks.js'
import { type Pair, twoPeople } from './pair.js'
import { useWorld } from './world.js'

const world = useWorld()

const two = (workspace: string): Promise<Pair> =>
  twoPeople(world, workspace, { contacts: ['Grace Hopper', 'Ada Lovelace'] })

const following = (page: Page) => page.getByTestId('following')
const follow = (page: Page, name: string) =>
  page.getByRole('button', { name: `Follow ${name}`, exact: true }).click()
const isInSight = (page: Page, label: string): Promise<boolean> =>
  field(page, label).evaluate((element) => {
    const { top, bottom } = element.getBoundingClientRect()
    return top >= 0 && bottom <= innerHeight - 34
  })

describe('following somebody', () => {
  it('[W22] opens the contact that they have open, and shows the field that they are in', async () => {
    const { ana, bruno } = await two('follow')
    await bruno.setViewportSize({ width: 1000, height: 420 })
    await follow(bruno, 'Ana')
    await soon(() => following(bruno).innerText()).toBe('Following Ana · Esc to stop')
    await soon(() => textIn(bruno, 'Name')).toBe('Ada Lovelace')
    await openContact(ana, 'Grace Hopper')
    await soon(() => textIn(bruno, 'Name')).toBe('Grace Hopper')
    expect(await isInSight(bruno, 'About')).toBe(false)
    await field(ana, 'About').click()
    await soon(() => isInSight(bruno, 'About')).toBe(true)
    // Their focus is not mine.
    expect(await field(bruno, 'About').evaluate((text) => text === document.activeElement)).toBe(
      false,
    )
    const frame = await following(bruno).evaluate((element) => {
      const { borderTopColor, pointerEvents } = getComputedStyle(element)
      return { borderTopColor, pointerEvents }
    })
    const avatar = person(bruno, 'ana').locator('.kith-avatar')
    expect(frame).toEqual({
      borderTopColor: await avatar.evaluate((shown) => getComputedStyle(shown).backgroundColor),
      pointerEvents: 'none',
    })
    await expectCleanInBoth(bruno, 'following')
  })

  it('[W22] ends by Escape, which does nothing else, and by any input of one’s own', async () => {
    const { ana, bruno } = await two('stop')
    await openContact(ana, 'Grace Hopper')
    await follow(bruno, 'Ana')
    await soon(() => textIn(bruno, 'Name')).toBe('Grace Hopper')
    await bruno.keyboard.press('Escape')
    await following(bruno).waitFor({ state: 'detached' })
    expect(await textIn(bruno, 'Name')).toBe('Grace Hopper')
    await follow(bruno, 'Ana')
    await following(bruno).waitFor()
    await bruno.mouse.move(600, 400)
    await bruno.mouse.wheel(0, 10)
    await following(bruno).waitFor({ state: 'detached' })
    await follow(bruno, 'Ana')
    await following(bruno).waitFor()
    await bruno.locator('#contact-list').press('j')
    await following(bruno).waitFor({ state: 'detached' })
    await follow(bruno, 'Ana')
    await following(bruno).waitFor()
    await row(bruno, 'Ada Lovelace').click()
    await following(bruno).waitFor({ state: 'detached' })
    await openContact(ana, 'Ada Lovelace')
    await openContact(ana, 'Grace Hopper')
    await untilSaved(ana)
    await soon(() => textIn(bruno, 'Name')).toBe('Ada Lovelace')
  })

  it('[W22] scrolls a long text to where their caret is in it', async () => {
    const { ana, bruno } = await two('far-down')
    await openContact(ana, 'Grace Hopper')
    await field(ana, 'About').fill('A line of what everybody should know.\n'.repeat(120))
    await untilSaved(ana)
    await follow(bruno, 'Ana')
    await soon(() => textIn(bruno, 'Name')).toBe('Grace Hopper')
    await field(ana, 'About').press('ControlOrMeta+End')
    await ana.keyboard.type('The end')
    const caret = bruno.locator('.kith-caret')
    await soon(() => caret.evaluate((mark) => getComputedStyle(mark).visibility)).toBe('visible')
    const scrolled = () => field(bruno, 'About').evaluate((text) => text.scrollTop)
    expect(await scrolled()).toBeGreaterThan(1_000)
    await field(ana, 'About').press('ControlOrMeta+Home')
    await soon(scrolled).toBeLessThan(40)
  })

  it('[W22] ends when they leave, and says so; a short drop ends nothing', async () => {
    const ana = await (await world.device({ network: 'office' })).visit({
      as: 'Ana',
      workspace: 'leaves',
    })
    const bruno = await (await world.device()).visit({ as: 'Bruno', workspace: 'leaves' })
    await createContact(ana, 'Grace Hopper')
    await row(bruno, 'Grace Hopper').waitFor()
    await follow(bruno, 'Ana')
    await following(bruno).waitFor()
    await bruno.clock.install()
    world.cut('home')
    await bruno.locator('[data-testid="sync"]:not([data-state="live"])').waitFor()
    // Longer than somebody may be gone before one stops.
    await bruno.clock.fastForward(10_000)
    expect(await following(bruno).count()).toBe(1)
    world.restore('home')
    await untilLive(bruno)
    expect(await following(bruno).count()).toBe(1)
    await ana.context().close()
    await following(bruno).waitFor({ state: 'detached' })
    await soon(() => bruno.getByTestId('toast').textContent()).toBe('Ana has left')
  })

  it('[W27] is said to screen readers, as is who joins, and where carets are is not', async () => {
    const bruno = await (await world.device()).visit({ as: 'Bruno', workspace: 'heard' })
    await createContact(bruno, 'Grace Hopper')
    await untilSaved(bruno)
    const news = bruno.locator('[data-part="news"]')
    // Who comes before the page has settled was there, and is no news.
    await bruno.waitForFunction(() => performance.now() > 3_000)
    const ana = await (await world.device()).visit({ as: 'Ana', workspace: 'heard' })
    await soon(() => news.textContent()).toBe('Ana is here')
    expect(await news.getAttribute('role')).toBe('status')
    await openContact(ana, 'Grace Hopper')
    await write(ana, 'About', 'compilers')
    await bruno.locator('.kith-caret').waitFor()
    expect(await bruno.locator('[data-part="cursors"]').getAttribute('aria-hidden')).toBe('true')
    await follow(bruno, 'Ana')
    await soon(() => bruno.getByTestId('announced').textContent()).toBe(
      'Following Ana. Escape stops.',
    )
  })
})

describe('two people in one field', () => {
  it('[W21] are told what the other wrote, take it by a click, and nothing moves by it', async () => {
    const { ana, bruno } = await two('conflict')
    for (const page of [ana, bruno]) await openContact(page, 'Grace Hopper')
    // Neither sees what the other writes.
    await bruno.getByText('Work offline').click()
    await write(ana, 'Company', 'Navy')
    await untilSaved(ana)
    await write(bruno, 'Company', 'Coast guard')
    await untilKept(bruno, 1)
    const places = () =>
      Promise.all(['Title', 'Nickname', 'About'].map((label) => field(ana, label).boundingBox()))
    await field(ana, 'Nickname').click()
    const before = await places()
    await bruno.getByText('Work offline').click()
    const notice = ana.getByTestId('conflict')
    for (const page of [ana, bruno]) await page.getByTestId('conflict').waitFor()
    const shown = await textIn(ana, 'Company')
    const [other, said] =
      shown === 'Navy'
        ? ['Coast guard', 'You changed this, too. Bruno wrote Coast guard']
        : ['Navy', 'Bruno changed this, too. You wrote Navy']
    expect(await notice.locator('p').textContent()).toBe(said)
    expect(await ana.getByTestId('announced').textContent()).toBe(`Company: ${said}`)
    expect(await places()).toEqual(before)
    // Nor does it cover any other field.
    const [card, company] = [await notice.boundingBox(), await field(ana, 'Company').boundingBox()]
    expect(card?.y).toBeGreaterThanOrEqual(company?.y ?? Number.NaN)
    expect((card?.y ?? 0) + (card?.height ?? 0)).toBeLessThanOrEqual(
      (company?.y ?? 0) + (company?.height ?? 0),
    )
    // The focus stays with who writes elsewhere.
    const hasFocus = () => field(ana, 'Nickname').evaluate((it) => it === document.activeElement)
    expect(await hasFocus()).toBe(true)
    await expectCleanInBoth(ana, 'conflict')
    await notice.getByRole('button', { name: /^Use/ }).click()
    await notice.waitFor({ state: 'detached' })
    for (const page of [ana, bruno]) await soon(() => textIn(page, 'Company')).toBe(other)
    expect(await hasFocus()).toBe(true)
  })

  it('[W21] may let it be: the notice goes, and the value stays', async () => {
    const { ana, bruno } = await two('let-it-be')
    for (const page of [ana, bruno]) await openContact(page, 'Grace Hopper')
    await bruno.getByText('Work offline').click()
    await write(ana, 'Company', 'Navy')
    await field(ana, 'Company').blur()
    await untilSaved(ana)
    await write(bruno, 'Company', 'Coast guard')
    await field(bruno, 'Company').blur()
    await untilKept(bruno, 1)
    await bruno.getByText('Work offline').click()
    await bruno.getByTestId('conflict').waitFor()
    await untilSaved(bruno)
    const shown = await textIn(bruno, 'Company')
    await bruno.getByRole('button', { name: 'Dismiss', exact: true }).click()
    await bruno.getByTestId('conflict').waitFor({ state: 'detached' })
    expect(await textIn(bruno, 'Company')).toBe(shown)
    await soon(() => textIn(ana, 'Company')).toBe(shown)
  })
})

describe('a note', () => {
  it('[W23] names who wrote it by the server’s word, also after a reload', async () => {
    const { ana, bruno } = await two('authors')
    for (const page of [ana, bruno]) await openContact(page, 'Grace Hopper')
    await addNote(ana, 'Met at sea')
    await soon(() => notes(bruno)).toEqual(['Met at sea'])
    const author = (page: Page) => page.getByTestId('note-author')
    await soon(() => author(bruno).textContent()).toBe('AAna')
    expect(await author(ana).textContent()).toContain('You')
    await untilSaved(ana)
    // Kept, too: without a network nobody can be asked.
    await untilSaved(bruno)
    await untilShellKept(bruno)
    world.cut('office')
    await bruno.context().setOffline(true)
    await bruno.reload()
    await soon(() => author(bruno).textContent()).toBe('AAna')
    expect(await bruno.locator('.note time').textContent()).toContain('20')
    await expectCleanInBoth(bruno, 'note-author')
  })

  it('[W23] is seen being written, by dots and words', async () => {
    const { ana, bruno } = await two('note-typing')
    for (const page of [ana, bruno]) await openContact(page, 'Grace Hopper')
    await field(ana, 'New note').pressSequentially('Met')
    await soon(() => bruno.getByTestId('notes-typing').textContent()).toBe('Ana is typing…')
    await boxOf(bruno, 'About').waitFor()
  })
})
