import { colorOf, createContact } from 'kith-shared'
import type { CDPSession, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Writer } from '../harness/writer.js'
import { soon } from './app.js'
import { type PageVisit, type PageWorld, startPageWorld } from './page-world.js'

let world: PageWorld
beforeAll(async () => {
  world = await startPageWorld('editing.tsx')
})
afterAll(() => world.close())
afterEach(async () => expect(await world.endScene()).toEqual([]))

const CONTACT = 'grace-hopper'
const ABOUT = 'She wrote compilers.\nIn 1952.'

/** A workspace that has one contact, with a text. */
const prepare = async (workspace: string): Promise<void> => {
  const writer = new Writer(await world.server.token({ userId: 'maker', workspaceId: workspace }))
  await writer.connect(world.server.workspaceUrl(workspace))
  const id = CONTACT as Parameters<typeof createContact>[1] // fits the pattern of ids
  writer.edit('create', (doc) => {
    createContact(doc, id, { name: 'Grace', company: 'Navy' }, { now: 1, newId: () => 'e' })
    doc.getText(`about/${CONTACT}`).insert(0, ABOUT)
  })
  await writer.untilSettled()
  writer.client.cut()
  writer.doc.destroy()
}

type Visit = Partial<PageVisit> & { readonly editor?: 'stock' | 'own' }

const visit = async (as: string, workspace: string, { editor, ...more }: Visit = {}) => {
  const query = { contact: CONTACT, ...(editor && { editor }) }
  return (await world.visit({ as, workspace, query, ...more })).page
}

/** Ana and Bruno in the contact, each on a device of their own. */
const two = async (workspace: string): Promise<{ ana: Page; bruno: Page }> => {
  await prepare(workspace)
  const [ana, bruno] = [await visit('Ana', workspace), await visit('Bruno', workspace)]
  for (const page of [ana, bruno]) await soon(() => textIn(page, 'Company')).toBe('Navy')
  return { ana, bruno }
}

const input = (page: Page, label: string): Locator => page.getByRole('textbox', { name: label })
const textIn = (page: Page, label: string): Promise<string> => input(page, label).inputValue()
const press = (page: Page, key: string): Promise<void> =>
  page.keyboard.press(`ControlOrMeta+${key}`)
const selected = (page: Page, label: string): Promise<string> =>
  input(page, label).evaluate((element: HTMLInputElement) => {
    const { value, selectionStart, selectionEnd } = element
    return value.slice(selectionStart ?? 0, selectionEnd ?? 0)
  })
const rgb = (color: string): string =>
  `rgb(${[1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16)).join(', ')})`
const hasFocus = (page: Page, label: string): Promise<boolean> =>
  input(page, label).evaluate((element) => element === document.activeElement)

describe('an editor on the stock provider', () => {
  /** Without the others' carets, which stand in the lines. */
  const textOf = (page: Page): Promise<string> =>
    page.locator('.cm-line').evaluateAll((lines: HTMLElement[]) =>
      lines
        .map((line) => {
          const copy = line.cloneNode(true) as HTMLElement // a clone of its own kind
          for (const caret of copy.querySelectorAll('.cm-ySelectionCaret')) caret.remove()
          return copy.textContent
        })
        .join('\n'),
    )
  /** Names and colours. */
  const carets = (page: Page): Promise<(string | undefined)[][]> =>
    page
      .locator('.cm-ySelectionCaret')
      .evaluateAll((all: HTMLElement[]) =>
        all.map((caret) => [caret.textContent?.replaceAll('\u2060', ''), caret.style.borderColor]),
      )

  it.each(['stock', 'own'] as const)(
    '[P10] CodeMirror (%s client) and a plain text area write one text, and see each other in it',
    async (editor) => {
      const workspace = `codemirror-${editor}`
      await prepare(workspace)
      const bruno = await visit('Bruno', workspace)
      const ana = await visit('Ana', workspace, { editor })
      await soon(() => textOf(ana)).toBe(ABOUT)
      await soon(() => textIn(bruno, 'About')).toBe(ABOUT)
      await input(ana, 'About').click()
      await press(ana, 'Home')
      await ana.keyboard.type('Grace. ')
      await input(bruno, 'About').focus()
      await press(bruno, 'End')
      await bruno.keyboard.type(' And more.')
      for (const read of [() => textOf(ana), () => textIn(bruno, 'About')]) {
        await soon(read).toBe(`Grace. ${ABOUT} And more.`)
      }
      await soon(() => carets(ana)).toEqual([['Bruno', rgb(colorOf('bruno'))]])
      await bruno.keyboard.press('ArrowLeft')
      await ana.keyboard.type('Hopper. ')
      await soon(() => textIn(bruno, 'About')).toBe(`Grace. Hopper. ${ABOUT} And more.`)
      await press(ana, 'z')
      await soon(() => textIn(bruno, 'About')).not.toContain('Hopper')
      expect(await bruno.evaluate(() => window.editing.workspace?.others())).toMatchObject([
        { user: { id: 'ana', name: 'Ana' } },
      ])
    },
  )
})

describe('a plain input', () => {
  /** Composes as an input method does, by the browser's own means. */
  const compose = (session: CDPSession, text: string): Promise<unknown> =>
    session.send('Input.imeSetComposition', {
      text,
      selectionStart: text.length,
      selectionEnd: text.length,
    })
  const events = (page: Page, label: string): Promise<void> =>
    input(page, label).evaluate((element) => {
      element.dataset.compositions = ''
      element.addEventListener('compositionstart', () => (element.dataset.compositions += 'start '))
      element.addEventListener('compositionend', () => (element.dataset.compositions += 'end '))
    })
  const compositions = (page: Page, label: string): Promise<string | null> =>
    input(page, label).getAttribute('data-compositions')

  it('[U8] composes whole while somebody else changes the same field', async () => {
    const { ana, bruno } = await two('composing')
    const session = await ana.context().newCDPSession(ana)
    await input(ana, 'Company').focus()
    await press(ana, 'End')
    await events(ana, 'Company')
    await compose(session, 'に')
    await input(bruno, 'Company').fill('Coast guard')
    await soon(() =>
      ana.evaluate(
        () => window.editing.workspace?.contacts.contact('grace-hopper' as never)?.company,
      ),
    ).toBe('Coast guard')
    await compose(session, 'にほ')
    expect(await textIn(ana, 'Company')).toBe('Navyにほ')
    await session.send('Input.insertText', { text: '日本' })
    expect(await textIn(ana, 'Company')).toBe('Navy日本')
    // One composition from its begin to its end: nothing has broken it off.
    expect(await compositions(ana, 'Company')).toBe('start end ')
    // Who is still in it sees what he typed there; others' changes show when he leaves.
    await input(bruno, 'Company').blur()
    await soon(() => textIn(bruno, 'Company')).toBe('Navy日本')
    await soon(() => ana.getByTestId('conflict').textContent()).toContain('Bruno wrote Coast guard')
    await soon(() => bruno.getByTestId('conflict').textContent()).toContain('You wrote Coast guard')
    await bruno.getByRole('button', { name: 'Take' }).click()
    await soon(() => textIn(bruno, 'Company')).toBe('Coast guard')
    await bruno.getByTestId('conflict').waitFor({ state: 'detached' })
  })

  it('[U8] composes whole while somebody else writes in the same text', async () => {
    const { ana, bruno } = await two('composing-text')
    const session = await ana.context().newCDPSession(ana)
    await input(ana, 'About').focus()
    await press(ana, 'End')
    await events(ana, 'About')
    await compose(session, 'に')
    await input(bruno, 'About').focus()
    await press(bruno, 'Home')
    await bruno.keyboard.type('Yes. ')
    await soon(() =>
      ana.evaluate(() => window.editing.workspace?.doc.getText('about/grace-hopper').toString()),
    ).toBe(`Yes. ${ABOUT}`)
    await compose(session, 'にほ')
    expect(await textIn(ana, 'About')).toBe(`${ABOUT}にほ`)
    await session.send('Input.insertText', { text: '日本' })
    expect(await compositions(ana, 'About')).toBe('start end ')
    for (const page of [ana, bruno]) {
      await soon(() => textIn(page, 'About')).toBe(`Yes. ${ABOUT}日本`)
    }
    expect(await hasFocus(ana, 'About')).toBe(true)
    await ana.keyboard.type('!')
    await soon(() => textIn(bruno, 'About')).toBe(`Yes. ${ABOUT}日本!`)
  })

  it('[U8] keeps focus and selection on its letters while others write before, in and after it', async () => {
    const { ana, bruno } = await two('selection')
    await input(ana, 'About').focus()
    await input(ana, 'About').evaluate((text: HTMLTextAreaElement) => text.setSelectionRange(4, 9))
    await input(bruno, 'About').focus()
    await press(bruno, 'Home')
    await bruno.keyboard.type('Yes. ')
    await press(bruno, 'End')
    await bruno.keyboard.type(' No.')
    await soon(() => textIn(ana, 'About')).toBe(`Yes. ${ABOUT} No.`)
    expect([await selected(ana, 'About'), await hasFocus(ana, 'About')]).toEqual(['wrote', true])
    await ana.keyboard.type('made')
    await soon(() => textIn(bruno, 'About')).toBe('Yes. She made compilers.\nIn 1952. No.')
    await input(ana, 'Company').focus()
    await press(ana, 'a')
    await input(bruno, 'Company').fill('US Navy')
    await soon(() => textIn(ana, 'Company')).toBe('US Navy')
    expect([await selected(ana, 'Company'), await hasFocus(ana, 'Company')]).toEqual(['Navy', true])
  })

  it('[U6] takes back what was typed in it by keys, and nothing that others wrote', async () => {
    const { ana, bruno } = await two('undo')
    await input(ana, 'About').focus()
    await press(ana, 'Home')
    await ana.keyboard.type('Grace. ')
    await soon(() => textIn(bruno, 'About')).toBe(`Grace. ${ABOUT}`)
    await input(bruno, 'About').focus()
    await press(bruno, 'End')
    await bruno.keyboard.type(' More.')
    await soon(() => textIn(ana, 'About')).toBe(`Grace. ${ABOUT} More.`)
    await press(ana, 'z')
    for (const page of [ana, bruno]) await soon(() => textIn(page, 'About')).toBe(`${ABOUT} More.`)
    await press(ana, 'z')
    await press(ana, 'Shift+z')
    for (const page of [ana, bruno]) {
      await soon(() => textIn(page, 'About')).toBe(`Grace. ${ABOUT} More.`)
    }
    await input(ana, 'Company').fill('Army')
    await press(ana, 'z')
    expect(await textIn(ana, 'Company')).toBe('Navy')
    await press(ana, 'z')
    expect(await textIn(ana, 'About')).toBe(`Grace. ${ABOUT} More.`)
    await ana.getByRole('button', { name: 'Delete' }).click()
    await bruno.locator('main[data-deleted="true"]').waitFor()
    expect(await ana.getByTestId('next').textContent()).toBe('contact_deleted')
    await press(ana, 'z')
    await bruno.locator('main[data-deleted="false"]').waitFor()
  })
})
