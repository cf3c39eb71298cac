/** The parts of the app that come after the first paint, each with a chunk of its own. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser } from '../harness/browser.js'
import { buildDemo, type ReleasedPages, startReleasedPages } from '../harness/released-pages.js'
import { startTestServer, type TestServer } from '../harness/test-server.js'
import {
  createContact,
  row,
  soon,
  textIn,
  untilKept,
  untilLive,
  untilSaved,
  untilShellKept,
  write,
} from './app.js'

let folder: string
let pages: ReleasedPages
let server: TestServer
let browser: Browser
const release = (version: string): void => pages.release(join(folder, version))

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kith-parts-'))
  await buildDemo('one', join(folder, 'one'))
  await buildDemo('two', join(folder, 'two'))
  pages = await startReleasedPages()
  release('one')
  server = await startTestServer({ env: { ALLOWED_ORIGINS: pages.origin } })
  pages.serveFrom(server.process.port)
  browser = await launchBrowser()
}, 240_000)
afterEach(async () => {
  for (const context of browser.contexts()) await context.close()
  pages.withhold('')
  release('one')
})
afterAll(async () => {
  await browser.close()
  await pages.close()
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

const newPage = async (options: BrowserContextOptions = {}): Promise<Page> => {
  const viewport = { width: 1280, height: 860 }
  const context = await browser.newContext({ viewport, ...options })
  return context.newPage()
}

/** Nothing of the app is kept for it: as in a first visit, or where a browser refuses to. */
const UNSERVED = { serviceWorkers: 'block' } as const

const visit = async (page: Page, workspace: string): Promise<void> => {
  await page.goto(`${pages.origin}/?as=Ana&workspace=${workspace}`)
  await untilLive(page)
}

/** By what it is called in the menu. */
const choose = async (page: Page, item: string): Promise<void> => {
  await page.getByRole('button', { name: 'More', exact: true }).click()
  await page.getByRole('menuitem', { name: item }).click()
}

const dialog = (page: Page, name: string | RegExp) => page.getByRole('dialog', { name })
const notice = (page: Page) => page.getByTestId('not-loaded')
const notLoaded = 'This part of the app could not be loaded.'

/** Names of the scripts that a page has run or keeps ready. */
const scriptsOf = (page: Page): Promise<string> =>
  page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .map(({ name }) => name)
      .join(' '),
  )

describe('the first paint', () => {
  it('[W68] waits for no part, all parts come by themselves, and Supabase’s sign-in never', async () => {
    const page = await newPage()
    pages.asked()
    await page.goto(`${pages.origin}/`)
    await page.getByLabel('Your name').waitFor()
    expect(await scriptsOf(page)).not.toMatch(/(files|people|duplicates)-part/)
    await page.getByLabel('Your name').fill('Ana')
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await untilLive(page)
    for (const part of ['files', 'people', 'duplicates']) {
      await soon(() => scriptsOf(page)).toContain(`/assets/${part}-part`)
    }
    await untilShellKept(page)
    expect(pages.asked().filter((path) => path.includes('supabase'))).toEqual([])
  })

  it('[W68] has the theme that was chosen before any script of the app is there', async () => {
    const page = await newPage({ ...UNSERVED, colorScheme: 'light' })
    await visit(page, 'theme')
    await page.keyboard.press('ControlOrMeta+k')
    await page.keyboard.type('theme dark')
    await page.keyboard.press('Enter')
    pages.withhold('/assets/index-')
    const styles = (await page.locator('link[rel=stylesheet]').getAttribute('href')) ?? ''
    await page.route(`**${styles}`, (route) =>
      route.fulfill({
        contentType: 'text/css',
        body: ':root { color-scheme: light } :root[data-theme=dark] { color-scheme: dark }',
      }),
    )
    await page.reload()
    const scheme = () => page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)
    expect(await scheme()).toBe('dark')
    // And where the scripts don't come, that is said.
    const again = page.getByRole('button', { name: 'Try again' })
    await again.waitFor()
    pages.withhold('')
    await again.click()
    await untilLive(page)
  })
})

describe('without a network', () => {
  it('[W68] everything opens after the first visit, in a tab that never had it', async () => {
    const page = await newPage()
    await visit(page, 'offline')
    await createContact(page, 'Grace Hopper')
    await untilSaved(page)
    await untilShellKept(page)
    const context = page.context()
    await page.close()
    await context.setOffline(true)
    const again = await context.newPage()
    await again.goto(`${pages.origin}/`)
    await again.getByRole('button', { name: 'Ana', exact: true }).click()
    await row(again, 'Grace Hopper').waitFor()
    await choose(again, 'Import contacts…')
    await dialog(again, 'Import contacts').getByText('Choose a file').waitFor()
    await again.keyboard.press('Escape')
    await choose(again, 'Export contacts…')
    await dialog(again, 'Export contacts').getByText('All contacts (1)').waitFor()
    await again.keyboard.press('Escape')
    await choose(again, 'Workspace settings…')
    await dialog(again, 'Workspace settings').waitFor()
    await again.keyboard.press('Escape')
    await choose(again, 'Find duplicates')
    await again.getByText('No two contacts seem to be the same.').waitFor()
    await again.keyboard.press('ControlOrMeta+k')
    await dialog(again, 'Command palette').waitFor()
  })
})

describe('a part that does not come', () => {
  it('[W69] is what is said where a file can’t be read for it, and not that the file is bad', async () => {
    pages.withhold('import-worker')
    const page = await newPage(UNSERVED)
    await visit(page, 'no-worker')
    await choose(page, 'Import contacts…')
    const shown = dialog(page, 'Import contacts')
    const file = {
      name: 'a.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from('Name\nAda Lovelace\n'),
    }
    await shown.getByLabel('File to import').setInputFiles(file)
    await soon(() => shown.getByRole('alert').textContent()).toContain('could not be loaded')
    pages.withhold('')
    await shown.getByLabel('File to import').setInputFiles(file)
    await dialog(page, 'What do the columns hold?').waitFor()
  })

  it('[W69] is said beside all else, which goes on, and comes when it is tried again', async () => {
    pages.withhold('files-part')
    const page = await newPage(UNSERVED)
    await visit(page, 'missing')
    await createContact(page, 'Grace Hopper')
    await choose(page, 'Import contacts…')
    const shown = dialog(page, 'Import contacts')
    await soon(() => notice(page).textContent()).toContain(notLoaded)
    await shown.getByRole('button', { name: 'Try again' }).click()
    await soon(() => notice(page).textContent()).toContain(notLoaded)
    await shown.getByRole('button', { name: 'Close' }).click()
    await write(page, 'Company', 'Navy')
    await untilSaved(page)
    await choose(page, 'Import contacts…')
    await soon(() => notice(page).textContent()).toContain(notLoaded)
    pages.withhold('')
    await shown.getByRole('button', { name: 'Try again' }).click()
    await shown.getByText('Choose a file').waitFor()
    expect(await notice(page).count()).toBe(0)
  })

  it('[W69] that all else needs says so too, and who has signed in is in after a reload', async () => {
    pages.withhold('signed-in-part')
    const page = await newPage(UNSERVED)
    await page.goto(`${pages.origin}/`)
    await page.getByLabel('Your name').fill('Ana')
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await soon(() => notice(page).textContent()).toContain(notLoaded)
    pages.withhold('')
    await notice(page).getByRole('button', { name: 'Reload' }).click()
    await untilLive(page)
  })

  it('[W69] is no reason to reload into nothing', async () => {
    pages.withhold('duplicates-part')
    const page = await newPage(UNSERVED)
    await visit(page, 'away')
    await createContact(page, 'Grace Hopper')
    await untilSaved(page)
    await page.context().setOffline(true)
    await choose(page, 'Find duplicates')
    await soon(() => notice(page).textContent()).toContain(notLoaded)
    await notice(page).getByRole('button', { name: 'Reload' }).click()
    await soon(() => notice(page).textContent()).toContain('Kith can’t be reached now')
    await row(page, 'Grace Hopper').waitFor()
    // The network is back: so is the part, without a word.
    pages.withhold('')
    await page.context().setOffline(false)
    await page.getByText('No two contacts seem to be the same.').waitFor()
  })

  it('[W69] of a version that was replaced leads into the new one, with every edit', async () => {
    pages.withhold('people-part')
    const page = await newPage(UNSERVED)
    await visit(page, 'replaced')
    await createContact(page, 'Grace Hopper')
    await untilSaved(page)
    await page.getByRole('switch', { name: 'Work offline' }).click({ force: true })
    await write(page, 'Company', 'Navy')
    await untilKept(page, 1)
    release('two')
    await choose(page, 'Workspace settings…')
    await soon(() => notice(page).textContent()).toContain(notLoaded)
    pages.withhold('')
    await notice(page).getByRole('button', { name: 'Reload' }).click()
    await soon(() => page.locator('html').getAttribute('data-version')).toBe('two')
    await soon(() => textIn(page, 'Company')).toBe('Navy')
    await untilSaved(page)
  })

  it('[W69] is not missed by a tab that outlives the version that it is of', async () => {
    const page = await newPage()
    await visit(page, 'outlives')
    await untilShellKept(page)
    const other = await page.context().newPage()
    await visit(other, 'outlives')
    await soon(() => scriptsOf(other)).toContain('/assets/files-part')
    release('two')
    await page.evaluate(async () => {
      await (await navigator.serviceWorker.getRegistration())?.update()
    })
    await page.getByTestId('new-version').getByRole('button', { name: 'Reload' }).click()
    await soon(() => page.locator('html').getAttribute('data-version')).toBe('two')
    // Its old files are in no cache now, and on no server.
    pages.withhold('-part')
    await choose(other, 'Import contacts…')
    await dialog(other, 'Import contacts').getByText('Choose a file').waitFor()
    expect(await other.locator('html').getAttribute('data-version')).toBe('one')
  })
})
