/** A real server and a real browser for pictures: what a reader sees is what a person gets. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { launchChromium } from '../harness/chromium.js'
import { startServer } from '../harness/server-process.js'

export interface Stage {
  /** A device of its own, signed in and live in the one workspace. */
  openAs(name: string, options: BrowserContextOptions): Promise<Page>
}

export const docsFile = (name: string): string =>
  fileURLToPath(new URL(`../../docs/${name}`, import.meta.url))

export const onStage = async (play: (stage: Stage) => Promise<void>): Promise<void> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'kith-picture-'))
  const server = await startServer({ dataDir })
  const browser = await launchChromium()
  try {
    await play({
      openAs: async (name, options) => {
        const context = await browser.newContext({ colorScheme: 'light', ...options })
        const page = await context.newPage()
        await page.goto(`${server.url}/?as=${name}&workspace=Harbour`)
        await page.getByTestId('sync').and(page.locator('[data-state="live"]')).waitFor()
        return page
      },
    })
  } finally {
    await browser.close()
    await server.close()
    await rm(dataDir, { recursive: true, force: true })
  }
}
