/** What joining and coming back cost: what is read, sent and written for it (P7). */
import { readFileSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { decodeServerMessage, encodeMessage, type ServerMessage } from 'kith-shared'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { WebSocket } from 'ws'
import * as Y from 'yjs'
import { startProxy, type TcpProxy } from '../harness/tcp-proxy.js'
import { startTestServer, type TestServer, untilQuiet } from '../harness/test-server.js'
import { waitFor } from '../harness/wait-for.js'
import { connectWire, helloOf, type WireClient } from '../harness/wire-client.js'
import { Writer } from '../harness/writer.js'

const MEGABYTE = 1024 * 1024
const PEOPLE = 150
/** Each person has at most 100 sessions. */
const USERS = 5

let server: TestServer
/** Between the server and its database. */
let database: TcpProxy
beforeAll(async () => {
  const { hostname, port } = new URL(inject('postgresUrl'))
  database = await startProxy({ target: { host: hostname, port: Number(port) } })
  const through = (url: string): string => url.replace(`${hostname}:${port}`, database.host)
  server = await startTestServer({ through })
})
afterAll(async () => {
  await server.close()
  await database.close()
})

/** A workspace as a snapshot of these bytes through `head`, whatever they hold. */
const storeSnapshot = async (
  workspaceId: string,
  head: number,
  document: Uint8Array,
): Promise<void> => {
  // An index of nothing: a version, and no root and no client.
  const index = Uint8Array.of(2, 0, 0)
  await server.query('update workspaces set head = $2 where id = $1', [workspaceId, head])
  await server.query(
    `insert into snapshots (workspace_id, epoch, seq,
      document, document_checksum, document_index, document_index_checksum)
    values ($1, 1, $2, $3, $4, $5, $6)`,
    [workspaceId, head, document, crc32(document), index, crc32(index)],
  )
}

const noise = (bytes: number): Uint8Array => {
  let state = 1
  return Uint8Array.from({ length: bytes }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return state >>> 24
  })
}

interface Arrival {
  /** Bytes of the document, and how many of them have come. */
  total: number
  received: number
  /** Of what has come. */
  checksum: number
  isInOrder: boolean
}

/** Reads the chunks as they come and keeps none: 150 times all of them would not fit. */
const loadOnce = (url: string, token: string): Promise<Arrival> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { perMessageDeflate: false })
    const arrival: Arrival = { total: -1, received: 0, checksum: 0, isInOrder: true }
    socket.on('open', () => socket.send(encodeMessage(helloOf({ token }))))
    socket.on('message', (data: Buffer) => {
      const { message } = decoded(data)
      if (message.type !== 'snapshot-chunk') return
      arrival.isInOrder &&= message.offset === arrival.received
      arrival.total = message.total
      arrival.received += message.bytes.length
      arrival.checksum = crc32(message.bytes, arrival.checksum)
      if (arrival.received < arrival.total) return
      resolve(arrival)
      socket.close()
    })
    socket.on('error', reject)
    socket.on('close', (code) => reject(new Error(`closed with ${code}`)))
  })

const decoded = (data: Buffer): { message: ServerMessage } => {
  const all = decodeServerMessage(new Uint8Array(data))
  if (!all.ok) throw new Error('the server sent a frame that is no message')
  return all
}

/** Of the server's process, in bytes: at most so far, and now. */
const memory = (): { highest: number; now: number } => {
  const status = readFileSync(`/proc/${server.process.pid}/status`, 'utf8')
  const kilobytes = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1])
  return { highest: kilobytes('VmHWM') * 1024, now: kilobytes('VmRSS') * 1024 }
}

/** Edits one after the other, each when the last one is acknowledged; says how many are. */
const keepEditing = async (workspaceId: string): Promise<{ acked: number; stop(): void }> => {
  const writer = new Writer(await server.token({ userId: 'editor', workspaceId }))
  await writer.connect(server.workspaceUrl(workspaceId))
  let acked = 0
  const edit = (): void =>
    writer.edit(`edit ${acked}`, (doc) => doc.getMap('fields').set('contact/company', `${acked}`))
  writer.onAck = () => {
    acked++
    edit()
  }
  edit()
  await waitFor(() => acked > 0)
  return {
    get acked() {
      return acked
    },
    stop: () => {
      writer.onAck = () => undefined
      writer.client.cut()
    },
  }
}

describe(`${PEOPLE} people who join a large workspace at once`, () => {
  it('[P7] share one reading of it, and hold nobody else up', async () => {
    const document = noise(6 * MEGABYTE)
    const tokens = await Promise.all(
      Array.from({ length: USERS }, (_, n) =>
        server.token({ userId: `reader-${n}`, workspaceId: 'large' }),
      ),
    )
    await storeSnapshot('large', 7, document)
    const others = await keepEditing('elsewhere')
    const before = { ...database.bytes, memory: memory().now }
    const ackedBefore = others.acked
    const arrivals = await Promise.all(
      Array.from({ length: PEOPLE }, (_, n) =>
        loadOnce(server.workspaceUrl('large'), tokens[n % USERS] ?? ''),
      ),
    )
    const ackedMeanwhile = others.acked - ackedBefore
    others.stop()

    for (const arrival of arrivals) {
      const { length: total } = document
      const checksum = crc32(document)
      expect(arrival).toEqual({ total, received: total, checksum, isInOrder: true })
    }
    // Beside it the others' commits, and who may join.
    expect(database.bytes.received - before.received).toBeLessThan(1.5 * document.length)
    // All of them are one process here, which has 900 MB to read meanwhile.
    expect(ackedMeanwhile).toBeGreaterThan(2)
    // Were frames copied for each of them, it would be 900 MB.
    expect(memory().highest - before.memory).toBeLessThan(200 * MEGABYTE)
    await untilQuiet(server)
  })
})

describe('who joins', () => {
  const types = ({ messages }: WireClient) => messages.map(({ type }) => type)

  it('[P7] for the first time is sent the stored bytes as they are: nobody decodes them', async () => {
    const token = await server.token({ userId: 'ana', workspaceId: 'stored' })
    const document = noise(MEGABYTE + 1)
    await storeSnapshot('stored', 3, document)
    const client = await connectWire(server.workspaceUrl('stored'))
    client.send(helloOf({ token }))
    expect((await client.first('welcome')).follows).toBe('snapshot')
    await waitFor(() => types(client).filter((type) => type === 'snapshot-chunk').length === 3)
    const chunks = client.messages.filter((message) => message.type === 'snapshot-chunk')
    expect(Buffer.concat(chunks.map(({ bytes }) => bytes)).equals(document)).toBe(true)
    client.cut()
  })

  it('[P7] with a `seq` is sent the rows behind it alone', async () => {
    const token = await server.token({ userId: 'ana', workspaceId: 'tail' })
    await storeSnapshot('tail', 3, noise(MEGABYTE))
    const writer = new Writer(token)
    Object.assign(writer, { epoch: 1, seq: 3 })
    await writer.connect(server.workspaceUrl('tail'))
    for (const company of ['a', 'b', 'c']) {
      writer.edit(company, (doc) => doc.getMap('fields').set('contact/company', company))
      await writer.untilSettled()
    }
    const readBefore = database.bytes.received
    const client = await connectWire(server.workspaceUrl('tail'))
    client.send(helloOf({ token, epoch: 1, seq: 4 }))
    const rows = await client.first('rows')
    await waitFor(() => types(client).filter((type) => type === 'rows').length === 2)
    expect(rows.firstSeq).toBe(5)
    expect((await client.first('welcome')).follows).toBe('tail')
    expect(types(client)).not.toContain('snapshot-chunk')
    expect(database.bytes.received - readBefore).toBeLessThan(MEGABYTE / 10)
    client.cut()
    writer.client.cut()
  })
})

describe('who comes back, up to date', () => {
  /** All that a commit or a binding would change, and how many transactions have written. */
  const written = async (workspaceId: string) => {
    const [row] = await server.query<{ state: string; writes: string }>(
      `select pg_snapshot_xmax(pg_current_snapshot())::text as writes,
        (select json_build_array(w.xmin, w.head,
          (select count(*) from journal where workspace_id = w.id),
          (select json_agg(c order by client_id) from client_ids c where workspace_id = w.id))::text
         from workspaces w where w.id = $1) as state`,
      [workspaceId],
    )
    return { state: row?.state, writes: Number(row?.writes) }
  }

  /** Until the audit of those who left is written, once a second. */
  const isAudited = async () => {
    const [row] = await server.query<{ count: number }>(
      `select coalesce(sum(count), 0)::int as count from audit_log
      where event = 'session-closed' and workspace_id = 'back'`,
    )
    return row?.count
  }

  it('[P7] costs no row of the journal, no binding and no look-up, however often', async () => {
    const RETURNS = 100
    const token = await server.token({ userId: 'ana', workspaceId: 'back' })
    const writer = new Writer(token)
    await writer.connect(server.workspaceUrl('back'))
    writer.edit('one', (doc) => doc.getMap('fields').set('contact/company', 'x'))
    await writer.untilSettled()
    const { seq } = writer
    const clientId = writer.doc.clientID
    writer.client.cut()
    await waitFor(async () => (await isAudited()) === 1)
    const before = await written('back')
    const sentBefore = database.bytes.sent
    for (let n = 0; n < RETURNS; n++) {
      const client = await connectWire(server.workspaceUrl('back'))
      client.send(helloOf({ token, clientId, epoch: 1, seq }))
      expect(await client.first('welcome')).toMatchObject({ head: seq, follows: 'tail' })
      client.cut()
      await client.closed
    }
    await waitFor(async () => (await isAudited()) === 1 + RETURNS)
    const after = await written('back')
    expect(after.state).toBe(before.state)
    // The audit gathers; each of them would have been a transaction.
    expect(after.writes - before.writes).toBeLessThan(RETURNS / 2)
    expect((database.bytes.sent - sentBefore) / RETURNS).toBeLessThan(100)
  })

  it('[P7] as a stock client costs none either, and asks for no document', async () => {
    const writer = new Writer(await server.token({ userId: 'ana', workspaceId: 'stock' }))
    await writer.connect(server.workspaceUrl('stock'))
    writer.edit('much', (doc) => {
      const fields = doc.getMap('fields')
      for (let n = 0; n < 20; n++) fields.set(`contact/field-${n}`, 'x'.repeat(10_000))
    })
    await writer.untilSettled()
    writer.client.cut()
    const token = await server.token({ userId: 'bo', workspaceId: 'stock' })
    const doc = new Y.Doc()
    const first = await connectWire(server.workspaceUrl('stock', token))
    first.send({ type: 'sync-step-1', stateVector: Y.encodeStateVector(doc) })
    Y.applyUpdate(doc, (await first.first('sync-step-2')).update)
    expect(doc.getMap('fields').size).toBe(20)
    first.cut()
    await first.closed
    const before = await written('stock')
    const readBefore = database.bytes.received
    for (let n = 0; n < 20; n++) {
      const client = await connectWire(server.workspaceUrl('stock', token))
      client.send({ type: 'sync-step-1', stateVector: Y.encodeStateVector(doc) })
      const answer = Y.decodeUpdate((await client.first('sync-step-2')).update)
      expect(answer.structs).toEqual([])
      client.cut()
      await client.closed
    }
    expect((await written('stock')).state).toBe(before.state)
    // One reading of the document would be 200 KB.
    expect(database.bytes.received - readBefore).toBeLessThan(20_000)
  })
})
