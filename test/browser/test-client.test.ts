import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { createContact, openContact, person, row, soon, untilSaved } from './app.js'
import { expectClean, expectCleanInBoth } from './looks.js'
import { useWorld } from './world.js'

const world = useWorld()

const openTestClient = async (workspace: string): Promise<Page> => {
  const page = await (await world.device()).open('/test-client')
  await page.getByLabel('Workspace').fill(workspace)
  return page
}

const connect = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
  await soon(() => page.getByTestId('state').textContent()).toBe('connected')
}

const press = (page: Page, name: string): Promise<void> =>
  page.getByRole('button', { name, exact: true }).click()

/** The details of what the log has of this kind, in this direction. */
const logged = (page: Page, direction: 'sent' | 'received', kind: string): Promise<string[]> =>
  page
    .locator(`#log li[data-direction="${direction}"][data-kind="${kind}"] .details`)
    .allTextContents()

describe('the test client', () => {
  it('[W65] connects with a development token, is welcomed, and its update reaches the app', async () => {
    const workspace = 'inspected'
    const ana = await (await world.device()).visit({ as: 'Ana', workspace })
    await createContact(ana, 'Grace Hopper')
    await untilSaved(ana)
    const page = await openTestClient(workspace)
    await connect(page)
    await soon(() => logged(page, 'received', 'welcome')).toEqual([
      expect.stringMatching(/^Inspector \(inspector\) as owner in “.*”, epoch 1, head 1/),
    ])
    await press(page, 'Update: new contact')
    await soon(() => logged(page, 'received', 'ack')).toEqual([
      '1 messages settled, committed through seq 2',
    ])
    await row(ana, 'Test contact').waitFor()
    await press(page, 'Probe')
    await soon(async () => (await logged(page, 'received', 'probe')).length).toBe(1)
    await press(page, 'Update: unknown root')
    await soon(() => logged(page, 'received', 'reject')).toEqual(['message 2: unknown-root'])
    expect(await page.getByTestId('state').textContent()).toBe('connected')
    await expectCleanInBoth(page, 'test-client')
  })

  it('[W65] connects with any token, as whom that says', async () => {
    const page = await openTestClient('any-token')
    const token = await world.server.token({
      userId: 'vera',
      name: 'Vera',
      workspaceId: 'any-token',
      role: 'viewer',
    })
    await page.getByLabel('Token', { exact: true }).fill(token)
    await connect(page)
    await soon(() => logged(page, 'received', 'welcome')).toEqual([
      expect.stringMatching(/^Vera \(vera\) as viewer in “.*”/),
    ])
    await press(page, 'Update: new contact')
    await soon(async () => (await logged(page, 'received', 'reject')).length).toBe(1)
  })

  it('[W65] shows who is there, and is seen where it says it is', async () => {
    const workspace = 'seen'
    const ana = await (await world.device()).visit({ as: 'Ana', workspace })
    await createContact(ana, 'Grace Hopper')
    const page = await openTestClient(workspace)
    await connect(page)
    await soon(() => page.getByTestId('people').textContent()).toContain('Ana')
    const contactId = /contacts\/([^/]+)$/.exec(ana.url())?.[1] ?? ''
    await page.getByLabel('Contact', { exact: true }).fill(contactId)
    await page.getByLabel('Field').fill('company')
    await page.getByLabel('typing').check()
    await press(page, 'Send presence')
    await soon(() => person(ana, 'inspector').getAttribute('aria-label')).toBe(
      'Inspector, typing in Company of Grace Hopper',
    )
    await openContact(ana, 'Grace Hopper')
    await press(page, 'Disconnect')
    await person(ana, 'inspector').waitFor({ state: 'detached' })
    await soon(() => page.getByTestId('last-close').textContent()).toMatch(/^Last close 1000: /)
  })

  it.each([
    ['Broken frame', 'Last close 4400: broken protocol: not a message of this protocol (final)'],
    ['Text frame', 'Last close 4400: broken protocol: text frames are not spoken here (final)'],
  ])('[P4] is closed for a %s, and says what the code means', async (name, says) => {
    const page = await openTestClient('broken')
    await connect(page)
    await soon(async () => (await logged(page, 'received', 'welcome')).length).toBe(1)
    await press(page, name)
    await soon(() => page.getByTestId('last-close').textContent()).toBe(says)
    await expectClean(page, `test-client-${name.toLowerCase().replace(' ', '-')}`)
    await soon(() => page.getByTestId('state').textContent()).toBe('not connected')
  })

  it('[W65] says that a token is none', async () => {
    const page = await openTestClient('broken')
    await page.getByLabel('Token', { exact: true }).fill('not a token')
    await press(page, 'Connect')
    await soon(() => page.getByTestId('last-close').textContent()).toBe(
      'Last close 4401: not authenticated (only with another token)',
    )
  })

  it('[W65] says how the connection stands, and shows the bytes of a frame, but never a token', async () => {
    const page = await openTestClient('facts')
    const fact = (name: string): Promise<string> =>
      page.locator(`[data-fact="${name}"]`).innerText()
    expect(await fact('State vector')).toBe('empty')
    await connect(page)
    await soon(() => fact('Who')).toMatch(/^Inspector \(inspector\) as owner in “.*”$/)
    await press(page, 'Update: new contact')
    await soon(() => fact('Acknowledged')).toBe('1 of 1, 0 refused')
    expect(await fact('Pending')).toBe('0')
    await press(page, 'Update: unknown root')
    await soon(() => fact('Acknowledged')).toBe('2 of 2, 1 refused')
    await soon(() => fact('Seq')).toBe('1 of 1')
    expect(await fact('State vector')).toMatch(/^\d+: \d+$/)
    expect(await fact('Bytes')).toMatch(/^[\d,]+ in, [\d,]+ out$/)

    const hello = page.locator('#log li[data-kind="hello"]')
    await hello.getByText('hex').click()
    // The bytes are drawn once the browser has told that they are opened.
    const dump = (): Promise<string> => hello.locator('pre').innerText()
    await soon(dump).toMatch(/^0000 {2}64 /)
    expect(await dump()).toContain('****************')
    const token = await page.getByLabel('Token', { exact: true }).inputValue()
    const [file] = await Promise.all([page.waitForEvent('download'), press(page, 'Export')])
    expect(file.suggestedFilename()).toMatch(/^kith-log-.*\.jsonl$/)
    const text = await readFile(await file.path(), 'utf8')
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(lines.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['hello', 'welcome', 'update', 'ack', 'reject']),
    )
    for (const part of token.split('.')) expect(text).not.toContain(part)
    expect(text).not.toContain(token.slice(0, 12))

    // What no answer has come to is counted until one comes.
    world.slow('home', 3_000)
    await press(page, 'Update: new contact')
    await soon(() => fact('Pending')).toBe('1')
    world.slow('home', 0)
    await soon(() => fact('Pending')).toBe('0')
  })

  it('[W65] goes on from a known row, and cuts the connection', async () => {
    const page = await openTestClient('resumed')
    await connect(page)
    await press(page, 'Update: new contact')
    // One after the other: sent together they may become one row.
    await soon(() => page.locator('[data-fact="Seq"]').innerText()).toBe('1 of 1')
    await press(page, 'Update: rename it')
    await soon(() => page.locator('[data-fact="Seq"]').innerText()).toBe('2 of 2')
    await press(page, 'Cut the connection')
    await soon(() => page.getByTestId('state').textContent()).toBe('not connected')
    expect(await page.getByTestId('last-close').textContent()).toBe(
      'Last close 1006: cut, or never opened (try again after a while)',
    )
    await page.getByLabel('Epoch known').fill('1')
    await page.getByLabel('Seq known').fill('1')
    await press(page, 'Clear')
    await connect(page)
    await soon(() => logged(page, 'received', 'welcome')).toEqual([
      expect.stringMatching(/head 2, tail follows$/),
    ])
    const rows = async () => (await logged(page, 'received', 'rows')).join()
    await soon(rows).toMatch(/^seq 2 by [^\n]+\n {2}fields \S+\/name = "Renamed \d+"/)
  })

  it('[W65] sends each kind of message that a client has', async () => {
    const page = await openTestClient('every-kind')
    await connect(page)
    await soon(async () => (await logged(page, 'received', 'welcome')).length).toBe(1)
    for (const name of [
      'Update: new contact',
      'Sync step 1',
      'Sync step 2',
      'Query awareness',
      'Probe',
      'New token',
      'Send presence',
    ]) {
      await press(page, name)
    }
    const kinds = [
      'hello',
      'update',
      'sync-step-1',
      'sync-step-2',
      'query-awareness',
      'probe',
      'token',
      'awareness',
    ]
    for (const kind of kinds) await soon(() => logged(page, 'sent', kind)).toHaveLength(1)
    await soon(async () => (await logged(page, 'received', 'probe')).length).toBe(1)
    expect(await page.getByTestId('state').textContent()).toBe('connected')
  })
})
