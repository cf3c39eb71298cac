import { describe, expect, it } from 'vitest'
import { soon, untilLive } from './app.js'
import { useWorld } from './world.js'

const world = useWorld()

const WORKSPACE = 'crowd'
const NAMES = ['Bo', 'Chen', 'Dora', 'Émile', 'Fay', 'Grace', 'Hana', 'Ivo', 'Jo']

describe('a workspace of many', () => {
  it('[H4] invites before the list of its people, who are found by some letters', async () => {
    const ana = await (await world.device()).visit({
      as: 'Ana',
      workspace: WORKSPACE,
      role: 'owner',
    })
    await untilLive(ana)
    for (const name of NAMES) {
      await world.server.token({ userId: name.toLowerCase(), name, workspaceId: WORKSPACE })
    }
    await ana.getByRole('button', { name: 'People and invites' }).click()
    const dialog = ana.getByRole('dialog', { name: `People in ${WORKSPACE}` })
    await dialog.getByRole('heading', { name: '10 people' }).waitFor()
    const headings = await dialog.getByRole('heading', { level: 3 }).allTextContents()
    expect(headings).toEqual(['Invite by link', '10 people'])
    await dialog.getByLabel('Find a person').fill('emi')
    const shown = (): Promise<(string | null)[]> =>
      dialog
        .getByTestId('member')
        .evaluateAll((members) => members.map((member) => member.getAttribute('data-user')))
    await soon(shown).toEqual(['émile'])
    await dialog.getByLabel('Find a person').fill('nobody')
    await dialog.getByText('Nobody here is called that.').waitFor()
    // Of many links the newest are in sight, and the others by one click.
    for (let made = 0; made < 4; made += 1) {
      await dialog.getByRole('button', { name: 'Make a link' }).click()
      const count = Math.min(made + 1, 3)
      await soon(() => dialog.getByTestId('invite').count()).toBe(count)
    }
    await dialog.getByRole('button', { name: 'Show all 4 links' }).click()
    await soon(() => dialog.getByTestId('invite').count()).toBe(4)
  })
})
