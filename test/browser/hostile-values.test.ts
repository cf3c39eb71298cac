import type { ContactInput } from 'kith-shared'
import { createContact, setField } from 'kith-shared'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { Writer } from '../harness/writer.js'
import { contactId } from '../unit/document/play.js'
import { field, soon, textIn, untilLive } from './app.js'
import { takePicture } from './pictures.js'
import { useWorld } from './world.js'

const world = useWorld()

/** What people paste, and what somebody's own program sends. */
const VALUES = {
  markup:
    '<img src=x onerror="document.body.dataset.hit=1"><script>document.body.dataset.hit=1</script>',
  script: 'javascript:document.body.dataset.hit=1',
  formula: '=HYPERLINK("http://evil.example","click")',
  leftwards: '\u202eevil\u202d \u2067\u2066אבג',
  long: 'A very long name '.repeat(50).trim(),
  unbroken: 'W'.repeat(10_000),
  emoji: '👩‍👩‍👧‍👦🏳️‍🌈'.repeat(40),
  marks: `Z${'\u0351\u036b\u0343'.repeat(60)}algo`,
  lines: 'one\ntwo\r\nthree\u2028four',
} as const

const contactWith = (value: string): ContactInput => ({
  name: value.slice(0, 4_000),
  company: value.slice(0, 2_000),
  emails: [{ id: 'e', label: value.slice(0, 100), value: value.slice(0, 2_000) }],
  phones: [{ id: 'p', label: value.slice(0, 100), value: value.slice(0, 100) }],
  links: [{ id: 'l', label: value.slice(0, 100), value: value.slice(0, 2_000) }],
  tags: [value.slice(0, 60)],
})

/** What lies outside of the window to its right or left, apart from what scrolls by itself. */
const sticksOut = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll('body *')]
      .filter((element) => {
        const box = element.getBoundingClientRect()
        if (box.width === 0 || box.height === 0) return false
        for (let at = element.parentElement; at; at = at.parentElement) {
          if (['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(at).overflowX)) {
            const frame = at.getBoundingClientRect()
            // Cut off by what holds it, unless that is the page or a pane, which nothing may widen.
            if (at !== document.body && !at.matches('.contact-pane')) {
              return frame.right > innerWidth + 1 || frame.left < -1
            }
          }
        }
        return box.right > innerWidth + 1 || box.left < -1
      })
      .map((element) => `${element.tagName}.${element.className}`),
  )

const unharmed = async (page: Page): Promise<void> => {
  expect(await page.evaluate(() => document.body.dataset.hit)).toBeUndefined()
  expect(await page.locator('#root img[src="x"], #root script').count()).toBe(0)
  const links = page.locator('a[href]')
  const targets = await links.evaluateAll((all) => all.map((link) => link.getAttribute('href')))
  for (const target of targets) expect(target).not.toMatch(/^\s*(javascript|data|vbscript):/i)
  expect(await sticksOut(page)).toEqual([])
}

/** How high each row is, and what it holds. */
const rowHeights = (page: Page): Promise<string[]> =>
  page
    .getByTestId('contact-row')
    .evaluateAll((rows) => rows.map((row) => `${row.clientHeight} of ${row.scrollHeight}`))

const fill = async (workspace: string): Promise<void> => {
  const token = await world.server.token({
    userId: 'mallory',
    workspaceId: workspace,
    role: 'editor',
  })
  const mallory = new Writer(token)
  await mallory.connect(world.server.workspaceUrl(workspace))
  let made = 0
  for (const [name, value] of Object.entries(VALUES)) {
    const id = contactId(name)
    mallory.edit(name, (doc) => {
      createContact(doc, id, contactWith(value), { now: ++made, newId: () => `n${++made}` })
      setField(doc, id, 'nickname', value.slice(0, 4_000))
    })
  }
  await mallory.untilSettled()
  expect(mallory.rejects).toEqual([])
  mallory.client.cut()
}

describe('hostile values', () => {
  it.each([1280, 390])(
    '[W8] are plain text everywhere, and break no layout, %i px wide',
    async (width) => {
      const workspace = `hostile-${width}`
      await fill(workspace)
      const device = await world.device({ viewport: { width, height: 844 } })
      const page = await device.visit({ as: 'Ana', workspace, role: 'owner' })
      await untilLive(page)
      await soon(() => page.getByTestId('contact-row').count()).toBe(Object.keys(VALUES).length)
      await takePicture(page, `hostile-list-${width}`)
      expect(new Set(await rowHeights(page))).toEqual(new Set(['58 of 58']))
      await unharmed(page)
      for (const [id, value] of Object.entries(VALUES)) {
        await page.goto(`${new URL(page.url()).origin}/#/contacts/${id}`)
        // An input keeps no line breaks: what it shows of them is the browser's.
        if (id !== 'lines') await soon(() => textIn(page, 'Name')).toBe(value.slice(0, 4_000))
        await field(page, 'About').waitFor()
        await takePicture(page, `hostile-${id}-${width}`)
        await unharmed(page)
      }
      await page.goto(`${new URL(page.url()).origin}/#/contacts`)
      await page.keyboard.press('ControlOrMeta+k')
      await page.keyboard.type('e')
      await page.getByRole('group', { name: 'Contacts' }).waitFor()
      await takePicture(page, `hostile-palette-${width}`)
      await unharmed(page)
      await page.keyboard.press('Escape')
      await page.locator('#contact-list').press('ControlOrMeta+a')
      await page.getByRole('button', { name: 'Merge…' }).click()
      await page.getByRole('heading', { name: 'Merge 9 contacts' }).waitFor()
      await takePicture(page, `hostile-merge-${width}`)
      await unharmed(page)
      await page.goto(`${new URL(page.url()).origin}/#/contacts`)
      await page.locator('#contact-list').press('Escape')
      await page.getByRole('button', { name: 'Filter' }).click()
      await page.getByRole('dialog', { name: 'Filter' }).waitFor()
      await takePicture(page, `hostile-filter-${width}`)
      await unharmed(page)
    },
    180_000,
  )
})
