/** The page `pages/team.tsx` as a person finds it on the screen. */
import type { Locator, Page } from 'playwright-core'
import type { PageVisit, PageWorld } from './page-world.js'

export const untilLive = (page: Page): Promise<void> =>
  page.locator('[data-testid="sync"][data-state="live"][data-pending="0"]').waitFor()

const contactIn = async (world: PageWorld, workspace: string): Promise<string> => {
  const { page, context } = await world.visit({ as: 'Maker', workspace })
  await untilLive(page)
  const id = await page.evaluate(() => {
    const { workspace } = window.team
    if (workspace === undefined) throw new Error('no workspace yet')
    const id = workspace.actions.createContact({ name: 'Grace Hopper', company: 'Navy' })
    workspace.doc.getText(`about/${id}`).insert(0, 'She wrote compilers.\nIn 1952.')
    return id
  })
  await untilLive(page)
  await context.close()
  return id
}

/** Ana and Bruno, each on a device of their own, with the same contact open. */
export const two = async (world: PageWorld, workspace: string, more: Partial<PageVisit> = {}) => {
  const contact = await contactIn(world, workspace)
  const visit = { workspace, query: { contact }, ...more }
  const ana = await world.visit({ as: 'Ana', ...visit })
  const bruno = await world.visit({ as: 'Bruno', ...visit })
  await untilLive(ana.page)
  await untilLive(bruno.page)
  await person(bruno.page, 'ana').waitFor()
  await person(ana.page, 'bruno').waitFor()
  return { contact, ana, bruno }
}

export const person = (page: Page, id: string): Locator =>
  page.locator(`[data-part="person"][data-user="${id}"]`)
export const labelOf = (page: Page, id: string) => () => person(page, id).getAttribute('aria-label')
export const part = (page: Page, name: string): Locator => page.locator(`[data-part="${name}"]`)
export const textOf = (page: Page, testId: string) => () => page.getByTestId(testId).textContent()
export const input = (page: Page, label: string): Locator =>
  page.getByRole('textbox', { name: label })
