/** What is malformed, too large, or comes while the storage is away. */
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import type { Ask, Method } from '../harness/described-api.js'
import { openStage, type Scene, type Stage } from '../harness/stage.js'
import { startProxy, type TcpProxy } from '../harness/tcp-proxy.js'
import { waitFor } from '../harness/wait-for.js'

let stage: Stage
let database: TcpProxy
let ask: Ask
beforeAll(async () => {
  const { hostname, port } = new URL(inject('postgresUrl'))
  database = await startProxy({ target: { host: hostname, port: Number(port) } })
  stage = await openStage({ through: (url) => url.replace(`${hostname}:${port}`, database.host) })
  ask = stage.ask
})
afterAll(async () => {
  await stage.close()
  await database.close()
})

describe('malformed requests', () => {
  let scene: Scene
  let owner: { token: string }
  beforeEach(async () => {
    scene = await stage.prepare()
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

describe('while the storage is away', () => {
  it('[H1] every request gets 503 and when to come again, and nothing is half done', async () => {
    const { id, inviteId, code, tokens } = await stage.prepare()
    const token = tokens.owner ?? ''
    const path = `/workspaces/${id}`
    const requests: [Method, string, object?][] = [
      ['POST', '/workspaces', { name: 'New' }],
      ['GET', '/workspaces'],
      ['GET', path],
      ['PATCH', path, { name: 'New' }],
      ['DELETE', path],
      ['GET', `${path}/members`],
      ['PUT', `${path}/members/colleague`, { role: 'viewer' }],
      ['DELETE', `${path}/members/colleague`],
      ['POST', `${path}/invites`, {}],
      ['GET', `${path}/invites`],
      ['DELETE', `${path}/invites/${inviteId}`],
      ['POST', `/invites/${code}`],
      ['GET', `/ws${path.replace('workspaces', 'workspace')}/users`],
    ]
    database.cut()
    for (const [method, at, json] of requests) {
      const answer = await ask(method, at, { token, ...(json && { json }) })
      expect([method, at, answer.status]).toEqual([method, at, 503])
      expect(answer.body).toMatchObject({ title: 'Storage is away', reason: 'away' })
      expect(answer.headers.get('retry-after')).toBe('5')
    }
    database.restore()
    const read = await waitFor(async () => {
      const answer = await ask('GET', path, { token })
      return answer.status === 200 ? answer : undefined
    })
    expect(read.body).toMatchObject({ name: 'Team', members: 4 })
  })
})
