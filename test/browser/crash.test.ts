import type { JSHandle, Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { addNote, createContact, notes, openContact, soon, untilLive, untilSaved } from './app.js'
import { useWorld } from './world.js'

const world = useWorld()

/** Milliseconds: a browser whose own network never went away tries again after waits that grow. */
const TRIES_AGAIN_WITHIN = 60_000

/** How many notes there were whenever the page last said that nothing waits to be saved. */
const watchSaved = (page: Page): Promise<JSHandle<{ notes: number }>> =>
  page.evaluateHandle(() => {
    const saved = { notes: 0 }
    const status = document.querySelector('[data-testid="sync"]')
    if (!status) throw new Error('no status')
    // Only when the status itself changes: a note is on the page an instant before it counts.
    new MutationObserver(() => {
      if (status.getAttribute('data-pending') !== '0') return
      saved.notes = document.querySelectorAll('[data-testid="note"]').length
    }).observe(status, { attributeFilter: ['data-pending'] })
    return saved
  })

const named = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => `note ${from + index}`)

describe('a server that is killed in the middle of a stream of edits', () => {
  it('[P1] loses nothing that was shown as saved, and gets the rest once it is back', async () => {
    const visit = { as: 'Ana', workspace: 'crash' }
    const ana = await (await world.device()).visit(visit)
    await createContact(ana, 'Grace Hopper')
    await untilSaved(ana)
    const saved = await watchSaved(ana)
    const savedNotes = async (): Promise<number> => (await saved.jsonValue()).notes

    let written = 0
    const writeOne = async (): Promise<void> => addNote(ana, `note ${written++}`)
    while ((await savedNotes()) < 100) await writeOne()
    // The last ones are on their way when it happens, sent and not answered.
    world.slow('home', 300)
    for (let more = 0; more < 5; more++) await writeOne()
    const killed = world.kill()
    for (let more = 0; more < 15; more++) await writeOne()
    await killed
    const shown = await savedNotes()
    expect(shown).toBeGreaterThanOrEqual(100)
    expect(shown).toBeLessThan(written)

    // Ana's own copy must not help: until she is back, others see what the server kept.
    world.cut('home')
    await world.restart()
    const office = await world.device({ network: 'office' })
    const reader = await office.visit({ as: 'Reader', workspace: 'crash', role: 'viewer' })
    await openContact(reader, 'Grace Hopper')
    await untilLive(reader)
    const kept = new Set(await notes(reader))
    expect(named(0, shown).filter((note) => !kept.has(note))).toEqual([])
    expect(kept.size).toBeLessThan(written)

    world.slow('home', 0)
    world.restore('home')
    await untilSaved(ana, TRIES_AGAIN_WITHIN)
    await soon(async () => (await notes(reader)).length).toBe(written)
    expect((await notes(reader)).sort()).toEqual(named(0, written).sort())
    expect((await notes(ana)).length).toBe(written)
  }, 150_000)
})
