/** What each role's messages come to, in both dialects, against the real server. */

import { CLOSE_REASONS, type CloseReason, type Refusal, type Role } from 'kith-shared'
import * as encoding from 'lib0/encoding'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { startTestServer, type TestServer } from '../harness/test-server.js'
import { waitFor } from '../harness/wait-for.js'
import { connectWire, helloOf, type WireClient } from '../harness/wire-client.js'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const open: WireClient[] = []
afterEach(() => {
  for (const client of open.splice(0)) client.cut()
})

const dial = async (url: string): Promise<WireClient> => {
  const client = await connectWire(url)
  open.push(client)
  return client
}

let workspaces = 0
/** A workspace of its own for each cell, so that nobody's rows are another's. */
const newWorkspace = (): string => `matrix-${++workspaces}`

const kith = async (workspaceId: string, userId: string, role: Role, clientId = 1000) => {
  const client = await dial(server.workspaceUrl(workspaceId))
  client.send(helloOf({ token: await server.token({ userId, workspaceId, role }), clientId }))
  await client.first('welcome')
  return client
}

const stock = async (workspaceId: string, userId: string, role: Role) => {
  const token = await server.token({ userId, workspaceId, role })
  const client = await dial(server.workspaceUrl(workspaceId, token))
  client.send({ type: 'sync-step-1', stateVector: new Uint8Array([0]) })
  await client.first('sync-step-2')
  return client
}

const fieldUnder = (clientId: number): Uint8Array => {
  const doc = new Y.Doc()
  doc.clientID = clientId
  doc.getMap('fields').set('c1/company', 'ACME')
  return Y.encodeStateAsUpdate(doc)
}

const rowsOf = async (workspaceId: string): Promise<number> => {
  const text = 'select count(*)::int as rows from journal where workspace_id = $1'
  const [row] = await server.query<{ rows: number }>(text, [workspaceId])
  return row?.rows ?? -1
}

type Message =
  | 'update'
  | 'sync-step-2'
  | 'known update'
  | 'awareness'
  | 'query-awareness'
  | 'probe'
  | 'own token'
  | 'second hello'
  | "the server's own message"

/** What becomes of it: rows of the journal, and what the sender sees. */
interface Fate {
  rows: number
  sender: 'acked' | 'answered' | 'shown' | 'stays' | { rejected: Refusal } | { closed: CloseReason }
}

const KITH: [Message, Record<Role, Fate>][] = [
  ['update', writers({ rows: 1, sender: 'acked' }, { rows: 0, sender: { rejected: 'read-only' } })],
  [
    'sync-step-2',
    writers({ rows: 1, sender: 'acked' }, { rows: 0, sender: { rejected: 'read-only' } }),
  ],
  ['known update', everybody({ rows: 1, sender: 'acked' })],
  ['awareness', everybody({ rows: 0, sender: 'shown' })],
  ['query-awareness', everybody({ rows: 0, sender: 'stays' })],
  ['probe', everybody({ rows: 0, sender: 'answered' })],
  ['own token', everybody({ rows: 0, sender: 'stays' })],
  ['second hello', everybody({ rows: 0, sender: { closed: 'broken-frame' } })],
  ["the server's own message", everybody({ rows: 0, sender: { closed: 'broken-frame' } })],
]

const STOCK: [Message, Record<Role, Fate>][] = [
  [
    'update',
    writers({ rows: 1, sender: 'stays' }, { rows: 0, sender: { closed: 'refused-change' } }),
  ],
  // It answers SyncStep1 because the protocol says so: ignored, not punished.
  ['sync-step-2', writers({ rows: 1, sender: 'stays' }, { rows: 0, sender: 'stays' })],
  ['known update', everybody({ rows: 1, sender: 'stays' })],
  ['awareness', everybody({ rows: 0, sender: 'shown' })],
  ['query-awareness', everybody({ rows: 0, sender: 'stays' })],
]

function writers(fate: Fate, viewer: Fate): Record<Role, Fate> {
  return { owner: fate, editor: fate, viewer }
}

function everybody(fate: Fate): Record<Role, Fate> {
  return writers(fate, fate)
}

const cells = (table: [Message, Record<Role, Fate>][]): [Role, Message, Fate][] =>
  table.flatMap(([message, fates]) =>
    (['owner', 'editor', 'viewer'] as const).map((role): [Role, Message, Fate] => [
      role,
      message,
      fates[role],
    ]),
  )

const presence = (clientId: number): Uint8Array => {
  const to = encoding.createEncoder()
  encoding.writeVarUint(to, 1)
  encoding.writeVarUint(to, clientId)
  encoding.writeVarUint(to, 1)
  encoding.writeVarString(to, '{"status":"online"}')
  return encoding.toUint8Array(to)
}

const frame = (type: number, body: Uint8Array): Uint8Array => {
  const to = encoding.createEncoder()
  encoding.writeVarUint(to, type)
  encoding.writeVarUint8Array(to, body)
  return encoding.toUint8Array(to)
}

const ACK = 103

const sendAs = async (
  client: WireClient,
  message: Message,
  userId: string,
  workspaceId: string,
) => {
  switch (message) {
    case 'update':
    case 'sync-step-2':
      return client.send({ type: message, update: fieldUnder(1000) })
    case 'known update':
      return client.send({ type: 'update', update: fieldUnder(900) })
    case 'awareness':
      return client.sendRaw(frame(1, presence(1000)))
    case 'query-awareness':
      return client.send({ type: 'query-awareness' })
    case 'probe':
      return client.send({ type: 'probe', nonce: 42 })
    case 'own token':
      return client.send({ type: 'token', token: await tokenAgain(userId, workspaceId) })
    case 'second hello':
      return client.send(helloOf({ token: await tokenAgain(userId, workspaceId) }))
    case "the server's own message":
      return client.sendRaw(new Uint8Array([ACK, 1, 1]))
  }
}

/** With the role that the person has. */
const tokenAgain = async (userId: string, workspaceId: string): Promise<string> => {
  const text = 'select role from workspace_members where workspace_id = $1 and user_id = $2'
  const [member] = await server.query<{ role: Role }>(text, [workspaceId, userId])
  return server.token({ userId, workspaceId, role: member?.role ?? 'viewer' })
}

/** Somebody else, there all the time: what they see is what others see. */
const watched = (workspaceId: string) => kith(workspaceId, 'omar', 'editor', 900)

const expectSender = async (client: WireClient, other: WireClient, sender: Fate['sender']) => {
  if (sender === 'acked') {
    expect(await client.first('ack')).toMatchObject({ count: 1 })
    expect(client.messages.filter(({ type }) => type === 'reject')).toEqual([])
  } else if (sender === 'answered') {
    expect(await client.first('probe')).toMatchObject({ nonce: 42 })
  } else if (sender === 'shown') {
    await waitFor(() => shows(other, 1000), { message: 'the state at the other person' })
  } else if (sender === 'stays') {
    expect(client.isOpen).toBe(true)
  } else if ('rejected' in sender) {
    expect(await client.first('reject')).toMatchObject({ ordinal: 1, reason: sender.rejected })
    expect(await client.first('ack')).toMatchObject({ count: 1 })
    expect(client.isOpen).toBe(true)
  } else {
    const { code, text } = CLOSE_REASONS[sender.closed]
    expect(await client.closed).toEqual({ code, text })
  }
}

const shows = (client: WireClient, clientId: number): boolean =>
  client.messages.some(
    (message) =>
      message.type === 'awareness' &&
      message.states.some((state) => state.clientId === clientId && state.json !== 'null'),
  )

/** Behind it in the same queue: once this is in, what was sent before has had its verdict. */
const afterEverything = async (other: WireClient, workspaceId: string, rows: number) => {
  other.send({ type: 'update', update: fieldUnder(900) })
  await waitFor(() => other.messages.some(({ type }) => type === 'ack'))
  await waitFor(async () => (await rowsOf(workspaceId)) >= rows)
  return rowsOf(workspaceId)
}

describe('a message of Kith’s own client', () => {
  it.each(cells(KITH))('[P4] from a %s: %s', async (role, message, fate) => {
    const workspaceId = newWorkspace()
    const other = await watched(workspaceId)
    const client = await kith(workspaceId, 'ana', role)
    if (message === 'known update') await afterEverything(other, workspaceId, 1)
    await sendAs(client, message, 'ana', workspaceId)
    await expectSender(client, other, fate.sender)
    // The other's own row is one of them.
    const own = message === 'known update' ? 0 : 1
    expect(await afterEverything(other, workspaceId, fate.rows + own)).toBe(fate.rows + own)
    if (fate.sender === 'stays') expect(client.isOpen).toBe(true)
  })
})

describe('a message of a stock client', () => {
  it.each(cells(STOCK))('[P10] from a %s: %s', async (role, message, fate) => {
    const workspaceId = newWorkspace()
    const other = await watched(workspaceId)
    const client = await stock(workspaceId, 'ana', role)
    if (message === 'known update') await afterEverything(other, workspaceId, 1)
    await sendAs(client, message, 'ana', workspaceId)
    await expectSender(client, other, fate.sender)
    const own = message === 'known update' ? 0 : 1
    expect(await afterEverything(other, workspaceId, fate.rows + own)).toBe(fate.rows + own)
    if (fate.sender === 'stays') expect(client.isOpen).toBe(true)
  })
})

/** Who is in which workspace, and whose door opens. */
const DOORS: [userId: string, workspaceId: string, outcome: Role | CloseReason][] = [
  ['ana', 'door-one', 'owner'],
  ['ana', 'door-two', 'not-a-member'],
  ['ana', 'door-none', 'not-a-member'],
  ['bo', 'door-one', 'viewer'],
  ['bo', 'door-two', 'editor'],
  ['bo', 'door-none', 'not-a-member'],
  ['eve', 'door-one', 'not-a-member'],
  ['eve', 'door-two', 'not-a-member'],
  ['eve', 'door-none', 'not-a-member'],
]

describe('the door of a workspace', () => {
  beforeAll(async () => {
    await server.token({ userId: 'ana', workspaceId: 'door-one', role: 'owner' })
    await server.token({ userId: 'bo', workspaceId: 'door-one', role: 'viewer' })
    await server.token({ userId: 'bo', workspaceId: 'door-two', role: 'editor' })
  })

  it.each(DOORS)('[P4] %s at %s: %s', async (userId, workspaceId, outcome) => {
    // A token says who somebody is, not where they belong: one of another workspace will do.
    const token = await server.token({ userId, workspaceId: `home-of-${userId}`, role: 'owner' })
    const byHello = await dial(server.workspaceUrl(workspaceId))
    byHello.send(helloOf({ token }))
    const byQuery = await dial(server.workspaceUrl(workspaceId, token))
    byQuery.send({ type: 'sync-step-1', stateVector: new Uint8Array([0]) })
    if (outcome === 'owner' || outcome === 'editor' || outcome === 'viewer') {
      expect(await byHello.first('welcome')).toMatchObject({ role: outcome, user: { id: userId } })
      await byQuery.first('sync-step-2')
    } else {
      const { code, text } = CLOSE_REASONS[outcome]
      expect(await byHello.closed).toEqual({ code, text })
      expect(await byQuery.closed).toEqual({ code, text })
    }
  })
})
