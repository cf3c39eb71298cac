/** Pictures of what a test saw, kept beside the reports of a run: `test-results` is in no commit. */
import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'

const FOLDER = fileURLToPath(new URL('../../test-results/pictures', import.meta.url))

/** Without what moves: the same page gives the same picture. */
export const takePicture = async (page: Page, name: string): Promise<void> => {
  await mkdir(FOLDER, { recursive: true })
  await page.screenshot({ path: `${FOLDER}/${name}.png`, animations: 'disabled', caret: 'hide' })
}
