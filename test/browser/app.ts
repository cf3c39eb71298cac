/** The demo as a person finds it on the screen, by what things are called. */
import type { JSHandle, Locator, Page } from 'playwright-core'
import { expect } from 'vitest'

/** Reads until it is as expected; for a condition that only time brings. */
export const soon = (
  read: () => unknown,
  timeout = 20_000,
): ReturnType<typeof expect.poll<unknown>> => expect.poll(read, { timeout, interval: 25 })

export const row = (page: Page, name: string): Locator =>
  page.getByTestId('contact-row').filter({ hasText: name })

export const field = (page: Page, label: string): Locator =>
  page.getByRole('main').getByLabel(label, { exact: true })

export const textIn = (page: Page, label: string): Promise<string> =>
  field(page, label).inputValue()

/** The box around a field, which tells who else is in it. */
export const boxOf = (page: Page, label: string): Locator =>
  page.locator('.field').filter({ has: page.getByLabel(label, { exact: true }) })

export const person = (page: Page, userId: string): Locator =>
  page.locator(`[data-part="person"][data-user="${userId}"]`)

export const count = (page: Page): Promise<string> =>
  page
    .getByTestId('count')
    .textContent()
    .then((text) => text ?? '')

/** What the status line says; '' while there is nothing to say. */
export const statusText = async (page: Page): Promise<string> =>
  (await page.getByRole('status', { name: 'Connection status' }).textContent()) ?? ''

export const untilLive = (page: Page): Promise<void> =>
  page.locator('[data-testid="sync"][data-state="live"]').waitFor()

/** Connected, and nothing waits to be saved. */
export const untilSaved = (page: Page, timeout = 20_000): Promise<void> =>
  page.locator('[data-testid="sync"][data-state="live"][data-pending="0"]').waitFor({ timeout })

/** So many changes wait, all of them kept on the device. */
export const untilKept = (page: Page, changes: number): Promise<void> =>
  page.locator(`[data-testid="sync"][data-pending="${changes}"][data-on-device="true"]`).waitFor()

/** By keys alone; ends in the new contact. */
export const createContact = async (page: Page, name: string): Promise<void> => {
  await page.locator('body').press('n')
  await page.keyboard.type(name)
  await page.keyboard.press('Enter')
  await field(page, 'About').waitFor()
}

export const openContact = async (page: Page, name: string): Promise<void> => {
  await row(page, name).click()
  await field(page, 'About').waitFor()
}

/** Goes into a field, and writes something else in place of what it held. */
export const write = async (page: Page, label: string, text: string): Promise<void> => {
  await field(page, label).click()
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.type(text)
}

export const addNote = async (page: Page, body: string): Promise<void> => {
  await field(page, 'New note').click()
  await page.keyboard.type(body)
  await page.keyboard.press('ControlOrMeta+Enter')
}

export const notes = (page: Page): Promise<string[]> => page.locator('.note-body').allTextContents()

/** The app's shell is kept: from here on a reload needs no server. */
export const untilShellKept = (page: Page): Promise<unknown> =>
  page.waitForFunction(() => navigator.serviceWorker.controller?.state === 'activated')

export interface Sight {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly text: string
}

/** All texts that what matches `selector` shows one after the other, with their times. */
export const watch = (page: Page, selector: string): Promise<JSHandle<Sight[]>> =>
  page.evaluateHandle((watched) => {
    const seen: { at: number; text: string }[] = []
    const look = (): void => {
      const text = document.querySelector(watched)?.textContent ?? ''
      if (text !== seen.at(-1)?.text) seen.push({ at: Date.now(), text })
    }
    look()
    new MutationObserver(look).observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
    })
    return seen
  }, selector)

export const textsOf = async (sights: JSHandle<Sight[]>): Promise<string[]> =>
  (await sights.jsonValue()).map(({ text }) => text)

export const STATUS = '[data-testid="sync"] [data-part="text"]'
