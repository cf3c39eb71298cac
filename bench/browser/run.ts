import type { Arguments } from '../arguments.js'
import type { BrowserFigure, Cases } from './figure.js'
import { keystrokes } from './keystrokes.js'
import { many } from './many.js'
import { offlineEdits } from './offline-edits.js'
import { opening } from './opening.js'
import { reportBrowser } from './report.js'
import { scrolling } from './scrolling.js'
import { search } from './search.js'
import { startUp } from './start-up.js'
import { tabs } from './tabs.js'
import { type BrowserWorld, startBrowserWorld } from './world.js'

/** In the order in which a run takes them. */
export const BROWSER_FIGURES: readonly BrowserFigure[] = [
  offlineEdits,
  opening,
  keystrokes,
  search,
  scrolling,
  tabs,
  startUp,
  many,
]

/** No figure takes longer, in milliseconds. */
const FIGURE_TIME = 15 * 60_000

const take = async (
  figure: BrowserFigure,
  world: BrowserWorld,
  { isQuick, rounds }: Arguments,
): Promise<void> => {
  const taken: Cases[] = []
  try {
    const count = rounds ?? figure.rounds[isQuick ? 'quick' : 'full']
    for (let round = 0; round < count; round++) taken.push(await figure.measure(world, isQuick))
  } finally {
    await world.endRound()
  }
  reportBrowser(figure, taken, world.browser.version())
}

/**
 * Each figure has a server and a browser of its own. `running`: what to close where the run is ended.
 * One that fails is told, and the exit code says so.
 */
export const takeBrowserFigures = async (
  figures: readonly BrowserFigure[],
  given: Arguments,
  running: Set<Promise<{ close(): Promise<void> }>>,
): Promise<void> => {
  for (const figure of figures) {
    const starting = startBrowserWorld(given.profile)
    running.add(starting)
    let late: NodeJS.Timeout | undefined
    try {
      const world = await starting
      late = setTimeout(() => {
        console.error(`${figure.name} takes too long`)
        void world.close()
      }, FIGURE_TIME)
      await take(figure, world, given)
    } catch (error) {
      console.error(`${figure.name} failed:`, error)
      process.exitCode = 1
    } finally {
      clearTimeout(late)
      await starting.then((world) => world.close()).catch(() => undefined)
      running.delete(starting)
    }
  }
}
