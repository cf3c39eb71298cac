/** Signing in with Supabase: real supabase-js in the page, a server like Auth, real JWTs. */
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser } from '../harness/browser.js'
import { type GoTrueServer, PUBLISHABLE_KEY, startGoTrue } from '../harness/gotrue-server.js'
import { startTestServer, type TestServer } from '../harness/test-server.js'
import { createContact, row, soon, untilLive, untilSaved, untilShellKept } from './app.js'
import { expectCleanInBoth } from './looks.js'
import { takePicture } from './pictures.js'

let auth: GoTrueServer
let server: TestServer
let browser: Browser

beforeAll(async () => {
  auth = await startGoTrue()
  server = await startTestServer({
    env: {
      JWKS_URL: `${auth.url}/auth/v1/.well-known/jwks.json`,
      JWT_ISSUER: `${auth.url}/auth/v1`,
      JWT_AUDIENCE: 'authenticated',
      SUPABASE_ANON_KEY: PUBLISHABLE_KEY,
    },
  })
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser.close()
  await server.close()
  await auth.close()
})

const newContext = (): Promise<BrowserContext> =>
  browser.newContext({ viewport: { width: 1280, height: 860 } })

/** The sign-in, with every breach of the page's policy noted. */
const open = async (context: BrowserContext, path = '/'): Promise<Page> => {
  const page = await context.newPage()
  await page.addInitScript(() => {
    const violations: string[] = []
    Object.assign(globalThis, { violations })
    document.addEventListener('securitypolicyviolation', (event) => {
      violations.push(`${event.effectiveDirective} ${event.blockedURI}`)
    })
  })
  await page.goto(new URL(path, server.process.url).href)
  return page
}

const signIn = async (page: Page, email: string, password: string): Promise<void> => {
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

const makeWorkspace = async (page: Page, name: string): Promise<void> => {
  await page.getByLabel('New workspace').fill(name)
  await page.keyboard.press('Enter')
  await untilLive(page)
}

describe('signing in with Supabase', () => {
  it('[W64] gets in by email and password, works, and the page may ask that origin alone', async () => {
    auth.addUser('ana@team.example', 'long enough')
    const context = await newContext()
    const page = await open(context)
    await signIn(page, 'ana@team.example', 'wrong')
    await soon(() => page.getByRole('alert').textContent()).toBe('Invalid login credentials')
    await expectCleanInBoth(page, 'supabase-sign-in')
    await signIn(page, 'ana@team.example', 'long enough')
    await makeWorkspace(page, 'Our team')
    await createContact(page, 'Grace Hopper')
    await untilSaved(page)
    const violations = () => page.evaluate(() => Reflect.get(globalThis, 'violations') as string[])
    expect(await violations()).toEqual([])
    const answer = await page.request.get(new URL('/', server.process.url).href)
    const policy = answer.headers()['content-security-policy'] ?? ''
    expect(/connect-src ([^;]+)/.exec(policy)?.[1]?.split(' ')).toEqual([
      "'self'",
      expect.stringMatching(/^ws:/),
      expect.stringMatching(/^wss:/),
      auth.url,
    ])
    const told = await (await page.request.get(new URL('/sign-in', server.process.url).href)).json()
    expect(told).toEqual({ kind: 'supabase', url: auth.url, anonKey: PUBLISHABLE_KEY })

    // A new tab of this device is signed in; without a network too.
    await untilShellKept(page)
    await context.setOffline(true)
    const other = await open(context)
    await row(other, 'Grace Hopper').waitFor()
    await context.setOffline(false)
    await untilLive(other)
    await other.close()

    // And after signing out nobody is, in no tab.
    await page.getByRole('button', { name: 'More' }).click()
    await page.getByRole('menuitem', { name: /Sign out/ }).click()
    await page.getByLabel('Email').waitFor()
    await page.reload()
    await page.getByLabel('Email').waitFor()
    await soon(() => page.getByRole('button', { name: 'Sign in', exact: true }).isEnabled()).toBe(
      true,
    )
    expect(await page.evaluate(() => localStorage.getItem('kith.supabase'))).toBe(null)
    await context.close()
  })

  it('[W64] renews the token while connected, by a token that serves once', async () => {
    // supabase-js renews what has less than 90 s left, and Kith what has less than a part of that.
    auth.lifetime = 12
    auth.addUser('bo@team.example', 'long enough')
    const context = await newContext()
    const page = await open(context)
    await signIn(page, 'bo@team.example', 'long enough')
    await makeWorkspace(page, 'Short')
    const before = auth.requests.filter((one) => one.endsWith('?refresh_token')).length
    const states: string[] = []
    await page.exposeFunction('sawState', (state: string) => states.push(state))
    await page.evaluate(() => {
      const status = document.querySelector('[data-testid="sync"]')
      new MutationObserver(() => {
        const saw: unknown = Reflect.get(globalThis, 'sawState')
        if (typeof saw === 'function') saw(status?.getAttribute('data-state'))
      }).observe(document.body, { subtree: true, attributeFilter: ['data-state'] })
    })
    await soon(
      () => auth.requests.filter((one) => one.endsWith('?refresh_token')).length,
      40_000,
    ).toBeGreaterThan(before + 1)
    await createContact(page, 'Grace Hopper')
    await untilSaved(page)
    expect(states.filter((state) => state === 'needs-auth' || state === 'denied')).toEqual([])
    auth.lifetime = 3_600
    await context.close()
  })

  it('[W64] signs out in all tabs of a device: they are one person', async () => {
    auth.addUser('eve@team.example', 'long enough')
    const context = await newContext()
    const page = await open(context)
    await signIn(page, 'eve@team.example', 'long enough')
    await makeWorkspace(page, 'Two tabs')
    await createContact(page, 'Grace Hopper')
    await untilSaved(page)
    const other = await open(context)
    await row(other, 'Grace Hopper').waitFor()
    await page.getByRole('button', { name: 'More' }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.getByLabel('Email').waitFor()
    await other.getByLabel('Email').waitFor()
    await other.reload()
    await other.getByLabel('Email').waitFor()
    await context.close()
  })

  it('[W64] gets in by a link in a mail, opened in the same browser', async () => {
    const context = await newContext()
    const page = await open(context)
    await page.getByLabel('Email').fill('chiara@team.example')
    await page.getByRole('button', { name: 'Email me a link instead' }).click()
    await soon(() => page.getByRole('status').textContent()).toContain('on its way')
    const link = auth.link('chiara@team.example')
    expect(link).toContain('?code=')
    const arrived = await open(context, link)
    await arrived.getByRole('heading', { name: 'My workspaces' }).waitFor()
    await soon(() => arrived.url()).not.toContain('code=')
    await context.close()
  })

  it('[W67] leads who was invited into the invitation, by the link of a mail, in another tab', async () => {
    auth.addUser('owner@team.example', 'long enough')
    const home = await newContext()
    const owner = await open(home)
    await signIn(owner, 'owner@team.example', 'long enough')
    await makeWorkspace(owner, 'Harbour Books')
    await owner.getByRole('button', { name: 'People and invites' }).click()
    auth.confirmsMail = true
    for (const way of ['Email me a link instead', 'Make a new account with these']) {
      await owner.getByRole('button', { name: 'Make a link' }).click()
      const invite = await owner.getByLabel('Invite link', { exact: true }).inputValue()
      const code = invite.split('/').at(-1) ?? ''
      expect(code.length).toBeGreaterThan(8)
      const context = await newContext()
      const told: string[] = []
      context.on('request', (request) => {
        const isOwn = request.url().startsWith(server.process.url)
        if (!isOwn) told.push(`${request.url()} ${request.postData() ?? ''}`)
      })
      context.on('console', (message) => told.push(message.text()))
      const page = await open(context, invite)
      await page.getByRole('heading', { name: 'You are invited' }).waitFor()
      const email = `${way.slice(0, 5).trim().toLowerCase()}@Team.example`
      await page.getByLabel('Email').fill(email)
      await page.getByLabel('Password').fill('long enough')
      await page.getByRole('button', { name: way }).click()
      await soon(() => page.getByRole('status').textContent()).toMatch(/on its way|confirm/)
      await takePicture(page, `invited-mail-${way.length}`)
      await page.close()
      const arrived = await open(context, auth.link(email))
      await arrived.getByRole('button', { name: /^Join as/ }).click()
      await arrived.getByRole('heading', { name: 'Harbour Books' }).waitFor()
      await untilLive(arrived)
      expect(told.length).toBeGreaterThan(0)
      expect(told.filter((line) => line.includes(code))).toEqual([])
      // Once: who comes by again is where they were last.
      expect(await arrived.evaluate(() => JSON.stringify(localStorage))).not.toContain(code)
      await context.close()
      await owner.keyboard.press('Escape')
      await owner.getByRole('button', { name: 'People and invites' }).click()
    }
    auth.confirmsMail = false
    await home.close()
  })

  it('[W64] makes an account, and leaves development sign-in out', async () => {
    const context = await newContext()
    const page = await open(context)
    await page.getByLabel('Email').fill('deniz@team.example')
    await page.getByLabel('Password').fill('long enough')
    expect(await page.getByText('Or sign in as').count()).toBe(0)
    await page.getByRole('button', { name: 'Make a new account with these' }).click()
    await page.getByRole('heading', { name: 'My workspaces' }).waitFor()
    await context.close()
  })
})
