/** What a phone's width must not cut off. */
import type { Locator } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { createContact, soon, statusText, untilSaved, write } from './app.js'
import { useWorld } from './world.js'

const world = useWorld()

const isWhole = (text: Locator): Promise<boolean> =>
  text.evaluate(
    ({ scrollWidth, clientWidth, scrollHeight, clientHeight }) =>
      scrollWidth <= clientWidth && scrollHeight <= clientHeight,
  )

describe('on a phone', () => {
  it('[W26] where changes are is read whole, in the line and in its details', async () => {
    const device = await world.device({ viewport: { width: 390, height: 844 } })
    const ana = await device.visit({ as: 'Ana', workspace: 'phone' })
    await createContact(ana, 'Grace Hopper')
    await untilSaved(ana)
    world.cut('home')
    await write(ana, 'Company', 'Navy')
    await write(ana, 'Title', 'Admiral')
    await soon(() => statusText(ana)).toBe('Offline. 2 changes kept on this device')
    expect(await isWhole(ana.getByRole('status', { name: 'Connection status' }))).toBe(true)
    await ana.getByRole('button', { name: 'Where my changes are' }).click()
    const panel = ana.getByRole('region', { name: 'Where my changes are' })
    const box = await panel.boundingBox()
    expect(box?.x).toBeGreaterThanOrEqual(0)
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(390)
  })

  it('[W7] what a finger presses is 40 px high', async () => {
    const device = await world.device({ viewport: { width: 390, height: 844 }, hasTouch: true })
    const ana = await device.visit({ as: 'Ana', workspace: 'fingers' })
    await createContact(ana, 'Grace Hopper')
    await ana.getByRole('button', { name: 'Add email' }).click()
    await ana.keyboard.type('grace@navy.mil')
    const small = await ana
      .getByRole('main')
      .locator('button:visible, a:visible, input:visible')
      .evaluateAll((all) =>
        all
          .filter((one) => one.getBoundingClientRect().height < 39.5)
          .map((one) => one.getAttribute('aria-label') ?? one.textContent),
      )
    expect(small).toEqual([])
  })
})
