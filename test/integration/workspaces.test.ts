/** Workspaces, members and invitations as people change them, over real HTTP. */
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type { UserId } from 'kith-shared'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { signDevelopmentToken } from '../../server/edge/token-verifier.js'
import { type Ask, askAt, type Method, operations } from '../harness/described-api.js'
import { developmentSecret, startTestServer, type TestServer } from '../harness/test-server.js'
import { waitFor } from '../harness/wait-for.js'
import { connectWire, helloOf } from '../harness/wire-client.js'
import { Writer } from '../harness/writer.js'

let server: TestServer
let ask: Ask
let secret: Uint8Array
beforeAll(async () => {
  server = await startTestServer()
  secret = await developmentSecret(server)
  ask = askAt(() => server.process.url)
})
afterAll(() => server.close())

const DAY = 24 * 60 * 60 * 1000
/** What `POST /dev/token` gives; `age` in milliseconds. */
const tokenOf = (userId: string, age = 0): Promise<string> =>
  signDevelopmentToken(
    secret,
    { userId: userId as UserId, name: `${userId}'s name`, email: `${userId}@example.org` },
    Date.now() - age,
  )

/** Who stands in which relation to the workspace that a question is about. */
const COLUMNS = ['stranger', 'viewer', 'editor', 'owner', 'other owner', 'none', 'expired'] as const
type Column = (typeof COLUMNS)[number]

interface Scene {
  readonly id: string
  readonly inviteId: string
  readonly code: string
  readonly tokens: Record<Column, string | undefined>
  userOf(column: Column): string
}

/** A workspace with one of each; the other owner owns another one. Past HTTP and its rate limits. */
const prepare = async (): Promise<Scene> => {
  const id = randomUUID()
  const inviteId = randomUUID()
  const code = randomBytes(32).toString('base64url')
  const userOf = (column: Column) => `${column.replace(' ', '-')}-${id.slice(0, 8)}`
  await server.query(
    `with w as (insert into workspaces (id, name, schema)
        values ($1, 'Team', 1), ($2, 'Other', 1)),
      i as (insert into invites (id, workspace_id, code_hash, role, created_by, expires_at)
        values ($3, $1, $4, 'editor', $5, now() + interval '1 hour'))
      insert into workspace_members (workspace_id, user_id, role, name) values
        ($1, $5, 'owner', 'Owner'), ($1, $6, 'editor', 'Editor'), ($1, $7, 'viewer', 'Viewer'),
        ($1, 'colleague', 'editor', 'Colleague'), ($2, $8, 'owner', 'Other')`,
    [
      ...[id, `${id}-other`, inviteId, createHash('sha256').update(code).digest('hex')],
      ...(['owner', 'editor', 'viewer', 'other owner'] as const).map(userOf),
    ],
  )
  const tokens = {} as Scene['tokens'] // filled just below, for each column
  for (const column of COLUMNS) {
    tokens[column] = await tokenOf(userOf(column), column === 'expired' ? 2 * DAY : 0)
  }
  tokens.none = undefined
  return { id, inviteId, code, tokens, userOf }
}

/** What each may do, row by row: the status in the order of COLUMNS. */
const MATRIX: readonly [Method, string, object | undefined, ...number[]][] = [
  //                                                       stranger viewer editor owner other none expired
  ['POST', '/workspaces', { name: 'New' }, 201, 201, 201, 201, 201, 401, 401],
  ['GET', '/workspaces', undefined, 200, 200, 200, 200, 200, 401, 401],
  ['GET', '/workspaces/{id}', undefined, 403, 200, 200, 200, 403, 401, 401],
  ['PATCH', '/workspaces/{id}', { name: 'New' }, 403, 403, 403, 200, 403, 401, 401],
  ['DELETE', '/workspaces/{id}', undefined, 403, 403, 403, 204, 403, 401, 401],
  ['GET', '/workspaces/{id}/members', undefined, 403, 200, 200, 200, 403, 401, 401],
  [
    'PUT',
    '/workspaces/{id}/members/{userId}',
    { role: 'owner' },
    403,
    403,
    403,
    200,
    403,
    401,
    401,
  ],
  ['PUT', '/workspaces/{id}/members/nobody', { role: 'owner' }, 403, 403, 403, 404, 403, 401, 401],
  ['PUT', '/workspaces/{id}/members/{self}', { role: 'viewer' }, 403, 403, 403, 409, 403, 401, 401],
  ['DELETE', '/workspaces/{id}/members/{userId}', undefined, 403, 403, 403, 204, 403, 401, 401],
  ['DELETE', '/workspaces/{id}/members/nobody', undefined, 403, 403, 403, 404, 403, 401, 401],
  ['DELETE', '/workspaces/{id}/members/{self}', undefined, 403, 204, 204, 409, 403, 401, 401],
  ['POST', '/workspaces/{id}/invites', { role: 'viewer' }, 403, 403, 403, 201, 403, 401, 401],
  ['GET', '/workspaces/{id}/invites', undefined, 403, 403, 403, 200, 403, 401, 401],
  ['DELETE', '/workspaces/{id}/invites/{inviteId}', undefined, 403, 403, 403, 204, 403, 401, 401],
  ['POST', '/invites/{code}', undefined, 200, 200, 200, 200, 200, 401, 401],
  ['GET', '/ws/workspace/{id}/users', undefined, 403, 200, 200, 200, 403, 401, 401],
  ['GET', '/ws/health', undefined, 200, 200, 200, 200, 200, 200, 200],
  ['GET', '/ws/ready', undefined, 200, 200, 200, 200, 200, 200, 200],
  ['GET', '/metrics', undefined, 200, 200, 200, 200, 200, 200, 200],
  ['GET', '/openapi.json', undefined, 200, 200, 200, 200, 200, 200, 200],
  ['POST', '/dev/token', { userId: 'a', name: 'A' }, 200, 200, 200, 200, 200, 200, 200],
]

const pathOf = (template: string, scene: Scene, column: Column): string =>
  template
    .replace('{id}', scene.id)
    .replace('{inviteId}', scene.inviteId)
    .replace('{code}', scene.code)
    .replace('{userId}', 'colleague')
    .replace('{self}', scene.userOf(column))

const asking = (token: string | undefined, json: object | undefined) => ({
  ...(token === undefined ? {} : { token }),
  ...(json === undefined ? {} : { json }),
})

describe('who may do what', () => {
  it('[H2] has a row for every route', () => {
    const rows = new Set(
      MATRIX.map(([method, path]) => `${method} ${path.replace(/(nobody|\{self\})$/, '{userId}')}`),
    )
    expect([...rows].sort()).toEqual([...operations].sort())
  })

  it.each(MATRIX)('[H2] %s %s', async (method, template, json, ...expected) => {
    const found: number[] = []
    for (const column of COLUMNS) {
      const scene = await prepare()
      const path = pathOf(template, scene, column)
      const { status } = await ask(method, path, asking(scene.tokens[column], json))
      found.push(status)
      const [still] = await server.query<{ there: boolean }>(
        'select count(*) = 1 as there from workspaces where id = $1',
        [scene.id],
      )
      expect(still?.there).toBe(
        !(method === 'DELETE' && path === `/workspaces/${scene.id}` && status === 204),
      )
    }
    const byColumn = (statuses: number[]) =>
      Object.fromEntries(COLUMNS.map((column, at) => [column, statuses[at]]))
    expect(byColumn(found)).toEqual(byColumn(expected))
  })

  it('[H2] looks the same for a workspace that is not there and a foreign one', async () => {
    const scene = await prepare()
    const token = scene.tokens.stranger
    const nowhere = { ...scene, id: randomUUID() }
    for (const [method, template, json, stranger] of MATRIX) {
      if (stranger !== 403) continue
      const answers = []
      for (const place of [scene, nowhere]) {
        const answer = await ask(method, pathOf(template, place, 'stranger'), asking(token, json))
        const { date: _, ...headers } = Object.fromEntries(answer.headers)
        answers.push({ ...answer, headers })
      }
      expect(answers[0]).toEqual(answers[1])
    }
  })

  it('[H7] is in the audit where it was not allowed, once a minute, and never the token', async () => {
    const scene = await prepare()
    const path = `/workspaces/${scene.id}`
    for (const column of COLUMNS) {
      for (let time = 0; time < 3; time++) {
        await ask('PATCH', path, asking(scene.tokens[column], { name: 'Canary name' }))
      }
    }
    await ask('POST', `/invites/${scene.code}`, asking(scene.tokens.stranger, undefined))
    const rows = await waitFor(async () => {
      const found = await server.query(
        `select event, user_id, address, reason, count from audit_log
        where workspace_id = $1 and (address is not null or event = 'member-joined')
        order by event, reason, user_id`,
        [scene.id],
      )
      return (
        found.length >= 7 && found.every((row) => row.count === 3 || row.address === null) && found
      )
    })
    const address = '127.0.0.1'
    const refused = { event: 'login-refused', address, count: 3 }
    const denied = { event: 'request-refused', address, reason: 'not-allowed', count: 3 }
    const user = (column: Column) => ({ user_id: scene.userOf(column) })
    expect(rows).toEqual([
      { ...refused, ...user('other owner'), reason: 'not-a-member' },
      { ...refused, ...user('stranger'), reason: 'not-a-member' },
      { ...refused, user_id: null, reason: 'not-authenticated' },
      { ...refused, user_id: null, reason: 'token-expired' },
      { ...user('stranger'), event: 'member-joined', address: null, reason: null, count: 1 },
      { ...denied, ...user('editor') },
      { ...denied, ...user('viewer') },
    ])
    const logs = server.process.logs()
    expect(logs).toContain(`"event":"request-refused","workspaceId":"${scene.id}"`)
    for (const token of Object.values(scene.tokens)) {
      if (token !== undefined) expect(logs).not.toContain(token.slice(-20))
    }
    expect(logs).not.toContain(scene.code)
    const everything = JSON.stringify(await server.query('select * from audit_log'))
    expect(everything).not.toContain(scene.code)
  })
})

describe('the whole road', () => {
  const at = expect.stringMatching(/^\d{4}-.*Z$/)

  it('[H3] leads from a new workspace over an invitation to a member who writes', async () => {
    const ana = await tokenOf('road-ana')
    const ben = await tokenOf('road/b%25n é')
    const created = await ask('POST', '/workspaces', { token: ana, json: { name: '  Our\nteam ' } })
    expect(created.status).toBe(201)
    const { id } = created.body as { id: string }
    expect(created.body).toEqual({
      ...{ id, name: 'Our team', role: 'owner', epoch: 1, members: 1, createdAt: at },
    })
    const path = `/workspaces/${id}`
    expect(created.headers.get('location')).toBe(path)
    expect((await ask('GET', path, { token: ana })).body).toEqual(created.body)

    const origin = server.process.url
    const made = await ask('POST', `${path}/invites`, { token: ana, json: {}, headers: { origin } })
    const invite = made.body as Record<'inviteId' | 'code' | 'url' | 'expiresAt', string>
    expect(made.body).toMatchObject({ role: 'editor', createdBy: 'road-ana', uses: 0 })
    expect(invite.url).toBe(`${origin}/#/invite/${invite.code}`)
    const hours = (Date.parse(invite.expiresAt) - Date.now()) / 3_600_000
    expect(hours).toBeGreaterThan(167.9)
    expect(hours).toBeLessThanOrEqual(168)

    const joined = await ask('POST', `/invites/${invite.code}`, { token: ben })
    expect(joined.body).toEqual({
      ...{ id, name: 'Our team', role: 'editor', epoch: 1, members: 2, createdAt: at },
    })
    expect((await ask('GET', '/workspaces', { token: ben })).body).toEqual({
      workspaces: [joined.body],
    })
    expect((await ask('GET', `${path}/invites`, { token: ana })).body).toMatchObject({
      invites: [{ inviteId: invite.inviteId, uses: 1 }],
    })

    const writer = new Writer(ben)
    expect(await writer.connect(server.workspaceUrl(id))).toMatchObject({
      ...{ workspaceName: 'Our team', role: 'editor' },
    })
    writer.edit('one', (doc) => doc.getMap('fields').set('c1/company', 'Acme'))
    await writer.untilSettled()
    writer.client.cut()

    const benPath = `${path}/members/${encodeURIComponent('road/b%25n é')}`
    const promoted = await ask('PUT', benPath, { token: ana, json: { role: 'owner' } })
    const person = { userId: 'road/b%25n é', name: "road/b%25n é's name" }
    const email = 'road/b%25n é@example.org'
    expect(promoted.body).toEqual({ ...person, email, role: 'owner', joinedAt: at })
    expect((await ask('DELETE', `${path}/members/road-ana`, { token: ana })).status).toBe(204)
    expect((await ask('GET', path, { token: ana })).status).toBe(403)
    expect((await ask('GET', `${path}/members`, { token: ben })).body).toMatchObject({
      members: [{ userId: person.userId, role: 'owner' }],
    })
    const renamed = await ask('PATCH', path, { token: ben, json: { name: 'Mine' } })
    expect(renamed.body).toMatchObject({ name: 'Mine', members: 1 })
    expect((await ask('DELETE', path, { token: ben })).status).toBe(204)
    expect((await ask('GET', '/workspaces', { token: ben })).body).toEqual({ workspaces: [] })
    expect(
      await server.query(
        'select event from audit_log where workspace_id = $1 and address is null order by at',
        [id],
      ),
    ).toEqual(
      ['workspace-created', 'invite-created', 'member-joined', 'role-changed', 'member-left']
        .concat('workspace-renamed', 'workspace-deleted')
        .map((event) => ({ event })),
    )
  })

  it('[H6] ends at an invitation that is revoked, expired or never was', async () => {
    const scene = await prepare()
    const stranger = { token: scene.tokens.stranger ?? '' }
    const owner = { token: scene.tokens.owner ?? '' }
    const path = `/workspaces/${scene.id}/invites/${scene.inviteId}`
    const missing = { status: 404, body: { title: 'Not found', reason: 'absent' } }
    expect(await ask('DELETE', path, owner)).toMatchObject({ status: 204 })
    expect(await ask('DELETE', path, owner)).toMatchObject(missing)
    expect(await ask('POST', `/invites/${scene.code}`, stranger)).toMatchObject(missing)
    await server.query('update invites set revoked_at = null, expires_at = now() where id = $1', [
      scene.inviteId,
    ])
    expect(await ask('POST', `/invites/${scene.code}`, stranger)).toMatchObject(missing)
    for (const code of [scene.code.toUpperCase(), 'a', 'a'.repeat(5000), '%00', "'--", '..%2f']) {
      expect(await ask('POST', `/invites/${code}`, stranger)).toMatchObject(missing)
    }
  })
})

describe('malformed requests', () => {
  let scene: Scene
  let owner: { token: string }
  beforeEach(async () => {
    scene = await prepare()
    owner = { token: scene.tokens.owner ?? '' }
  })

  it('[H1] get 400 for ids that are none', async () => {
    for (const id of ['a%20b', 'w'.repeat(65), '%2e%2e%2f', "'", '%zz', 'é']) {
      for (const path of [`/workspaces/${id}`, `/workspaces/${id}/members`]) {
        expect(await ask('GET', path, owner)).toMatchObject({
          ...{ status: 400, body: { title: 'Malformed workspace id' } },
        })
      }
    }
    const path = `/workspaces/${scene.id}`
    for (const userId of ['u'.repeat(256), '%00', 'a%0Ab']) {
      const at = `${path}/members/${userId}`
      const expected = { status: 400, body: { title: 'Malformed user id' } }
      expect(await ask('DELETE', at, owner)).toMatchObject(expected)
      expect(await ask('PUT', at, { ...owner, json: { role: 'viewer' } })).toMatchObject(expected)
    }
    for (const inviteId of ['1', scene.inviteId.toUpperCase(), `${scene.inviteId}0`]) {
      expect(await ask('DELETE', `${path}/invites/${inviteId}`, owner)).toMatchObject({
        ...{ status: 400, body: { title: 'Malformed invite id' } },
      })
    }
  })

  it('[H1] get 400 for bodies that say nothing of use, without repeating them', async () => {
    const path = `/workspaces/${scene.id}`
    const bad: [Method, string, unknown[]][] = [
      [
        'POST',
        '/workspaces',
        [{}, { name: '' }, { name: ' \n\u0000' }, { name: 7 }, [], null, 'x'],
      ],
      ['PATCH', path, [{}, { name: 'n'.repeat(201) }, { name: null }, { name: { canary: 1 } }]],
      [
        'PUT',
        `${path}/members/colleague`,
        [{}, { role: 'god' }, { role: null }, { role: ['owner'] }],
      ],
      ['POST', `${path}/invites`, [{ role: 'canary' }, { expiresInHours: 0 }, null, []]],
      ['POST', `${path}/invites`, [{ expiresInHours: 721 }, { expiresInHours: 1.5 }]],
      ['POST', `${path}/invites`, [{ expiresInHours: '12' }, { expiresInHours: null }]],
    ]
    for (const [method, at, bodies] of bad) {
      for (const json of bodies) {
        const { status, body } = await ask(method, at, { ...owner, json })
        expect([method, json, status]).toEqual([method, json, 400])
        expect(JSON.stringify(body)).not.toContain('canary')
      }
      const headers = { 'content-type': 'application/json' }
      for (const raw of ['', '{', '\u0000', '{"name":"a"}}', 'name=a']) {
        expect(await ask(method, at, { ...owner, raw, headers })).toMatchObject({ status: 400 })
      }
    }
  })

  it('[H1] get 413 and 415 for what is too large or no JSON', async () => {
    const path = `/workspaces/${scene.id}`
    const routes: [Method, string][] = [
      ['POST', '/workspaces'],
      ['PATCH', path],
      ['PUT', `${path}/members/colleague`],
      ['POST', `${path}/invites`],
    ]
    const raw = JSON.stringify({ name: 'New', role: 'viewer' })
    for (const [method, at] of routes) {
      const large = { name: 'New', role: 'viewer', more: 'x'.repeat(5000) }
      expect(await ask(method, at, { ...owner, json: large })).toMatchObject({ status: 413 })
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonx']) {
        const headers = { 'content-type': type }
        expect(await ask(method, at, { ...owner, raw, headers })).toMatchObject({ status: 415 })
      }
      const headers = { 'content-type': 'application/json; charset=utf-8' }
      expect((await ask(method, at, { ...owner, raw, headers })).status).toBeLessThan(300)
    }
  })

  it('[H2] get 401 for tokens that are none, with what is wanted', async () => {
    const good = scene.tokens.owner ?? ''
    const values = [`Basic ${good}`, good, 'Bearer', `Bearer ${good}x`, `Bearer ${good} ${good}`]
    for (const authorization of [...values, `Bearer ${'a'.repeat(9000)}`]) {
      const { status, headers } = await ask('GET', '/workspaces', { headers: { authorization } })
      expect([authorization.slice(0, 20), status]).toEqual([authorization.slice(0, 20), 401])
      expect(headers.get('www-authenticate')).toMatch(/^Bearer/)
    }
    expect((await ask('GET', `/workspaces?token=${good}`)).status).toBe(401)
    const lower = { authorization: `bearer ${good}` }
    expect((await ask('GET', '/workspaces', { headers: lower })).status).toBe(200)
  })
})

describe('at once', () => {
  it('[H5] two owners who demote each other leave one', async () => {
    for (let round = 0; round < 5; round++) {
      const scene = await prepare()
      const path = `/workspaces/${scene.id}/members`
      const [one, other] = [scene.userOf('owner'), scene.userOf('editor')]
      const [tokenOne, tokenOther] = [scene.tokens.owner ?? '', scene.tokens.editor ?? '']
      await ask('PUT', `${path}/${other}`, { token: tokenOne, json: { role: 'owner' } })
      const json = { role: 'viewer' }
      const answers = await Promise.all([
        ask('PUT', `${path}/${other}`, { token: tokenOne, json }),
        ask('PUT', `${path}/${one}`, { token: tokenOther, json }),
      ])
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 403])
      const { body } = await ask('GET', path, { token: tokenOne })
      const { members } = body as { members: { role: string }[] }
      expect(members.filter(({ role }) => role === 'owner')).toHaveLength(1)
    }
  })

  it('[H6] ten people follow one invitation', async () => {
    const scene = await prepare()
    const tokens = await Promise.all(
      Array.from({ length: 10 }, (_, index) => tokenOf(`guest-${index}`)),
    )
    const answers = await Promise.all(
      tokens.map((token) => ask('POST', `/invites/${scene.code}`, { token })),
    )
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200))
    const owner = { token: scene.tokens.owner ?? '' }
    const { body } = await ask('GET', `/workspaces/${scene.id}/members`, owner)
    expect((body as { members: unknown[] }).members).toHaveLength(14)
    expect((await ask('GET', `/workspaces/${scene.id}/invites`, owner)).body).toMatchObject({
      invites: [{ uses: 10 }],
    })
  })

  it('[H3] a workspace is deleted while somebody writes: they are out, and nothing is left', async () => {
    const scene = await prepare()
    const writer = new Writer(scene.tokens.editor ?? '')
    await writer.connect(server.workspaceUrl(scene.id))
    let writing = true
    const work = (async () => {
      for (let edit = 0; writing && writer.client.isOpen; edit++) {
        writer.edit(`${edit}`, (doc) => doc.getMap('fields').set('c1/company', `Acme ${edit}`))
        await new Promise((done) => setImmediate(done))
      }
    })()
    await waitFor(() => writer.acked.length > 3)
    const token = scene.tokens.owner ?? ''
    expect((await ask('DELETE', `/workspaces/${scene.id}`, { token })).status).toBe(204)
    expect((await writer.client.closed).code).toBe(4403)
    writing = false
    await work
    for (const table of ['journal', 'client_ids', 'snapshots', 'invites', 'workspace_members']) {
      const text = `select count(*)::int as rows from ${table} where workspace_id = $1`
      expect(await server.query(text, [scene.id])).toEqual([{ rows: 0 }])
    }
    expect((await ask('GET', '/ws/ready')).status).toBe(200)
    const again = await connectWire(server.workspaceUrl(scene.id))
    again.send(helloOf({ token: scene.tokens.editor ?? '' }))
    expect((await again.closed).code).toBe(4403)
  })
})
