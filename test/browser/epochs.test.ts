import { randomInt } from 'node:crypto'
import type { UserId } from 'kith-shared'
import { describe, expect, it } from 'vitest'
import { crc32 } from '../../client/edge/crc32.js'
import { renew } from '../../server/core/renewal.js'
import { field, row, soon, statusText, textIn, untilKept, untilSaved, write } from './app.js'
import { twoTabsAndBruno } from './pair.js'
import { takePicture } from './pictures.js'
import { useWorld } from './world.js'

const world = useWorld()

/** Writes the workspace's values into a fresh document, as the server does with one grown old. */
const renewDocument = async (workspace: string): Promise<void> => {
  const { server } = world
  const [present] = await server.query<{ epoch: number; head: string }>(
    'select epoch, head from workspaces where id = $1',
    [workspace],
  )
  const [state] = await server.query<{ seq: string; document: Buffer }>(
    `select seq, document from snapshots where workspace_id = $1 and epoch = $2
     order by seq desc limit 1`,
    [workspace, present?.epoch],
  )
  const rows = await server.query<{ seq: string; author: string; update: Buffer }>(
    'select seq, author_id as author, update from journal where workspace_id = $1 and seq > $2 order by seq',
    [workspace, state?.seq ?? 0],
  )
  const renewal = renew(
    state?.document,
    rows.map(({ seq, author, update }) => ({
      seq: Number(seq),
      author: { id: author as UserId, name: '' },
      update,
    })),
    randomInt(2 ** 32),
  )
  if (!present || !renewal) throw new Error('nothing to renew')
  const { closing, opening } = renewal
  const parts = [closing.document, closing.index, opening.document, opening.index]
  const sums = parts.flatMap((bytes) => [Buffer.from(bytes), crc32(bytes)])
  const [begun] = await server.query<{ epoch: number | null }>(
    `select begin_epoch($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'renewal') as epoch`,
    [workspace, present.epoch, present.head, ...sums, opening.clientId],
  )
  expect(begun?.epoch).toBeGreaterThan(present.epoch)
}

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
    await renewDocument(workspace)
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
