import { aboutText, type ContactId } from 'kith-shared'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Edit } from '../../../client/core/edit.js'
import { rivalsOf } from '../../../client/core/rivals.js'
import type { Workspace } from '../../../client/index.js'
import { Browser, type ScriptedSocket, until } from './browser.js'
import { EpochServer } from './epoch-server.js'

afterEach(() => {
  vi.restoreAllMocks()
})

const RETRY = 5_000

const lettersOf = ({ doc }: Pick<Workspace, 'doc'>, id: ContactId): string =>
  aboutText(doc, id).toString()

/** Nothing more fits on the device, until what this gives is called; what is there can be read. */
const fill = (): (() => void) => {
  const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
    throw new DOMException('full', 'QuotaExceededError')
  })
  return () => put.mockRestore()
}

/** One contact whose text is `one three`, saved; `two ` was typed without a network, and is kept. */
const away = async () => {
  const browser = new Browser()
  const server = new EpochServer(browser)
  const tab = browser.open()
  await server.welcome(tab)
  const id = tab.actions.createContact({ name: 'Zoe' })
  aboutText(tab.doc, id).insert(0, 'one three')
  await server.settles(tab)
  await until(() => tab.status().onDevice)
  tab.disconnect()
  aboutText(tab.doc, id).insert(4, 'two ')
  await until(() => tab.status().onDevice)
  return { browser, server, tab, id }
}

const returns = async (server: EpochServer, tab: Workspace) => {
  const before = tab.doc
  tab.connect()
  const socket = await server.welcome(tab)
  await until(() => tab.doc !== before)
  return socket
}

/** What is typed now is saved at once, whatever waits. */
const writesMore = async (
  server: EpochServer,
  tab: Workspace,
  socket: ScriptedSocket,
  id: ContactId,
): Promise<void> => {
  tab.actions.setField(id, 'company', 'Acme')
  await until(() => socket.of('update').length > 0)
  server.hears()
  expect(server.doc.getMap('fields').get(`${id}/company`)).toBe('Acme')
}

describe('[E9] [E10] a device that is full when an epoch has ended', () => {
  test('sends nothing that it still holds as it was, until it holds what came of it', async () => {
    const { browser, server, tab, id } = await away()
    server.renew()
    const free = fill()
    const socket = await returns(server, tab)
    await until(() => tab.status().storage.kind === 'memory')
    await writesMore(server, tab, socket, id)
    expect(lettersOf(tab, id)).toBe('one two three')
    expect(lettersOf(server, id)).toBe('one three')
    free()
    browser.passes(RETRY)
    await server.settles(tab)
    expect(lettersOf(server, id)).toBe('one two three')
    await tab.close()
  })

  test('and whose tab is gone: the next one moves it, and nothing doubles', async () => {
    const { browser, server, tab, id } = await away()
    server.renew()
    const free = fill()
    const socket = await returns(server, tab)
    await until(() => tab.status().storage.kind === 'memory')
    await writesMore(server, tab, socket, id)
    await tab.close()
    free()
    const later = browser.open()
    await server.welcome(later)
    await server.settles(later)
    expect(lettersOf(server, id)).toBe('one two three')
    expect(lettersOf(later, id)).toBe('one two three')
    await later.close()
  })

  test('what was made before any server was heard is sent once the device knows its epoch', async () => {
    const browser = new Browser()
    const server = new EpochServer(browser)
    const tab = browser.open()
    const id = tab.actions.createContact({ name: 'Zoe' })
    aboutText(tab.doc, id).insert(0, 'Met')
    await until(() => tab.status().onDevice)
    const free = fill()
    const socket = await server.welcome(tab)
    await until(() => tab.status().storage.kind === 'memory')
    expect(socket.of('update')).toEqual([])
    free()
    browser.passes(RETRY)
    await server.settles(tab)
    expect(lettersOf(server, id)).toBe('Met')
    await tab.close()
  })
})

describe('[E9] [E11] a tab that cannot write to the device', () => {
  test('has another one write what it has moved, and then sends it', async () => {
    const { browser, server, tab, id } = await away()
    vi.spyOn(indexedDB, 'open').mockImplementationOnce(() => {
      throw new DOMException('broken', 'UnknownError')
    })
    const broken = browser.open()
    await until(() => broken.status().storage.kind === 'memory')
    await until(() => broken.status().pending === 1)
    await server.welcome(broken)
    await tab.close()
    server.renew()
    const socket = await server.welcome(broken)
    await until(() => lettersOf(broken, id) === 'one two three')
    await writesMore(server, broken, socket, id)
    expect(lettersOf(server, id)).toBe('one three')
    const healthy = browser.open()
    await until(() => healthy.status().pending === 1)
    await server.welcome(healthy)
    await server.settles(broken, healthy)
    await until(() => {
      server.tells()
      return [server, broken, healthy].every((one) => lettersOf(one, id) === 'one two three')
    })
    await broken.close()
    await healthy.close()
  })
})

describe('[E9] [E11] a tab that opens while another waits for the device', () => {
  test('reads there what that one has moved, and moves it no more when that one is gone', async () => {
    const { browser, server, tab, id } = await away()
    server.renew()
    const free = fill()
    const socket = await returns(server, tab)
    await until(() => tab.status().storage.kind === 'memory')
    const later = browser.open()
    await until(() => later.status().connection.state !== 'loading')
    await until(() => later.status().pending === 1)
    free()
    browser.passes(RETRY)
    await until(() => socket.of('update').length > 0)
    server.hears('is cut before it answers')
    expect(lettersOf(server, id)).toBe('one two three')
    await tab.close()
    const full = fill()
    await server.welcome(later)
    await server.settles(later)
    full()
    browser.passes(RETRY)
    await server.settles(later)
    expect(lettersOf(server, id)).toBe('one two three')
    expect(lettersOf(later, id)).toBe('one two three')
    await later.close()
  })
})

describe('[E11] two tabs that have moved one edit', () => {
  const edit = (id: string): Edit => {
    return {
      id,
      owner: 1,
      clientId: 1,
      update: new Uint8Array(),
      epoch: 2,
      touches: [],
      replaces: 'x',
    }
  }
  const CASES = [
    ['both kept', true, true],
    ['neither kept', false, false],
    ['the first kept', true, false],
    ['the second kept', false, true],
  ] as const

  test.each(CASES)('agree on one of them: %s', (_, isFirstKept, isSecondKept) => {
    const [first, second] = [edit('1'), edit('2')]
    const ofFirst = rivalsOf([second], isSecondKept, () => ({ edit: first, isKept: isFirstKept }))
    const ofSecond = rivalsOf([first], isFirstKept, () => ({ edit: second, isKept: isSecondKept }))
    const isFirst = isFirstKept || !isSecondKept
    const [winner, loser] = isFirst ? [ofFirst, ofSecond] : [ofSecond, ofFirst]
    const [ours, theirs] = isFirst ? [second, first] : [first, second]
    expect(winner).toEqual({ ignored: [ours], given: [] })
    expect(loser).toEqual({ ignored: [], given: [{ ours, theirs }] })
  })

  test('know the same one again', () => {
    const one = edit('1')
    const rivals = rivalsOf([one], false, () => ({ edit: one, isKept: true }))
    expect(rivals).toEqual({ ignored: [], given: [] })
  })
})
