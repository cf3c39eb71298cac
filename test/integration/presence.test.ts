import { readFile } from 'node:fs/promises'
import { type AwarenessEntry, MAX_PRESENCE_BYTES } from 'kith-shared'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket as NodeWebSocket } from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { startTestServer, type TestServer } from '../harness/test-server.js'
import { waitFor } from '../harness/wait-for.js'
import { connectWire, helloOf, type WireClient } from '../harness/wire-client.js'

/** Ana and Bo are there; Eve, a member like them, says what is not so. */
const ANA = 10
const BO = 20
const EVE = 66

let server: TestServer
beforeAll(async () => {
  server = await startTestServer({
    env: { MAX_MESSAGES_PER_SECOND: '100000', MAX_BYTES_PER_SECOND: '100000000' },
  })
})
afterAll(() => server.close())

let workspaceId: string
let workspaces = 0
let ana: WireClient
let bo: WireClient
const open: { cut: () => void }[] = []
beforeEach(async () => {
  workspaceId = `presence-${++workspaces}`
  ana = await kith('ana', ANA)
  bo = await kith('bo', BO)
  show(ana, ANA, 5, { status: 'online', editing: null })
  await waitFor(() => shownTo(bo, ANA))
})
afterEach(() => {
  for (const client of open.splice(0)) client.cut()
})

const kith = async (userId: string, clientId: number): Promise<WireClient> => {
  const client = await connectWire(server.workspaceUrl(workspaceId))
  open.push(client)
  client.send(helloOf({ token: await server.token({ userId, workspaceId }), clientId }))
  await client.first('welcome')
  return client
}

/** A stock client, on the wire; its id is not known before it shows something under it. */
const stock = async (userId: string): Promise<WireClient> => {
  const token = await server.token({ userId, workspaceId })
  const client = await connectWire(server.workspaceUrl(workspaceId, token))
  open.push(client)
  client.send({ type: 'sync-step-1', stateVector: new Uint8Array([0]) })
  await client.first('sync-step-2')
  return client
}

const show = (client: WireClient, clientId: number, clock: number, state: unknown): void =>
  say(client, { clientId, clock, json: JSON.stringify(state) })

const say = (client: WireClient, ...states: AwarenessEntry[]): void =>
  client.send({ type: 'awareness', states })

const heardBy = ({ messages }: WireClient): AwarenessEntry[] =>
  messages.flatMap((message) => (message.type === 'awareness' ? message.states : []))

/** What was last told of a client id; undefined where that is gone, or was never there. */
const shownTo = (client: WireClient, clientId: number): Record<string, unknown> | undefined => {
  const last = heardBy(client).findLast((entry) => entry.clientId === clientId)
  return JSON.parse(last?.json ?? 'null') ?? undefined
}

let marks = 0
/** Each a thousand clocks further, so that others fit between. Once it is seen, all that Eve said before it has been told, or never will be. */
const untilTold = async (eve: WireClient): Promise<void> => {
  const mark = ++marks
  show(eve, EVE, mark * 1_000, { status: 'online', mark })
  await waitFor(() => shownTo(bo, EVE)?.mark === mark, { message: 'what Eve shows' })
}

const EVES = [
  ['Kith’s own dialect', () => kith('eve', EVE)],
  [
    'a stock client',
    async () => {
      const eve = await stock('eve')
      show(eve, EVE, 1, { status: 'online' })
      return eve
    },
  ],
] as const

const CUT = ['', '{', '{"status":', '{"status":"online"}}', 'nul', '[['.repeat(2_000)]
const NO_OBJECT = ['[]', '"text"', '7', 'true', 'undefined', '\u0000']

describe.each(EVES)('[P4] faked presence, by %s', (_, arrive) => {
  it('of another person changes nothing that anybody sees', async () => {
    const eve = await arrive()
    const before = heardBy(bo).length
    for (const clock of [5, 6, 2 ** 31, 2 ** 53 - 1]) {
      show(eve, ANA, clock, { status: 'away', user: { id: 'ana', name: 'Ana' } })
    }
    await untilTold(eve)
    expect(
      heardBy(bo)
        .slice(before)
        .filter(({ clientId }) => clientId === ANA),
    ).toEqual([])
    expect(shownTo(bo, ANA)).toMatchObject({ status: 'online', user: { id: 'ana' } })
    show(ana, ANA, 6, { status: 'idle' })
    await waitFor(() => shownTo(bo, ANA)?.status === 'idle')
    expect(eve.isOpen).toBe(true)
  })

  it('that another person is gone is told to nobody, however high its clock', async () => {
    const eve = await arrive()
    for (const clock of [5, 6, 2 ** 53 - 1]) say(eve, { clientId: ANA, clock, json: 'null' })
    await untilTold(eve)
    const gone = heardBy(bo).filter(({ clientId, json }) => clientId === ANA && json === 'null')
    expect(gone).toEqual([])
    show(ana, ANA, 6, { status: 'idle' })
    await waitFor(() => shownTo(bo, ANA)?.status === 'idle')
  })

  it('under more than one id of one session is one', async () => {
    const eve = await arrive()
    show(eve, EVE + 1, 1, { status: 'online' })
    say(
      eve,
      { clientId: EVE + 2, clock: 1, json: '{"status":"online"}' },
      { clientId: EVE, clock: 2, json: '{"status":"idle"}' },
      { clientId: EVE + 3, clock: 1, json: '{"status":"online"}' },
    )
    await untilTold(eve)
    const ids = new Set(heardBy(bo).map(({ clientId }) => clientId))
    expect([...ids].sort()).toEqual([ANA, EVE])
    expect(await boundTo('eve')).toEqual([EVE])
  })

  it('with a user, a role and a time of its own carries the server’s', async () => {
    const eve = await arrive()
    const user = {
      id: 'ana',
      name: 'Ana',
      role: 'owner',
      joinedAt: 1,
      email: 'a@b.c',
      color: '#000',
    }
    show(eve, EVE, 2, { status: 'online', user, mark: 0 })
    await untilTold(eve)
    const seen = heardBy(bo).filter(({ clientId }) => clientId === EVE)
    expect(seen.length).toBeGreaterThan(0)
    for (const { json } of seen) {
      const stamped = JSON.parse(json).user
      expect(stamped).toMatchObject({ id: 'eve', name: 'eve', role: 'editor' })
      expect(stamped.email).not.toBe('a@b.c')
      expect(stamped.joinedAt).toBeGreaterThan(1_600_000_000_000)
    }
  })

  it.each([...CUT, ...NO_OBJECT])('of half-broken JSON is seen by nobody: %j', async (json) => {
    const eve = await arrive()
    await untilTold(eve)
    const before = heardBy(bo).length
    const clock = marks * 1_000 + 1
    say(eve, { clientId: EVE, clock, json })
    await untilTold(eve)
    const seen = heardBy(bo).slice(before)
    expect(seen.filter((entry) => entry.clock === clock)).toEqual([])
    for (const entry of seen) expect(() => JSON.parse(entry.json)).not.toThrow()
  })

  it('of __proto__ is a property like any other', async () => {
    const eve = await arrive()
    const json = '{"__proto__":{"polluted":true},"status":"online"}'
    say(eve, { clientId: EVE, clock: 3, json })
    const seen = await waitFor(() => heardBy(bo).find(({ clock }) => clock === 3))
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
    expect(JSON.parse(seen.json)).toMatchObject({ status: 'online', user: { id: 'eve' } })
  })

  it('of more than 8 KB is seen by nobody, of 8 KB it is', async () => {
    const eve = await arrive()
    const padded = (bytes: number) => {
      const empty = JSON.stringify({ filling: '' }).length
      return JSON.stringify({ filling: 'x'.repeat(bytes - empty) })
    }
    say(eve, { clientId: EVE, clock: 2, json: padded(MAX_PRESENCE_BYTES) })
    await waitFor(() => shownTo(bo, EVE)?.filling !== undefined)
    say(eve, { clientId: EVE, clock: 3, json: padded(MAX_PRESENCE_BYTES + 1) })
    say(eve, { clientId: EVE, clock: 4, json: JSON.stringify({ filling: 'é'.repeat(4_096) }) })
    await untilTold(eve)
    const clocks = heardBy(bo).filter(({ clientId }) => clientId === EVE)
    expect(clocks.map(({ clock }) => clock)).not.toContain(3)
    expect(clocks.map(({ clock }) => clock)).not.toContain(4)
  })

  it('of a hundred thousand ids is seen by nobody, and stays nowhere', async () => {
    const eve = await arrive()
    await flood(eve, 0)
    await untilTold(eve)
    const before = await memory()
    for (let round = 1; round <= 4; round++) await flood(eve, round)
    await untilTold(eve)
    const grown = (await memory()) - before
    expect(grown).toBeLessThan(48 * 1024 * 1024)
    const ids = new Set(heardBy(bo).map(({ clientId }) => clientId))
    expect([...ids].sort()).toEqual([ANA, EVE])
    expect(await boundTo('eve')).toEqual([EVE])
    expect(eve.isOpen).toBe(true)
  })
})

const boundTo = async (userId: string): Promise<number[]> => {
  const rows = await server.query<{ client_id: string }>(
    'select client_id from client_ids where workspace_id = $1 and user_id = $2 order by 1',
    [workspaceId, userId],
  )
  return rows.map(({ client_id }) => Number(client_id))
}

/** A hundred thousand other ids, each once, in frames below their bound. */
const flood = async (eve: WireClient, round: number): Promise<void> => {
  for (let frame = 0; frame < 10; frame++) {
    const states = Array.from({ length: 10_000 }, (_, n) => {
      const clientId = 1_000_000 + round * 100_000 + frame * 10_000 + n
      return { clientId, clock: 1, json: '{"status":"online","user":{"id":"bo"}}' }
    })
    say(eve, ...states)
  }
  await untilTold(eve)
}

/** Bytes of the server's process in memory (`VmRSS`, proc(5)). */
const memory = async (): Promise<number> => {
  const status = await readFile(`/proc/${server.process.pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024
}

describe('other people’s states, sent back by a stock client', () => {
  it('[P10] are dropped, and charged to nobody', async () => {
    const eve = await stock('eve')
    show(eve, EVE, 1, { status: 'online' })
    await waitFor(() => shownTo(eve, ANA))
    const before = heardBy(bo).length
    for (let n = 0; n < 50; n++)
      say(eve, ...heardBy(eve).filter(({ clientId }) => clientId === ANA))
    await untilTold(eve)
    const told = heardBy(bo).slice(before)
    expect(told.filter(({ clientId }) => clientId !== EVE)).toEqual([])
    expect(eve.isOpen).toBe(true)
    expect(await boundTo('eve')).toEqual([EVE])
  })
})

describe('who comes and goes', () => {
  it('[P4] a cut connection takes its presence along at once', async () => {
    const cut = performance.now()
    ana.cut()
    await waitFor(() => shownTo(bo, ANA) === undefined)
    expect(performance.now() - cut).toBeLessThan(1_000)
  })

  it('[P4] who returns with the same id and a lower clock is seen within a second', async () => {
    ana.cut()
    await waitFor(() => shownTo(bo, ANA) === undefined)
    const returned = performance.now()
    const back = await kith('ana', ANA)
    show(back, ANA, 1, { status: 'online' })
    // Told where its old life ended, a client jumps past that clock (y-protocols, `Awareness`).
    const told = await waitFor(() => heardBy(back).find(({ clientId }) => clientId === ANA))
    expect(told).toEqual({ clientId: ANA, clock: 5, json: 'null' })
    show(back, ANA, told.clock + 1, { status: 'idle' })
    await waitFor(() => shownTo(bo, ANA)?.status === 'idle')
    expect(performance.now() - returned).toBeLessThan(1_000)
  })

  it('[P10] a stock provider that reconnects is seen within a second', async () => {
    const doc = new Y.Doc()
    const token = await server.token({ userId: 'cy', workspaceId })
    const url = `${server.process.wsUrl}/ws/workspace`
    const provider = new WebsocketProvider(url, workspaceId, doc, {
      params: { token },
      // `ws` has all that the provider uses of a browser's WebSocket.
      WebSocketPolyfill: NodeWebSocket as unknown as typeof WebSocket,
      disableBc: true,
    })
    open.push({ cut: () => provider.destroy() })
    provider.awareness.setLocalState({ status: 'online' })
    await waitFor(() => shownTo(bo, doc.clientID))
    provider.disconnect()
    await waitFor(() => shownTo(bo, doc.clientID) === undefined)
    const returned = performance.now()
    provider.connect()
    await waitFor(() => shownTo(bo, doc.clientID)?.status === 'online')
    expect(performance.now() - returned).toBeLessThan(1_000)
    expect(shownTo(bo, doc.clientID)).toMatchObject({ user: { id: 'cy' } })
  })
})
