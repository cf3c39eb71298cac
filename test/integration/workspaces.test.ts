/** Workspaces, members and invitations as people change them, over real HTTP. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Ask } from '../harness/described-api.js'
import { openStage, type Stage } from '../harness/stage.js'
import type { TestServer } from '../harness/test-server.js'
import { waitFor } from '../harness/wait-for.js'
import { connectWire, helloOf } from '../harness/wire-client.js'
import { Writer } from '../harness/writer.js'

let stage: Stage
let server: TestServer
let ask: Ask
beforeAll(async () => {
  stage = await openStage()
  server = stage.server
  ask = stage.ask
})
afterAll(() => stage.close())

describe('the whole road', () => {
  const at = expect.stringMatching(/^\d{4}-.*Z$/)

  it('[H3] leads from a new workspace over an invitation to a member who writes', async () => {
    const ana = await stage.tokenOf('road-ana')
    const ben = await stage.tokenOf('road/b%25n é')
    const created = await ask('POST', '/workspaces', { token: ana, json: { name: '  Our\nteam ' } })
    expect(created.status).toBe(201)
    const { id } = created.body as { id: string }
    expect(created.body).toEqual({
      ...{ id, name: 'Our team', role: 'owner', epoch: 1, members: 1, createdAt: at },
    })
    const path = `/workspaces/${id}`
    expect(created.headers.get('location')).toBe(path)
    expect((await ask('GET', path, { token: ana })).body).toEqual(created.body)

    // Where the page stands, not where the request went.
    const origin = `http://localhost:${server.process.port}`
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
        // One transaction writes two of them, maybe within a millisecond.
        `select event from audit_log where workspace_id = $1 and address is null
        order by at, event desc`,
        [id],
      ),
    ).toEqual(
      ['workspace-created', 'invite-created', 'member-joined', 'role-changed', 'member-left']
        .concat('invite-revoked', 'workspace-renamed', 'workspace-deleted')
        .map((event) => ({ event })),
    )
  })

  it('[H6] ends at an invitation that is revoked, expired or never was', async () => {
    const scene = await stage.prepare()
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

describe('at once', () => {
  it('[H5] two owners who demote each other leave one', async () => {
    for (let round = 0; round < 5; round++) {
      const scene = await stage.prepare()
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
    const scene = await stage.prepare()
    const tokens = await Promise.all(
      Array.from({ length: 10 }, (_, index) => stage.tokenOf(`guest-${index}`)),
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
    const scene = await stage.prepare()
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
