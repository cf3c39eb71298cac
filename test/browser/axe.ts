/** Checks of accessibility on a page as it stands. */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'

/** What axe finds: each rule with the first elements that break it. */
export const findings = async (page: Page): Promise<string[]> => {
  const path = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
  // Through the debugger, since the page's policy runs no script of ours.
  await page.evaluate(await readFile(path, 'utf8'))
  const violations: AxeResults['violations'] = await page.evaluate(
    'window.axe.run().then(({ violations }) => violations)',
  )
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
  )
}
