import { aboutText, type ContactId } from 'kith-shared'
import { afterEach, expect, test, vi } from 'vitest'
import type { Workspace } from '../../../client/index.js'
import { seededRandom } from '../../harness/seeded.js'
import { contentOf, pick } from '../../harness/team.js'
import { Browser, until } from './browser.js'
import { GateServer } from './gate-server.js'

afterEach(() => {
  vi.unstubAllGlobals()
})

const task = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** What one tab does next, while messages, rows and the device's transactions cross each other. */
const act = (tab: Workspace, id: ContactId, dice: number, token: () => string): void => {
  if (dice < 0.1) tab.doc.getMap('elsewhere').set('a', 1)
  else if (dice < 0.7) aboutText(tab.doc, id).insert(0, token())
  else tab.actions.setField(id, 'company', `Acme ${dice}`)
}

interface World {
  locks: 'has' | 'lacks'
  storage: 'has' | 'lacks'
}

const play = async (seed: bigint, { locks, storage }: World) => {
  const random = seededRandom(seed)
  const browser = new Browser()
  browser.locks = locks
  if (storage === 'lacks') vi.stubGlobal('indexedDB', undefined)
  const server = new GateServer(browser)
  const tabs: Workspace[] = []
  const opens = async (): Promise<Workspace> => {
    const tab = browser.open()
    tabs.push(tab)
    await server.welcome(tab)
    return tab
  }
  const first = await opens()
  await opens()
  await opens()
  const id = first.actions.createContact({ name: 'Zoe' })
  await server.settles(...tabs)
  await until(() => tabs.every(({ contacts }) => contacts.contact(id) !== undefined))
  let typed = 0
  const token = (): string => `${typed++};`
  for (let step = 0; step < 60; step++) {
    const tab = pick(random, tabs)
    const dice = random()
    if (dice < 0.75) act(tab, id, random(), token)
    else if (dice < 0.8 && tabs.length < 5) await opens()
    else if (dice < 0.83) {
      tab.disconnect()
      tab.connect()
      await server.welcome(tab)
    }
    if (random() < 0.4) await task()
    if (random() < 0.4) server.hears()
    if (random() < 0.4) server.tells()
  }
  return { server, tabs, id, typed }
}

const WORLDS: World[] = [
  { locks: 'has', storage: 'has' },
  { locks: 'lacks', storage: 'has' },
  { locks: 'has', storage: 'lacks' },
  { locks: 'lacks', storage: 'lacks' },
]
const { KITH_SEED } = process.env
const SEEDS = KITH_SEED ? [BigInt(KITH_SEED)] : Array.from({ length: 10 }, (_, n) => BigInt(n + 1))

test.each(WORLDS.flatMap((world) => SEEDS.map((seed) => ({ ...world, seed }))))(
  '[P3] [P4] refusals among tabs: all else is saved once (locks: $locks, storage: $storage, seed $seed)',
  async ({ seed, ...world }) => {
    const { server, tabs, id, typed } = await play(seed, world)
    await server.settles(...tabs)
    await until(() => {
      server.tells()
      return tabs.every(({ doc }) => same(doc, server.gate.doc))
    })
    const text = server.gate.doc.getText(`about/${id}`).toString()
    const tokens = text.split(';').slice(0, -1)
    expect(tokens).toHaveLength(typed)
    expect(new Set(tokens).size).toBe(typed)
    for (const { doc, status } of tabs) {
      expect(contentOf(doc)).toEqual(contentOf(server.gate.doc))
      expect(status()).toMatchObject({ pending: 0, connection: { reason: 'live' } })
    }
    if (world.locks === 'has') {
      const refused = tabs.map(({ status }) => status().refused)
      expect(new Set(refused).size, `${refused}`).toBe(1)
    }
    for (const tab of tabs) await tab.close()
  },
)

const same = (a: Workspace['doc'], b: Workspace['doc']): boolean =>
  JSON.stringify(contentOf(a)) === JSON.stringify(contentOf(b))
