import {
  aboutText,
  CLOSE_REASONS,
  type ContactId,
  createContact,
  encodeMessage,
  setField,
} from 'kith-shared'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket as NodeWebSocket } from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { startTestServer, type TestServer } from '../harness/test-server.js'
import { waitFor } from '../harness/wait-for.js'
import { Writer } from '../harness/writer.js'

const ANA = 'ana-lima' as ContactId // fits the pattern of ids

let server: TestServer
let workspaceId: string
let workspaces = 0
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())
beforeEach(() => {
  workspaceId = `room-${++workspaces}`
})

const cleanup: (() => void)[] = []
afterEach(() => {
  for (const undo of cleanup.splice(0).reverse()) undo()
})

// `ws` has all that the provider uses of a browser's WebSocket.
const WebSocketPolyfill = NodeWebSocket as unknown as typeof WebSocket

interface StockOptions {
  readonly doc?: Y.Doc
  readonly role?: 'editor' | 'viewer'
  readonly token?: string
}

/** The stock client, as an app sets it up. Its timers outlive it unless it is destroyed. */
const connectStock = async (userId: string, options: StockOptions = {}) => {
  const { doc = new Y.Doc(), role = 'editor' } = options
  const token = options.token ?? (await server.token({ userId, workspaceId, role }))
  const url = `${server.process.wsUrl}/ws/workspace`
  const provider = new WebsocketProvider(url, workspaceId, doc, {
    params: { token },
    WebSocketPolyfill,
    disableBc: true,
  })
  cleanup.push(() => {
    provider.destroy()
    doc.destroy()
  })
  return provider
}

const synced = async (userId: string, options?: StockOptions): Promise<WebsocketProvider> => {
  const provider = await connectStock(userId, options)
  await waitFor(() => provider.synced, { message: `${userId} to be synced` })
  return provider
}

const connectKith = async (userId: string): Promise<Writer> => {
  const writer = new Writer(await server.token({ userId, workspaceId }))
  await writer.connect(server.workspaceUrl(workspaceId))
  cleanup.push(() => {
    writer.client.cut()
    writer.doc.destroy()
  })
  return writer
}

const create = (doc: Y.Doc): unknown =>
  createContact(doc, ANA, { name: 'Ana Lima' }, { now: 1, newId: () => 'never' })

const contentOf = (doc: Y.Doc) => ({
  contacts: doc.getMap('contacts').toJSON(),
  fields: doc.getMap('fields').toJSON(),
  about: aboutText(doc, ANA).toString(),
})

const untilSame = (...docs: Y.Doc[]): Promise<boolean> =>
  waitFor(() => new Set(docs.map((doc) => JSON.stringify(contentOf(doc)))).size === 1, {
    message: () => `the same content: ${docs.map((doc) => JSON.stringify(contentOf(doc)))}`,
  })

const countRows = async (): Promise<number> => {
  const [row] = await server.query<{ count: number }>(
    'select count(*)::int as count from journal where workspace_id = $1',
    [workspaceId],
  )
  return row?.count ?? 0
}

const stateSeenBy = (provider: WebsocketProvider, { doc }: { doc: Y.Doc }) =>
  provider.awareness.getStates().get(doc.clientID)

describe('two stock clients', () => {
  it('[P10] converge on maps and texts, and a third one gets it all', async () => {
    const [ana, bo] = [await synced('ana'), await synced('bo')]
    create(ana.doc)
    await untilSame(ana.doc, bo.doc)
    setField(bo.doc, ANA, 'company', 'ACME')
    aboutText(ana.doc, ANA).insert(0, 'Hello ')
    aboutText(bo.doc, ANA).insert(0, 'world')
    await waitFor(() => contentOf(ana.doc).about.length === 11)
    await untilSame(ana.doc, bo.doc)
    expect(contentOf(ana.doc).fields).toEqual({ [`${ANA}/company`]: 'ACME' })
    const cy = await synced('cy')
    expect(contentOf(cy.doc)).toEqual(contentOf(ana.doc))
  })

  it('[P10] see each other, as the server knows them', async () => {
    const [ana, bo] = [await synced('ana'), await synced('bo')]
    ana.awareness.setLocalState({ cursor: 7, user: { id: 'boss', name: 'The Boss' } })
    const seen = await waitFor(() => stateSeenBy(bo, ana))
    expect(seen).toMatchObject({ cursor: 7, user: { id: 'ana', name: 'ana', role: 'editor' } })
    // A first state has clock 0, which y-protocols' `applyAwarenessUpdate` passes over.
    bo.awareness.setLocalStateField('status', 'online')
    await waitFor(() => stateSeenBy(ana, bo))
    ana.disconnect()
    await waitFor(() => !stateSeenBy(bo, ana))
    expect(stateSeenBy(bo, bo)).toBeDefined()
  })

  it('[P10] are seen again within a second of coming back with the same client id', async () => {
    const [ana, bo] = [await synced('ana'), await synced('bo')]
    ana.awareness.setLocalState({ cursor: 7 })
    await waitFor(() => stateSeenBy(bo, ana))
    for (let round = 0; round < 3; round++) {
      ana.disconnect()
      await waitFor(() => !stateSeenBy(bo, ana))
      ana.connect()
      await waitFor(() => ana.wsconnected)
      await waitFor(() => stateSeenBy(bo, ana), { timeout: 1_000, message: 'ana to be seen' })
    }
  })

  it('[P3] merge what they wrote offline', async () => {
    const [ana, bo] = [await synced('ana'), await synced('bo')]
    create(ana.doc)
    await untilSame(ana.doc, bo.doc)
    for (const provider of [ana, bo]) {
      provider.disconnect()
      aboutText(provider.doc, ANA).insert(0, 'offline ')
      setField(provider.doc, ANA, 'title', `of ${provider.doc.clientID}`)
    }
    ana.connect()
    bo.connect()
    await waitFor(() => contentOf(ana.doc).about === 'offline offline ')
    await untilSame(ana.doc, bo.doc)
  })

  it('[P10] write no row by coming back up to date, even after deletions', async () => {
    const [ana, bo] = [await synced('ana'), await synced('bo')]
    create(ana.doc)
    aboutText(ana.doc, ANA).insert(0, 'too much')
    aboutText(ana.doc, ANA).delete(0, 4)
    setField(ana.doc, ANA, 'company', 'one')
    setField(ana.doc, ANA, 'company', 'two')
    await waitFor(() => contentOf(bo.doc).fields[`${ANA}/company`] === 'two')
    const rows = await countRows()
    ana.disconnect()
    await waitFor(() => !stateSeenBy(bo, ana))
    ana.connect()
    await waitFor(() => ana.synced)
    // Messages are judged in order: once this one is there, those of the reconnect were settled.
    setField(ana.doc, ANA, 'company', 'three')
    await waitFor(() => contentOf(bo.doc).fields[`${ANA}/company`] === 'three')
    expect(await countRows()).toBe(rows + 1)
  })
})

describe('a stock client and a Kith client', () => {
  it('[P10] work on one document and see each other', async () => {
    const [stock, kith] = [await synced('ana'), await connectKith('bo')]
    create(stock.doc)
    await untilSame(stock.doc, kith.doc)
    kith.edit('company', (doc) => setField(doc, ANA, 'company', 'ACME'))
    kith.edit('about', (doc) => aboutText(doc, ANA).insert(0, 'from Kith'))
    await kith.untilSettled()
    await waitFor(() => contentOf(stock.doc).about === 'from Kith')
    await untilSame(stock.doc, kith.doc)
    const json = JSON.stringify({ status: 'online' })
    const states = [{ clientId: kith.doc.clientID, clock: 1, json }]
    kith.client.sendRaw(encodeMessage({ type: 'awareness', states }))
    const seen = await waitFor(() => stateSeenBy(stock, kith))
    expect(seen).toMatchObject({ status: 'online', user: { id: 'bo' } })
    await waitFor(() =>
      kith.client.messages.some(
        (message) =>
          message.type === 'awareness' &&
          message.states.some(({ clientId }) => clientId === stock.doc.clientID),
      ),
    )
    kith.client.cut()
    await waitFor(() => !stateSeenBy(stock, kith))
  })
})

/** Resolves with the code of the close that the stock client takes as final. */
const finalClose = (provider: WebsocketProvider): Promise<number> =>
  new Promise((resolve) => provider.once('closed', ({ code }: { code: number }) => resolve(code)))

describe('a stock viewer', () => {
  it('[P4] reads, and is closed for good once it writes', async () => {
    const ana = await synced('ana')
    create(ana.doc)
    const viewer = await synced('vera', { role: 'viewer' })
    await untilSame(ana.doc, viewer.doc)
    const rows = await countRows()
    const closed = finalClose(viewer)
    setField(viewer.doc, ANA, 'company', 'mine')
    expect(await closed).toBe(CLOSE_REASONS['refused-change'].code)
    setField(ana.doc, ANA, 'title', 'Engineer')
    const reader = await connectKith('bo')
    await untilSame(ana.doc, reader.doc)
    expect(contentOf(reader.doc).fields).toEqual({ [`${ANA}/title`]: 'Engineer' })
    expect(await countRows()).toBe(rows + 1)
  })

  it('[P4] is not closed for work that it brought along, which goes nowhere', async () => {
    const doc = new Y.Doc()
    create(doc)
    const viewer = await synced('vera', { role: 'viewer', doc })
    const ana = await synced('ana')
    ana.awareness.setLocalState({ cursor: 1 })
    await waitFor(() => stateSeenBy(viewer, ana))
    expect(viewer.wsconnected).toBe(true)
    expect(contentOf(ana.doc).contacts).toEqual({})
    expect(await countRows()).toBe(0)
  })
})

describe('a stock client that may not be', () => {
  it('[P10] takes the refusal as final', async () => {
    const provider = await connectStock('eve', { token: 'not.a.token' })
    expect(await finalClose(provider)).toBe(CLOSE_REASONS['not-authenticated'].code)
    expect(provider.shouldConnect).toBe(false)
  })

  it('[P10] comes back by itself after the server has restarted', async () => {
    const ana = await synced('ana')
    create(ana.doc)
    const bo = await synced('bo')
    await untilSame(ana.doc, bo.doc)
    expect(await server.process.kill('SIGTERM')).toBe(0)
    setField(ana.doc, ANA, 'company', 'meanwhile')
    await server.restart()
    await waitFor(() => contentOf(bo.doc).fields[`${ANA}/company`] === 'meanwhile')
  })
})
