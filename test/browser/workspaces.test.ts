import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import {
  createContact,
  field,
  openContact,
  row,
  soon,
  statusText,
  textIn,
  untilKept,
  untilLive,
  untilSaved,
  untilShellKept,
  write,
} from './app.js'
import { expectCleanInBoth } from './looks.js'
import { type Device, useWorld } from './world.js'

// The browser itself remarks on each answer that says no; the tests look at what the page says.
const world = useWorld({ ignored: /status of \d+ / })

const signIn = async (page: Page, name: string): Promise<void> => {
  await page.getByLabel('Your name').fill(name)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

/** On a device of their own, in the workspace where everybody begins. */
const arrive = async (name: string, device?: Device): Promise<Page> => {
  const page = await (device ?? (await world.device())).open('/')
  await signIn(page, name)
  await untilLive(page)
  return page
}

const goToWorkspaces = async (page: Page): Promise<void> => {
  await page.getByRole('link', { name: 'My workspaces' }).click()
  await page.getByRole('heading', { name: 'My workspaces' }).waitFor()
}

const createWorkspace = async (page: Page, name: string): Promise<void> => {
  await goToWorkspaces(page)
  await page.getByLabel('New workspace').fill(name)
  await page.keyboard.press('Enter')
  await heading(page, name).waitFor()
  await untilLive(page)
}

const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true })
const entry = (page: Page, name: string) =>
  page.getByTestId('workspace-entry').filter({ hasText: name })
const member = (page: Page, userId: string) =>
  page.locator(`[data-testid="member"][data-user="${userId}"]`)
const openPeople = (page: Page): Promise<void> =>
  page.getByRole('button', { name: 'People and invites' }).click()
const openSettings = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: 'Workspace settings' }).click()
}
const closeDialog = (page: Page): Promise<void> => page.keyboard.press('Escape')

/** The people dialog stays open, with the link in it. */
const makeLink = async (page: Page, role = 'editor'): Promise<string> => {
  await page.getByLabel('Role of who joins').selectOption(role)
  await page.getByRole('button', { name: 'Make a link' }).click()
  return page.getByLabel('Invite link', { exact: true }).inputValue()
}

/** What stands behind the origin, which is another one on each network. */
/** Where everybody begins. */
const THE_DEMOS = expect.stringMatching(/\/demo:ana$/)
/** What the device holds of workspaces. */
const databases = (page: Page): Promise<(string | undefined)[]> =>
  page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name))

const pathOf = (link: string): string => link.slice(new URL(link).origin.length)

const join = async (name: string, link: string): Promise<Page> => {
  const page = await (await world.device()).open(pathOf(link))
  await signIn(page, name)
  await page.getByRole('button', { name: `Join as ${name}` }).click()
  await untilLive(page)
  return page
}

/** Ana's own workspace, and Bruno whom she has invited into it; her people dialog is open. */
const two = async (workspace: string): Promise<{ ana: Page; bruno: Page; link: string }> => {
  const ana = await arrive('Ana')
  await createWorkspace(ana, workspace)
  await openPeople(ana)
  const link = await makeLink(ana)
  const bruno = await join('Bruno', link)
  await member(ana, 'bruno').waitFor()
  return { ana, bruno, link }
}

describe('my workspaces', () => {
  it('[H3] are one step from a first visit, and hold what I create, with my role', async () => {
    const device = await world.device()
    const ana = await arrive('Ana', device)
    await heading(ana, 'demo').waitFor()
    await createWorkspace(ana, 'Harbour Books')
    await createContact(ana, 'Grace Hopper')
    await untilSaved(ana)
    await goToWorkspaces(ana)
    await soon(() => entry(ana, 'Harbour Books').textContent()).toContain('Owner · 1 person')
    await expectCleanInBoth(ana, 'my-workspaces')
    await entry(ana, 'demo').click()
    await heading(ana, 'demo').waitFor()
    expect(await row(ana, 'Grace Hopper').count()).toBe(0)
    await ana.goBack()
    await goToWorkspaces(ana)
    await entry(ana, 'Harbour Books').click()
    await row(ana, 'Grace Hopper').waitFor()

    await ana.getByRole('button', { name: 'More' }).click()
    await ana.getByRole('menuitem', { name: 'Sign out Ana' }).click()
    await signIn(ana, 'Ana')
    await heading(ana, 'Harbour Books').waitFor()
  })

  it('[P3] show, and open, without a server', async () => {
    const device = await world.device()
    const ana = await arrive('Ana', device)
    await createWorkspace(ana, 'Kept at home')
    await createContact(ana, 'Grace Hopper')
    await untilSaved(ana)
    await goToWorkspaces(ana)
    await entry(ana, 'Kept at home').waitFor()
    await untilShellKept(ana)
    world.cut('home')
    await ana.reload()
    await soon(() => ana.locator('.lobby-news').textContent()).toContain('can’t be reached')
    await ana.getByLabel('New workspace').fill('Not now')
    await ana.keyboard.press('Enter')
    await soon(() => ana.getByRole('alert').textContent()).toContain('can’t be reached')
    await expectCleanInBoth(ana, 'no-server')
    await entry(ana, 'Kept at home').click()
    await heading(ana, 'Kept at home').waitFor()
    await openContact(ana, 'Grace Hopper')
    await write(ana, 'Company', 'Navy')
    await untilKept(ana, 1)
    await openPeople(ana)
    await soon(() => ana.getByRole('dialog').textContent()).toContain('can’t be reached')
    await closeDialog(ana)

    world.restore('home')
    await untilSaved(ana)
    await goToWorkspaces(ana)
    await soon(() => ana.locator('.lobby-news').textContent()).toBe('')
  })

  it.each([
    ['no sign-in', { status: 401, json: {} }, 'Sign out and in again'],
    ['no right', { status: 403, json: { reason: 'not-allowed' } }, 'Only an owner can do this'],
    ['too many', { status: 409, json: { reason: 'limit' } }, 'as many of these already'],
    ['too often', { status: 429, json: {} }, 'Wait a moment'],
    ['no storage', { status: 503, json: { reason: 'away' } }, 'can’t do it just now'],
    ['nonsense', { status: 201, json: { id: 7 } }, 'makes no sense to this page'],
    ['no JSON', { status: 201, body: '<h1>Welcome</h1>' }, 'makes no sense to this page'],
  ])('[P5] say in plain words that a server answers with %s', async (_, answer, words) => {
    const device = await world.device({ serviceWorkers: 'block' })
    const ana = await arrive('Ana', device)
    await goToWorkspaces(ana)
    await entry(ana, 'demo').waitFor()
    await device.context.route('**/workspaces', (route) =>
      route.request().method() === 'POST' ? route.fulfill(answer) : route.fallback(),
    )
    await ana.getByLabel('New workspace').fill('Refused')
    await ana.getByRole('button', { name: 'Create' }).click()
    await soon(() => ana.getByRole('alert').textContent()).toContain(words)
    expect(await ana.getByLabel('New workspace').inputValue()).toBe('Refused')

    await device.context.unroute('**/workspaces')
    await ana.getByRole('button', { name: 'Create' }).click()
    await heading(ana, 'Refused').waitFor()
  })

  it('[P3] are asked for again by themselves once the server can answer', async () => {
    const device = await world.device({ serviceWorkers: 'block' })
    const ana = await arrive('Ana', device)
    const away = { status: 503, headers: { 'retry-after': '1' }, json: { reason: 'away' } }
    await device.context.route('**/workspaces', (route) => route.fulfill(away))
    await goToWorkspaces(ana)
    const news = ana.locator('.lobby-news')
    await soon(() => news.textContent()).toContain('can’t answer just now')
    await device.context.unroute('**/workspaces')
    await entry(ana, 'demo').waitFor()
    await soon(() => news.textContent()).toBe('')
  })
})

describe('an invite link', () => {
  it('[H6] signs in whoever follows it, lets them in, and leaves the address', async () => {
    const { ana, bruno, link } = await two('By link')
    expect(bruno.url()).not.toContain(link.split('/').at(-1) ?? link)
    await heading(bruno, 'By link').waitFor()
    await soon(() => ana.getByTestId('invite').textContent()).toContain('used once')
    await closeDialog(ana)
    await createContact(bruno, 'Grace Hopper')
    await row(ana, 'Grace Hopper').waitFor()
    await goToWorkspaces(bruno)
    await soon(() => entry(bruno, 'By link').textContent()).toContain('Editor · 2 people')
  })

  it('[H6] that is withdrawn, or never was, says so kindly and goes on', async () => {
    const ana = await arrive('Ana')
    await createWorkspace(ana, 'Withdrawn')
    await openPeople(ana)
    const link = await makeLink(ana, 'viewer')
    await ana.getByRole('button', { name: /^Withdraw Viewer link/ }).click()
    await ana.getByTestId('invite').waitFor({ state: 'detached' })
    for (const path of [pathOf(link), '/#/invite/never']) {
      const chiara = await (await world.device()).open(path)
      await signIn(chiara, 'Chiara')
      const over = chiara.getByRole('heading', { name: 'This invite is no longer open' })
      const goOn = chiara.getByRole('button', { name: 'Join as Chiara' })
      await goOn.or(over).waitFor()
      if (await goOn.isVisible()) await goOn.click()
      await over.waitFor()
      expect(chiara.url()).toMatch(/#\/invite\/(never)?$/)
      await chiara.getByRole('button', { name: 'My workspaces' }).click()
      await chiara.getByText('You are in no workspace.').waitFor()
    }
  })

  it('is copied by a button that says so', async () => {
    const device = await world.device({ permissions: ['clipboard-read', 'clipboard-write'] })
    const ana = await arrive('Ana', device)
    await createWorkspace(ana, 'Copied')
    await openPeople(ana)
    const link = await makeLink(ana)
    await ana.getByRole('button', { name: 'Copy' }).click()
    await ana.getByRole('button', { name: 'Copied' }).waitFor()
    expect(await ana.evaluate(() => navigator.clipboard.readText())).toBe(link)
    expect(new URL(link).origin).toBe(device.origin)
  })
})

describe('an owner', () => {
  it('[H4] gives another role, which holds at once, and after a renewal', async () => {
    const { ana, bruno } = await two('Roles')
    await createContact(bruno, 'Grace Hopper')
    await write(bruno, 'Company', 'Navy')
    await untilSaved(bruno)
    await ana.getByLabel('Role of Bruno').selectOption('viewer')
    await soon(() => bruno.getByTestId('toast').textContent()).toContain('You are a viewer now')
    await bruno.getByText('You can look at this workspace, not change it.').waitFor()
    await field(bruno, 'Company').click()
    await bruno.keyboard.type('Army')
    expect(await textIn(bruno, 'Company')).toBe('Navy')
    await openPeople(bruno)
    await member(bruno, 'ana').waitFor()
    const dialog = bruno.getByRole('dialog')
    expect(await dialog.getByRole('combobox').count()).toBe(0)
    expect(await dialog.getByRole('button').allTextContents()).toEqual([''])

    await bruno.reload()
    await untilLive(bruno)
    await bruno.getByText('You can look at this workspace, not change it.').waitFor()
    await soon(() => ana.getByLabel('Role of Bruno').inputValue()).toBe('viewer')
    await ana.getByLabel('Role of Bruno').selectOption('editor')
    await soon(() => bruno.getByTestId('toast').textContent()).toContain('You are an editor now')
    await write(bruno, 'Company', 'Army')
    await untilSaved(bruno)
  })

  it('[H3] renames the workspace, and everybody sees it at once', async () => {
    const { ana, bruno } = await two('Old name')
    await closeDialog(ana)
    await openSettings(ana)
    await ana.getByRole('textbox', { name: 'Name', exact: true }).fill('New name')
    await ana.keyboard.press('Enter')
    await soon(() => ana.getByRole('dialog').textContent()).toContain('called “New name” now')
    for (const page of [ana, bruno]) {
      await soon(() => page.locator('h1').textContent()).toBe('New name')
      await soon(() => page.title()).toBe('New name · Kith')
    }
    await closeDialog(ana)
    // The dialog has given the focus back to where it was opened from.
    await soon(() => ana.evaluate(() => document.activeElement?.ariaLabel)).toBe('More')
  })

  it('[P4] removes somebody, who is out at once, keeps their work, and does not come back', async () => {
    const { ana, bruno } = await two('Removed')
    await createContact(bruno, 'Grace Hopper')
    await untilSaved(bruno)
    await openPeople(bruno)
    await ana.getByRole('button', { name: 'Remove Bruno' }).click()
    await ana.keyboard.press('Escape')
    await ana.getByRole('button', { name: 'Remove Bruno' }).click()
    await ana.getByRole('group').getByRole('button', { name: 'Remove Bruno' }).click()
    const problem = bruno.getByTestId('problem')
    await soon(() => problem.textContent()).toContain('no longer a member of “Removed”')
    await bruno.getByRole('dialog').waitFor({ state: 'detached' })
    await member(ana, 'bruno').waitFor({ state: 'detached' })

    await openContact(bruno, 'Grace Hopper')
    await write(bruno, 'Company', 'Navy')
    await soon(() => problem.textContent()).toContain('1 change kept on this device')
    await expectCleanInBoth(bruno, 'no-longer-a-member')
    const download = bruno.waitForEvent('download')
    await problem.getByRole('button', { name: 'Save a copy' }).click()
    const file = await download
    expect(file.suggestedFilename()).toMatch(/^Removed-\d{4}-\d{2}-\d{2}\.vcf$/)
    expect(await readFile(await file.path(), 'utf8')).toContain('ORG:Navy;')
    await problem.getByRole('button', { name: 'Try again' }).click()
    await bruno.reload()
    await soon(() => statusText(bruno)).toContain('No access to this workspace')
    expect(await row(bruno, 'Grace Hopper').count()).toBe(1)
    expect(await member(ana, 'bruno').count()).toBe(0)

    await problem.getByRole('button', { name: 'My workspaces' }).click()
    await bruno.getByRole('heading', { name: 'Only on this device' }).waitFor()
    await bruno.getByRole('button', { name: 'Delete Removed from this device' }).click()
    await bruno.getByText('“Removed” holds changes of yours that no server has').waitFor()
    await bruno.getByRole('button', { name: 'Cancel' }).click()
    await bruno.getByRole('button', { name: 'Delete Removed from this device' }).click()
    await bruno.getByRole('button', { name: 'Delete', exact: true }).click()
    await bruno.getByRole('heading', { name: 'Only on this device' }).waitFor({ state: 'detached' })
    expect(await databases(bruno)).toEqual([])
  })

  it('[P4] decides for good: no reload and no other try of who came by a link undoes it', async () => {
    const workspace = 'signed-in'
    const ana = await (await world.device()).visit({ as: 'Ana', workspace, role: 'owner' })
    const bruno = await (await world.device()).visit({ as: 'Bruno', workspace, role: 'editor' })
    await untilLive(bruno)
    await openPeople(ana)
    await ana.getByLabel('Role of Bruno').selectOption('viewer')
    await soon(() => bruno.getByTestId('toast').textContent()).toContain('You are a viewer now')
    await bruno.reload()
    await untilLive(bruno)
    // By force: it says itself that it does nothing.
    await bruno.getByRole('button', { name: 'New contact' }).click({ force: true })
    await soon(() => bruno.getByTestId('toast').textContent()).toContain('not change it')

    await ana.getByRole('button', { name: 'Remove Bruno' }).click()
    await ana.getByRole('group').getByRole('button', { name: 'Remove Bruno' }).click()
    const problem = bruno.getByTestId('problem')
    await problem.waitFor()
    await problem.getByRole('button', { name: 'Try again' }).click()
    await bruno.reload()
    await soon(() => problem.textContent()).toContain('no longer a member')
    const members = 'select user_id from workspace_members where workspace_id = $1'
    expect(await world.server.query(members, [workspace])).toEqual([{ user_id: 'ana' }])
  })

  it('[H4] does all of it by keys alone, and never loses their place', async () => {
    const { ana, bruno } = await two('By keys')
    const focused = (): Promise<string | null> =>
      ana.evaluate(
        () => document.activeElement?.ariaLabel ?? document.activeElement?.textContent ?? '',
      )
    await ana.getByLabel('Role of Bruno').focus()
    await ana.keyboard.type('V')
    await soon(() => ana.getByRole('dialog').textContent()).toContain('Bruno is a viewer now')
    expect(await focused()).toBe('Role of Bruno')
    await ana.keyboard.press('Tab')
    expect(await focused()).toBe('Remove Bruno')
    await ana.keyboard.press('Enter')
    await soon(focused).toBe('Cancel')
    await ana.keyboard.press('Escape')
    await soon(focused).toBe('Remove Bruno')
    await ana.keyboard.press('Enter')
    await soon(focused).toBe('Cancel')
    await ana.keyboard.press('Tab')
    await ana.keyboard.press('Enter')
    await member(ana, 'bruno').waitFor({ state: 'detached' })
    await soon(focused).toBe('People in By keys')
    await soon(() => bruno.getByTestId('problem').textContent()).toContain('no longer a member')
    await closeDialog(ana)
    await soon(focused).toBe('People and invites')
  })

  it('[H5] alone can’t leave, and is told why; another owner lets them', async () => {
    const { ana, bruno } = await two('Last owner')
    await ana.getByLabel('Role of Bruno').waitFor()
    expect(await ana.getByLabel('Your role').isDisabled()).toBe(true)
    await closeDialog(ana)
    await openSettings(ana)
    const leave = async (page: Page): Promise<void> => {
      await page.getByRole('button', { name: 'Leave this workspace…' }).click()
      await page.getByRole('button', { name: 'Leave', exact: true }).click()
    }
    await leave(ana)
    await soon(() => ana.getByRole('dialog').textContent()).toContain('You are the only owner')
    await closeDialog(ana)
    await openPeople(ana)
    await ana.getByLabel('Role of Bruno').selectOption('owner')
    await soon(() => bruno.getByTestId('toast').textContent()).toContain('You are an owner')
    await closeDialog(ana)
    await openSettings(ana)
    await leave(ana)
    await soon(() => ana.getByTestId('toast').textContent()).toBe('You left “Last owner”')
    await soon(() => databases(ana)).toEqual([THE_DEMOS])
    await entry(ana, 'demo').waitFor()
    await entry(ana, 'Last owner').waitFor({ state: 'detached' })
    expect(await ana.getByRole('heading', { name: 'Only on this device' }).count()).toBe(0)
    await openPeople(bruno)
    await soon(() => bruno.getByTestId('member').count()).toBe(1)
  })

  it('[H3] deletes the workspace by typing its name, for everybody', async () => {
    const { ana, bruno } = await two('Doomed')
    await closeDialog(ana)
    await openSettings(ana)
    await ana.getByRole('button', { name: 'Delete this workspace…' }).click()
    await ana.keyboard.type('Doome')
    expect(await ana.getByRole('button', { name: 'Delete for good' }).isDisabled()).toBe(true)
    await ana.keyboard.type('d')
    await ana.keyboard.press('Enter')
    await soon(() => ana.getByTestId('toast').textContent()).toBe('“Doomed” is deleted')
    await entry(ana, 'Doomed').waitFor({ state: 'detached' })
    await soon(() => databases(ana)).toEqual([THE_DEMOS])
    const problem = bruno.getByTestId('problem')
    await soon(() => problem.textContent()).toContain('no longer a member of “Doomed”')
    expect(await world.server.query("select 1 from workspaces where name = 'Doomed'")).toEqual([])
  })
})
