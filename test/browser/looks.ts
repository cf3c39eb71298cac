/** What stands on the screen, kept as a picture and gone through by axe. */
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { findings } from './axe.js'
import { takePicture } from './pictures.js'

const THEMES = ['light', 'dark'] as const

/** What moves without an end, as the dots of who is typing, is left to move. */
const untilStill = (page: Page): Promise<unknown> =>
  page.evaluate(() =>
    Promise.allSettled(
      document
        .getAnimations()
        .filter(({ effect }) => effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY)
        .map(({ finished }) => finished),
    ),
  )

/** As it is: the picture `name`, and nothing that axe finds. */
export const expectClean = async (page: Page, name: string): Promise<void> => {
  await untilStill(page)
  await takePicture(page, name)
  expect(await findings(page), name).toEqual([])
}

/** In both themes, `name-light` and `name-dark`. For a page whose device has no other by itself than light. */
export const expectCleanInBoth = async (page: Page, name: string): Promise<void> => {
  for (const colorScheme of THEMES) {
    await page.emulateMedia({ colorScheme })
    await expectClean(page, `${name}-${colorScheme}`)
  }
  await page.emulateMedia({ colorScheme: 'light' })
}
