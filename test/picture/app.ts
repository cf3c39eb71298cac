/**
 * Makes `docs/app-light.png`, `docs/app-dark.png` and `docs/app-phone.png` from the real app: three
 * people in one workspace of made-up contacts. Run by `npm run picture` after a build.
 */
import type { BrowserContextOptions, Page } from 'playwright-core'
import { docsFile, onStage } from './stage.js'

const DESK: BrowserContextOptions = {
  viewport: { width: 1280, height: 760 },
  deviceScaleFactor: 1.5,
}
const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 760 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
}

const open = (page: Page, name: string): Promise<void> =>
  page.getByTestId('contact-row').filter({ hasText: name }).click()

const shoot = (page: Page, name: string): Promise<Buffer> =>
  page.screenshot({ path: docsFile(name), animations: 'disabled' })

/** Until the caret of somebody else has come to rest behind what they wrote. */
const untilStill = async (page: Page): Promise<void> => {
  const caret = page.locator('.kith-caret').first()
  await caret.waitFor()
  let last = ''
  for (let still = 0; still < 10; still++) {
    await page.evaluate(() => new Promise(requestAnimationFrame))
    const now = JSON.stringify(await caret.boundingBox())
    if (now !== last) still = 0
    last = now
  }
}

await onStage(async ({ openAs }) => {
  const ana = await openAs('Ana', DESK)
  await ana.getByRole('button', { name: 'Add sample contacts' }).click()
  await open(ana, 'Mira Solano')
  const bo = await openAs('Bo', DESK)
  await open(bo, 'Mira Solano')
  const chiara = await openAs('Chiara', PHONE)
  await open(chiara, 'Yuki Amberly')
  await chiara.getByRole('textbox', { name: 'Title', exact: true }).tap()
  await ana.getByTestId('toast').waitFor({ state: 'hidden' })
  const about = bo.getByRole('textbox', { name: 'About' })
  await about.press('Control+End')
  await shoot(chiara, 'app-phone.png')
  for (const [theme, words] of [
    ['light', ' Ask about'],
    ['dark', ' the rights to'],
  ] as const) {
    await ana.emulateMedia({ colorScheme: theme })
    await bo.keyboard.type(words)
    await ana.getByRole('textbox', { name: 'About' }).and(ana.getByText(words)).waitFor()
    await untilStill(ana)
    await shoot(ana, `app-${theme}.png`)
  }
})
