import { describe, expect, test } from 'vitest'
import { Browser, type ScriptedSocket } from './browser.js'

interface Shown {
  status: string
  editing: unknown
  typing: boolean
}

const shown = (socket: ScriptedSocket): Shown => {
  const entry = socket.of('awareness').at(-1)?.states[0]
  return JSON.parse(entry?.json ?? 'null')
}

const arrive = async () => {
  const browser = new Browser()
  const tab = browser.open()
  const socket = await browser.welcome(tab)
  return { browser, tab, socket }
}

const place = { contactId: 'c', field: 'name' }
const bob = { user: { id: 'bob', name: 'Bob', joinedAt: 1 }, status: 'online' }

describe('my presence', () => {
  test('is shown on every welcome, under my own client id alone', async () => {
    const { browser, tab, socket } = await arrive()
    expect(shown(socket)).toEqual({ status: 'online', editing: null, typing: false })
    browser.passes(6_000)
    socket.isCut()
    browser.passes(1_000)
    const next = await browser.welcome(tab)
    expect(next.of('awareness')).toHaveLength(1)
    expect(next.of('awareness')[0]?.states.map(({ clientId }) => clientId)).toEqual([
      tab.awareness.clientID,
    ])
    await tab.close()
  })

  test('typing is gone 3 s after the last key', async () => {
    const { browser, tab, socket } = await arrive()
    browser.passes(100)
    tab.actions.setTyping('c', 'name', true)
    expect(shown(socket)).toMatchObject({ editing: place, typing: true })
    browser.passes(2_000)
    tab.actions.setTyping('c', 'name', true)
    browser.passes(2_900)
    expect(shown(socket).typing).toBe(true)
    browser.passes(200)
    expect(shown(socket)).toMatchObject({ editing: place, typing: false })
    await tab.close()
  })

  test('typing is gone on blur', async () => {
    const { browser, tab, socket } = await arrive()
    browser.passes(100)
    tab.actions.setTyping('c', 'name', true)
    tab.actions.setEditing(null)
    browser.passes(100)
    expect(shown(socket)).toMatchObject({ editing: null, typing: false })
    await tab.close()
  })

  test('is idle after a minute without a key, away while hidden, online at the next key', async () => {
    const { browser, tab, socket } = await arrive()
    browser.passes(59_000)
    browser.signal('input')
    browser.passes(59_000)
    expect(shown(socket).status).toBe('online')
    browser.passes(1_100)
    expect(shown(socket).status).toBe('idle')
    browser.signal('input')
    browser.passes(100)
    expect(shown(socket).status).toBe('online')
    browser.signal('hidden')
    browser.passes(100)
    expect(shown(socket).status).toBe('away')
    browser.signal('visible')
    browser.passes(100)
    expect(shown(socket).status).toBe('online')
    await tab.close()
  })

  test('[P7] is sent at most 25 times a second, and the last word always goes', async () => {
    const { browser, tab, socket } = await arrive()
    const before = socket.of('awareness').length
    for (let n = 0; n < 100; n++) {
      browser.passes(10)
      tab.awareness.setLocalStateField('cursor', n)
    }
    browser.passes(100)
    expect(socket.of('awareness').length - before).toBeLessThanOrEqual(26)
    expect(shown(socket)).toMatchObject({ cursor: 99 })
    await tab.close()
  })

  test('goes on where the clock was set back', async () => {
    const { browser, tab, socket } = await arrive()
    browser.now -= 3_600_000
    tab.actions.setEditing(place)
    browser.passes(40)
    expect(shown(socket)).toMatchObject({ editing: place })
    await tab.close()
  })

  test('is renewed before a stock client forgets it', async () => {
    const { browser, tab, socket } = await arrive()
    const before = socket.of('awareness').length
    browser.passes(29_000)
    expect(socket.of('awareness').length).toBeGreaterThan(before)
    await tab.close()
  })

  test('that the server took away is shown again, past the removal', async () => {
    const { browser, tab, socket } = await arrive()
    browser.passes(100)
    const clientId = tab.awareness.clientID
    const clock = (socket.of('awareness').at(-1)?.states[0]?.clock ?? 0) + 5
    socket.says({ type: 'awareness', states: [{ clientId, clock, json: 'null' }] })
    browser.passes(100)
    expect(socket.of('awareness').at(-1)?.states[0]?.clock).toBeGreaterThan(clock)
    await tab.close()
  })
})

describe('the others', () => {
  test('come and go by the word of the server, and all go with the connection', async () => {
    const { tab, socket } = await arrive()
    let told = 0
    tab.onOthers(() => told++)
    socket.says({
      type: 'awareness',
      states: [{ clientId: 9, clock: 1, json: JSON.stringify(bob) }],
    })
    expect(tab.others().map(({ user }) => user.id)).toEqual(['bob'])
    socket.isCut()
    expect(tab.others()).toEqual([])
    expect(told).toBe(2)
    await tab.close()
  })

  test('[V3] who did not move during a drop is back with the first word after it', async () => {
    const { browser, tab, socket } = await arrive()
    const states = [{ clientId: 9, clock: 4, json: JSON.stringify(bob) }]
    socket.says({ type: 'awareness', states })
    browser.passes(6_000)
    socket.isCut()
    browser.passes(1_000)
    const next = await browser.welcome(tab)
    expect(tab.others()).toEqual([])
    next.says({ type: 'awareness', states })
    expect(tab.others().map(({ user }) => user.id)).toEqual(['bob'])
    await tab.close()
  })

  test('my own other tabs are not others', async () => {
    const { tab, socket } = await arrive()
    const json = JSON.stringify({ ...bob, user: { ...bob.user, id: 'ana' } })
    socket.says({ type: 'awareness', states: [{ clientId: 9, clock: 1, json }] })
    expect(tab.others()).toEqual([])
    await tab.close()
  })

  test('[P4] a state that is no JSON is nobody’s, and the rest of the frame counts', async () => {
    const { tab, socket } = await arrive()
    const states = [
      { clientId: 8, clock: 1, json: '{broken' },
      { clientId: 9, clock: 1, json: JSON.stringify(bob) },
    ]
    socket.says({ type: 'awareness', states })
    expect(tab.others()).toHaveLength(1)
    await tab.close()
  })
})
