/** Who wrote a note, on devices that got it within a snapshot, which names nobody. */
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { addNote, notes, openContact, soon, untilLive, untilSaved, untilShellKept } from './app.js'
import { expectCleanInBoth } from './looks.js'
import { twoPeople } from './pair.js'
import { renewDocument } from './renew-document.js'
import { useWorld } from './world.js'

const world = useWorld()

const author = (page: Page) => page.getByTestId('note-author')
const isAsked = (address: URL): boolean => address.pathname.endsWith('/notes/authors')

/** A note of Ana's, in a document that was renewed since: no row of this epoch tells of it. */
const written = async (workspace: string, ...bodies: string[]): Promise<void> => {
  const { ana, bruno } = await twoPeople(world, workspace)
  await openContact(ana, 'Grace Hopper')
  for (const body of bodies) await addNote(ana, body)
  await untilSaved(ana)
  for (const page of [ana, bruno]) await page.context().close()
  await renewDocument(world.server, workspace)
}

/** What is written lowest, so that whatever moves shows. */
const places = (page: Page) =>
  page.locator('.note, .note time, .note button, .notes').evaluateAll((found) =>
    found.map((element) => {
      const { x, y, width, height } = element.getBoundingClientRect()
      return [x, y, width, height]
    }),
  )

describe('a note that came within a snapshot', () => {
  it.each([
    ['wide', { width: 1280, height: 800 }],
    ['narrow', { width: 360, height: 740 }],
  ])(
    '[W23] names its author on a fresh device, and moves nothing for it: %s',
    async (how, viewport) => {
      const workspace = `fresh-${how}`
      await written(workspace, 'Met at sea', 'Likes clocks')
      const device = await world.device({ network: 'office', viewport })
      let asked = 0
      let answer: () => void = () => undefined
      const isHeld = new Promise<void>((resolve) => {
        answer = resolve
      })
      await device.context.route(isAsked, async (route) => {
        asked++
        await isHeld
        await route.continue()
      })
      const bo = await device.visit({ as: 'Bo', workspace })
      await openContact(bo, 'Grace Hopper')
      await soon(async () => (await notes(bo)).sort()).toEqual(['Likes clocks', 'Met at sea'])
      await soon(() => asked).toBe(1)
      expect(await author(bo).count()).toBe(0)
      const before = await places(bo)
      answer()
      await soon(() => author(bo).allTextContents()).toEqual(['AAna', 'AAna'])
      expect(await places(bo)).toEqual(before)
      expect(asked).toBe(1)
      await author(bo).last().scrollIntoViewIfNeeded()
      await expectCleanInBoth(bo, `note-author-${how}`)

      // From then on this device knows, without anybody to ask.
      await untilShellKept(bo)
      world.cut('office')
      await bo.reload()
      await soon(() => author(bo).allTextContents()).toEqual(['AAna', 'AAna'])
      world.restore('office')
      await untilLive(bo)
      expect(asked).toBe(1)
    },
  )

  it('[W23] names nobody where the server knows no author, and is asked for once', async () => {
    const workspace = 'unknown-author'
    await written(workspace, 'Met at sea')
    await world.server.query('delete from note_authors where workspace_id = $1', [workspace])
    const device = await world.device({ network: 'office' })
    let asked = 0
    device.context.on('request', (request) => {
      if (isAsked(new URL(request.url()))) asked++
    })
    const bo = await device.visit({ as: 'Bo', workspace })
    const isAnswered = bo.waitForResponse((response) => isAsked(new URL(response.url())))
    await openContact(bo, 'Grace Hopper')
    await isAnswered
    await soon(() => notes(bo)).toEqual(['Met at sea'])
    await addNote(bo, 'Likes clocks')
    await untilSaved(bo)
    await soon(() => author(bo).allTextContents()).toEqual(['BYou'])
    expect(await bo.locator('.note time').count()).toBe(2)
    expect(asked).toBe(1)
  })
})
