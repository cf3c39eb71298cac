/**
 * A real server as it is built, with its own limits and a PostgreSQL of the run's; the demo that it
 * serves and a bare page of the bench's own; and a real headless Chromium that reaches both over a
 * network that can be cut.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core'
import { startEmbeddedPostgres } from '../../server/dist/edge/embedded-postgres.js'
import { bundledPage } from '../../test/harness/bundled-page.js'
import { launchChromium } from '../../test/harness/chromium.js'
import { freePort, type ServerProcess, startServer } from '../../test/harness/server-process.js'
import { startProxy } from '../../test/harness/tcp-proxy.js'
import type { Profiled } from './profile.js'
import { profiling } from './profile.js'

/** Milliseconds; what takes longer than this will not come. */
const PATIENCE = 120_000

export interface Device {
  readonly context: BrowserContext
  /** A tab of the demo, through the network that is cut. */
  demo(as: string, workspace: string, route?: string): Promise<Page>
  /** A tab with nothing but a workspace, `window.kith`. */
  bare(as: string, workspace: string): Promise<Page>
}

export interface BrowserWorld {
  readonly server: ServerProcess
  readonly browser: Browser
  /** The demo's, through the network that is cut. */
  readonly origin: string
  /** Of the run alone, and the server's own database. */
  readonly dataDir: string
  readonly databaseUrl: string
  /** A name that no workspace of the run had before. */
  newWorkspace(): string
  /** A browser profile. `isDirect`: past the network that is cut. */
  device(options?: { isDirect?: boolean }): Promise<Device>
  cut(): void
  restore(): void
  /** Runs it, and where a folder was given leaves the page's CPU profile there under this name. */
  profiled: Profiled
  /** Closes all profiles and mends the network. */
  endRound(): Promise<void>
  /** Safe twice. */
  close(): Promise<void>
}

const log = {
  info: () => undefined,
  warn: (fields: object, message: string) => console.warn(message, fields),
}

const PAGE = '../../../bench/browser/pages/bare.ts'

/** Ends what has begun, the last one first, also where a later one fails to. */
class Ends {
  readonly #ends: (() => Promise<unknown>)[] = []

  add<Thing extends { close(): Promise<unknown> }>(thing: Thing): Thing {
    this.#ends.unshift(() => thing.close())
    return thing
  }

  async close(): Promise<void> {
    for (const end of this.#ends.splice(0)) await end()
  }
}

export const startBrowserWorld = async (profileFolder?: string): Promise<BrowserWorld> => {
  const ends = new Ends()
  try {
    return await start(ends, profileFolder)
  } catch (error) {
    await ends.close()
    throw error
  }
}

const start = async (ends: Ends, profileFolder: string | undefined): Promise<BrowserWorld> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'kith-bench-'))
  ends.add({ close: () => rm(dataDir, { recursive: true, force: true }) })
  const postgres = ends.add(await startEmbeddedPostgres({ dataDir, log }))
  const port = await freePort()
  const network = ends.add(await startProxy({ target: { host: '127.0.0.1', port } }))
  const page = ends.add(await bundledPage(PAGE))
  const origin = `http://${network.host}`
  const env = {
    DATABASE_URL: postgres.url,
    ALLOWED_ORIGINS: [origin, `http://127.0.0.1:${port}`, page.url].join(','),
  }
  const server = ends.add(await startServer({ dataDir: join(dataDir, 'server'), port, env }))
  const browser = ends.add(await launchChromium())
  const contexts: BrowserContext[] = []
  let workspaces = 0
  const newContext = async (): Promise<BrowserContext> => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 860 } })
    context.setDefaultTimeout(PATIENCE)
    contexts.push(context)
    return context
  }
  return {
    server,
    browser,
    origin,
    dataDir,
    databaseUrl: postgres.url,
    newWorkspace: () => `bench-${++workspaces}`,
    device: async ({ isDirect = false } = {}) => {
      const reached = { server, origin: isDirect ? server.url : origin, page: page.url }
      return deviceIn(await newContext(), reached)
    },
    cut: () => network.cut(),
    restore: () => network.restore(),
    profiled: profiling(profileFolder),
    endRound: async () => {
      for (const context of contexts.splice(0)) await context.close()
      network.restore()
    },
    close: () => ends.close(),
  }
}

const deviceIn = (
  context: BrowserContext,
  { server, origin, page: url }: { server: ServerProcess; origin: string; page: string },
): Device => ({
  context,
  demo: async (as, workspace, route = '') => {
    const page = await context.newPage()
    await page.goto(`${origin}/?${new URLSearchParams({ as, workspace })}#${route}`)
    return page
  },
  bare: async (as, workspace) => {
    const userId = as.toLowerCase()
    const token = await server.token({ userId, name: as, workspaceId: workspace, role: 'editor' })
    const page = await context.newPage()
    const asked = { server: origin, as: userId, workspace, token }
    await page.goto(`${url}/?${new URLSearchParams(asked)}`)
    return page
  },
})

export const cdp = (page: Page): Promise<CDPSession> => page.context().newCDPSession(page)
