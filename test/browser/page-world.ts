/**
 * A real server, a page bundled from `test/browser/pages`, and a real browser whose pages reach the
 * server through a network that can be cut. What a page complains of is gathered.
 */
import type {
  Browser,
  BrowserContext,
  BrowserContextOptions,
  Page,
  WebSocket,
} from 'playwright-core'
import { LEFT_OPEN, launchBrowser, NETWORK_FAILURE } from '../harness/browser.js'
import { type BundledPage, type BundledPageOptions, bundledPage } from '../harness/bundled-page.js'
import { startProxy } from '../harness/tcp-proxy.js'
import { startTestServer, type TestServer } from '../harness/test-server.js'

export interface PageVisit {
  readonly as: string
  readonly workspace: string
  readonly role?: 'owner' | 'editor' | 'viewer'
  /** More for the page's URL. */
  readonly query?: Readonly<Record<string, string>>
  readonly options?: BrowserContextOptions
  /** Past the network that `cut` breaks. */
  readonly isDirect?: boolean
  /** Of another visit: a second tab of the same browser profile. */
  readonly context?: BrowserContext
  /** Runs before the page loads anything. */
  readonly prepare?: (page: Page) => Promise<unknown>
}

export interface VisitedPage {
  readonly page: Page
  readonly context: BrowserContext
  /** Every WebSocket that it has opened, and whether it is closed. */
  readonly sockets: readonly WebSocket[]
}

export interface PageWorld {
  readonly server: TestServer
  readonly browser: Browser
  readonly url: string
  visit(visit: PageVisit): Promise<VisitedPage>
  /** Every connection to the server breaks, and none gets through. */
  cut(): void
  restore(): void
  /** Closes all pages, and gives what they complained of. */
  endScene(): Promise<string[]>
  close(): Promise<void>
}

export const startPageWorld = async (
  entry: string,
  options: BundledPageOptions = {},
): Promise<PageWorld> => {
  const bundle: BundledPage = await bundledPage(entry, options)
  const server = await startTestServer({ env: { ALLOWED_ORIGINS: bundle.url } })
  const network = await startProxy({ target: { host: '127.0.0.1', port: server.process.port } })
  const browser = await launchBrowser()
  const contexts = new Set<BrowserContext>()
  let complaints: string[] = []
  let wasCut = false
  const complain = (text: string): void => {
    if (LEFT_OPEN.test(text) || (wasCut && NETWORK_FAILURE.test(text))) return
    complaints.push(text)
  }
  const newContext = async (more: BrowserContextOptions): Promise<BrowserContext> => {
    const context = await browser.newContext({ viewport: { width: 1000, height: 700 }, ...more })
    contexts.add(context)
    context.setDefaultTimeout(20_000)
    context.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complain(message.text())
    })
    context.on('weberror', (error) => complain(String(error.error())))
    return context
  }
  return {
    server,
    browser,
    url: bundle.url,
    visit: async ({ as, workspace, role = 'editor', query, prepare, ...rest }) => {
      const userId = as.toLowerCase()
      const token = await server.token({ userId, name: as, workspaceId: workspace, role })
      const context = rest.context ?? (await newContext(rest.options ?? {}))
      const page = await context.newPage()
      const sockets: WebSocket[] = []
      page.on('websocket', (socket) => sockets.push(socket))
      await prepare?.(page)
      const address = rest.isDirect ? server.process.url : `http://${network.host}`
      const asked = { server: address, as: userId, name: as, workspace, token }
      await page.goto(`${bundle.url}/?${new URLSearchParams({ ...asked, ...query })}`)
      return { page, context, sockets }
    },
    cut: () => {
      wasCut = true
      network.cut()
    },
    restore: () => network.restore(),
    endScene: async () => {
      for (const context of contexts) await context.close()
      contexts.clear()
      network.restore()
      const said = complaints
      complaints = []
      wasCut = false
      return said
    },
    close: async () => {
      await browser.close()
      await network.close()
      await server.close()
      await bundle.close()
    },
  }
}
