/**
 * The demo with 100,000 contacts: how long its page is held up at a time. Tasks are told in the main
 * thread's processor time, so other work on the machine counts little; `longest` is by the clock,
 * which is what the browser tells of a single task.
 */
import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createContact, idFromBytes } from 'kith-shared'
import type { CDPSession, Page } from 'playwright-core'
import * as Y from 'yjs'
import { contactInput } from './contacts.js'
import type { BrowserFigure, Cases, Row } from './figure.js'
import { threadTime, untilListed, untilStored, WATCH } from './watched.js'
import { type BrowserWorld, cdp, type Device } from './world.js'

const MANY = 100_000
/** Milliseconds without a long task, behind which the page is done with what it was asked. */
const CALM = 700
const COMMAND = fileURLToPath(new URL('../../server/dist/command.js', import.meta.url))

/** As an update of the whole document, which `import` makes a workspace of. */
const manyContacts = (): Uint8Array => {
  const doc = new Y.Doc()
  // Scattered as the ids of real contacts are, and the same in every run.
  const idOf = (n: number) => {
    const bytes = new Uint8Array(16)
    for (let at = 0, x = n + 1; at < 16; at++) {
      x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d + 2 * at)
      bytes[at] = x >>> 8
    }
    return `${idFromBytes(bytes)}${n}` as Parameters<typeof createContact>[1] // of an id's letters
  }
  doc.transact(() => {
    for (let n = 0; n < MANY; n++) {
      createContact(doc, idOf(n), contactInput(n), { now: 1 + n, newId: () => 'e' })
    }
  })
  return Y.encodeStateAsUpdate(doc)
}

const importMany = async ({ dataDir, databaseUrl }: BrowserWorld, workspace: string) => {
  const file = join(dataDir, 'many.yjs')
  await writeFile(file, manyContacts())
  const args = [COMMAND, 'import', workspace, file, '--owner', 'maker']
  const child = spawn(process.execPath, args, {
    env: { ...process.env, DATABASE_URL: databaseUrl },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const code = await new Promise((resolve) => child.once('exit', resolve))
  if (code !== 0) throw new Error(`import ended with ${code}`)
}

const untilCalm = (page: Page): Promise<unknown> =>
  page.waitForFunction((calm) => {
    const last = window.watched.longTasks.at(-1)?.end ?? 0
    return performance.now() - last > calm
  }, CALM)

/** What one act costs the page until its answer shows, and then until it is calm. */
const costOf = async (
  page: Page,
  session: CDPSession,
  act: () => Promise<unknown>,
): Promise<Row> => {
  await untilCalm(page)
  const [cpu, began] = [await threadTime(session), await page.evaluate(() => performance.now())]
  await act()
  const shown = await page.evaluate(() => performance.now())
  await page.waitForTimeout(CALM)
  await untilCalm(page)
  const after = await threadTime(session)
  const tasks = await page.evaluate(
    (from) => window.watched.longTasks.filter(({ end }) => end > from),
    began,
  )
  return {
    'shown, ms': shown - began,
    'CPU, ms': after - cpu,
    'longest task, ms': Math.max(0, ...tasks.map(({ start, end }) => end - start)),
  }
}

/** Of these nothing may hold the page up; a reload has all of it to read. */
const ACTS = [
  'the first search',
  'a letter more',
  'search cleared',
  'by company',
  'recently changed',
  'by name again',
  'tags of the filter',
  'one renamed',
  'duplicates',
] as const

const acts = (page: Page): Record<(typeof ACTS)[number], () => Promise<unknown>> => {
  const search = page.getByLabel('Search contacts')
  const sort = (by: string) => page.getByLabel('Sort by').selectOption(by)
  const first = page.getByTestId('contact-row').first()
  const sixth = page.getByTestId('contact-row').nth(5)
  const shows = (words: string, row = first) => row.getByText(words, { exact: true }).waitFor()
  return {
    'the first search': async () => {
      await search.press('g')
      await untilChanged(page, MANY)
    },
    'a letter more': async () => {
      const before = await countOf(page)
      await search.press('a')
      await untilChanged(page, before)
    },
    'search cleared': async () => {
      await search.fill('')
      await untilListed(page, MANY)
    },
    'by company': async () => {
      await sort('company')
      await shows('Company 0', sixth)
    },
    'recently changed': () => sort('changed'),
    'by name again': async () => {
      await sort('name')
      await sixth.getByText(/^Company (?!0$)/).waitFor()
    },
    'tags of the filter': () => page.getByRole('button', { name: 'Filter', exact: false }).click(),
    'one renamed': async () => {
      await page.keyboard.press('Escape')
      await first.click()
      await page.getByLabel('Name', { exact: true }).fill('Aaa Aaa')
      await shows('Aaa Aaa')
    },
    duplicates: async () => {
      await page.evaluate(() => {
        location.hash = '#/duplicates'
      })
      await page.getByTestId('duplicate-count').waitFor()
    },
  }
}

const countOf = async (page: Page): Promise<number> =>
  Number((await page.getByTestId('count').textContent())?.replace(/\D/g, ''))

const untilChanged = (page: Page, from: number): Promise<unknown> =>
  page.waitForFunction(
    (before) => document.querySelector('[data-testid="count"]')?.textContent !== before,
    `${from.toLocaleString('en')} contacts`,
  )

const reload = async (page: Page, { profiled }: BrowserWorld): Promise<Row> => {
  const session = await cdp(page)
  const before = await threadTime(session)
  await profiled(page, 'many reload', async () => {
    await page.reload({ waitUntil: 'commit' })
    await page.waitForFunction(() => window.watched?.rowsPainted > 0)
    await untilListed(page, MANY)
    await untilCalm(page)
  })
  const { rows, tasks } = await page.evaluate(() => ({
    rows: window.watched.rowsPainted,
    tasks: window.watched.longTasks,
  }))
  return {
    'shown, ms': rows,
    'CPU, ms': (await threadTime(session)) - before,
    'longest task, ms': Math.max(...tasks.map(({ start, end }) => end - start)),
  }
}

const opened = async (device: Device, workspace: string): Promise<Page> => {
  await device.context.addInitScript(WATCH)
  const page = await device.demo('Ana', workspace)
  await untilListed(page, MANY)
  await untilStored(page)
  return page
}

const measure = async (world: BrowserWorld): Promise<Cases> => {
  const workspace = world.newWorkspace()
  await importMany(world, workspace)
  const page = await opened(await world.device(), workspace)
  const cases: Cases = {
    'a reload': await reload(page, world),
    'a second reload': await reload(page, world),
  }
  const session = await cdp(page)
  await threadTime(session)
  for (const [name, act] of Object.entries(acts(page))) {
    cases[name] = await world.profiled(page, `many ${name}`, () => costOf(page, session, act))
  }
  return cases
}

export const many: BrowserFigure = {
  name: 'browser-100000',
  title: `the demo with ${MANY.toLocaleString('en')} contacts: what an act holds up`,
  rounds: { quick: 1, full: 1 },
  goals: ACTS.map((of) => ({ of, column: 'longest task, ms', atMost: 100 })),
  measure,
}
