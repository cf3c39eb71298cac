import type { Page } from 'playwright-core'
import { CONTACTS } from './contacts.js'
import type { BrowserFigure, Row } from './figure.js'
import { gapsOf, LATE_FRAME, shareAbove, spread } from './frames.js'
import { openDemo } from './open-demo.js'

const TIMES = { quick: 160, full: 480 }

/** Milliseconds between wheel events, and pixels of each: somebody who looks for a name. */
const WHEEL = { every: 25, by: 300 }

const scroll = async (page: Page, times: number): Promise<Row> => {
  const list = page.locator('#contact-list')
  await list.hover()
  await page.evaluate(() => {
    window.watched.frames.splice(0)
    window.watched.record(true)
  })
  for (let n = 0; n < times; n++) {
    await page.mouse.wheel(0, n % 80 < 60 ? WHEEL.by : -WHEEL.by)
    await page.waitForTimeout(WHEEL.every)
  }
  const frames = await page.evaluate(() => {
    window.watched.record(false)
    return window.watched.frames.splice(0)
  })
  await list.evaluate((element) => element.scrollTo(0, 0))
  const gaps = gapsOf(frames)
  return {
    ...spread('frame to frame', gaps),
    [`share above ${LATE_FRAME} ms`]: shareAbove(gaps, LATE_FRAME),
    frames: frames.length,
  }
}

export const scrolling: BrowserFigure = {
  name: 'browser-scrolling',
  title: `the list of the demo with ${CONTACTS} contacts under a wheel, frame by frame`,
  rounds: { quick: 1, full: 3 },
  goals: [{ column: `share above ${LATE_FRAME} ms`, atMost: 0.01 }],
  measure: async (world, isQuick) => {
    const { page } = await openDemo(world)
    const times = TIMES[isQuick ? 'quick' : 'full']
    return { alone: await world.profiled(page, 'scrolling', () => scroll(page, times)) }
  },
}
