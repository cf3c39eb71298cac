/** More people than there is room for. */
import { describe, expect, it } from 'vitest'
import { createContact, field, openContact, row, soon, textIn, untilLive } from './app.js'
import { expectClean } from './looks.js'
import { takePicture } from './pictures.js'
import { useWorld } from './world.js'

const world = useWorld()

const OTHERS = ['Bruno', 'Chiara', 'Deniz', 'Eva', 'Finn', 'Gul']

describe('those behind "+N"', () => {
  it('[W28] are listed with what they do, and can be followed, by keys alone and on a narrow screen', async () => {
    const workspace = 'crowd'
    const ana = await (await world.device()).visit({ as: 'Ana', workspace })
    await untilLive(ana)
    await createContact(ana, 'Grace Hopper')
    await ana.keyboard.press('Escape')
    await createContact(ana, 'Ada Lovelace')
    const office = await world.device({ network: 'office' })
    const pages = await Promise.all(OTHERS.map((as) => office.visit({ as, workspace })))
    const gul = pages.at(-1)
    if (gul === undefined) throw new Error('nobody came')
    await row(gul, 'Grace Hopper').waitFor()
    await openContact(gul, 'Grace Hopper')
    await field(gul, 'Company').click()

    const more = ana.getByRole('button', { name: /^Everybody here: 2 more/ })
    await more.focus()
    await ana.keyboard.press('Enter')
    const list = ana.getByRole('dialog', { name: /^Everybody here/ })
    const line = list.getByRole('button', {
      name: 'Follow Gul, editing Company of Grace Hopper',
      exact: true,
    })
    await line.waitFor()
    expect(await list.getByRole('button').count()).toBe(OTHERS.length)
    for (const [theme, width] of [
      ['light', 1280],
      ['dark', 1280],
      ['light', 390],
    ] as const) {
      await ana.emulateMedia({ colorScheme: theme })
      await ana.setViewportSize({ width, height: 860 })
      await list.waitFor()
      await soon(async () => {
        const box = await list.boundingBox()
        return box && [box.x >= 0, box.x + box.width <= width]
      }).toEqual([true, true])
      await expectClean(ana, `people-menu-${theme}-${width}`)
    }
    // The arrows go round, in whichever order they came.
    await list.getByRole('button').first().focus()
    await ana.keyboard.press('ArrowUp')
    const focused = () => ana.evaluate(() => document.activeElement?.textContent)
    const last = list.getByRole('button').last()
    await soon(() => last.evaluate((button) => button === document.activeElement)).toBe(true)
    for (let at = 0; at < OTHERS.length; at++) {
      if ((await focused())?.includes('Gul')) break
      await ana.keyboard.press('ArrowDown')
    }
    await ana.keyboard.press('Enter')
    await list.waitFor({ state: 'detached' })
    await soon(() => ana.getByTestId('following').innerText()).toContain('Following Gul')
    await soon(() => textIn(ana, 'Name')).toBe('Grace Hopper')
    expect(await ana.evaluate(() => document.activeElement?.getAttribute('aria-expanded'))).toBe(
      'false',
    )
    // It says whom, and to look again ends nothing; Escape does.
    await ana.keyboard.press('Enter')
    await soon(() => list.locator('[aria-pressed="true"]').innerText()).toContain('Following')
    await takePicture(ana, 'people-menu-following-390')
    await ana.keyboard.press('Escape')
    await ana.getByTestId('following').waitFor({ state: 'detached' })
    expect(await list.count()).toBe(1)
    await ana.keyboard.press('Escape')
    await list.waitFor({ state: 'detached' })
  })
})
