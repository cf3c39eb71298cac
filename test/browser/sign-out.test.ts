/** Leaving with changes that no server has; where changes are, in words; ways to a contact. */
import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { createContact, field, row, soon, textIn, untilKept, untilSaved, write } from './app.js'
import { expectCleanInBoth } from './looks.js'
import { useWorld } from './world.js'

const world = useWorld()

const signOut = async (page: Page, name: string): Promise<void> => {
  await page.getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: `Sign out ${name}` }).click()
}

/** Ana with one saved contact, and one change of it that only her device has. */
const withUnsaved = async (workspace: string): Promise<Page> => {
  const ana = await (await world.device()).visit({ as: 'Ana', workspace })
  await createContact(ana, 'Grace Hopper')
  await untilSaved(ana)
  await ana.getByText('Work offline').click()
  await write(ana, 'Company', 'Navy')
  await untilKept(ana, 1)
  return ana
}

const savedFile = async (page: Page, button: string): Promise<string> => {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: button }).click(),
  ])
  return readFile(await download.path(), 'utf8')
}

describe('signing out with changes that no server has', () => {
  it('[W25] asks first, says how many there are and where, and gives them as a file', async () => {
    const ana = await withUnsaved('ask')
    await signOut(ana, 'Ana')
    const dialog = ana.getByRole('dialog', { name: 'Sign out?' })
    expect(await dialog.getByTestId('unsaved-words').textContent()).toBe(
      '1 change of yours is not on the server yet. This device keeps it until you sign in here again.',
    )
    await expectCleanInBoth(ana, 'sign-out')
    const file = JSON.parse(await savedFile(ana, 'Save it to a file'))
    expect(file).toMatchObject({
      format: 'kith-unsaved-edits',
      edits: [{ changes: [{ contactName: 'Grace Hopper', field: 'company', value: 'Navy' }] }],
    })
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    expect(await textIn(ana, 'Company')).toBe('Navy')
    await signOut(ana, 'Ana')
    await dialog.getByRole('button', { name: 'Sign out', exact: true }).click()
    await ana.getByRole('button', { name: 'Sign in', exact: true }).waitFor()
    // What was kept goes out with the next sign-in.
    await ana.getByRole('button', { name: 'Ana', exact: true }).click()
    await row(ana, 'Grace Hopper').click()
    await untilSaved(ana)
    expect(await textIn(ana, 'Company')).toBe('Navy')
  })

  it('[W25] deletes them only when told twice', async () => {
    const ana = await withUnsaved('discard')
    await signOut(ana, 'Ana')
    await ana.getByRole('button', { name: 'Sign out and delete it' }).click()
    await ana.getByRole('button', { name: 'Delete it for good' }).click()
    await ana.getByRole('button', { name: 'Sign in', exact: true }).waitFor()
    const databases = await ana.evaluate(async () => (await indexedDB.databases()).length)
    expect(databases).toBe(0)
  })

  it('[W25] asks nothing where all is saved', async () => {
    const ana = await (await world.device()).visit({ as: 'Ana', workspace: 'saved' })
    await createContact(ana, 'Grace Hopper')
    await untilSaved(ana)
    await signOut(ana, 'Ana')
    await ana.getByRole('button', { name: 'Sign in', exact: true }).waitFor()
  })

  it('[W25] nor does who keeps nothing lose them by going to another page of the app', async () => {
    const device = await world.device()
    // As in a window whose site may store nothing.
    await device.context.addInitScript(() => {
      IDBFactory.prototype.open = () => {
        throw new DOMException('blocked', 'SecurityError')
      }
    })
    const ana = await device.visit({ as: 'Ana', workspace: 'held' })
    await createContact(ana, 'Grace Hopper')
    await untilSaved(ana)
    await ana.getByText('Work offline').click()
    await write(ana, 'Company', 'Navy')
    const lobby = ana.getByRole('heading', { name: 'My workspaces' })
    const leave = ana.getByRole('dialog', { name: 'Leave this workspace?' })
    await ana.getByRole('link', { name: 'My workspaces' }).click()
    await leave.getByText('1 change of yours is not on the server yet.').waitFor()
    await expectCleanInBoth(ana, 'leave-workspace')
    await leave.getByRole('button', { name: 'Stay' }).click()
    await row(ana, 'Grace Hopper').click()
    expect(await textIn(ana, 'Company')).toBe('Navy')

    // What is saved meanwhile needs no answer.
    await ana.getByRole('link', { name: 'My workspaces' }).click()
    await leave.waitFor()
    await ana.keyboard.press('Escape')
    await ana.getByText('Work offline').click()
    await untilSaved(ana)
    await ana.getByRole('link', { name: 'My workspaces' }).click()
    await lobby.waitFor()
    expect(await leave.count()).toBe(0)
  })
})

describe('the status bar', () => {
  it('[W26] says where changes are, and gives those that wait as a file', async () => {
    const ana = await withUnsaved('details')
    await ana.getByRole('button', { name: 'Where my changes are' }).click()
    const panel = ana.getByRole('region', { name: 'Where my changes are' })
    expect(await panel.textContent()).toContain('Not connected: you chose to work offline.')
    expect(await panel.getByTestId('changes-words').textContent()).toBe(
      '1 change kept on this device.',
    )
    await expectCleanInBoth(ana, 'where-my-changes-are')
    expect(await savedFile(ana, 'Save unsaved changes to a file')).toContain('"value": "Navy"')
    await ana.keyboard.press('Escape')
    await panel.waitFor({ state: 'detached' })
    await ana.getByText('Work offline').click()
    await untilSaved(ana)
    await ana.getByRole('button', { name: 'Where my changes are' }).click()
    await soon(() => panel.getByTestId('changes-words').textContent()).toBe(
      'All your changes are on the server.',
    )
  })

  it('[W26] says why this device keeps nothing, and goes on', async () => {
    const device = await world.device()
    await device.context.addInitScript(() => {
      Object.defineProperty(globalThis, 'indexedDB', { value: undefined })
    })
    const ana = await device.visit({ as: 'Ana', workspace: 'private' })
    const problem = ana.getByTestId('problem')
    await soon(() => problem.textContent()).toContain(
      'Nothing is kept on this device. This window has no storage, like some private windows.',
    )
    await expectCleanInBoth(ana, 'nothing-is-kept')
    await problem.getByRole('button', { name: 'Got it' }).click()
    await problem.waitFor({ state: 'detached' })
    await createContact(ana, 'Grace Hopper')
    await untilSaved(ana)
    await ana.getByRole('button', { name: 'Where my changes are' }).click()
    const panel = ana.getByRole('region', { name: 'Where my changes are' })
    await soon(() => panel.textContent()).toContain(
      'Keeps nothing right now. This window has no storage',
    )
  })
})

describe('the head of a contact', () => {
  it('[W24] has the first address and number at hand, and no link for what is none', async () => {
    const device = await world.device({ permissions: ['clipboard-read', 'clipboard-write'] })
    const ana = await device.visit({ as: 'Ana', workspace: 'head' })
    await createContact(ana, 'Grace Hopper')
    const head = ana.locator('.contact-head')
    const height = (await head.boundingBox())?.height
    await ana.getByRole('button', { name: 'Add email' }).click()
    await field(ana, 'Email 1').fill('grace@navy.mil')
    await ana.getByRole('button', { name: 'Add phone' }).click()
    await field(ana, 'Phone 1').fill('+1 555 0100')
    const link = (name: string) => head.getByRole('link', { name }).getAttribute('href')
    await soon(() => link('Write to grace@navy.mil')).toBe('mailto:grace@navy.mil')
    await soon(() => link('Call +1 555 0100')).toBe('tel:+15550100')
    expect((await head.boundingBox())?.height).toBe(height)
    await head.getByRole('button', { name: 'Copy email' }).click()
    await soon(() => ana.getByTestId('toast').textContent()).toBe('Copied the email')
    expect(await ana.evaluate(() => navigator.clipboard.readText())).toBe('grace@navy.mil')
    await field(ana, 'Email 1').fill('javascript:alert(1)//@x')
    await field(ana, 'Phone 1').fill('javascript:alert(2)')
    await soon(() => head.getByRole('link').count()).toBe(0)
  })
})
