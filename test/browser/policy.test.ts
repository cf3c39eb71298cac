/** The content security policy in a real browser: nothing of ours breaks it, and it holds. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createContact, row, soon, untilSaved, untilShellKept } from './app.js'
import { startWorld, type World } from './world.js'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

/** A page that notes each violation from its first moment on. */
const openWatched = async (path: string): Promise<Page> => {
  const device = await world.device()
  await device.context.addInitScript(() => {
    const violations: string[] = []
    Object.assign(globalThis, { violations })
    document.addEventListener('securitypolicyviolation', (event) => {
      violations.push(`${event.effectiveDirective} ${event.blockedURI}`)
    })
  })
  return device.open(path)
}
const violations = (page: Page): Promise<string[]> =>
  page.evaluate(() => Reflect.get(globalThis, 'violations') as string[])

describe('the content security policy', () => {
  it('[H8] lets the app do what it does: load, connect, start again from its cache', async () => {
    const page = await openWatched('/?as=Ana&workspace=policy&role=owner')
    await createContact(page, 'Grace Hopper')
    await untilSaved(page)
    await untilShellKept(page)
    await page.reload()
    await row(page, 'Grace Hopper').waitFor()
    await untilSaved(page)
    expect(await violations(page)).toEqual([])
    expect(await world.endScene()).toEqual([])
  })

  it('[H8] lets the test client do what it does', async () => {
    const page = await openWatched('/test-client')
    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    await soon(() => page.getByTestId('state').textContent()).toBe('connected')
    expect(await violations(page)).toEqual([])
    expect(await world.endScene()).toEqual([])
  })

  it('[H8] stops what others would have a page do', async () => {
    const page = await openWatched('/test-client')
    const did = await page.evaluate(async () => {
      const script = document.createElement('script')
      script.textContent = 'globalThis.ran = true'
      document.body.append(script)
      document.body.insertAdjacentHTML('beforeend', '<p onclick="globalThis.ran = true">click</p>')
      document.querySelector<HTMLElement>('body > p:last-child')?.click()
      const asked = await fetch('https://elsewhere.example/').then(
        () => 'fetched',
        () => 'stopped',
      )
      const frame = document.createElement('iframe')
      frame.src = location.href
      document.body.append(frame)
      return { asked, ran: Reflect.get(globalThis, 'ran') as unknown }
    })
    expect(did).toEqual({ asked: 'stopped', ran: undefined })
    await soon(async () => (await violations(page)).map((one) => one.split(' ')[0]).sort()).toEqual(
      ['connect-src', 'frame-src', 'script-src-attr', 'script-src-elem'],
    )
    const said = await world.endScene()
    expect(said.filter((text) => !/Content Security Policy/.test(text))).toEqual([])
    expect(said.length).toBeGreaterThanOrEqual(4)
  })
})
