import type { ContactId } from 'kith-shared'
import type { Page } from 'playwright-core'
import { CONTACTS, importContacts, inSight } from './contacts.js'
import { untilListed, untilStored, WATCH } from './watched.js'
import type { BrowserWorld } from './world.js'

export interface OpenDemo {
  page: Page
  workspace: string
  /** The first of the list. */
  ids: ContactId[]
}

/** A new workspace of 5,000 contacts, with the first one chosen, watched and calm. */
export const openDemo = async (world: BrowserWorld): Promise<OpenDemo> => {
  const workspace = world.newWorkspace()
  const bo = await (await world.device({ isDirect: true })).bare('Bo', workspace)
  const ids = await importContacts(bo)
  await bo.close()
  const device = await world.device()
  await device.context.addInitScript(WATCH)
  const page = await device.demo('Ana', workspace)
  await untilListed(page, CONTACTS)
  await untilStored(page)
  await page.getByTestId('contact-row').first().click()
  await page.getByLabel('About', { exact: true }).waitFor()
  return { page, workspace, ids: inSight(ids) }
}
