import { describe, expect, it } from 'vitest'
import { field, row, soon, statusText, textIn, untilKept, untilSaved, write } from './app.js'
import { twoTabsAndBruno } from './pair.js'
import { takePicture } from './pictures.js'
import { renewDocument } from './renew-document.js'
import { useWorld } from './world.js'

const world = useWorld()

describe('a document that is renewed', () => {
  it('[E9] [E11] while two tabs of somebody are offline, costs no letter and no value', async () => {
    const workspace = 'renewed'
    const { device, first, second, bruno } = await twoTabsAndBruno(world, workspace)
    await write(first, 'About', 'Met in 1944')
    await untilSaved(first)
    for (const tab of [second, bruno]) await soon(() => textIn(tab, 'About')).toBe('Met in 1944')
    await untilSaved(second)

    world.cut('home')
    await device.context.setOffline(true)
    await write(first, 'Company', 'Navy')
    await field(first, 'About').click()
    await first.keyboard.press('ControlOrMeta+Home')
    for (let n = 0; n < 'Met'.length; n++) await first.keyboard.press('ArrowRight')
    await first.keyboard.type(' at sea')
    await soon(() => textIn(second, 'About')).toBe('Met at sea in 1944')
    // Into what the other tab has typed, and no server has.
    await field(second, 'About').click()
    await second.keyboard.press('ControlOrMeta+Home')
    for (let n = 0; n < 'Met at '.length; n++) await second.keyboard.press('ArrowRight')
    await second.keyboard.type('high ')
    await write(second, 'Title', 'Rear Admiral')
    await soon(() => textIn(first, 'About')).toBe('Met at high sea in 1944')
    await untilKept(first, 3)
    await untilKept(second, 3)

    await write(bruno, 'Nickname', 'Amazing Grace')
    await untilSaved(bruno)
    await renewDocument(world.server, workspace)
    await write(bruno, 'Department', 'Computation')
    await untilSaved(bruno)

    world.restore('home')
    await device.context.setOffline(false)
    for (const tab of [first, second]) await untilSaved(tab)
    for (const tab of [first, second, bruno]) {
      await soon(() => textIn(tab, 'About')).toBe('Met at high sea in 1944')
      await soon(() => textIn(tab, 'Company')).toBe('Navy')
      await soon(() => textIn(tab, 'Title')).toBe('Rear Admiral')
      await soon(() => textIn(tab, 'Nickname')).toBe('Amazing Grace')
      await soon(() => textIn(tab, 'Department')).toBe('Computation')
      expect(await row(tab, 'Grace Hopper').count()).toBe(1)
      expect(await tab.getByRole('alert').count()).toBe(0)
      expect(await statusText(tab)).not.toMatch(/anew|refused|could not/i)
    }
    // Into the document that is new.
    await field(first, 'About').click()
    await first.keyboard.press('ControlOrMeta+End')
    await first.keyboard.type('.')
    await soon(() => textIn(bruno, 'About')).toBe('Met at high sea in 1944.')
    await takePicture(first, 'new-epoch')
    const epochs = await world.server.query('select epoch from epochs where workspace_id = $1', [
      workspace,
    ])
    expect(epochs).toHaveLength(1)
  })
})
