import { once } from 'node:events'
import { CLOSE_REASONS, type CloseReason, type Role } from 'kith-shared'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { WebSocket } from 'ws'
import * as Y from 'yjs'
import { startProxy, type TcpProxy } from '../harness/tcp-proxy.js'
import { startTestServer, type TestServer, untilQuiet } from '../harness/test-server.js'
import { waitFor } from '../harness/wait-for.js'
import { connectWire, helloOf, type WireClient } from '../harness/wire-client.js'

/** Memberships change in the database itself, as another program or a person with psql does it. */
let server: TestServer
/** Between the server and its database. */
let database: TcpProxy
let workspace: string
let count = 0

beforeAll(async () => {
  const { hostname, port } = new URL(inject('postgresUrl'))
  database = await startProxy({ target: { host: hostname, port: Number(port) } })
  server = await startTestServer({
    through: (url) => url.replace(`${hostname}:${port}`, database.host),
  })
})
afterAll(async () => {
  await server.close()
  await database.close()
})
beforeEach(() => {
  workspace = `team-${++count}`
})

const open: WireClient[] = []
afterEach(async () => {
  database.restore()
  for (const client of open.splice(0)) client.cut()
  await untilQuiet(server)
})

/** What each client writes in. */
const documents = new Map<WireClient, Y.Doc>()
/** A Kith client of this user, welcomed. */
const join = async (userId: string, role: Role = 'editor'): Promise<WireClient> => {
  return enter(await server.token({ userId, workspaceId: workspace, role }))
}
const knock = async (token: string): Promise<WireClient> => {
  const client = await connectWire(server.workspaceUrl(workspace))
  open.push(client)
  const doc = new Y.Doc()
  documents.set(client, doc)
  client.send(helloOf({ token, clientId: doc.clientID }))
  return client
}
const enter = async (token: string): Promise<WireClient> => {
  const client = await knock(token)
  await client.first('welcome')
  return client
}

const write = (client: WireClient, key: string): void => {
  const doc = documents.get(client) ?? new Y.Doc()
  documents.set(client, doc)
  const before = Y.encodeStateVector(doc)
  doc.getMap('fields').set(`c1/${key}`, key)
  client.send({ type: 'update', update: Y.encodeStateAsUpdate(doc, before) })
}

const setRole = (userId: string, role: Role) =>
  server.query('update workspace_members set role = $3 where workspace_id = $1 and user_id = $2', [
    workspace,
    userId,
    role,
  ])
const remove = (userId: string) =>
  server.query('delete from workspace_members where workspace_id = $1 and user_id = $2', [
    workspace,
    userId,
  ])

const closeOf = (reason: CloseReason) => {
  const { code, text } = CLOSE_REASONS[reason]
  return { code, text }
}
const notices = ({ messages }: WireClient) => messages.filter(({ type }) => type === 'notice')
const authors = async (): Promise<string[]> =>
  (
    await server.query<{ author_id: string }>(
      'select author_id from journal where workspace_id = $1 order by seq',
      [workspace],
    )
  ).map(({ author_id }) => author_id)

/** Answers a probe: in, and served. */
const expectAlive = async (client: WireClient): Promise<void> => {
  const nonce = Math.floor(Math.random() * 2 ** 31)
  client.send({ type: 'probe', nonce })
  await waitFor(() =>
    client.messages.some((message) => message.type === 'probe' && message.nonce === nonce),
  )
}

const framesRead = async (): Promise<number> => {
  const metrics = await (await fetch(`${server.process.url}/metrics`)).text()
  return Number(/^kith_frames_total\{direction="in"\} (\d+)/m.exec(metrics)?.[1] ?? 0)
}
const untilRead = async (act: () => void, frames = 1): Promise<void> => {
  const before = await framesRead()
  act()
  await waitFor(async () => (await framesRead()) >= before + frames)
}

/** Commits of the workspace wait while this holds its row, as a slow transaction would. */
const holdCommits = async (): Promise<pg.Client> => {
  const url = new URL(inject('postgresUrl'))
  const [row] = await server.query<{ name: string }>('select current_database() as name')
  url.pathname = `/${row?.name}`
  const client = new pg.Client({ connectionString: url.href })
  await client.connect()
  await client.query('begin')
  await client.query('select from workspaces where id = $1 for update', [workspace])
  return client
}

describe('[P4, M1] a removed member', () => {
  it('is out at once in every tab, and nobody else is', async () => {
    const [ana, tab, bo] = [await join('ana'), await join('ana'), await join('bo')]
    const began = performance.now()
    await remove('ana')
    expect(await ana.closed).toEqual(closeOf('not-a-member'))
    expect(await tab.closed).toEqual(closeOf('not-a-member'))
    expect(performance.now() - began).toBeLessThan(3_000)
    await expectAlive(bo)
  })

  it('does not get in again', async () => {
    const token = await server.token({ userId: 'ana', workspaceId: workspace })
    const ana = await enter(token)
    await remove('ana')
    await ana.closed
    expect(await (await knock(token)).closed).toEqual(closeOf('not-a-member'))
  })

  it('takes along what waits for a commit; what was in flight may be there', async () => {
    const [ana, bo] = [await join('ana'), await join('bo')]
    const holder = await holdCommits()
    await untilRead(() => write(ana, 'in-flight'))
    await untilRead(() => {
      write(ana, 'waits')
      write(bo, 'waits')
    }, 2)
    await remove('ana')
    expect(await ana.closed).toEqual(closeOf('not-a-member'))
    await holder.query('commit')
    await holder.end()
    await bo.first('ack')
    expect(await authors()).toEqual(['ana', 'bo'])
    expect(ana.messages.filter(({ type }) => type === 'ack')).toEqual([])
  })

  it('is in again after they were added again', async () => {
    const ana = await join('ana')
    await remove('ana')
    await ana.closed
    await expectAlive(await join('ana'))
  })
})

describe('[P4, M2] another role', () => {
  it('reaches a downgraded editor, who stays and writes no more', async () => {
    const ana = await join('ana')
    await setRole('ana', 'viewer')
    await ana.first('notice')
    expect(notices(ana)).toEqual([{ type: 'notice', notice: 'role-changed', role: 'viewer' }])
    write(ana, 'name')
    expect(await ana.first('reject')).toMatchObject({ ordinal: 1, reason: 'read-only' })
    await expectAlive(ana)
    expect(await authors()).toEqual([])
  })

  it('reaches an upgraded viewer, who writes at once', async () => {
    const vera = await join('vera', 'viewer')
    await setRole('vera', 'editor')
    await vera.first('notice')
    write(vera, 'name')
    expect(await vera.first('ack')).toEqual({ type: 'ack', count: 1, seq: 1 })
    expect(await authors()).toEqual(['vera'])
  })

  it('reaches a stock client too, whose next change is then refused', async () => {
    const token = await server.token({ userId: 'ana', workspaceId: workspace })
    const bo = await join('bo')
    const ana = await connectWire(server.workspaceUrl(workspace, token))
    open.push(ana)
    ana.send({ type: 'sync-step-1', stateVector: new Uint8Array([0]) })
    await ana.first('sync-step-2')
    await setRole('ana', 'viewer')
    await setRole('bo', 'viewer')
    await bo.first('notice')
    await waitFor(async () => {
      write(ana, `name-${Math.random()}`)
      return !ana.isOpen
    })
    expect(await ana.closed).toEqual(closeOf('refused-change'))
  })
})

describe('a workspace', () => {
  it('[M3] that is renamed tells everybody its name, and whoever comes later', async () => {
    const [ana, bo] = [await join('ana'), await join('bo')]
    await server.query("update workspaces set name = 'New' where id = $1", [workspace])
    const renamed = { type: 'notice', notice: 'workspace-renamed', name: 'New' }
    expect(await ana.first('notice')).toEqual(renamed)
    expect(await bo.first('notice')).toEqual(renamed)
    const late = await join('cy')
    expect(await late.first('welcome')).toMatchObject({ workspaceName: 'New' })
    expect(notices(late)).toEqual([])
  })

  it('[P4, M3] that is deleted closes all its sessions, and its room, whatever was under way', async () => {
    const [ana, bo] = [await join('ana'), await join('bo')]
    const rooms = (await server.health()).total_workspaces
    const holder = await holdCommits()
    await untilRead(() => write(ana, 'in-flight'))
    await untilRead(() => write(bo, 'waits'))
    for (const table of ['client_ids', 'journal', 'snapshots', 'workspace_members']) {
      await holder.query(`delete from ${table} where workspace_id = $1`, [workspace])
    }
    await holder.query('delete from workspaces where id = $1', [workspace])
    await holder.query('commit')
    await holder.end()
    expect(await ana.closed).toEqual(closeOf('not-a-member'))
    expect(await bo.closed).toEqual(closeOf('not-a-member'))
    await waitFor(async () => (await server.health()).total_workspaces < rooms, { timeout: 5_000 })
    expect(await authors()).toEqual([])
  })
})

describe('[P4, M5] while the database is away', () => {
  it('nobody new gets in, also not who was in a moment ago; who is in stays', async () => {
    const token = await server.token({ userId: 'ana', workspaceId: workspace })
    const [ana, bo] = [await enter(token), await join('bo')]
    const strangers = await server.token({ userId: 'eve', workspaceId: `${workspace}-of-eve` })
    database.cut()
    expect(await (await knock(strangers)).closed).toEqual(closeOf('storage-away'))
    expect(await (await knock(token)).closed).toEqual(closeOf('storage-away'))
    await expectAlive(ana)
    await expectAlive(bo)
    database.restore()
    await waitFor(async () => {
      const again = await knock(token)
      return Promise.race([again.first('welcome'), again.closed.then(() => undefined)])
    })
    await expectAlive(ana)
  })

  it('a removal waits, and comes with the database', async () => {
    const [ana, bo] = [await join('ana'), await join('bo')]
    database.cut()
    await remove('ana')
    await expectAlive(ana)
    database.restore()
    expect(await ana.closed).toEqual(closeOf('not-a-member'))
    await expectAlive(bo)
  })

  it('with ?token= the answer is the close of an accepted upgrade', async () => {
    const token = await server.token({ userId: 'ana', workspaceId: workspace })
    database.cut()
    const socket = new WebSocket(server.workspaceUrl(workspace, token))
    const closed = once(socket, 'close')
    await once(socket, 'open')
    const [code] = await closed
    expect(code).toBe(CLOSE_REASONS['storage-away'].code)
  })
})
