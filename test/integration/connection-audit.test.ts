import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import * as Y from 'yjs'
import { startTestServer, type TestServer, untilQuiet } from '../harness/test-server.js'
import { waitFor } from '../harness/wait-for.js'
import { connectWire, helloOf, type WireClient } from '../harness/wire-client.js'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ env: { TRUST_PROXY: '127.0.0.1' } })
  await server.token({ userId: 'owner', role: 'owner' })
})
afterAll(() => server.close())

const open: WireClient[] = []
afterEach(async () => {
  for (const client of open.splice(0)) client.cut()
  await untilQuiet(server)
})

/** From an address of its own, so that each test finds its entries. */
const knock = async (address: string, token: string, workspaceId = 'team') => {
  const headers = { 'x-forwarded-for': address }
  const client = await connectWire(server.workspaceUrl(workspaceId), headers)
  open.push(client)
  const doc = new Y.Doc()
  client.send(helloOf({ token, clientId: doc.clientID }))
  return { client, doc }
}

interface Entry {
  event: string
  workspace_id: string | null
  user_id: string | null
  reason: string
}

/** What the audit holds of this address, once there are so many. */
const entriesOf = (address: string, count = 1): Promise<Entry[]> =>
  waitFor(async () => {
    const rows = await server.query<Entry>(
      `select event, workspace_id, user_id, reason from audit_log
       where address = $1 order by at, event`,
      [address],
    )
    return rows.length >= count ? rows : undefined
  })

const refused = { event: 'login-refused', workspace_id: 'team', user_id: null }

it('[P4] who comes without a good token is in the audit, by the address that a trusted proxy gives', async () => {
  await (await knock('9.0.0.1', 'not.a.token')).client.closed
  expect(await entriesOf('9.0.0.1')).toEqual([{ ...refused, reason: 'not-authenticated' }])
})

it('[P4] who is no member is in the audit by name', async () => {
  const token = await server.token({ userId: 'eve', workspaceId: 'elsewhere' })
  await (await knock('9.0.0.2', token)).client.closed
  const reason = 'not-a-member'
  expect(await entriesOf('9.0.0.2')).toEqual([{ ...refused, user_id: 'eve', reason }])
})

it('[P4] a malformed workspace id is not in the audit', async () => {
  await (await knock('9.0.0.3', 'x', 'a%20b')).client.closed
  const reason = 'malformed-workspace-id'
  expect(await entriesOf('9.0.0.3')).toEqual([{ ...refused, workspace_id: null, reason }])
})

it('[P4] a refused change, and a session that has left, are in the audit', async () => {
  const token = await server.token({ userId: 'vera', role: 'viewer' })
  const { client, doc } = await knock('9.0.0.4', token)
  await client.first('welcome')
  doc.getMap('fields').set('c1/name', 'Vera')
  client.send({ type: 'update', update: Y.encodeStateAsUpdate(doc) })
  await client.first('reject')
  client.cut()
  const vera = { workspace_id: 'team', user_id: 'vera' }
  expect(await entriesOf('9.0.0.4', 2)).toEqual([
    { event: 'change-refused', ...vera, reason: 'read-only' },
    { event: 'session-closed', ...vera, reason: 'left' },
  ])
})

it('[P4] a session that a removal ended is in the audit with that reason', async () => {
  const token = await server.token({ userId: 'ana' })
  const { client } = await knock('9.0.0.5', token)
  await client.first('welcome')
  await server.query("delete from workspace_members where user_id = 'ana'")
  await client.closed
  const ana = { workspace_id: 'team', user_id: 'ana' }
  expect(await entriesOf('9.0.0.5')).toEqual([
    { event: 'session-closed', ...ana, reason: 'not-a-member' },
  ])
})
