/**
 * A real server, the built demo that it serves, and a real browser whose devices reach it over
 * networks that can be cut. What a page complains of is gathered: a test ends with none.
 */
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { LEFT_OPEN, launchBrowser, NETWORK_FAILURE } from '../harness/browser.js'
import { startProxy, type TcpProxy } from '../harness/tcp-proxy.js'
import { startTestServer, type TestServer } from '../harness/test-server.js'

/** Milliseconds; what takes longer than this will not come. */
const PATIENCE = 20_000

/** A proxy between browsers and the server, with an origin of its own. */
export type NetworkName = 'home' | 'office'

export interface Visit {
  readonly as: string
  readonly workspace: string
  readonly role?: 'owner' | 'editor' | 'viewer'
  /** `/contacts/<id>` */
  readonly route?: string
}

/** A browser profile: its tabs share storage, and no other device's. */
export interface Device {
  readonly context: BrowserContext
  readonly origin: string
  /** Opens a tab and signs in by a link; resolves once the app shows and hears keys. */
  visit(visit: Visit): Promise<Page>
  /** A tab at this path, signed in or not. */
  open(path: string): Promise<Page>
}

export interface DeviceOptions extends BrowserContextOptions {
  readonly network?: NetworkName
}

export interface World {
  readonly server: TestServer
  device(options?: DeviceOptions): Promise<Device>
  /** Everything of this network breaks, and nothing new gets through, HTTP included. */
  cut(network: NetworkName): void
  restore(network: NetworkName): void
  /** Whatever goes through it arrives this many milliseconds later. */
  slow(network: NetworkName, ms: number): void
  /** The process ends as in a power failure. */
  kill(): Promise<void>
  restart(): Promise<void>
  /** Closes all devices, mends all networks and the server, and gives what their pages complained of. */
  endScene(): Promise<string[]>
  close(): Promise<void>
}

/** An open workspace, the list of them, or where an invite leads. */
const APP = '.app, .lobby, .sign-in:visible'

const PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"></svg>'

const startNetworks = async (target: { host: string; port: number }) => ({
  home: await startProxy({ target }),
  office: await startProxy({ target }),
})

export const startWorld = async (): Promise<World> => {
  // The proxies look at it with each connection: the server's port is not known before it runs.
  const target = { host: '127.0.0.1', port: 0 }
  const networks: Record<NetworkName, TcpProxy> = await startNetworks(target)
  const origins = Object.values(networks).map(({ host }) => `http://${host}`)
  const server = await startTestServer({ env: { ALLOWED_ORIGINS: origins.join(',') } })
  target.port = server.process.port
  const browser = await launchBrowser()
  const contexts: BrowserContext[] = []
  let complaints: string[] = []
  let wasCut = false
  let isDown = false
  const restart = async (): Promise<void> => {
    await server.restart()
    isDown = false
  }
  const complain = (text: string): void => {
    if (LEFT_OPEN.test(text) || (wasCut && NETWORK_FAILURE.test(text))) return
    complaints.push(text)
  }
  return {
    server,
    device: async ({ network = 'home', ...options } = {}) => {
      const context = await newContext(browser, options, complain)
      contexts.push(context)
      return deviceIn(context, `http://${networks[network].host}`)
    },
    cut: (network) => {
      wasCut = true
      networks[network].cut()
    },
    restore: (network) => networks[network].restore(),
    slow: (network, ms) => networks[network].delay(ms),
    kill: async () => {
      wasCut = true
      isDown = true
      await server.process.kill('SIGKILL')
    },
    restart,
    endScene: async () => {
      for (const context of contexts.splice(0)) await context.close()
      for (const network of Object.values(networks)) {
        network.restore()
        network.delay(0)
      }
      if (isDown) await restart()
      const said = complaints
      complaints = []
      wasCut = false
      return said
    },
    close: async () => {
      await browser.close()
      for (const network of Object.values(networks)) await network.close()
      await server.close()
    },
  }
}

/** One world for all tests of a file, each of which ends without complaints, but for those `ignored`. */
export const useWorld = ({ ignored }: { ignored?: RegExp } = {}): World => {
  let started: World | undefined
  const world = (): World => {
    if (started === undefined) throw new Error('the world is there once a test runs')
    return started
  }
  beforeAll(async () => {
    started = await startWorld()
  })
  afterAll(() => started?.close())
  afterEach(async () => {
    const said = await world().endScene()
    expect(said.filter((text) => !ignored?.test(text))).toEqual([])
  })
  return {
    get server() {
      return world().server
    },
    device: (options) => world().device(options),
    cut: (network) => world().cut(network),
    restore: (network) => world().restore(network),
    slow: (network, ms) => world().slow(network, ms),
    kill: () => world().kill(),
    restart: () => world().restart(),
    endScene: () => world().endScene(),
    close: () => world().close(),
  }
}

const newContext = async (
  browser: Browser,
  options: BrowserContextOptions,
  complain: (text: string) => void,
): Promise<BrowserContext> => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, ...options })
  context.setDefaultTimeout(PATIENCE)
  context.on('console', (message) => {
    if (message.type() === 'error') complain(message.text())
  })
  context.on('weberror', (error) => complain(String(error.error())))
  // Imported contacts have pictures elsewhere, which no test asks for.
  await context.route(
    ({ hostname }) => hostname !== '127.0.0.1',
    (route) => route.fulfill({ contentType: 'image/svg+xml', body: PICTURE }),
  )
  context.on('page', (page) => page.on('crash', () => complain('the page crashed')))
  return context
}

const deviceIn = (context: BrowserContext, origin: string): Device => {
  const open = async (path: string): Promise<Page> => {
    const page = await context.newPage()
    await page.goto(`${origin}${path}`)
    return page
  }
  return {
    context,
    origin,
    open,
    visit: async ({ route = '', workspace, as, role = 'editor' }) => {
      const query = new URLSearchParams({ as, workspace, role })
      const page = await open(`/?${query}${route === '' ? '' : `#${route}`}`)
      await page.locator(APP).waitFor()
      return page
    },
  }
}
