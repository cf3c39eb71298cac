import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { soon } from './app.js'
import { type PageWorld, startPageWorld } from './page-world.js'

let world: PageWorld
beforeAll(async () => {
  world = await startPageWorld('old-hook.tsx')
})
afterAll(() => world.close())
afterEach(async () => expect(await world.endScene()).toEqual([]))

const untilConnected = (page: Page): Promise<void> => page.getByText(/^connected/).waitFor()

const told = (page: Page) => () => page.evaluate(() => window.old.told)

interface Told {
  type: string
  detail: {
    type: string
    payload: Record<string, unknown>
    user: { id: string }
    [part: string]: unknown
  }
}
/** The window events that a page has heard of these types. */
const heard =
  (page: Page, ...types: string[]) =>
  async (): Promise<Told['detail'][]> => {
    const events = (await page.evaluate(() => window.old.events)) as Told[]
    return events.map(({ detail }) => detail).filter(({ type }) => types.includes(type))
  }

const untilHeard = (page: Page, type: string): Promise<void> =>
  soon(async () => (await heard(page, type)()).length).toBe(1)

const two = async (workspace: string, query: Record<string, string> = {}) => {
  const ana = (await world.visit({ as: 'Ana', workspace, query })).page
  const bruno = (await world.visit({ as: 'Bruno', workspace })).page
  await untilConnected(ana)
  await untilConnected(bruno)
  await ana.getByText('Bruno').waitFor()
  return { ana, bruno }
}

describe('useWorkspaceSync as it was', () => {
  it('[V8, V9] sends every kind of change, and window tells of each once on both sides', async () => {
    const { ana, bruno } = await two('changes', { lazy: '' })
    // One after the other: what one person does within one commit is told as what it comes to.
    await ana.evaluate(() =>
      window.old.sync.sendContactCreated({ id: 'grace', name: 'Grace', company: 'Navy' }),
    )
    await untilHeard(bruno, 'contact_created')
    await ana.evaluate(() => window.old.sync.sendContactUpdated('grace', { company: 'Yale' }))
    await untilHeard(bruno, 'contact_updated')
    await ana.evaluate(() => window.old.sync.sendNoteAdded('grace', 'wrote compilers'))
    await untilHeard(bruno, 'note_added')
    await ana.evaluate(() => window.old.sync.sendContactDeleted('grace'))
    const types = ['contact_created', 'contact_updated', 'contact_deleted', 'note_added']
    for (const page of [ana, bruno]) {
      await soon(async () => (await heard(page, ...types)()).length).toBe(4)
      const events = await heard(page, ...types)()
      for (const event of events) {
        expect(event).toMatchObject({ workspaceId: 'changes', user: { id: 'ana', name: 'Ana' } })
        expect(event.seq).toEqual(expect.any(Number))
        expect(event.committedAt).toEqual(expect.any(Number))
      }
      const payloads = Object.fromEntries(events.map(({ type, payload }) => [type, payload]))
      expect(payloads.contact_created).toMatchObject({
        contactId: 'grace',
        contact: { name: 'Grace', company: 'Navy' },
      })
      expect(payloads.contact_updated).toMatchObject({
        contactId: 'grace',
        changes: { company: { before: 'Navy', after: 'Yale' } },
      })
      expect(payloads.note_added).toMatchObject({
        contactId: 'grace',
        note: { body: 'wrote compilers' },
      })
      expect(payloads.contact_deleted).toMatchObject({ contactId: 'grace' })
    }
  })

  it('[V8, V9] takes the old messages, cursor and typing among them', async () => {
    const { ana, bruno } = await two('messages')
    await ana.evaluate(() => {
      const { sync } = window.old
      sync.send({ type: 'contact_created', payload: { contact: { id: 'ada', name: 'Ada' } } })
      sync.send({ type: 'ping' })
    })
    await untilHeard(bruno, 'contact_created')
    await ana.evaluate(() => {
      const { sync } = window.old
      sync.send({ type: 'contact_updated', contact_id: 'ada', changes: { title: 'Countess' } })
      sync.send({ type: 'note_added', contactId: 'ada', note: { body: 'a note' } })
      sync.send({ type: 'typing', contactId: 'ada', field: 'title', isTyping: true })
      sync.send({ type: 'cursor_position', contactId: 'ada', field: 'title', position: 3 })
    })
    await untilHeard(bruno, 'contact_updated')
    await untilHeard(bruno, 'note_added')
    await bruno.getByText('Ana online true').waitFor()
    const [typing] = await heard(bruno, 'typing')()
    expect(typing).toMatchObject({
      workspaceId: 'messages',
      user: { id: 'ana', name: 'Ana' },
      payload: { contactId: 'ada', field: 'title', isTyping: true },
    })
    await soon(heard(bruno, 'cursor_position')).toMatchObject([
      { user: { id: 'ana' }, payload: { contactId: 'ada', field: 'title', position: 3 } },
    ])
    await ana.evaluate(() => window.old.sync.sendTyping('ada', 'title', false))
    await bruno.getByText('Ana online false').waitFor()
    await ana.evaluate(() => window.old.sync.send({ type: 'contact_deleted', contactId: 'ada' }))
    await soon(async () => (await heard(bruno, 'contact_deleted')()).length).toBe(1)
    expect(await told(ana)()).toEqual(['connected'])
  })

  it('[V8] reconnects by itself, and says so', async () => {
    const { ana } = await two('drops')
    world.cut()
    await ana.getByText('not connected').waitFor()
    await ana.evaluate(() => window.old.sync.sendContactCreated({ id: 'away', name: 'Offline' }))
    world.restore()
    await untilConnected(ana)
    await soon(async () => (await heard(ana, 'contact_created')()).length).toBe(1)
    expect(await told(ana)()).toEqual(['connected', 'disconnected', 'connected'])
  })

  it('[V8] stays away after a drop with autoReconnect={false}', async () => {
    const { ana, bruno } = await two('stays', { stay: '' })
    world.cut()
    await ana.getByText('not connected').waitFor()
    world.restore()
    // The other one, who does reconnect, tells that there was time for it.
    await bruno.getByText('not connected').waitFor()
    await untilConnected(bruno)
    expect(await told(ana)()).toEqual(['connected', 'disconnected'])
  })

  it('[V8] tells onError of a user id other than the token’s, and of what is not taken', async () => {
    const { page } = await world.visit({ as: 'Ana', workspace: 'errors', query: { says: 'bruno' } })
    await soon(told(page)).toEqual(expect.arrayContaining([expect.stringContaining('userId')]))
    await page.evaluate(() => window.old.sync.sendContactCreated({ name: '' }))
    await soon(told(page)).toEqual(
      expect.arrayContaining([expect.stringContaining('InvalidValue')]),
    )
  })

  it('[V10] leaves neither socket nor listener behind', async () => {
    const { page, sockets } = await world.visit({ as: 'Ana', workspace: 'leaves' })
    await untilConnected(page)
    await page.evaluate(() => window.old.unmount())
    await soon(() => sockets.map((socket) => socket.isClosed())).toEqual([true])
  })
})
