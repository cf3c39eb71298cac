/** Who may do what over HTTP: one table, every route, everybody. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Ask, type Method, operations } from '../harness/described-api.js'
import { COLUMNS, type Column, openStage, type Scene, type Stage } from '../harness/stage.js'
import type { TestServer } from '../harness/test-server.js'
import { waitFor } from '../harness/wait-for.js'

let stage: Stage
let server: TestServer
let ask: Ask
beforeAll(async () => {
  stage = await openStage()
  server = stage.server
  ask = stage.ask
})
afterAll(() => stage.close())

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
  ['GET', '/workspaces/{id}/notes/authors?ids=n1', undefined, 403, 200, 200, 200, 403, 401, 401],
  ['GET', '/ws/workspace/{id}/users', undefined, 403, 200, 200, 200, 403, 401, 401],
  ['GET', '/ws/health', undefined, 200, 200, 200, 200, 200, 200, 200],
  ['GET', '/sign-in', undefined, 200, 200, 200, 200, 200, 200, 200],
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
      MATRIX.map(([method, path]) => {
        const template = path.replace(/\?.*/, '').replace(/(nobody|\{self\})$/, '{userId}')
        return `${method} ${template}`
      }),
    )
    expect([...rows].sort()).toEqual([...operations].sort())
  })

  it.each(MATRIX)('[H2] %s %s', async (method, template, json, ...expected) => {
    const found: number[] = []
    for (const column of COLUMNS) {
      const scene = await stage.prepare()
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
    const scene = await stage.prepare()
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
    const scene = await stage.prepare()
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
