/** Who wrote a note, asked over HTTP, on the real server: by the session that sent it, for good. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { addNote, type ContactId, createContact, deleteNote, type NoteId } from 'kith-shared'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket as NodeWebSocket } from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { type Ask, askAt } from '../harness/described-api.js'
import { startTestServer, type TestServer } from '../harness/test-server.js'
import { waitFor } from '../harness/wait-for.js'
import { connectWire, helloOf } from '../harness/wire-client.js'
import { Writer } from '../harness/writer.js'

const GRACE = 'grace' as ContactId // fits the pattern of ids
const PROGRAM = fileURLToPath(new URL('../../server/dist/command.js', import.meta.url))

let server: TestServer
let ask: Ask
let databaseUrl = ''
let workspaceId: string
let workspaces = 0
beforeAll(async () => {
  server = await startTestServer({
    through: (url) => {
      databaseUrl = url
      return url
    },
  })
  ask = askAt(() => server.process.url)
})
afterAll(() => server.close())
beforeEach(() => {
  workspaceId = `notes-${++workspaces}`
})

const cleanup: (() => void)[] = []
afterEach(() => {
  for (const undo of cleanup.splice(0).reverse()) undo()
})

const tokenOf = (userId: string, name = userId.toUpperCase()) =>
  server.token({ userId, name, workspaceId })

const enter = async (userId: string): Promise<Writer> => {
  const writer = new Writer(await tokenOf(userId))
  await writer.connect(server.workspaceUrl(workspaceId))
  cleanup.push(() => writer.client.cut())
  return writer
}

const createGrace = async (writer: Writer): Promise<void> => {
  writer.edit('create', (doc) => {
    createContact(doc, GRACE, { name: 'Grace' }, { now: 1, newId: () => 'x' })
  })
  await writer.untilSettled()
}

const write = async (writer: Writer, ...ids: string[]): Promise<void> => {
  for (const id of ids) {
    writer.edit(id, (doc) => addNote(doc, id as NoteId, GRACE, 'Met at sea', 1))
  }
  await writer.untilSettled()
}

const path = (...ids: string[]) => `/workspaces/${workspaceId}/notes/authors?ids=${ids.join(',')}`

const authorsFor = async (userId: string, ...ids: string[]) => {
  // Not `tokenOf`: a development token gives its member its name.
  const { body } = await ask('GET', path(...ids), { token: await signed(userId) })
  const { authors } = body as { authors: { noteId: string; userId: string; name: string }[] }
  return authors
    .map(({ noteId, userId: author, name }) => [noteId, author, name])
    .sort(([one = ''], [other = '']) => (one < other ? -1 : 1))
}

/** Without a workspace it makes nobody a member. */
const signed = async (userId: string): Promise<string> => {
  const made = await ask('POST', '/dev/token', { json: { userId, name: userId } })
  return (made.body as { token: string }).token
}

const command = (...args: string[]) =>
  promisify(execFile)(process.execPath, [PROGRAM, ...args], {
    env: { PATH: process.env.PATH ?? '', DATABASE_URL: databaseUrl },
  })

const storedNotes = async (id = workspaceId) => {
  const text = 'select note_id, user_id from note_authors where workspace_id = $1 order by note_id'
  const rows = await server.query<{ note_id: string; user_id: string }>(text, [id])
  return rows.map((row) => [row.note_id, row.user_id])
}

describe('the author of a note', () => {
  it('[H10] is told to members by name, each of what several wrote', async () => {
    const [ana, bo] = [await enter('ana'), await enter('bo')]
    await createGrace(ana)
    await bo.untilSeq(ana.seq)
    await Promise.all([write(ana, 'n1', 'n2'), write(bo, 'n3')])
    expect(await authorsFor('bo', 'n1', 'n3', 'n1', 'unknown')).toEqual([
      ['n1', 'ana', 'ANA'],
      ['n3', 'bo', 'BO'],
    ])
  })

  it('[H10] outlives the snapshot, the epoch, the history and the server’s process', async () => {
    const ana = await enter('ana')
    await createGrace(ana)
    await write(ana, 'n1')
    ana.client.cut()
    await command('renew', workspaceId)
    await server.query('delete from journal where workspace_id = $1', [workspaceId])
    await server.process.close()
    await server.restart()
    // A newcomer is sent the note without any row that names somebody.
    const client = await connectWire(server.workspaceUrl(workspaceId))
    cleanup.push(() => client.cut())
    client.send(helloOf({ token: await tokenOf('newcomer') }))
    expect(await client.first('welcome')).toMatchObject({ follows: 'snapshot' })
    const { bytes } = await client.first('snapshot-chunk')
    const doc = new Y.Doc()
    Y.applyUpdate(doc, bytes)
    expect([...doc.getMap('notes').keys()]).toEqual(['n1'])
    expect(client.messages.filter(({ type }) => type === 'rows')).toEqual([])
    expect(await authorsFor('newcomer', 'n1')).toEqual([['n1', 'ana', 'ANA']])
    // Written in the new epoch, by somebody else.
    const bo = await enter('bo')
    await write(bo, 'n2')
    expect(await authorsFor('ana', 'n1', 'n2')).toEqual([
      ['n1', 'ana', 'ANA'],
      ['n2', 'bo', 'BO'],
    ])
  })

  it('[P4] can’t be forged: not by a value, and not by writing another’s note once more', async () => {
    const [ana, eve] = [await enter('ana'), await enter('eve')]
    await createGrace(ana)
    await write(ana, 'n1')
    const claim = { contactId: GRACE, body: 'I quit', createdAt: 1, author: 'ana', userId: 'ana' }
    for (const id of ['n1', 'n2']) {
      const doc = new Y.Doc()
      doc.getMap('notes').set(id, claim)
      eve.client.send({ type: 'update', update: Y.encodeStateAsUpdate(doc) })
    }
    await waitFor(async () => (await storedNotes()).length === 2)
    expect(eve.client.messages.filter(({ type }) => type === 'reject')).toEqual([])
    expect(await authorsFor('ana', 'n1', 'n2')).toEqual([
      ['n1', 'ana', 'ANA'],
      ['n2', 'eve', 'EVE'],
    ])
  })

  it('[H10] of who was renamed is the present name, of who has left the one of then', async () => {
    const [ana, bo] = [await enter('ana'), await enter('bo')]
    await createGrace(ana)
    await bo.untilSeq(ana.seq)
    await write(ana, 'n1')
    await write(bo, 'n2')
    await tokenOf('ana', 'Ana Lima')
    const leaving = `/workspaces/${workspaceId}/members/bo`
    expect((await ask('DELETE', leaving, { token: await signed('bo') })).status).toBe(204)
    expect(await authorsFor('ana', 'n1', 'n2')).toEqual([
      ['n1', 'ana', 'Ana Lima'],
      ['n2', 'bo', 'BO'],
    ])
    expect((await ask('GET', path('n1'), { token: await signed('bo') })).status).toBe(403)
  })

  it('[P10] of a note that a stock client made is its user', async () => {
    const doc = new Y.Doc()
    const provider = new WebsocketProvider(
      `${server.process.wsUrl}/ws/workspace`,
      workspaceId,
      doc,
      {
        params: { token: await tokenOf('stan') },
        // `ws` has all that the provider uses of a browser's WebSocket.
        WebSocketPolyfill: NodeWebSocket as unknown as typeof WebSocket,
        disableBc: true,
      },
    )
    cleanup.push(() => provider.destroy())
    // Made before it is in: it comes as a SyncStep2.
    doc.getMap('notes').set('n1', { contactId: GRACE, body: 'x', createdAt: 1 })
    await waitFor(async () => (await storedNotes()).length === 1)
    expect(await authorsFor('stan', 'n1')).toEqual([['n1', 'stan', 'STAN']])
  })

  it.each([
    ['', 'no id'],
    ['a,,b', 'an empty id'],
    ['a%2Fb', 'an id that is none'],
    [Array.from({ length: 101 }, (_, at) => `n${at}`).join(','), 'too many'],
  ])('[H1] asked with %.9s is malformed: %s', async (ids) => {
    await tokenOf('ana')
    const answer = await ask('GET', path(ids), { token: await signed('ana') })
    expect(answer).toMatchObject({ status: 400, body: { title: 'Malformed note ids' } })
    expect(JSON.stringify(answer.body)).not.toContain('n100')
  })

  it('[K9, K8] goes with a purge and with its workspace, and of an import is who brought it', async () => {
    const ana = await enter('ana')
    await createGrace(ana)
    await write(ana, 'kept', 'purged')
    const folder = await mkdtemp(join(tmpdir(), 'kith-notes-'))
    cleanup.push(() => void rm(folder, { recursive: true }))
    const file = join(folder, 'team.yjs')
    await command('export', workspaceId, '--out', file)
    const copy = `${workspaceId}-copy`
    await command('import', copy, file, '--owner', 'bo')
    expect(await storedNotes(copy)).toEqual([
      ['kept', 'bo'],
      ['purged', 'bo'],
    ])
    ana.edit('delete', (doc) => deleteNote(doc, 'purged' as NoteId, 2))
    await ana.untilSettled()
    await command('purge', workspaceId, '--yes')
    expect(await storedNotes()).toEqual([['kept', 'ana']])
    const owner = await signed('bo')
    expect((await ask('DELETE', `/workspaces/${copy}`, { token: owner })).status).toBe(204)
    expect(await storedNotes(copy)).toEqual([])
  })
})
