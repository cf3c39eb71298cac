/** Epochs on the real server, database and clients, past the bounds that production has. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type ContactId,
  createContact,
  type ServerMessage,
  type SnapshotChunk,
  setField,
} from 'kith-shared'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket as NodeWebSocket } from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { type ServerProcess, startServer } from '../harness/server-process.js'
import { logLines, startTestServer, type TestServer } from '../harness/test-server.js'
import { waitFor } from '../harness/wait-for.js'
import { connectWire, helloOf } from '../harness/wire-client.js'
import { Writer } from '../harness/writer.js'

const ANA = 'ana-lima' as ContactId // fits the pattern of ids
/**
 * Thousands of overwrites of some 260 bytes each. A snapshot, after each megabyte of them, counts what
 * is dead: past 5,000 a document is due for renewal, past 10,000 it is overdue.
 */
const DUE = 7
const OVERDUE = 11

let server: TestServer
let databaseUrl = ''
let workspaceId: string
let workspaces = 0
beforeAll(async () => {
  server = await startTestServer({
    env: { MAX_BYTES_PER_SECOND: '100000000' },
    through: (url) => {
      databaseUrl = url
      return url
    },
  })
})
afterAll(() => server.close())
beforeEach(() => {
  workspaceId = `room-${++workspaces}`
})

const cleanup: (() => void)[] = []
afterEach(() => {
  for (const undo of cleanup.splice(0).reverse()) undo()
})

const token = (userId: string) => server.token({ userId, workspaceId, role: 'editor' })
const urlOf = (process: ServerProcess = server.process) =>
  `${process.wsUrl}/ws/workspace/${workspaceId}`

const enter = async (userId: string, process?: ServerProcess): Promise<Writer> => {
  const writer = new Writer(await token(userId))
  await writer.connect(urlOf(process))
  cleanup.push(() => writer.client.cut())
  return writer
}

/**
 * Overwrites a contact's fields so often that its workspace is past a bound. In turns: what is
 * overwritten again and again would count once. Its own document keeps what one transaction deletes,
 * as one that was typed at leisure had it when it was sent.
 */
const age = async (writer: Writer, thousands: number): Promise<void> => {
  writer.doc.gc = false
  writer.edit('create', (doc) => {
    createContact(doc, ANA, { name: 'Ana Lima' }, { now: 1, newId: () => 'x' })
  })
  for (let done = 0; done < thousands; done++) {
    writer.edit('age', (doc) => {
      for (let n = 0; n < 500; n++) {
        setField(doc, ANA, 'company', `${done}-${n} ${'x'.repeat(240)}`)
        setField(doc, ANA, 'title', `${done}-${n} ${'y'.repeat(240)}`)
      }
    })
    await settledOrClosed(writer)
  }
  // One is due every megabyte, but at a commit, and not while another is being written.
  const { seq } = writer
  while (writer.client.isOpen && !(await isSnapshot(seq))) {
    writer.edit('fill', (doc) => {
      for (let n = 0; n < 10; n++) doc.getMap('fields').set(`fill/${n}`, 'z'.repeat(15_000))
    })
    await settledOrClosed(writer)
  }
}

const settledOrClosed = (writer: Writer) =>
  waitFor(() => writer.unacked.length === 0 || !writer.client.isOpen)

const isSnapshot = async (seq: number): Promise<boolean> => {
  const text = 'select from snapshots where workspace_id = $1 and seq >= $2'
  return (await server.query(text, [workspaceId, seq])).length > 0
}

const epochOf = async (): Promise<number> => {
  const [row] = await server.query<{ epoch: number }>(
    'select epoch from workspaces where id = $1',
    [workspaceId],
  )
  return row?.epoch ?? 0
}
const untilNewEpoch = (): Promise<number> =>
  waitFor(async () => {
    const epoch = await epochOf()
    return epoch > 1 ? epoch : undefined
  })
const say = async (userId: string, hello: Partial<Parameters<typeof helloOf>[0]> = {}) => {
  const client = await connectWire(urlOf())
  cleanup.push(() => client.cut())
  client.send(helloOf({ token: await token(userId), ...hello }))
  return client
}

/** The states that came in chunks, each put together, and the rows after them. */
const received = (messages: readonly ServerMessage[]) => {
  const states: { epoch: number; seq: number; doc: Y.Doc }[] = []
  let chunks: SnapshotChunk[] = []
  for (const message of messages) {
    if (message.type === 'snapshot-chunk') {
      chunks.push(message)
      if (message.offset + message.bytes.length < message.total) continue
      const doc = new Y.Doc()
      Y.applyUpdate(doc, Buffer.concat(chunks.map(({ bytes }) => bytes)))
      states.push({ epoch: message.epoch, seq: message.seq, doc })
      chunks = []
    } else if (message.type === 'rows') {
      for (const { update } of message.rows)
        Y.applyUpdate(states.at(-1)?.doc ?? new Y.Doc(), update)
    }
  }
  return states
}
const fieldsOf = (doc: Y.Doc | undefined): Record<string, unknown> =>
  doc?.getMap('fields').toJSON() ?? {}
/** What a newcomer gets to see. */
const present = async () => {
  const client = await say('newcomer')
  const { epoch } = await client.first('welcome')
  const state = await waitFor(() => received(client.messages).at(-1))
  return { epoch, state, client }
}

const connectStock = async (userId: string, doc = new Y.Doc()) => {
  const provider = new WebsocketProvider(`${server.process.wsUrl}/ws/workspace`, workspaceId, doc, {
    params: { token: await token(userId) },
    // `ws` has all that the provider uses of a browser's WebSocket.
    WebSocketPolyfill: NodeWebSocket as unknown as typeof WebSocket,
    disableBc: true,
  })
  cleanup.push(() => provider.destroy())
  return provider
}
/** Its close for good: who comes while the epoch begins is first sent away to come again. */
const closeOf = (provider: WebsocketProvider): Promise<number> =>
  new Promise((resolve) => {
    provider.on('connection-close', (event: CloseEvent | null) => {
      if (event?.code !== 1012) resolve(event?.code ?? 0)
    })
  })

describe('a workspace that has grown old', () => {
  it('[E6, E2] is renewed when nobody is there, with all its values and nothing else', async () => {
    const ana = await enter('ana')
    await age(ana, DUE)
    ana.edit('last', (doc) => setField(doc, ANA, 'nickname', 'Anita'))
    await ana.untilSettled()
    expect(await epochOf()).toBe(1)
    const { length } = Y.encodeStateAsUpdate(ana.doc)
    ana.client.cut()
    const epoch = await untilNewEpoch()

    const { state, epoch: told } = await present()
    expect(told).toBe(epoch)
    expect(state).toMatchObject({ epoch, seq: ana.seq })
    expect(fieldsOf(state.doc)).toEqual(fieldsOf(ana.doc))
    expect(state.doc.getMap('contacts').toJSON()).toEqual(ana.doc.getMap('contacts').toJSON())
    expect(state.doc.store.clients.size).toBe(1)
    expect(Y.encodeStateAsUpdate(state.doc).length).toBeLessThan(length / 10)

    const bearer = { authorization: `Bearer ${await token('ana')}` }
    const answer = await fetch(`${server.process.url}/workspaces/${workspaceId}`, {
      headers: bearer,
    })
    expect(await answer.json()).toMatchObject({ id: workspaceId, epoch })
    const metrics = await (await fetch(`${server.process.url}/metrics`)).text()
    expect(metrics).toContain('kith_epochs_begun_total 1')
    const lines = await waitFor(() => {
      const begun = logLines(server.process).filter(({ msg }) => msg === 'an epoch has begun')
      return begun.length > 0 ? begun : undefined
    })
    expect(lines).toMatchObject([{ workspaceId, epoch, seq: ana.seq }])
  })

  it('[E6, E7, E3] is renewed while people are there, who come back by the road', async () => {
    const [ana, bo] = [await enter('ana'), await enter('bo')]
    await age(ana, OVERDUE)
    expect(await bo.client.closed).toEqual({ code: 1012, text: 'a new epoch has begun' })
    const epoch = await untilNewEpoch()
    const client = await say('bo', { epoch: bo.epoch, seq: bo.seq, unsentEpoch: 1 })
    expect(await client.first('welcome')).toMatchObject({ epoch, follows: 'epochs' })
    const [closing, opening] = await waitFor(() => {
      const states = received(client.messages)
      return states.length === 2 ? states : undefined
    })
    expect([closing?.epoch, opening?.epoch]).toEqual([1, epoch])
    expect(closing?.seq).toBe(opening?.seq)
    expect(fieldsOf(opening?.doc)).toEqual(fieldsOf(closing?.doc))
    // It is the old document, so that what bo did not send can be merged into it.
    Y.applyUpdate(ana.doc, Y.encodeStateAsUpdate(closing?.doc ?? new Y.Doc()))
    expect(fieldsOf(ana.doc)).toEqual(fieldsOf(closing?.doc))

    const again = await say('cleo', { epoch: 1, seq: 1 })
    expect(await again.first('welcome')).toMatchObject({ epoch, follows: 'snapshot' })
    const long = await say('dan', { epoch: 1, seq: 1, unsentEpoch: 2 })
    expect(await long.first('welcome')).toMatchObject({ epoch, follows: 'snapshot' })
  })

  it('[E7, P1] takes all that was acknowledged along, and nothing else, while edits go on arriving', async () => {
    const [ana, bo] = [await enter('ana'), await enter('bo')]
    const aged = age(ana, OVERDUE)
    let n = 0
    while (bo.client.isOpen) {
      bo.edit(`c${n}`, (doc) => doc.getMap('fields').set(`bo/c${n}`, n))
      n++
      await new Promise((resolve) => setImmediate(resolve))
    }
    await aged
    expect(await bo.client.closed).toMatchObject({ code: 1012 })
    expect(bo.acked.length).toBeGreaterThan(0)
    expect(bo.unacked.length).toBeGreaterThan(0)
    const { state } = await present()
    const fields = fieldsOf(state.doc)
    for (const { name } of bo.acked) expect(fields).toHaveProperty([`bo/${name}`])
    const taken = Object.keys(fields).filter((key) => key.startsWith('bo/'))
    // An ack may be lost on the way, with what it was for: that is there, before what was not taken.
    expect(taken).toHaveLength(
      [...bo.acked, ...bo.unacked].filter(({ name }) => `bo/${name}` in fields).length,
    )
    const first = bo.unacked.findIndex(({ name }) => !(`bo/${name}` in fields))
    const rest = bo.unacked.slice(first)
    expect(rest.filter(({ name }) => `bo/${name}` in fields)).toEqual([])
  })

  it('[E6, E4] is not renewed while a stock client is there, nor takes it back with the old document', async () => {
    const old = await connectStock('cleo')
    await waitFor(() => old.synced)
    const ana = await enter('ana')
    await age(ana, OVERDUE)
    ana.edit('last', (doc) => setField(doc, ANA, 'nickname', 'Anita'))
    await ana.untilSettled()
    await waitFor(() => old.doc.getMap('fields').size > 2)
    expect(await epochOf()).toBe(1)

    old.disconnect()
    old.doc.getMap('fields').set('cleo/name', 'offline')
    const epoch = await untilNewEpoch()
    const before = fieldsOf(old.doc)
    const closed = closeOf(old)
    old.connect()
    expect(await closed).toBe(4409)
    expect(fieldsOf(old.doc)).toEqual(before)

    const fresh = await connectStock('cleo')
    await waitFor(() => fresh.synced)
    expect(fieldsOf(fresh.doc)).toEqual({ ...before, 'cleo/name': undefined })
    fresh.doc.getMap('fields').set('cleo/title', 'online')
    const { state, client } = await present()
    await waitFor(() => fieldsOf(received(client.messages).at(-1)?.doc)['cleo/title'] === 'online')
    expect(state.epoch).toBe(epoch)
    expect(fieldsOf(received(client.messages).at(-1)?.doc)).not.toHaveProperty(['cleo/name'])

    // As a persistence of its own would, that is slower than the network.
    const late = closeOf(fresh)
    Y.applyUpdate(fresh.doc, Y.encodeStateAsUpdate(old.doc))
    expect(await late).toBe(4409)
    const cleo = await present()
    expect(fieldsOf(cleo.state.doc)).not.toHaveProperty(['cleo/name'])
  })

  it('[E5] keeps a client id its owner’s, and goes round in no circle where another names it', async () => {
    const ana = await enter('ana')
    const bo = new Writer(await token('bo'), 4711)
    await bo.connect(urlOf())
    cleanup.push(() => bo.client.cut())
    bo.edit('own', (doc) => doc.getMap('fields').set('bo/name', 'Bo'))
    await bo.untilSettled()
    await age(ana, OVERDUE)
    await untilNewEpoch()

    const eve = await say('eve', { clientId: 4711 })
    expect(await eve.closed).toMatchObject({ code: 4422 })
    const thief = await say('eve')
    await thief.first('welcome')
    const doc = Object.assign(new Y.Doc(), { clientID: 4711 })
    doc.getMap('fields').set('eve/name', 'Eve')
    thief.send({ type: 'update', update: Y.encodeStateAsUpdate(doc) })
    expect(await thief.first('reject')).toMatchObject({ reason: 'foreign-client' })
    // Nobody else is held up, and bo may come again under it.
    const cleo = await enter('cleo')
    cleo.edit('after', (doc) => doc.getMap('fields').set('cleo/name', 'Cleo'))
    await cleo.untilSettled()
    const back = await say('bo', { clientId: 4711, epoch: 1, seq: 1 })
    expect(await back.first('welcome')).toMatchObject({ follows: 'snapshot' })
  })

  it('[E7, P8] ends for those on another server, too, at once and without a word of theirs', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'kith-beside-'))
    const beside = await startServer({ dataDir, env: { DATABASE_URL: databaseUrl } })
    try {
      const elsewhere = new Writer(
        await beside.token({ userId: 'bo', name: 'bo', workspaceId, role: 'editor' }),
      )
      await elsewhere.connect(urlOf(beside))
      elsewhere.edit('own', (doc) => doc.getMap('fields').set('bo/name', 'Bo'))
      await elsewhere.untilSettled()
      const ana = await enter('ana')
      await age(ana, OVERDUE)
      expect(await elsewhere.client.closed).toEqual({ code: 1012, text: 'a new epoch has begun' })
      const welcome = await elsewhere.connect(urlOf(beside))
      expect(welcome).toMatchObject({ epoch: await epochOf(), follows: 'snapshot' })
      elsewhere.client.cut()
    } finally {
      await beside.close()
      await rm(dataDir, { recursive: true, force: true })
    }
  })
})
