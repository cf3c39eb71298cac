import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createContact, openContact, person, row, soon, untilSaved } from './app.js'
import { startWorld, type World } from './world.js'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())
afterEach(async () => expect(await world.endScene()).toEqual([]))

const openTestClient = async (workspace: string): Promise<Page> => {
  const page = await (await world.device()).open('/test-client')
  await page.getByLabel('Workspace').fill(workspace)
  return page
}

const connect = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
  await soon(() => page.getByTestId('state').textContent()).toBe('connected')
}

const press = (page: Page, name: string): Promise<void> =>
  page.getByRole('button', { name, exact: true }).click()

/** The details of what the log has of this kind, in this direction. */
const logged = (page: Page, direction: 'sent' | 'received', kind: string): Promise<string[]> =>
  page
    .locator(`#log li[data-direction="${direction}"][data-kind="${kind}"] .details`)
    .allTextContents()

describe('the test client', () => {
  it('connects with a development token, is welcomed, and its update reaches the app', async () => {
    const workspace = 'inspected'
    const ana = await (await world.device()).visit({ as: 'Ana', workspace })
    await createContact(ana, 'Grace Hopper')
    await untilSaved(ana)
    const page = await openTestClient(workspace)
    await connect(page)
    await soon(() => logged(page, 'received', 'welcome')).toEqual([
      expect.stringMatching(/^Inspector \(inspector\) as owner in “.*”, epoch 1, head 1/),
    ])
    await press(page, 'Update: new contact')
    await soon(() => logged(page, 'received', 'ack')).toEqual([
      '1 messages settled, committed through seq 2',
    ])
    await row(ana, 'Test contact').waitFor()
    await press(page, 'Probe')
    await soon(async () => (await logged(page, 'received', 'probe')).length).toBe(1)
    await press(page, 'Update: unknown root')
    await soon(() => logged(page, 'received', 'reject')).toEqual(['message 2: unknown-root'])
    expect(await page.getByTestId('state').textContent()).toBe('connected')
  })

  it('shows who is there, and is seen where it says it is', async () => {
    const workspace = 'seen'
    const ana = await (await world.device()).visit({ as: 'Ana', workspace })
    await createContact(ana, 'Grace Hopper')
    const page = await openTestClient(workspace)
    await connect(page)
    await soon(() => page.getByTestId('people').textContent()).toContain('Ana')
    const contactId = /contacts\/([^/]+)$/.exec(ana.url())?.[1] ?? ''
    await page.getByLabel('Contact', { exact: true }).fill(contactId)
    await page.getByLabel('Field').fill('company')
    await page.getByLabel('typing').check()
    await press(page, 'Send presence')
    await soon(() => person(ana, 'inspector').getAttribute('aria-label')).toBe(
      'Inspector, typing in Company of Grace Hopper',
    )
    await openContact(ana, 'Grace Hopper')
    await press(page, 'Disconnect')
    await person(ana, 'inspector').waitFor({ state: 'detached' })
    await soon(() => page.getByTestId('last-close').textContent()).toMatch(/^Last close 1000: /)
  })

  it.each([
    ['Broken frame', 'Last close 4400: broken protocol: not a message of this protocol (final)'],
    ['Text frame', 'Last close 4400: broken protocol: text frames are not spoken here (final)'],
  ])('[P4] is closed for a %s, and says what the code means', async (name, says) => {
    const page = await openTestClient('broken')
    await connect(page)
    await soon(async () => (await logged(page, 'received', 'welcome')).length).toBe(1)
    await press(page, name)
    await soon(() => page.getByTestId('last-close').textContent()).toBe(says)
    await soon(() => page.getByTestId('state').textContent()).toBe('not connected')
  })

  it('says that a token is none', async () => {
    const page = await openTestClient('broken')
    await page.getByLabel('Token', { exact: true }).fill('not a token')
    await press(page, 'Connect')
    await soon(() => page.getByTestId('last-close').textContent()).toBe(
      'Last close 4401: not authenticated (only with another token)',
    )
  })
})
