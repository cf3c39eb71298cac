/** What tabs of one name can count on (`Tabs` of `client/core/ports.ts`), in memory as in a browser. */
import { expect, test } from 'vitest'
import type { TabMessage } from '../../client/core/ports.js'
import { waitFor } from './wait-for.js'

export interface ContractTab {
  start(owner: number): Promise<void>
  post(message: TabMessage): Promise<void>
  heard(): Promise<readonly TabMessage[]>
  lead(): Promise<void>
  watch(owner: number): Promise<void>
  takeTurn(name: string): Promise<void>
  endTurn(name: string): Promise<void>
  /** In order: `leads`, `<owner> is gone`, the name of each turn that it got. */
  told(): Promise<readonly string[]>
  close(): Promise<void>
  /** As a crash ends it. */
  kill(): Promise<void>
}

export type OpenTab = (name: string) => Promise<ContractTab>

const isTold = (tab: ContractTab, what: string): Promise<boolean> =>
  waitFor(async () => (await tab.told()).includes(what), { message: what })

let markers = 0

/** What comes later than this would have come before: both ways are asked in turn. */
const passes = async (from: ContractTab, to: ContractTab): Promise<void> => {
  const marker: TabMessage = { type: 'kept', ids: [`marker ${++markers}`] }
  await from.post(marker)
  await waitFor(async () => (await to.heard()).some((one) => sameMessage(one, marker)))
}

const sameMessage = (one: TabMessage, other: TabMessage): boolean =>
  JSON.stringify(one) === JSON.stringify(other)

export const tabsContract = (open: OpenTab): void => {
  test('[D10] a message reaches the others of the name, in its order, and nobody else', async () => {
    const [one, two, other] = [await open('a'), await open('a'), await open('b')]
    for (const [n, tab] of [one, two, other].entries()) await tab.start(n + 1)
    await one.post({ type: 'token-asked' })
    await one.post({ type: 'token', token: 't' })
    await passes(one, two)
    const heard = (await two.heard()).map(({ type }) => type)
    expect(heard).toEqual(['token-asked', 'token', 'kept'])
    expect(await one.heard()).toEqual([])
    expect(await other.heard()).toEqual([])
    for (const tab of [one, two, other]) await tab.close()
  })

  test('[C7] a turn is one tab’s at a time, and passes on when it ends', async () => {
    const [one, two, three] = [await open('c'), await open('c'), await open('c')]
    for (const [n, tab] of [one, two, three].entries()) await tab.start(n + 1)
    await one.takeTurn('first')
    await isTold(one, 'first')
    await two.takeTurn('second')
    await three.takeTurn('third')
    await passes(one, three)
    expect([await two.told(), await three.told()]).toEqual([[], []])
    await one.endTurn('first')
    await one.endTurn('first')
    await isTold(two, 'second')
    expect(await three.told()).toEqual([])
    await two.endTurn('second')
    await isTold(three, 'third')
    await three.endTurn('third')
    await one.takeTurn('again')
    await isTold(one, 'again')
    for (const tab of [one, two, three]) await tab.close()
  })

  test('[C7] who leaves the queue gets no turn, and holds up nobody', async () => {
    const [one, two, three] = [await open('d'), await open('d'), await open('d')]
    for (const [n, tab] of [one, two, three].entries()) await tab.start(n + 1)
    await one.takeTurn('first')
    await isTold(one, 'first')
    await two.takeTurn('second')
    await three.takeTurn('third')
    await two.endTurn('second')
    await one.endTurn('first')
    await isTold(three, 'third')
    expect(await two.told()).toEqual([])
    for (const tab of [one, two, three]) await tab.close()
  })

  test('[D10] a tab that ends while it waits to lead is led past, and hears of nobody', async () => {
    const [one, two, three] = [await open('e'), await open('e'), await open('e')]
    for (const [n, tab] of [one, two, three].entries()) await tab.start(n + 1)
    await one.lead()
    await isTold(one, 'leads')
    await two.lead()
    await two.watch(1)
    await passes(two, one)
    await two.close()
    await three.lead()
    await three.watch(1)
    await one.close()
    for (const what of ['leads', '1 is gone']) await isTold(three, what)
    expect(await two.told()).toEqual([])
    await three.close()
  })

  test.each(['close', 'kill'] as const)(
    '[C7] a turn ends with its tab, as does its lead, and others hear that it is gone (%s)',
    async (end) => {
      const [one, two] = [await open(end), await open(end)]
      await one.start(1)
      await one.lead()
      await isTold(one, 'leads')
      await one.takeTurn('first')
      await isTold(one, 'first')
      await two.start(2)
      await two.lead()
      await two.watch(1)
      await two.takeTurn('second')
      await passes(one, two)
      expect(await two.told()).toEqual([])
      await one[end]()
      for (const what of ['leads', '1 is gone', 'second']) await isTold(two, what)
      await two.close()
    },
  )
}
