import { once } from 'node:events'
import { connect } from 'node:net'
import { SignJWT } from 'jose'
import { CLOSE_REASONS, type CloseReason, type Hello, MAX_UPDATE_BYTES } from 'kith-shared'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import {
  developmentSecret,
  logLines,
  startTestServer,
  type TestServer,
  untilQuiet,
} from '../harness/test-server.js'
import { waitFor } from '../harness/wait-for.js'
import { connectWire, helloOf, type WireClient } from '../harness/wire-client.js'

/** One server for people as they come, one that takes a single connection and no `?token=`. */
let server: TestServer
let strict: TestServer
let tokens: Record<'editor' | 'viewer' | 'stranger' | 'expired' | 'forged' | 'long', string>

const sign = (secret: Uint8Array, claims: Record<string, unknown>, expiresIn: number) =>
  new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime(Math.floor(Date.now() / 1000) + expiresIn)
    .sign(secret)

beforeAll(async () => {
  server = await startTestServer()
  strict = await startTestServer({ env: { MAX_CONNECTIONS: '1', ALLOW_QUERY_TOKEN: 'false' } })
  const secret = await developmentSecret(server)
  const ana = { user_id: 'ana', name: 'Ana' }
  tokens = {
    editor: await server.token({ userId: 'ana' }),
    viewer: await server.token({ userId: 'vera', role: 'viewer' }),
    stranger: await server.token({ userId: 'eve', workspaceId: 'elsewhere' }),
    expired: await sign(secret, ana, -3600),
    forged: await sign(new Uint8Array(32).fill(7), ana, 3600),
    long: await sign(secret, { ...ana, extra: 'x'.repeat(8 * 1024) }, 3600),
  }
})
afterAll(async () => {
  await server.close()
  await strict.close()
})

const open: WireClient[] = []
afterEach(() => {
  for (const client of open.splice(0)) client.cut()
})

const dial = async (url: string, headers?: Record<string, string>): Promise<WireClient> => {
  const client = await connectWire(url, headers)
  open.push(client)
  return client
}

const say = async (hello: Partial<Hello> & { token: string }, workspaceId = 'team') => {
  const client = await dial(server.workspaceUrl(workspaceId))
  client.send(helloOf(hello))
  return client
}

const stock = (token: string, workspaceId = 'team') => dial(server.workspaceUrl(workspaceId, token))

/** A Kith client that is in, which then sends these bytes. */
const welcomed = async (data: Uint8Array | string) => {
  const client = await say({ token: tokens.editor })
  await client.first('welcome')
  client.sendRaw(data)
  return client
}

const dialAndSend = async (data: Uint8Array | string) => {
  const client = await dial(server.workspaceUrl('team'))
  client.sendRaw(data)
  return client
}

const strangeRoot = (): Uint8Array => {
  const doc = new Y.Doc()
  doc.getMap('a-root-of-my-own').set('key', 'value')
  return Y.encodeStateAsUpdate(doc)
}

const stockChange = async (token: string, update: Uint8Array) => {
  const client = await stock(token)
  client.send({ type: 'sync-step-1', stateVector: new Uint8Array([0]) })
  await client.first('sync-step-2')
  client.send({ type: 'update', update })
  return client
}

const ownField = (): Uint8Array => {
  const doc = new Y.Doc()
  doc.getMap('fields').set('c1/company', 'ACME')
  return Y.encodeStateAsUpdate(doc)
}

/** What was done, and the reason that it gets. */
const table: [what: string, reason: CloseReason, knock: () => Promise<WireClient>][] = [
  ['a hello that does not come', 'hello-timeout', () => dial(server.workspaceUrl('team'))],
  ['a hello without a token', 'not-authenticated', () => say({ token: '' })],
  ['what is no token', 'not-authenticated', () => say({ token: 'not.a.token' })],
  ['a forged token', 'not-authenticated', () => say({ token: tokens.forged })],
  ['a forged ?token=', 'not-authenticated', () => stock(tokens.forged)],
  ['a token over 8 KB', 'not-authenticated', () => say({ token: tokens.long })],
  ['a ?token= over 8 KB', 'not-authenticated', () => stock(tokens.long)],
  ['an expired token', 'token-expired', () => say({ token: tokens.expired })],
  ['an expired ?token=', 'token-expired', () => stock(tokens.expired)],
  ['no member', 'not-a-member', () => say({ token: tokens.stranger })],
  ['no member with ?token=', 'not-a-member', () => stock(tokens.stranger)],
  ['an unknown workspace', 'not-a-member', () => say({ token: tokens.editor }, 'nowhere')],
  [
    'a page of a foreign origin',
    'foreign-origin',
    () => dial(server.workspaceUrl('team', tokens.editor), { origin: 'https://evil.example' }),
  ],
  [
    'a page without an origin of its own',
    'foreign-origin',
    () => dial(server.workspaceUrl('team', tokens.editor), { origin: 'null' }),
  ],
  ['a malformed workspace id', 'malformed-workspace-id', () => stock(tokens.editor, 'a%20b')],
  ['an empty workspace id', 'malformed-workspace-id', () => stock(tokens.editor, '')],
  [
    'a workspace id of 65 letters',
    'malformed-workspace-id',
    () => stock(tokens.editor, 'w'.repeat(65)),
  ],
  ['text before the hello', 'text-frame', () => dialAndSend('{"type":"hello"}')],
  ['text after the welcome', 'text-frame', () => welcomed('{"type":"ping"}')],
  ['a broken first frame', 'broken-frame', () => dialAndSend(new Uint8Array([100, 255]))],
  ['a broken frame', 'broken-frame', () => welcomed(new Uint8Array([0, 2, 200]))],
  ['an empty frame', 'broken-frame', () => welcomed(new Uint8Array())],
  [
    'a second hello',
    'broken-frame',
    async () => {
      const client = await say({ token: tokens.editor })
      await client.first('welcome')
      client.send(helloOf({ token: tokens.editor }))
      return client
    },
  ],
  [
    'an update before the hello',
    'not-authenticated',
    async () => {
      const client = await dial(server.workspaceUrl('team'))
      client.send({ type: 'update', update: ownField() })
      return client
    },
  ],
  ['a first frame over 16 KB', 'too-large', () => dialAndSend(new Uint8Array(16 * 1024 + 1))],
  ['an older protocol', 'protocol-version', () => say({ token: tokens.editor, protocol: 0 })],
  ['an unknown protocol', 'protocol-version', () => say({ token: tokens.editor, protocol: 99 })],
  ['a replica of another epoch', 'older-epoch', () => say({ token: tokens.editor, epoch: 7 })],
  [
    'an update over 1 MB',
    'too-large',
    async () => {
      const client = await say({ token: tokens.editor })
      await client.first('welcome')
      client.send({ type: 'update', update: new Uint8Array(MAX_UPDATE_BYTES + 1) })
      return client
    },
  ],
  [
    "a stock client's refused change",
    'refused-change',
    () => stockChange(tokens.editor, strangeRoot()),
  ],
  ["a stock viewer's change", 'refused-change', () => stockChange(tokens.viewer, ownField())],
  [
    'a token that becomes no token',
    'not-authenticated',
    async () => {
      const client = await say({ token: tokens.editor })
      await client.first('welcome')
      client.send({ type: 'token', token: tokens.forged })
      return client
    },
  ],
  [
    'a token that becomes another person’s',
    'not-authenticated',
    async () => {
      const client = await say({ token: tokens.editor })
      await client.first('welcome')
      client.send({ type: 'token', token: tokens.viewer })
      return client
    },
  ],
]

const closesIn = (from: TestServer) =>
  logLines(from.process).filter(({ msg }) => msg === 'connection closed')

/** Ends as the table of reasons says, in one line of the log, and the server is none the worse. */
const expectClose = async (
  from: TestServer,
  reason: CloseReason,
  client: WireClient,
  before: number,
) => {
  const { code, text } = CLOSE_REASONS[reason]
  expect(await client.closed).toEqual({ code, text })
  await waitFor(() => closesIn(from).length > before)
  await untilQuiet(from)
  const lines = closesIn(from).slice(before)
  expect(lines).toHaveLength(1)
  expect(lines[0]).toMatchObject({ reason, code })
}

describe('[P4] a connection that may not be', () => {
  let before: number
  beforeEach(async () => {
    await untilQuiet(server)
    before = closesIn(server).length
  })

  it.each(table)('ends with its own code and one line in the log: %s', async (_, reason, knock) => {
    const client = await knock()
    await expectClose(server, reason, client, before)
    const sent = client.messages.filter(({ type }) => type === 'rows' || type === 'snapshot-chunk')
    expect(sent).toEqual([])
  })

  it('tells a foreign page and a stranger the same, whether the workspace exists or not', () => {
    const { code, text } = CLOSE_REASONS['not-a-member']
    expect(CLOSE_REASONS['foreign-origin']).toMatchObject({ code, text })
  })

  it('takes no update with it into the journal', async () => {
    expect(await server.query('select seq from journal')).toEqual([])
  })

  it('never shows a token in the log', () => {
    const logs = server.process.logs()
    expect(logs).toContain('connection closed')
    for (const token of Object.values(tokens)) {
      for (const part of token.split('.').slice(1)) expect(logs).not.toContain(part)
    }
    expect(logs).not.toContain('not.a.token')
  })

  it('leaves the server as it was for whoever may be there', async () => {
    const client = await say({ token: tokens.editor })
    expect(await client.first('welcome')).toMatchObject({ user: { id: 'ana' }, role: 'editor' })
    expect(logLines(server.process).filter(({ level }) => level >= 50)).toEqual([])
  })
})

describe('[P7] a server that takes one connection', () => {
  it('sends the second one away to try again, and takes it once the first has left', async () => {
    const first = await dial(strict.workspaceUrl('team'))
    const second = await dial(strict.workspaceUrl('team'))
    const { code, text } = CLOSE_REASONS['too-many-connections']
    expect(await second.closed).toEqual({ code, text })
    // The line comes through a pipe of its own.
    await waitFor(() => closesIn(strict).length > 0)
    expect(closesIn(strict)).toMatchObject([{ reason: 'too-many-connections', code }])
    first.cut()
    await untilQuiet(strict)
    const third = await dial(strict.workspaceUrl('team'))
    third.send(helloOf({ token: await strict.token({ userId: 'ana' }) }))
    await third.first('welcome')
  })

  it('takes no ?token= where that is turned off', async () => {
    await untilQuiet(strict)
    const before = closesIn(strict).length
    const client = await dial(strict.workspaceUrl('team', await strict.token({ userId: 'ana' })))
    await expectClose(strict, 'not-authenticated', client, before)
  })
})

const upgrade = (path: string): string =>
  `GET ${path} HTTP/1.1\r\nHost: kith\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
  'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n'

describe('[P7] an upgrade that leads nowhere', () => {
  it.each(['//', '/nowhere', '/ws/workspace/team/more', '*'])('gets 404: %s', async (path) => {
    const socket = connect(server.process.port, '127.0.0.1')
    socket.setEncoding('utf8')
    socket.write(upgrade(path))
    const [answer] = await once(socket, 'data')
    expect(answer).toMatch(/^HTTP\/1\.1 404 /)
    await once(socket, 'close')
    await server.health()
  })

  it('may be reset before its answer, and the server lives on', async () => {
    for (let n = 0; n < 50; n++) {
      const socket = connect(server.process.port, '127.0.0.1')
      socket.on('error', () => undefined)
      socket.write(upgrade('/nowhere'), () => socket.resetAndDestroy())
      await once(socket, 'close')
    }
    await server.health()
  })
})
