import { expect, test } from 'vitest'
import type { Workspace } from '../../../client/index.js'
import { seededRandom } from '../../harness/seeded.js'
import { contentOf, pick } from '../../harness/team.js'
import { Browser, until } from './browser.js'
import { GateServer } from './gate-server.js'

const STORE = 'kith:wss://kith.test/ws/workspace/team:ana'
const STEPS = 40

const task = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const answer = <Result>(request: IDBRequest<Result>): Promise<Result> =>
  new Promise((resolve) => {
    request.onsuccess = () => resolve(request.result)
  })

const stored = async () => {
  const db = await answer(indexedDB.open(STORE))
  const tx = db.transaction(['meta', 'rows', 'outbox'])
  const [seqs, rows, head, edits] = await Promise.all([
    answer(tx.objectStore('rows').getAllKeys()),
    answer(tx.objectStore('rows').getAll()),
    answer(tx.objectStore('meta').get('head')),
    answer(tx.objectStore('outbox').count()),
  ])
  db.close()
  const isState = rows.map((row) => row.isState === true)
  return { seqs: seqs.map(Number), isState, head: head?.seq ?? 0, edits }
}

/** Three tabs at work, of which the one that stores ends at this step. */
const play = async (seed: bigint, crashAt: number) => {
  const random = seededRandom(seed)
  const browser = new Browser()
  const server = new GateServer(browser)
  let tabs: Workspace[] = []
  for (let n = 0; n < 3; n++) {
    const tab = browser.open()
    tabs.push(tab)
    await server.welcome(tab)
  }
  const id = tabs[0]?.actions.createContact({ name: 'Zoe' })
  if (id === undefined) throw new Error('no tab')
  await server.settles(...tabs)
  await until(() => tabs.every(({ contacts }) => contacts.contact(id) !== undefined))
  for (let step = 0; step < STEPS; step++) {
    if (step === crashAt) {
      const [first, ...rest] = tabs
      if (first !== undefined) browser.crash(first)
      tabs = rest
    }
    const dice = random()
    if (dice < 0.4) pick(random, tabs).actions.setField(id, 'company', `Acme ${step}`)
    else if (dice < 0.6) server.hears()
    else if (dice < 0.75) server.tells()
    else if (dice < 0.9) await task()
    else await Promise.resolve()
  }
  return { browser, server, tabs }
}

const { KITH_SEED } = process.env
const SEEDS = KITH_SEED ? [BigInt(KITH_SEED)] : [1n, 2n, 3n]

test.each(SEEDS)(
  '[D6] wherever the tab that stores ends, another goes on without a hole (seed %s)',
  async (seed) => {
    for (let crashAt = 0; crashAt < STEPS; crashAt++) {
      const { browser, server, tabs } = await play(seed, crashAt)
      await server.settles(...tabs)
      const total = server.gate.rows.length
      let device = await stored()
      while (device.head < total || device.edits > 0) {
        server.tells()
        await task()
        device = await stored()
      }
      const first = device.isState[0] === true ? (device.seqs[0] ?? 0) : 1
      expect(device.seqs, `ends at step ${crashAt}`).toEqual(device.seqs.map((_, at) => first + at))
      expect(device.seqs.at(-1)).toBe(total)
      expect(device.isState.slice(1)).not.toContain(true)
      expect(device.seqs.length).toBeLessThanOrEqual(total)
      for (const tab of tabs) await tab.close()
      const later = browser.open()
      await until(() => later.contacts.contactIds().length === 1)
      expect(contentOf(later.doc)).toEqual(contentOf(server.gate.doc))
      expect(later.status()).toMatchObject({ pending: 0, storage: { kind: 'device' } })
      await later.close()
    }
  },
)
