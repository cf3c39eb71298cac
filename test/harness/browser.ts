/** Which browser the browser tests run in: `KITH_BROWSER`, Chromium unless it says otherwise. */
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, firefox, webkit } from 'playwright-core'
import { launchChromium } from './chromium.js'

const BROWSERS = ['chromium', 'firefox', 'webkit'] as const
export type BrowserName = (typeof BROWSERS)[number]

type Environment = Readonly<Record<string, string | undefined>>

/** @throws Error where KITH_BROWSER names none of them */
export const browserName = ({ KITH_BROWSER: name = 'chromium' }: Environment): BrowserName => {
  const known = BROWSERS.find((browser) => browser === name)
  if (known === undefined) throw new Error(`KITH_BROWSER is one of ${BROWSERS.join(', ')}: ${name}`)
  return known
}

/**
 * A machine's own Firefox, 129 or later: Debian's firefox-esr is one.
 *
 * @throws Error where there is none on PATH
 */
export const firefoxPath = ({ PATH = '' }: Environment): string => {
  const names = ['firefox-esr', 'firefox']
  const candidates = PATH.split(delimiter).flatMap((folder) =>
    names.map((name) => join(folder, name)),
  )
  const found = candidates.find((path) => existsSync(path))
  if (found === undefined) {
    throw new Error(
      'KITH_BROWSER=firefox: no firefox-esr or firefox on PATH (apt install firefox-esr)',
    )
  }
  return found
}

/**
 * Playwright drives its own build of WebKit alone, which no package of ours brings.
 *
 * @throws Error where that is not installed
 */
export const webkitPath = (path: string = webkit.executablePath()): string => {
  if (existsSync(path)) return path
  throw new Error(
    'KITH_BROWSER=webkit: Playwright’s WebKit is not there (npx playwright install webkit)',
  )
}

/** What browsers themselves say of a server that does not answer. */
export const NETWORK_FAILURE =
  /net::ERR_|^WebSocket connection to .* failed|can’t establish a connection to the server|CORS request did not succeed/

/** What Firefox says of every WebSocket that a page has when it is left. */
export const LEFT_OPEN = /^The connection to ws.* was interrupted while the page was loading/

const RELAY = fileURLToPath(new URL('firefox-relay.js', import.meta.url))

/** A real headless browser. `chromiumFlags` mean nothing to the others. */
export const launchBrowser = async (chromiumFlags: readonly string[] = []): Promise<Browser> => {
  switch (browserName(process.env)) {
    case 'chromium':
      return launchChromium(chromiumFlags)
    case 'firefox': {
      const env = {
        ...(process.env as Record<string, string>),
        KITH_FIREFOX: firefoxPath(process.env),
      }
      // Over WebDriver BiDi, which a Firefox that is not Playwright's speaks too.
      return firefox.launch({ channel: 'moz-firefox', executablePath: RELAY, env })
    }
    case 'webkit':
      return webkit.launch({ executablePath: webkitPath() })
  }
}
