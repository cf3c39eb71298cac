import type { Workspace } from 'kith-client'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import {
  field,
  openContact,
  soon,
  textIn,
  untilKept,
  untilSaved,
  untilShellKept,
  write,
} from './app.js'
import { expectCleanInBoth } from './looks.js'
import { type Pair, twoInOneContact } from './pair.js'
import { useWorld } from './world.js'

const world = useWorld()

/** Writes a title that no server takes, straight into the document that the page works on. */
const forgeTitle = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const main = document.querySelector('main')
    // React keeps the provider's value above what it renders, and the demo shows it nowhere.
    const key = Object.keys(main ?? {}).find((name) => name.startsWith('__reactFiber$'))
    let fiber: unknown = Reflect.get(main ?? {}, key ?? '')
    const part = (of: unknown, name: string): unknown =>
      typeof of === 'object' && of !== null ? Reflect.get(of, name) : undefined
    let workspace: unknown
    for (; fiber && !workspace; fiber = part(fiber, 'return')) {
      const provided = part(part(part(fiber, 'memoizedProps'), 'value'), 'workspace')
      if (part(provided, 'doc')) workspace = provided
    }
    const { doc, contacts } = workspace as Workspace // as the provider says
    doc.getMap('fields').set(`${contacts.contactIds()[0]}/title`, 'x'.repeat(20_000))
  })

const refused = (page: Page) => page.getByRole('list', { name: 'Refused changes' })

const anaAndBruno = async (workspace: string): Promise<Pair> => {
  const pair = await twoInOneContact(world, workspace)
  await untilShellKept(pair.ana)
  return pair
}

describe('a change that the server refuses', () => {
  it('[P4] is named, and holds up nothing: other work is saved, seen and still there later', async () => {
    const { ana, bruno } = await anaAndBruno('refused')
    await field(ana, 'About').click()
    await ana.keyboard.type('Met ')
    await forgeTitle(ana)
    // She types on in the field that she is in, while the document is replaced under her.
    await ana.keyboard.type('at sea, ')
    await refused(ana).getByText('Title of Grace Hopper').waitFor()
    await ana.keyboard.type('in 1944')
    expect(await textIn(ana, 'About')).toBe('Met at sea, in 1944')
    await write(ana, 'Company', 'Navy')
    await untilSaved(ana)
    expect(await textIn(ana, 'Title')).toBe('')
    await expectCleanInBoth(ana, 'refused')
    await soon(() => textIn(bruno, 'About')).toBe('Met at sea, in 1944')
    await soon(() => textIn(bruno, 'Company')).toBe('Navy')
    expect(await textIn(bruno, 'Title')).toBe('')

    await ana.reload()
    await refused(ana).getByText('Title of Grace Hopper').waitFor()
    expect(await textIn(ana, 'About')).toBe('Met at sea, in 1944')
    expect(await textIn(ana, 'Company')).toBe('Navy')
    await ana.getByRole('button', { name: 'Discard' }).click()
    await ana.getByRole('button', { name: 'Discard for good' }).click()
    await refused(ana).waitFor({ state: 'detached' })
    await ana.reload()
    await untilSaved(ana)
    expect(await refused(ana).count()).toBe(0)
  })

  it('[P3] made offline among other work, in two tabs, costs that change alone', async () => {
    const { device, ana, bruno } = await anaAndBruno('refused-offline')
    const second = await device.visit({ as: 'Ana', workspace: 'refused-offline' })
    await openContact(second, 'Grace Hopper')
    await untilSaved(second)
    world.cut('home')
    await device.context.setOffline(true)
    await forgeTitle(ana)
    await soon(async () => (await textIn(second, 'Title')).length).toBe(20_000)
    await write(second, 'Title', 'Rear Admiral')
    await write(ana, 'Company', 'Navy')
    await field(second, 'About').click()
    await second.keyboard.type('Met at sea')
    await untilKept(ana, 3)
    world.restore('home')
    await device.context.setOffline(false)
    await soon(() => textIn(bruno, 'Title')).toBe('Rear Admiral')
    await soon(() => textIn(bruno, 'Company')).toBe('Navy')
    await soon(() => textIn(bruno, 'About')).toBe('Met at sea')
    for (const tab of [ana, second]) {
      await untilSaved(tab)
      await refused(tab).getByText('Title of Grace Hopper').waitFor()
      expect(await textIn(tab, 'Title')).toBe('Rear Admiral')
      expect(await textIn(tab, 'About')).toBe('Met at sea')
    }
  })
})
