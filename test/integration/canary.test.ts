/**
 * Marked tokens and contacts go through every door there is, and through the ways in which things
 * go wrong; nothing that the server writes for operators may hold a mark. The journal and its
 * snapshots hold contacts, and nothing else does.
 */
import { once } from 'node:events'
import { connect } from 'node:net'
import { SignJWT } from 'jose'
import * as encoding from 'lib0/encoding'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { forge } from '../harness/forge.js'
import { developmentSecret, startTestServer, type TestServer } from '../harness/test-server.js'
import { waitFor } from '../harness/wait-for.js'
import { connectWire, helloOf } from '../harness/wire-client.js'

/** So short that PostgreSQL would print all of it where it repeats a row, cut after 64 signs. */
const CONTACT = 'Canary9Xq'
const marksOf = (mark: string): string[] => [
  mark,
  Buffer.from(mark).toString('hex'),
  Buffer.from(mark).toString('base64').replace(/=+$/, '').slice(0, -1),
  [...Buffer.from(mark)].join(','),
]

let server: TestServer
/** Each token that was sent anywhere. */
const tokens: string[] = []
/** Every answer over HTTP and every close text. */
const answers: string[] = []

beforeAll(async () => {
  server = await startTestServer({ env: { LOG_LEVEL: 'trace' } })
})
afterAll(() => server.close())

const sign = async (claims: Record<string, unknown>, expiresIn: number, forged = false) => {
  const secret = forged ? new Uint8Array(32).fill(7) : await developmentSecret(server)
  const token = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime(Math.floor(Date.now() / 1000) + expiresIn)
    .sign(secret)
  tokens.push(token)
  return token
}

const get = async (path: string, init: RequestInit = {}): Promise<void> => {
  const response = await fetch(`${server.process.url}${path}`, init)
  answers.push(await response.text(), JSON.stringify([...response.headers]))
}

const knock = async (url: string, token?: string): Promise<void> => {
  const client = await connectWire(url)
  if (token !== undefined) client.send(helloOf({ token }))
  const { text } = await client.closed
  answers.push(text)
}

const member = async () => {
  tokens.push(await server.token({ userId: 'ana' }))
  const token = tokens.at(-1) ?? ''
  const client = await connectWire(server.workspaceUrl('team'))
  client.send(helloOf({ token, clientId: 77 }))
  await client.first('welcome')
  return client
}

const contact = (clientId: number, value: unknown, root = 'fields'): Uint8Array => {
  const doc = new Y.Doc()
  doc.clientID = clientId
  doc.getMap(root).set(`c1/${CONTACT}`, value)
  return Y.encodeStateAsUpdate(doc)
}

/** What the gate refuses, each with the mark in it. */
const poison = (): Uint8Array[] => [
  contact(77, `${CONTACT}${'x'.repeat(20_000)}`),
  contact(77, { deep: { er: { and: { de: { ep: { er: { [CONTACT]: CONTACT } } } } } } }),
  contact(77, CONTACT, `root-${CONTACT}`),
  contact(77, new Uint8Array(Buffer.from(CONTACT))),
  forge({ blocks: [{ client: 77, structs: [{ kind: 4, root: 'contacts', text: CONTACT }] }] }),
  new TextEncoder().encode(CONTACT),
]

const presenceOf = (clientId: number, json: string): Uint8Array => {
  const body = encoding.createEncoder()
  encoding.writeVarUint(body, 1)
  encoding.writeVarUint(body, clientId)
  encoding.writeVarUint(body, 1)
  encoding.writeVarString(body, json)
  const to = encoding.createEncoder()
  encoding.writeVarUint(to, 1)
  encoding.writeVarUint8Array(to, encoding.toUint8Array(body))
  return encoding.toUint8Array(to)
}

const logins = async (): Promise<void> => {
  const team = server.workspaceUrl('team')
  const expired = await sign({ user_id: 'ana' }, -3600)
  const forged = await sign({ user_id: 'ana' }, 3600, true)
  const stranger = await sign({ user_id: 'eve' }, 3600)
  const long = await sign({ user_id: 'ana', junk: 'x'.repeat(9000) }, 3600)
  for (const token of [expired, forged, stranger, long]) {
    await knock(team, token)
    await knock(server.workspaceUrl('team', token))
    await get('/ws/workspace/team/users', { headers: { authorization: `Bearer ${token}` } })
    await get('/workspaces', { headers: { authorization: `Bearer ${token}` } })
    // Where no token belongs.
    await get(`/ws/workspace/team/users?token=${token}`)
    await get(`/nowhere/${token}?access_token=${token}`)
    await get('/dev/token', { method: 'POST', body: token, headers: { authorization: token } })
    await knock(server.workspaceUrl(encodeURIComponent(token).slice(0, 60), token))
  }
}

const brokenRequests = async (): Promise<void> => {
  for (const line of [`GET /${tokens[0]} HTTP/9.9`, `${tokens[1]} / HTTP/1.1`]) {
    const socket = connect(server.process.port, '127.0.0.1')
    socket.setEncoding('utf8')
    socket.write(`${line}\r\nAuthorization: ${tokens[0]}\r\n\r\n`)
    answers.push(String((await once(socket, 'data'))[0]))
    socket.destroy()
  }
}

const invites = async (): Promise<void> => {
  const owner = await server.token({ userId: 'olga', role: 'owner' })
  tokens.push(owner)
  const headers = { authorization: `Bearer ${owner}`, 'content-type': 'application/json' }
  const response = await fetch(`${server.process.url}/workspaces/team/invites`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ role: 'viewer' }),
  })
  const { code } = (await response.json()) as { code: string }
  // Not among the answers: whoever made it is told. It has no dots, and is one mark.
  tokens.push(code)
  for (const path of [`/invites/${code}`, `/invites/${code}x`, '/invites/%00']) {
    await get(path, { method: 'POST', headers, body: '{}' })
  }
}

const changes = async (): Promise<void> => {
  const client = await member()
  for (const update of poison()) client.send({ type: 'update', update })
  client.sendRaw(presenceOf(77, `{"status":"${CONTACT}"`))
  client.sendRaw(presenceOf(77, `{"status":"online","editing":{"contactId":"${CONTACT}"}}`))
  client.send({ type: 'update', update: contact(77, CONTACT) })
  await waitFor(() => client.messages.some((m) => m.type === 'ack' && m.count === 7))
  expect(client.messages.filter(({ type }) => type === 'reject')).toHaveLength(6)
  client.sendRaw(new TextEncoder().encode(`\u0064${CONTACT}`))
  answers.push((await client.closed).text)
}

/** PostgreSQL's own errors repeat the row that they are about. */
const storageErrors = async (): Promise<void> => {
  await server.query('alter table journal add constraint no_more check (seq < 2) not valid')
  const client = await member()
  client.send({ type: 'update', update: contact(78, `${CONTACT} again`) })
  answers.push((await client.closed).text)
  await waitFor(() => server.process.logs().includes('no_more') || /failed/.test(logsNow()))
}

const logsNow = (): string => server.process.logs()

describe('[P4] a mark in a token, an invite or a contact', () => {
  beforeAll(async () => {
    await logins()
    await brokenRequests()
    await invites()
    await changes()
    await storageErrors()
    await get('/metrics')
    await get('/ws/health')
  })

  const tokenParts = () =>
    tokens.flatMap((token) => token.split('.').slice(token.includes('.') ? 1 : 0))

  it('went through every door', () => {
    expect(tokens.length).toBeGreaterThan(6)
    expect(logsNow()).toContain('"reason":"token-expired"')
    expect(logsNow()).toContain('"refusal":"bad-value"')
    expect(answers.length).toBeGreaterThan(30)
  })

  it('is in no line of the log', () => {
    for (const part of tokenParts()) expect(logsNow()).not.toContain(part)
    for (const mark of marksOf(CONTACT)) expect(logsNow()).not.toContain(mark)
  })

  it('is in no answer, header, metric or close text', () => {
    const all = answers.join('\n')
    for (const part of tokenParts()) expect(all).not.toContain(part)
    for (const mark of marksOf(CONTACT)) expect(all).not.toContain(mark)
  })

  it('is in no table but the journal, its snapshots, and (an invite) as a hash', async () => {
    const tables = await server.query<{ name: string }>(
      "select tablename as name from pg_tables where schemaname = 'public'",
    )
    for (const { name } of tables) {
      if (name === 'journal' || name === 'snapshots') continue
      const rows = await server.query<{ row: string }>(`select t::text as row from "${name}" t`)
      const text = rows.map(({ row }) => row).join('\n')
      for (const part of tokenParts()) expect(text).not.toContain(part)
      for (const mark of marksOf(CONTACT)) expect(text).not.toContain(mark)
    }
    expect(tables.map(({ name }) => name)).toContain('audit_log')
  })
})
