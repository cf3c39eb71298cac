import type { CDPSession, Page } from 'playwright-core'
import { CONTACTS, importContacts } from './contacts.js'
import type { BrowserFigure, Row } from './figure.js'
import { blockingTime, interactiveAt, QUIET } from './start-times.js'
import { threadTime, untilListed, WATCH } from './watched.js'
import { type BrowserWorld, cdp } from './world.js'

/** As Lighthouse has it for a phone. */
const SLOWER = 4

interface Transfer {
  requests: number
  /** As they came, with their headers. */
  bytes: number
  socketBytes: number
}

/** Of the page itself: what its service worker fetches for later is not in it. */
const countTransfer = async (session: CDPSession): Promise<Transfer> => {
  const transfer: Transfer = { requests: 0, bytes: 0, socketBytes: 0 }
  await session.send('Network.enable')
  session.on('Network.loadingFinished', ({ encodedDataLength }) => {
    transfer.requests++
    transfer.bytes += encodedDataLength
  })
  session.on('Network.webSocketFrameReceived', ({ response: { payloadData } }) => {
    transfer.socketBytes += Buffer.from(payloadData, 'base64').length
  })
  return transfer
}

const untilQuiet = (page: Page): Promise<unknown> =>
  page.waitForFunction(
    (quiet) => performance.now() - (window.watched.longTasks.at(-1)?.end ?? 0) > quiet,
    QUIET,
  )

const start = async (
  world: BrowserWorld,
  path: string,
  slower: number,
  isThere: (page: Page) => Promise<void>,
): Promise<Row> => {
  const { context } = await world.device()
  await context.addInitScript(WATCH)
  const page = await context.newPage()
  const session = await cdp(page)
  const transfer = await countTransfer(session)
  await session.send('Emulation.setCPUThrottlingRate', { rate: slower })
  await threadTime(session)
  const name = `start-up ${path.slice(0, 2)} ${slower}`
  await world.profiled(page, name, async () => {
    await page.goto(`${world.origin}${path}`)
    await isThere(page)
  })
  const shown = { ...transfer, thread: await threadTime(session) }
  await untilQuiet(page)
  const { paint, rows, tasks } = await page.evaluate(() => ({
    paint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
    rows: window.watched.rowsPainted,
    tasks: window.watched.longTasks,
  }))
  await context.close()
  const interactive = interactiveAt(paint, tasks)
  return {
    'requests until it shows': shown.requests,
    'transferred until it shows, KB': shown.bytes / 1024,
    'main thread until it shows, ms': shown.thread,
    requests: transfer.requests,
    'transferred, KB': transfer.bytes / 1024,
    'by the socket, KB': transfer.socketBytes / 1024,
    'first contents, ms': paint,
    'list painted, ms': rows,
    'interactive, ms': interactive,
    'blocked, ms': blockingTime(paint, interactive, tasks),
  }
}

const signIn = (page: Page) => page.getByLabel('Your name').waitFor()
const listed = (page: Page) => untilListed(page, CONTACTS)

export const startUp: BrowserFigure = {
  name: 'browser-start-up',
  title: 'the demo opened for the first time, nothing of it in the browser',
  rounds: { quick: 1, full: 5 },
  goals: [],
  measure: async (world) => {
    const workspace = world.newWorkspace()
    const bo = await (await world.device({ isDirect: true })).bare('Bo', workspace)
    await importContacts(bo)
    await bo.close()
    const link = `/?${new URLSearchParams({ as: 'Ana', workspace })}`
    return {
      'sign-in': await start(world, '/', 1, signIn),
      [`sign-in, CPU ${SLOWER} times slower`]: await start(world, '/', SLOWER, signIn),
      [`${CONTACTS} contacts`]: await start(world, link, 1, listed),
      [`${CONTACTS} contacts, CPU ${SLOWER} times slower`]: await start(
        world,
        link,
        SLOWER,
        listed,
      ),
    }
  },
}
