/**
 * Makes `docs/two-tabs.gif` from the real app: two people in two tabs, side by side. Run by
 * `npm run picture` after a build.
 */
import { writeFile } from 'node:fs/promises'
import gifenc from 'gifenc'
import type { Page } from 'playwright-core'
import { PNG } from 'pngjs'
import { docsFile, onStage, type Stage } from './stage.js'

const SIZE = { width: 600, height: 640 }
const GAP = 8
const TARGET = docsFile('two-tabs.gif')

// A CommonJS package: Node finds no named exports in it.
const { applyPalette, GIFEncoder, quantize } = gifenc

const gif = GIFEncoder()

/** Both tabs side by side, shown for `delay` milliseconds. */
const shoot = async (tabs: readonly [Page, Page], delay: number): Promise<void> => {
  const [left, right] = await Promise.all(
    tabs.map(async (tab) => PNG.sync.read(await tab.screenshot())),
  )
  if (!left || !right) throw new Error('a screenshot is missing')
  const frame = new PNG({ width: SIZE.width * 2 + GAP, height: SIZE.height })
  frame.data.fill(0xd0)
  PNG.bitblt(left, frame, 0, 0, SIZE.width, SIZE.height, 0, 0)
  PNG.bitblt(right, frame, 0, 0, SIZE.width, SIZE.height, SIZE.width + GAP, 0)
  const pixels = new Uint8Array(frame.data)
  const palette = quantize(pixels, 128)
  gif.writeFrame(applyPalette(pixels, palette), frame.width, frame.height, { palette, delay })
}

const type = async (
  tabs: readonly [Page, Page],
  page: Page,
  label: string,
  words: readonly string[],
): Promise<void> => {
  const field = page.getByRole('textbox', { name: label, exact: true })
  await field.click()
  for (const word of words) {
    await field.pressSequentially(word, { delay: 30 })
    await shoot(tabs, 350)
  }
}

const play = async ({ openAs }: Stage): Promise<void> => {
  const ana = await openAs('Ana', { viewport: SIZE })
  const bo = await openAs('Bo', { viewport: SIZE })
  const tabs = [ana, bo] as const
  await shoot(tabs, 900)
  await ana.getByRole('button', { name: 'New contact' }).first().click()
  await ana.getByRole('textbox', { name: 'Name', exact: true }).fill('Mira Solano')
  await ana.getByRole('button', { name: 'Create contact' }).click()
  await bo.getByTestId('contact-row').filter({ hasText: 'Mira Solano' }).click()
  await bo.getByRole('textbox', { name: 'Company', exact: true }).waitFor()
  await shoot(tabs, 900)
  await type(tabs, ana, 'Company', ['Harbour', ' Books'])
  await type(tabs, bo, 'Title', ['Head of', ' Rights'])
  await shoot(tabs, 900)
  await ana.getByRole('switch', { name: 'Work offline' }).click({ force: true })
  await type(tabs, ana, 'Department', ['Foreign', ' desk'])
  await type(tabs, bo, 'Given name', ['Mi', 'ra'])
  await ana.getByRole('textbox', { name: 'Department', exact: true }).blur()
  await shoot(tabs, 1500)
  await ana.getByRole('switch', { name: 'Work offline' }).click({ force: true })
  await ana.getByTestId('sync').and(ana.locator('[data-state="live"][data-pending="0"]')).waitFor()
  await ana.getByTestId('away').getByRole('button').first().waitFor()
  await shoot(tabs, 3000)
}

await onStage(async (stage) => {
  await play(stage)
  gif.finish()
  await writeFile(TARGET, gif.bytes())
  console.log(`${TARGET}: ${Math.round(gif.bytes().length / 1024)} KB`)
})
