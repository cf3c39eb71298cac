/** The app as something that is installed: its manifest, its start without a network, its updates. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser } from '../harness/browser.js'
import { buildDemo, type ReleasedPages, startReleasedPages } from '../harness/released-pages.js'
import { startTestServer, type TestServer } from '../harness/test-server.js'
import {
  createContact,
  field,
  row,
  soon,
  statusText,
  textIn,
  untilKept,
  untilSaved,
  untilShellKept,
  write,
} from './app.js'
import { expectClean, expectCleanInBoth } from './looks.js'

let folder: string
let pages: ReleasedPages
let server: TestServer
let browser: Browser
const release = (version: string): void => pages.release(join(folder, version))

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kith-released-'))
  await buildDemo('one', join(folder, 'one'))
  await buildDemo('two', join(folder, 'two'))
  pages = await startReleasedPages()
  server = await startTestServer({ env: { ALLOWED_ORIGINS: pages.origin } })
  pages.serveFrom(server.process.port)
  browser = await launchBrowser()
}, 240_000)
afterAll(async () => {
  await browser.close()
  await pages.close()
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

const visit = async (workspace: string): Promise<Page> => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 } })
  const page = await context.newPage()
  await page.goto(`${pages.origin}/?as=Ana&workspace=${workspace}`)
  await untilShellKept(page)
  return page
}

const version = (page: Page): Promise<string | null> =>
  page.locator('html').getAttribute('data-version')

const offer = (page: Page) => page.getByTestId('new-version')

/** What the browser does by itself with the next visit, or once a day. */
const lookForUpdate = (page: Page): Promise<unknown> =>
  page.evaluate(async () => {
    await (await navigator.serviceWorker.getRegistration())?.update()
  })

describe('the installed app', () => {
  it('[W62] can be installed: Chromium finds nothing that is missing', async () => {
    release('one')
    const page = await visit('installed')
    const devtools = await page.context().newCDPSession(page)
    const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors')
    // Every context of a test is a private window.
    const missing = installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito')
    expect(missing).toEqual([])
    const { data, errors } = await devtools.send('Page.getAppManifest')
    expect(errors).toEqual([])
    const manifest: unknown = JSON.parse(data ?? '{}')
    expect(manifest).toMatchObject({ id: '/', name: 'Kith', display: 'standalone', scope: '/' })
    const { icons } = manifest as { icons: { src: string; sizes: string; purpose: string }[] }
    expect(icons.map(({ sizes, purpose }) => `${sizes} ${purpose}`)).toEqual([
      '192x192 any',
      '512x512 any',
      '512x512 maskable',
      'any any',
    ])
    for (const { src, sizes } of icons) {
      const size = await page.evaluate(async (src) => {
        const image = new Image()
        image.src = src
        await image.decode()
        return `${image.naturalWidth}x${image.naturalHeight}`
      }, src)
      if (sizes !== 'any') expect(size).toBe(sizes)
    }
    await page.context().close()
  })

  it('[W62] opens without a network after the first visit, with all that was there', async () => {
    release('one')
    const page = await visit('opens')
    await createContact(page, 'Grace Hopper')
    await untilSaved(page)
    await page.context().setOffline(true)
    const again = await page.context().newPage()
    await page.close()
    await again.goto(`${pages.origin}/`)
    await again.getByRole('button', { name: 'Ana', exact: true }).click()
    await row(again, 'Grace Hopper').waitFor()
    await soon(() => statusText(again)).toBe('Offline')
    await expectClean(again, 'without-a-network')
    await again.context().close()
  })

  it('[W63] an updated version offers itself, never reloads by itself, and loses no edit', async () => {
    release('one')
    const page = await visit('updated')
    const other = await page.context().newPage()
    await other.goto(`${pages.origin}/?as=Ana&workspace=updated`)
    await createContact(page, 'Grace Hopper')
    await untilSaved(page)
    expect(await version(page)).toBe('one')
    await page.getByRole('switch', { name: 'Work offline' }).click({ force: true })
    await write(page, 'Company', 'Navy')
    await untilKept(page, 1)
    await field(page, 'Title').click()
    await page.keyboard.type('Rear')

    release('two')
    await lookForUpdate(page)
    await soon(() => offer(page).textContent()).toContain('A new version is ready')
    await soon(() => offer(other).textContent()).toContain('A new version is ready')
    await expectCleanInBoth(other, 'new-version')
    await page.keyboard.type(' Admiral')
    expect(await textIn(page, 'Title')).toBe('Rear Admiral')
    expect(await version(page)).toBe('one')

    await offer(page).getByRole('button', { name: 'Reload' }).click()
    await soon(() => version(page)).toBe('two')
    await soon(() => textIn(page, 'Company')).toBe('Navy')
    await soon(() => textIn(page, 'Title')).toBe('Rear Admiral')
    await untilSaved(page)
    expect(await offer(page).textContent()).toBe('')
    // The other tab was not touched: it is as old as it was, and says so.
    expect(await version(other)).toBe('one')
    await offer(other).getByRole('button', { name: 'Reload' }).click()
    await soon(() => version(other)).toBe('two')
    await row(other, 'Grace Hopper').waitFor()
    await page.context().close()
  })

  it('[W63] who says later is left alone, and starts into the new version next time', async () => {
    release('one')
    const page = await visit('later')
    release('two')
    await lookForUpdate(page)
    await offer(page).getByRole('button', { name: 'Later' }).click()
    expect(await offer(page).textContent()).toBe('')
    await page.reload()
    expect(await version(page)).toBe('one')
    await soon(() => offer(page).textContent()).toContain('A new version is ready')
    await page.context().close()
  })
})
