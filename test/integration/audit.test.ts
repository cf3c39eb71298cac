import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../harness/test-server.js'
import { connectWire, helloOf } from '../harness/wire-client.js'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const CANARY = 'canary-3f9a'

const written = (): Promise<{ event: string; reason: string; user_id: string | null }[]> =>
  server.query('select event, reason, user_id from audit_log where address is not null')

describe('the audit of a running server', () => {
  it('[H9] is in its table and its log before the server ends, and holds no token', async () => {
    const token = await server.token({ userId: 'ana' })
    const bad = `${token}${CANARY}`
    const url = new URL('/workspaces/team', server.process.url)
    await fetch(url, { headers: { authorization: `Bearer ${bad}` } })
    const refused = await connectWire(server.workspaceUrl('team'))
    refused.send(helloOf({ token: bad }))
    await refused.closed
    const stock = await connectWire(server.workspaceUrl('team', bad))
    await stock.closed
    const joined = await connectWire(server.workspaceUrl('team'))
    joined.send(helloOf({ token }))
    await joined.first('welcome')
    await server.process.close()
    const rows = await written()
    const denied = { event: 'login-refused', reason: 'not-authenticated', user_id: null }
    expect(rows).toContainEqual(denied)
    expect(rows).toContainEqual({ event: 'session-closed', reason: 'restarting', user_id: 'ana' })
    const everything = JSON.stringify(await server.query('select * from audit_log'))
    for (const place of [everything, server.process.logs()]) {
      expect(place).not.toContain(CANARY)
      expect(place).not.toContain(token.slice(-20))
    }
    const lines = server.process
      .logs()
      .split('\n')
      .filter((line) => line.includes('"audit":'))
      .map((line) => JSON.parse(line) as { msg: string; audit: Record<string, unknown> })
    expect(lines.map(({ msg }) => msg)).toEqual(
      expect.arrayContaining(['login-refused', 'session-closed']),
    )
    for (const { msg, audit } of lines) {
      expect(audit).toMatchObject({ event: msg, address: '127.0.0.1' })
    }
  })
})
