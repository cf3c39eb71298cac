import type { Browser, BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, describe } from 'vitest'
import { type BundledPage, bundledPage } from '../harness/bundled-page.js'
import { launchChromium } from '../harness/chromium.js'
import { type ContractTab, tabsContract } from '../harness/tabs-contract.js'
import type { TabPage } from './pages/tabs.js'

declare global {
  interface Window {
    tab: TabPage
  }
}

describe('tabs of a browser', () => {
  let browser: Browser
  let context: BrowserContext
  let served: BundledPage

  beforeAll(async () => {
    served = await bundledPage('tabs.ts')
    browser = await launchChromium()
    context = await browser.newContext()
  })

  afterAll(async () => {
    await browser?.close()
    await served?.close()
  })

  const open = async (name: string): Promise<ContractTab> => {
    const page = await context.newPage()
    await page.goto(`${served.url}/?name=${name}`)
    await page.waitForFunction(() => window.tab !== undefined)
    return {
      start: (owner) => page.evaluate((id) => window.tab.start(id), owner),
      post: (message) => page.evaluate((one) => window.tab.post(one), message),
      heard: () => page.evaluate(() => window.tab.heard),
      lead: () => page.evaluate(() => window.tab.lead()),
      watch: (owner) => page.evaluate((id) => window.tab.watch(id), owner),
      takeTurn: (turn) => page.evaluate((one) => window.tab.takeTurn(one), turn),
      endTurn: (turn) => page.evaluate((one) => window.tab.endTurn(one), turn),
      told: () => page.evaluate(() => window.tab.told),
      close: () => page.evaluate(() => window.tab.close()),
      kill: () => page.close(),
    }
  }

  tabsContract(open)
})
