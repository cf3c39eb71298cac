/**
 * The real server with its directory in a Supabase project (modelled, over real HTTP and the real
 * row security of PostgreSQL) and its journal in a database of its own.
 */
import type { Welcome } from 'kith-shared'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openProject, type SupabaseUnderTest } from '../contract/supabase-under-test.js'
import { type Ask, askAt } from '../harness/described-api.js'
import { PUBLISHABLE_KEY, SECRET_KEY } from '../harness/postgrest-server.js'
import { logLines, startTestServer, type TestServer } from '../harness/test-server.js'
import { waitFor } from '../harness/wait-for.js'
import { connectWire, helloOf, type WireClient } from '../harness/wire-client.js'
import { Writer } from '../harness/writer.js'

let under: SupabaseUnderTest
let server: TestServer
let ask: Ask
beforeAll(async () => {
  under = await openProject()
  server = await startTestServer({
    env: {
      SUPABASE_URL: under.project.url,
      SUPABASE_SERVICE_ROLE_KEY: SECRET_KEY,
      SUPABASE_ANON_KEY: PUBLISHABLE_KEY,
    },
  })
  ask = askAt(() => server.process.url)
})
afterAll(async () => {
  await server.close()
  await under.close()
})
const open: WireClient[] = []
afterEach(() => {
  under.project.behaviour = 'right'
  for (const client of open.splice(0)) client.cut()
})

const tokenOf = (sub: string): Promise<string> =>
  under.project.userToken({ sub, email: `${sub}@example.org` })

const connect = async (workspaceId: string, token: string): Promise<WireClient> => {
  const client = await connectWire(server.workspaceUrl(workspaceId))
  open.push(client)
  client.send(helloOf({ token }))
  return client
}
const join = async (workspaceId: string, user: string): Promise<[WireClient, Welcome]> => {
  const client = await connect(workspaceId, await tokenOf(user))
  return [client, await client.first('welcome')]
}
const closeOf = async (workspaceId: string, token: string): Promise<number> =>
  (await (await connect(workspaceId, token)).closed).code

/** A workspace of Ana's, in which Ben is an editor by an invitation. */
const createTeam = async (): Promise<string> => {
  const token = await tokenOf('ana')
  const created = await ask('POST', '/workspaces', { token, json: { name: 'Team' } })
  expect(created.status).toBe(201)
  const { id } = created.body as { id: string }
  const invited = await ask('POST', `/workspaces/${id}/invites`, { token, json: {} })
  const { code } = invited.body as { code: string }
  const accepted = await ask('POST', `/invites/${code}`, { token: await tokenOf('ben') })
  expect(accepted).toMatchObject({ status: 200, body: { id, role: 'editor', epoch: 1 } })
  return id
}

describe('a server whose directory is in Supabase', () => {
  it('lets members in, by a workspace that the project knows and the journal did not', async () => {
    const id = await createTeam()
    const here = () => server.query('select name from workspaces where id = $1', [id])
    expect(await here()).toEqual([])
    const [, welcome] = await join(id, 'ben')
    expect(welcome).toMatchObject({ workspaceName: 'Team', role: 'editor', head: 0 })
    expect(welcome.user).toEqual({ id: 'ben', name: 'ben@example.org', email: 'ben@example.org' })
    expect(await here()).toEqual([{ name: 'Team' }])
    expect(await server.query('select from workspace_members')).toEqual([])
  })

  it('[P1] commits what they write to its own database', async () => {
    const id = await createTeam()
    const writer = new Writer(await tokenOf('ben'))
    await writer.connect(server.workspaceUrl(id))
    open.push(writer.client)
    writer.edit('company', (doc) => doc.getMap('fields').set('c1/company', 'Acme'))
    await writer.untilSettled()
    expect(writer.rejects).toEqual([])
    const journal = 'select author_id from journal where workspace_id = $1'
    expect(await server.query(journal, [id])).toEqual([{ author_id: 'ben' }])
    expect((await under.postgres.direct.query(journal, [id])).rows).toEqual([])
  })

  it('[P4] turns a stranger away, the same where there is no workspace', async () => {
    const id = await createTeam()
    const token = await tokenOf('eve')
    expect(await closeOf(id, token)).toBe(4403)
    expect(await closeOf('nowhere', token)).toBe(4403)
    expect(await ask('GET', `/workspaces/${id}`, { token })).toMatchObject({ status: 403 })
  })

  it.each<[string, () => string | Promise<string>]>([
    ['the publishable key', () => PUBLISHABLE_KEY],
    ['the secret key', () => SECRET_KEY],
    ['the legacy anon key', () => under.project.key('anon')],
    ['the legacy service role key', () => under.project.key('service_role')],
    ['a token by a secret', () => under.project.legacyUserToken({ sub: 'ana' })],
    ['a token of another issuer', () => under.project.userToken({ sub: 'ana', iss: 'https://x' })],
    ['a token for others', () => under.project.userToken({ sub: 'ana', aud: 'anon' })],
    ['an anon token', () => under.project.userToken({ sub: 'ana', role: 'anon' })],
  ])('[P4] takes %s for no user', async (_, tokenOrKey) => {
    const id = await createTeam()
    expect(await closeOf(id, await tokenOrKey())).toBe(4401)
  })

  it('[P4] ends the session of a member who is removed over HTTP, at once', async () => {
    const id = await createTeam()
    const [client] = await join(id, 'ben')
    const started = performance.now()
    const removed = await ask('DELETE', `/workspaces/${id}/members/ben`, {
      token: await tokenOf('ana'),
    })
    expect(removed.status).toBe(204)
    expect((await client.closed).code).toBe(4403)
    expect(performance.now() - started).toBeLessThan(10_000)
    expect(await closeOf(id, await tokenOf('ben'))).toBe(4403)
  })

  it('shows a new name, to who is in and to who comes', async () => {
    const id = await createTeam()
    const token = await tokenOf('ana')
    const [client] = await join(id, 'ana')
    await ask('PATCH', `/workspaces/${id}`, { token, json: { name: 'New' } })
    expect(await client.first('notice')).toMatchObject({ name: 'New' })
    const [, welcome] = await join(id, 'ben')
    expect(welcome.workspaceName).toBe('New')
  })

  it('deletes on both sides', async () => {
    const id = await createTeam()
    const [client] = await join(id, 'ben')
    const deleted = await ask('DELETE', `/workspaces/${id}`, { token: await tokenOf('ana') })
    expect(deleted.status).toBe(204)
    expect((await client.closed).code).toBe(4403)
    expect(await server.query('select from workspaces where id = $1', [id])).toEqual([])
  })

  it.each(['error', 'silence', 'html'] as const)(
    '[P4] lets nobody new in while Supabase answers with %s; who is in goes on',
    async (behaviour) => {
      const id = await createTeam()
      const writer = new Writer(await tokenOf('ben'))
      await writer.connect(server.workspaceUrl(id))
      open.push(writer.client)
      under.project.behaviour = behaviour
      expect(await closeOf(id, await tokenOf('ana'))).toBe(1013)
      const token = await tokenOf('ana')
      expect(await ask('GET', '/workspaces', { token })).toMatchObject({ status: 503 })
      writer.edit('company', (doc) => doc.getMap('fields').set('c1/company', behaviour))
      await writer.untilSettled()
      under.project.behaviour = 'right'
      const welcomed = await waitFor(async () => {
        const client = await connect(id, await tokenOf('ana'))
        const came = client.first('welcome').catch(() => undefined)
        return Promise.race([came, client.closed.then(() => undefined)])
      })
      expect(welcomed).toMatchObject({ workspaceName: 'Team' })
    },
  )

  it('never writes a key or a token to its log', async () => {
    const token = await tokenOf('ana')
    const signature = token.split('.')[2] ?? ''
    const closed = () =>
      logLines(server.process).filter(({ msg }) => msg === 'connection closed').length
    const before = closed()
    await closeOf('nowhere', token)
    await waitFor(() => closed() > before)
    const logs = server.process.logs()
    for (const secret of [SECRET_KEY, PUBLISHABLE_KEY, signature]) {
      expect(logs).not.toContain(secret)
    }
  })
})

describe('a server with a key that the project does not take', () => {
  it('[P4] lets nobody in, and says once what to do', async () => {
    const wrong = await startTestServer({
      env: {
        SUPABASE_URL: under.project.url,
        SUPABASE_SERVICE_ROLE_KEY: 'sb_secret_of_another_project',
      },
    })
    try {
      for (let time = 0; time < 3; time += 1) {
        const client = await connectWire(wrong.workspaceUrl('team'))
        client.send(helloOf({ token: await tokenOf('ana') }))
        expect((await client.closed).code).toBe(1013)
      }
      // Lines are gathered for a moment.
      const closed = () =>
        logLines(wrong.process).filter(({ msg }) => msg === 'connection closed').length
      await waitFor(() => closed() === 3)
      const told = logLines(wrong.process).filter(({ msg }) => msg.startsWith('Supabase'))
      expect(told).toEqual([
        expect.objectContaining({
          level: 50,
          msg: expect.stringContaining('SUPABASE_SERVICE_ROLE_KEY'),
        }),
      ])
      expect(wrong.process.logs()).not.toContain('sb_secret_of_another_project')
    } finally {
      await wrong.close()
    }
  })
})

describe('a project that still signs by its secret', () => {
  it('[P4] is served with JWT_SECRET; its legacy keys are no users', async () => {
    const legacy = await startTestServer({
      env: {
        SUPABASE_URL: under.project.url,
        SUPABASE_SERVICE_ROLE_KEY: await under.project.key('service_role'),
        JWT_SECRET: under.project.jwtSecret,
      },
    })
    try {
      const id = await createTeam()
      const codeFor = async (token: string): Promise<string | number> => {
        const client = await connectWire(legacy.workspaceUrl(id))
        open.push(client)
        client.send(helloOf({ token }))
        const welcomed = client.first('welcome').then(({ role }) => role)
        return Promise.race([welcomed, client.closed.then(({ code }) => code)])
      }
      expect(await codeFor(await under.project.legacyUserToken({ sub: 'ana' }))).toBe('owner')
      expect(await codeFor(await under.project.key('anon'))).toBe(4401)
      expect(await codeFor(await under.project.key('service_role'))).toBe(4401)
      expect(await codeFor(await under.project.userToken({ sub: 'ana' }))).toBe(4401)
    } finally {
      await legacy.close()
    }
  })
})
