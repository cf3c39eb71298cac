import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer, untilQuiet } from '../harness/test-server.js'
import { waitFor } from '../harness/wait-for.js'
import { connectWire, helloOf, type WireClient } from '../harness/wire-client.js'

const builtDemo = fileURLToPath(new URL('../../demo/dist/index.html', import.meta.url))

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const open: WireClient[] = []
afterEach(() => {
  for (const client of open.splice(0)) client.cut()
})

const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(new URL(path, server.process.url), { headers })

const users = (workspaceId: string, token?: string): Promise<Response> =>
  get(
    `/ws/workspace/${workspaceId}/users`,
    token === undefined ? {} : { authorization: `Bearer ${token}` },
  )

const devToken = (body: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(new URL('/dev/token', server.process.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  })

/** A tab of this person, with this presence. */
const join = async (userId: string, state: object): Promise<WireClient> => {
  const client = await connectWire(server.workspaceUrl('team'))
  open.push(client)
  const hello = helloOf({ token: await server.token({ userId, name: `${userId}'s name` }) })
  client.send(hello)
  await client.first('welcome')
  const { clientId } = hello
  client.send({ type: 'awareness', states: [{ clientId, clock: 1, json: JSON.stringify(state) }] })
  await waitFor(() =>
    client.messages.some(
      (message) =>
        message.type === 'awareness' && message.states.some((one) => one.clientId === clientId),
    ),
  )
  return client
}

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

/** RFC 9457, and nothing in it but what the description of the routes says. */
const expectProblem = async (
  response: Response,
  status: number,
  title: string,
  reason?: string,
): Promise<void> => {
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  const { detail, ...rest } = (await response.json()) as { detail?: string }
  const expected = { type: 'about:blank', status, title, ...(reason && { reason }) }
  expect({ status: response.status, ...rest }).toEqual(expected)
  expect(['string', 'undefined']).toContain(typeof detail)
}

describe('health and readiness', () => {
  it('counts workspaces and connections', async () => {
    await untilQuiet(server)
    await join('ana', { status: 'online' })
    await join('ana', { status: 'online' })
    const health: unknown = await (await get('/ws/health')).json()
    expect(health).toEqual({
      status: 'ok',
      service: 'kith',
      total_workspaces: 1,
      total_connections: 2,
      timestamp: expect.stringMatching(ISO),
    })
  })

  it('says that workspaces can be opened', async () => {
    const response = await get('/ws/ready')
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({ ready: true })
  })

  it('gives figures to Prometheus', async () => {
    await join('ana', { status: 'online' })
    const response = await get('/metrics')
    expect(response.headers.get('content-type')).toMatch(/^text\/plain/)
    const text = await response.text()
    expect(text).toMatch(/^kith_connections [1-9]/m)
    expect(text).toMatch(/^kith_rooms 1$/m)
    expect(text).toMatch(/^kith_frames_total\{direction="in"\} [1-9]/m)
    expect(text).toMatch(/^kith_commit_seconds_count [1-9]/m)
    expect(text).not.toContain('ana')
  })
})

describe('figures', () => {
  it('[P4] are for this machine, not for whom a proxy on it forwards', async () => {
    for (const name of ['x-forwarded-for', 'forwarded', 'x-real-ip']) {
      const response = await get('/metrics', { [name]: '127.0.0.1' })
      await expectProblem(response, 403, 'Metrics are served to this machine only')
    }
  })
})

describe('who is here', () => {
  it('is told to a member, one entry a person however many tabs', async () => {
    await untilQuiet(server)
    await join('ana', { status: 'idle', editing: null })
    await join('ana', { status: 'online', editing: { contactId: 'c1', field: 'company' } })
    await join('bo', { status: 'away', editing: null })
    const response = await users('team', await server.token({ userId: 'bo' }))
    expect(response.status).toBe(200)
    const person = { email: null, joined_at: expect.stringMatching(ISO) }
    expect(await response.json()).toEqual({
      workspace_id: 'team',
      users: [
        {
          ...person,
          user_id: 'ana',
          name: "ana's name",
          status: 'online',
          editing_contact_id: 'c1',
        },
        { ...person, user_id: 'bo', name: "bo's name", status: 'away', editing_contact_id: null },
      ],
      count: 2,
      timestamp: expect.stringMatching(ISO),
    })
  })

  it('[P4] holds against presence that is not what it should be', async () => {
    await untilQuiet(server)
    await join('ana', { status: { not: 'a word' }, editing: { contactId: { not: 'an id' } } })
    const response = await users('team', await server.token({ userId: 'bo' }))
    expect(await response.json()).toMatchObject({
      users: [{ user_id: 'ana', status: 'online', editing_contact_id: null }],
    })
  })

  it('[P4] is told to nobody else, the same whether the workspace exists or not', async () => {
    const token = await server.token({ userId: 'ana' })
    const stranger = await server.token({ userId: 'eve', workspaceId: 'elsewhere' })
    await expectProblem(await users('team'), 401, 'Not authenticated')
    await expectProblem(await users('team', 'not.a.token'), 401, 'Not authenticated')
    await expectProblem(await users('team', ''), 401, 'Not authenticated')
    const title = 'Not a member of this workspace'
    await expectProblem(await users('team', stranger), 403, title, 'not-a-member')
    await expectProblem(await users('nowhere', token), 403, title, 'not-a-member')
    await expectProblem(await users('a%20b', token), 400, 'Malformed workspace id')
    await expectProblem(await users('w'.repeat(65), token), 400, 'Malformed workspace id')
  })
})

describe('development tokens', () => {
  const ana = { userId: 'ana', name: 'Ana', workspaceId: 'team', role: 'viewer' }

  it('are given for JSON, from no page or one of our own', async () => {
    for (const headers of [{}, { origin: server.process.url }]) {
      const response = await devToken(JSON.stringify(ana), headers)
      expect(response.status).toBe(200)
      expect(await response.json()).toEqual({
        token: expect.stringMatching(/^[\w-]+(\.[\w-]+){2}$/),
      })
    }
  })

  it('touch no membership where no workspace is named', async () => {
    const rolesOfAna = () =>
      server.query("select workspace_id, role from workspace_members where user_id = 'ana-only'")
    const only = { userId: 'ana-only', name: 'Ana' }
    const made = await devToken(JSON.stringify(only))
    expect(made.status).toBe(200)
    expect(await rolesOfAna()).toEqual([])
    await devToken(JSON.stringify({ ...only, workspaceId: 'team', role: 'viewer' }))
    await devToken(JSON.stringify({ ...only, role: 'owner' }))
    expect(await rolesOfAna()).toEqual([{ workspace_id: 'team', role: 'viewer' }])
  })

  it('make an owner of who makes the workspace, and change no role that is not named', async () => {
    const come = (userId: string, more = {}) =>
      devToken(JSON.stringify({ userId, name: userId, workspaceId: 'entered', ...more }))
    const roles = () =>
      server.query(
        "select user_id, role from workspace_members where workspace_id = 'entered' order by 1",
      )
    await come('ana')
    await come('bo')
    expect(await roles()).toEqual([
      { user_id: 'ana', role: 'owner' },
      { user_id: 'bo', role: 'editor' },
    ])
    await come('bo', { role: 'viewer' })
    await come('bo')
    await come('ana')
    expect(await roles()).toEqual([
      { user_id: 'ana', role: 'owner' },
      { user_id: 'bo', role: 'viewer' },
    ])
  })

  it('[P4] are not given to foreign pages, forms, or for nonsense', async () => {
    const body = JSON.stringify(ana)
    for (const origin of ['https://evil.example', 'null', `${server.process.url}.evil.example`]) {
      await expectProblem(await devToken(body, { origin }), 403, 'Foreign origin', 'foreign-origin')
    }
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    await expectProblem(await devToken(body, form), 415, 'Send application/json')
    const asText = { 'content-type': 'text/plain' }
    await expectProblem(await devToken(body, asText), 415, 'Send application/json')
    const nonsense = ['', '{', 'null', '[]', '{}', '"ana"', JSON.stringify({ ...ana, role: 'god' })]
    for (const bad of [...nonsense, JSON.stringify({ ...ana, workspaceId: '../etc' })]) {
      await expectProblem(await devToken(bad), 400, 'Bad request')
    }
    const long = JSON.stringify({ ...ana, name: 'a'.repeat(5000) })
    await expectProblem(await devToken(long), 413, 'Too large')
  })
})

describe('pages of other origins', () => {
  const ask = (method: string, path: string, headers: Record<string, string>) =>
    fetch(new URL(path, server.process.url), { method, headers })
  const corsHeaders = ({ headers }: Response) =>
    [...headers.keys()].filter((name) => name.startsWith('access-control-'))
  const preflight = { 'access-control-request-method': 'POST' }

  it('[H8] are answered where they are allowed, exactly and without credentials', async () => {
    const origin = server.process.url
    const asked = await ask('OPTIONS', '/workspaces', { origin, ...preflight })
    expect(asked.status).toBe(204)
    expect(Object.fromEntries(asked.headers)).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
      'access-control-allow-headers': 'authorization, content-type',
      vary: 'Origin',
    })
    expect(asked.headers.get('access-control-allow-credentials')).toBeNull()
    for (const path of ['/workspaces', '/ws/health', '/nowhere']) {
      const { headers } = await ask('GET', path, { origin })
      expect(headers.get('access-control-allow-origin')).toBe(origin)
      expect(headers.get('vary')).toBe('Origin')
    }
  })

  it('[H8] get nothing where they are foreign, however alike', async () => {
    const own = server.process.url
    const foreign = ['https://evil.example', 'null', `${own}.evil.example`, `${own}/`, '', '*']
    for (const origin of [...foreign, own.replace('http:', 'https:').replace('127', '128')]) {
      const asked = await ask('OPTIONS', '/workspaces', { origin, ...preflight })
      expect(corsHeaders(asked)).toEqual([])
      await expectProblem(asked, 403, 'Foreign origin', 'foreign-origin')
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
        const changing = await ask(method, '/workspaces/team', { origin })
        expect(corsHeaders(changing)).toEqual([])
        await expectProblem(changing, 403, 'Foreign origin', 'foreign-origin')
      }
      const read = await ask('GET', '/ws/health', { origin })
      expect([read.status, corsHeaders(read), read.headers.get('vary')]).toEqual([
        ...[200, [], 'Origin'],
      ])
    }
    await waitFor(async () => {
      const [row] = await server.query<{ count: number }>(
        "select count from audit_log where event = 'login-refused' and reason = 'foreign-origin'",
      )
      // Also those of other tests within this minute.
      return row && row.count >= 5 * (foreign.length + 1)
    })
  })
})

describe('every answer', () => {
  it('[P4] carries headers that keep a browser from doing harm', async () => {
    for (const path of ['/ws/health', '/nowhere', '/ws/workspace/team/users']) {
      const { headers } = await get(path)
      expect(headers.get('content-security-policy')).toContain("script-src 'self';")
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('access-control-allow-origin')).toBeNull()
    }
  })

  it('[P4] is kept by no cache, whatever it says', async () => {
    const token = await server.token({ userId: 'ana' })
    const made = devToken(JSON.stringify({ userId: 'ana', name: 'Ana' }))
    const asked = [get('/workspaces', { authorization: `Bearer ${token}` }), users('team', token)]
    const refused = [get('/workspaces'), get('/nowhere'), devToken('{'), get('/metrics')]
    for (const response of await Promise.all([made, ...asked, ...refused])) {
      expect([response.url, response.headers.get('cache-control')]).toEqual([
        ...[response.url, 'no-store'],
      ])
    }
  })

  it('is a problem where there is nothing', async () => {
    for (const path of ['/nowhere', '/ws', '/ws/workspace/team', '/../package.json', '/%00']) {
      await expectProblem(await get(path), 404, 'Not found')
    }
    const posted = await fetch(new URL('/ws/health', server.process.url), { method: 'POST' })
    await expectProblem(posted, 404, 'Not found')
  })

  it('is a page where the demo is built', async () => {
    for (const path of ['/', '/test-client']) {
      const response = await get(path)
      if (!existsSync(builtDemo)) await expectProblem(response, 404, 'Not found')
      else {
        expect(response.headers.get('content-type')).toMatch(/^text\/html/)
        expect(response.headers.get('cache-control')).toBe('no-cache')
        expect(await response.text()).toContain('<!doctype html>')
      }
    }
  })

  it.runIf(existsSync(builtDemo))(
    'goes compressed to who takes that, the same to all',
    async () => {
      const script = /src="(\/assets\/[^"]+)"/.exec(await (await get('/')).text())?.[1] ?? ''
      const texts = new Set<string>()
      for (const encoding of ['br', 'gzip', 'identity']) {
        const url = new URL(script, server.process.url)
        const response = await fetch(url, { headers: { 'accept-encoding': encoding } })
        const said = response.headers.get('content-encoding')
        expect(said).toBe(encoding === 'identity' ? null : encoding)
        expect(response.headers.get('content-type')).toMatch(/javascript/)
        expect(response.headers.get('cache-control')).toContain('immutable')
        if (said !== null) expect(response.headers.get('vary')).toContain('Accept-Encoding')
        texts.add(await response.text())
      }
      expect(texts.size).toBe(1)
    },
  )
})
