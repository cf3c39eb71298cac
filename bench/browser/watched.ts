import { fileURLToPath } from 'node:url'
import type { CDPSession, Page } from 'playwright-core'
import type { Task } from './start-times.js'

/** Milliseconds since the navigation began. */
export interface Key {
  /** The browser had the key. */
  readonly at: number
  /** The page was done with it. */
  readonly handled: number
  /** The frame that shows it began, and was painted; NaN until then. */
  readonly frame: number
  readonly painted: number
}

/** What `pages/watch.js` leaves on the window; times are milliseconds since the navigation began. */
export interface Watched {
  /** The first rows of the list were; 0 or NaN until then. */
  readonly rowsPainted: number
  keys: Key[]
  /** A list that had changed was painted. */
  lists: number[]
  /** While they are recorded. */
  frames: number[]
  readonly longTasks: readonly Task[]
  record(isOn: boolean): void
}

declare global {
  interface Window {
    watched: Watched
  }
}

/** For `addInitScript`. */
export const WATCH = { path: fileURLToPath(new URL('pages/watch.js', import.meta.url)) }

/**
 * What a key costs until it shows, without the wait for the display's next frame: from the browser
 * having it to the page being done with it, and the frame that shows it.
 */
export const workOf = ({ at, handled, frame, painted }: Key): number =>
  Math.min(painted, handled + painted - frame) - at

/** Processor time of the page's main thread, in milliseconds, since the first call for this page. */
export const threadTime = async (session: CDPSession): Promise<number> => {
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  const { metrics } = await session.send('Performance.getMetrics')
  return 1_000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN)
}

export const untilListed = async (page: Page, contacts: number): Promise<void> => {
  const words = `${contacts.toLocaleString('en')} contacts`
  await page.getByTestId('count').getByText(words, { exact: true }).waitFor()
}

/** Keys with times, all of them painted. */
export const takeKeys = async (page: Page): Promise<Key[]> => {
  await page.waitForFunction(() => window.watched.keys.every(({ painted }) => painted > 0))
  return page.evaluate(() => window.watched.keys.splice(0))
}

export const untilStored = async (page: Page): Promise<void> => {
  await page.locator('[data-testid="sync"][data-state="live"][data-pending="0"]').waitFor()
  await page.waitForFunction(() => navigator.serviceWorker.controller?.state === 'activated')
  await page.waitForFunction(async () => {
    const [found] = await indexedDB.databases()
    const opening = indexedDB.open(found?.name ?? '')
    await new Promise((resolve) => {
      opening.onsuccess = resolve
    })
    const counting = opening.result.transaction('rows').objectStore('rows').count()
    await new Promise((resolve) => {
      counting.onsuccess = resolve
    })
    opening.result.close()
    return counting.result > 0
  })
}
