import { expect, test } from 'vitest'
import type { TokenRequest } from '../../../client/api.js'
import { SharedToken, withoutTokenTalk } from '../../../client/shared-token.js'
import { MemoryTabs } from '../../../client/testing/memory-tabs.js'
import { Browser, until } from './browser.js'

const START = 1_000_000

const tokenOf = (user: string, name: string): string =>
  `h.${btoa(JSON.stringify({ sub: user, exp: START + 600 }))}.${name}`

type GetToken = (request: TokenRequest) => string | Promise<string>

/** Tabs of one browser, each with its own `getToken`, on a clock that the test moves. */
const browserOf = () => {
  const machine = new Browser()
  machine.now = START * 1000
  const tabs = new MemoryTabs()
  let owners = 0
  const open = (getToken: GetToken) => {
    const told: string[] = []
    const asked: TokenRequest[] = []
    const own = tabs.open()
    const token = new SharedToken({
      userId: 'ana',
      tabs: own,
      signals: machine.signals(),
      getToken: (request) => {
        asked.push(request)
        return getToken(request)
      },
      answered: (ask, answer) => told.push(`${ask}: ${answer}`),
      failed: (ask) => told.push(`${ask} failed`),
      thereIsOne: () => told.push('there is one'),
    })
    withoutTokenTalk(own, (message) => token.hear(message)).start(++owners, () => undefined)
    return { token, told, asked, tabs: own }
  }
  return { machine, open }
}

const never = (): Promise<string> => new Promise(() => undefined)

test('[C7] of five tabs that want a token, one asks, and all get its answer', async () => {
  const { open } = browserOf()
  let count = 0
  const five = Array.from({ length: 5 }, () => open(async () => tokenOf('ana', `${++count}`)))
  for (const { token } of five) token.ask(1, 'connect')
  await until(() => five.every(({ told }) => told.length === 1))
  expect(count).toBe(1)
  expect(new Set(five.map(({ told }) => told[0]))).toEqual(new Set([`1: ${tokenOf('ana', '1')}`]))
})

test('[C7] where the asking tab is gone, another asks', async () => {
  const { open } = browserOf()
  const [dead, other] = [open(never), open(() => tokenOf('ana', 'b'))]
  dead.token.ask(1, 'connect')
  other.token.ask(1, 'connect')
  await until(() => dead.asked.length === 1)
  expect(other.asked).toHaveLength(0)
  dead.tabs.close()
  await until(() => other.told.length === 1)
  expect(other.told).toEqual([`1: ${tokenOf('ana', 'b')}`])
})

test('[C7] where the asking tab fails, another asks, and the first takes that answer later', async () => {
  const { open } = browserOf()
  const failing = open(() => Promise.reject(new Error('away')))
  const other = open(() => tokenOf('ana', 'b'))
  failing.token.ask(1, 'connect')
  other.token.ask(1, 'connect')
  await until(() => other.told.length === 1)
  await until(() => failing.told.length === 2)
  expect(failing.told).toEqual(['1 failed', 'there is one'])
  failing.token.ask(2, 'connect')
  expect(failing.told.at(-1)).toBe(`2: ${tokenOf('ana', 'b')}`)
  expect(failing.asked).toHaveLength(1)
})

test('[C7] where the asking tab hangs for 15 s, another asks; the first is told that it failed', async () => {
  const { machine, open } = browserOf()
  const [hanging, other] = [open(never), open(() => tokenOf('ana', 'b'))]
  hanging.token.ask(1, 'connect')
  other.token.ask(1, 'connect')
  await until(() => hanging.asked.length === 1)
  machine.passes(14_999)
  expect(other.asked).toHaveLength(0)
  machine.passes(1)
  await until(() => other.told.length === 1)
  expect(hanging.told[0]).toBe('1 failed')
  expect(hanging.asked[0]?.signal.aborted).toBe(true)
})

test('[C7] a tab whose user changed keeps its token to itself', async () => {
  const { open } = browserOf()
  const [bob, ana] = [open(() => tokenOf('bob', 'x')), open(() => tokenOf('ana', 'y'))]
  bob.token.ask(1, 'connect')
  ana.token.ask(1, 'connect')
  await until(() => bob.told.length > 0 && ana.told.length > 0)
  expect(bob.told[0]).toBe(`1: ${tokenOf('bob', 'x')}`)
  expect(ana.told).toEqual([`1: ${tokenOf('ana', 'y')}`])
})

test('[C7] one that sleeps in its turn holds up nobody for long', async () => {
  const { machine, open } = browserOf()
  const sleeping = open(never)
  // It got its turn, and runs no more.
  sleeping.tabs.takeTurn('token', () => undefined)
  const other = open(() => tokenOf('ana', 'b'))
  other.token.ask(1, 'connect')
  machine.passes(17_000)
  expect(other.asked).toHaveLength(0)
  machine.passes(1_000)
  await until(() => other.told.length === 1)
})

test('[C6] a sign-in that takes its time outlives whatever asks again meanwhile', async () => {
  const { machine, open } = browserOf()
  let signsIn = (_token: string): void => undefined
  const tab = open(
    () =>
      new Promise((resolve) => {
        signsIn = resolve
      }),
  )
  tab.token.ask(1, 'refused')
  await until(() => tab.asked.length === 1)
  machine.passes(60_000)
  tab.token.ask(2, 'refused')
  expect(tab.asked[0]?.signal.aborted).toBe(false)
  signsIn(tokenOf('ana', 'b'))
  await until(() => tab.told.length > 0)
  expect(tab.told).toEqual([`2: ${tokenOf('ana', 'b')}`])
  expect(tab.asked).toHaveLength(1)
})
