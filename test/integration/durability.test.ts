import { aboutText, type ContactId, createContact, type SnapshotChunk } from 'kith-shared'
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { seededRandom } from '../harness/seeded.js'
import { startProxy, type TcpProxy } from '../harness/tcp-proxy.js'
import { logLines, startTestServer, type TestServer } from '../harness/test-server.js'
import { waitFor } from '../harness/wait-for.js'
import { Writer } from '../harness/writer.js'

const ANA = 'contact-ana' as ContactId // fits the pattern of ids
const IN_FLIGHT = 8

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

const writers: Writer[] = []
afterEach(() => {
  for (const writer of writers.splice(0)) {
    writer.client.cut()
    writer.doc.destroy()
  }
})

const join = async (workspaceId: string, userId: string): Promise<Writer> => {
  const writer = new Writer(await server.token({ userId, workspaceId }))
  await writer.connect(server.workspaceUrl(workspaceId))
  writers.push(writer)
  return writer
}

/** Who comes with nothing: what it sees is what the server has. */
const freshReader = (workspaceId: string): Promise<Writer> => join(workspaceId, 'reader')

const textOf = ({ doc }: Writer): string => aboutText(doc, ANA).toString()

/** Words, each written by one edit, wherever other people's words put them. */
const wordsIn = (writer: Writer): string[] => textOf(writer).split(' ').filter(Boolean)

const write = (writer: Writer, word: string): void =>
  writer.edit(word, (doc) => {
    const text = aboutText(doc, ANA)
    text.insert(text.length, `${word} `)
    doc.getMap('fields').set(`${ANA}/company`, word)
  })

/** Keeps a few edits under way until it is told to stop. */
const stream = (writer: Writer, name: string): (() => void) => {
  let count = 0
  let stopped = false
  const fill = (): void => {
    while (!stopped && writer.client.isOpen && writer.unacked.length < IN_FLIGHT) {
      write(writer, `${name}-${count++}`)
    }
  }
  writer.onAck = fill
  fill()
  return () => {
    stopped = true
  }
}

/**
 * Kills the server the moment these writers have seen so many acknowledged edits in all. What it
 * has on the way to its database then is lost with it, as with a machine.
 */
const killAfter = (acks: number, team: readonly Writer[]): Promise<number | null> =>
  new Promise((resolve) => {
    const goal = team.reduce((sum, { acked }) => sum + acked.length, 0) + acks
    let killed = false
    for (const writer of team) {
      const goOn = writer.onAck
      writer.onAck = () => {
        if (killed) return
        goOn()
        if (team.reduce((sum, { acked }) => sum + acked.length, 0) < goal) return
        killed = true
        database.cut()
        resolve(server.process.kill('SIGKILL'))
      }
    }
  })

const expectSame = (one: Writer, other: Writer): void => {
  expect(textOf(one)).toBe(textOf(other))
  for (const root of ['contacts', 'fields', 'notes']) {
    expect(one.doc.getMap(root).toJSON()).toEqual(other.doc.getMap(root).toJSON())
  }
}

describe('a server that is killed while people type', () => {
  it.each([1n, 2n, 3n])('[P1] has all that it acknowledged, once (seed %s)', async (seed) => {
    const random = seededRandom(seed)
    const workspaceId = `killed-${seed}`
    const team = await Promise.all(['ana', 'bo', 'cy'].map((user) => join(workspaceId, user)))
    team[0]?.edit('Ana', (doc) => {
      createContact(doc, ANA, { name: 'Ana' }, { now: 0, newId: () => 'never' })
    })
    await team[0]?.untilSettled()
    database.delay(5)
    for (let round = 0; round < 3; round++) {
      const killed = killAfterStart(team, round, 1 + Math.floor(random() * 60))
      expect(await killed).toBeNull()
      expect(team.some(({ unacked }) => unacked.length > 0)).toBe(true)
      await Promise.all(team.map(({ client }) => client.closed))
      database.restore()
      await server.restart()
      const reader = await freshReader(workspaceId)
      const read = new Set(wordsIn(reader))
      const lost = team.flatMap(({ acked }) => acked.filter(({ name }) => !read.has(name)))
      expect(lost.filter(({ name }) => name !== 'Ana')).toEqual([])
      await Promise.all(team.map((writer) => writer.connect(server.workspaceUrl(workspaceId))))
      await Promise.all(team.map((writer) => writer.untilSettled()))
    }
    database.delay(0)
    const reader = await freshReader(workspaceId)
    const words = team.flatMap(({ acked }) => acked.map(({ name }) => name))
    expect(wordsIn(reader).sort()).toEqual(words.filter((word) => word !== 'Ana').sort())
    expect(team.flatMap(({ rejects }) => rejects)).toEqual([])
    await waitFor(() => team.every(({ seq }) => seq >= reader.seq))
    for (const writer of team) expectSame(writer, reader)
  })
})

/** Everybody types, and the server is killed after so many acknowledgements. */
const killAfterStart = async (team: readonly Writer[], round: number, acks: number) => {
  const stops = team.map((writer, n) => stream(writer, `${'abc'[n]}${round}`))
  const code = await killAfter(acks, team)
  for (const stop of stops) stop()
  return code
}

/** `count` rows at least: whoever writes alone, one edit after another, gets a row for each. */
const fillRows = async (team: readonly Writer[], from: number, count: number): Promise<void> => {
  for (let n = 0; n < Math.ceil(count / team.length); n++) {
    for (const [at, writer] of team.entries()) write(writer, `${at}-${from + n}`)
    await Promise.all(team.map((writer) => writer.untilSettled()))
  }
}

const snapshotsOf = (workspaceId: string) =>
  server.query<{ seq: string }>('select seq from snapshots where workspace_id = $1 order by seq', [
    workspaceId,
  ])

const typesSeenBy = ({ client }: Writer) => client.messages.map(({ type }) => type)

describe('a workspace that has outgrown its first rows', () => {
  const users = ['ana', 'bo', 'cy', 'di', 'ed']
  let team: Writer[]
  let head: number

  beforeAll(async () => {
    team = await Promise.all(users.map((user) => join('grown', user)))
    await fillRows(team, 0, 510)
    await waitFor(async () => (await snapshotsOf('grown')).length > 0, { message: 'a snapshot' })
    await fillRows(team, 1_000, 20)
    head = team[0]?.seq ?? 0
    writers.length = 0
  }, 60_000)

  afterAll(() => {
    for (const { client, doc } of team) {
      client.cut()
      doc.destroy()
    }
  })

  const first = (): Writer => {
    const writer = team[0]
    if (!writer) throw new Error('nobody is here')
    return writer
  }

  it('[P1] gives a newcomer the snapshot and the rows after it', async () => {
    const reader = await freshReader('grown')
    const welcome = await reader.client.first('welcome')
    expect(welcome).toMatchObject({ follows: 'snapshot', head })
    const [snapshot] = await snapshotsOf('grown')
    const isChunk = (message: { type: string }): message is SnapshotChunk =>
      message.type === 'snapshot-chunk'
    const chunks = reader.client.messages.filter(isChunk)
    expect(chunks.map(({ seq }) => seq)).toEqual([Number(snapshot?.seq)])
    expect(chunks[0]?.seq).toBeGreaterThanOrEqual(500)
    expect(await reader.client.first('rows')).toMatchObject({
      firstSeq: Number(snapshot?.seq) + 1,
    })
    expectSame(reader, first())
    expect(wordsIn(reader)).toHaveLength(new Set(wordsIn(reader)).size)
  })

  it('[P1] gives who comes back the tail alone', async () => {
    const returning = new Writer(await server.token({ userId: 'fay', workspaceId: 'grown' }))
    writers.push(returning)
    Object.assign(returning, { epoch: first().epoch, seq: head - 3 })
    const welcome = await returning.connect(server.workspaceUrl('grown'))
    expect(welcome).toMatchObject({ follows: 'tail', head })
    expect(typesSeenBy(returning)).not.toContain('snapshot-chunk')
    const rows = await returning.client.first('rows')
    // A commit goes out whole, so the first rows may be known already.
    expect(rows.firstSeq).toBeGreaterThan(head - 3 - users.length)
    expect(rows.firstSeq).toBeLessThanOrEqual(head - 2)
    expect(rows.firstSeq + rows.rows.length - 1).toBe(head)
  })

  it('[P1] gives who is up to date nothing but the welcome', async () => {
    const returning = new Writer(await server.token({ userId: 'fay', workspaceId: 'grown' }))
    writers.push(returning)
    Object.assign(returning, { epoch: first().epoch, seq: head })
    await returning.connect(server.workspaceUrl('grown'))
    returning.client.send({ type: 'probe', nonce: 1 })
    await returning.client.first('probe')
    expect(typesSeenBy(returning)).toEqual(['welcome', 'probe'])
  })

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    '[P1] opens the same after %s, for 30 people at once',
    async (signal) => {
      await server.process.kill(signal)
      await server.restart()
      const readers = await Promise.all(
        Array.from({ length: 30 }, (_, n) => join('grown', `reader-${n}`)),
      )
      for (const reader of readers) {
        expect(typesSeenBy(reader)).toContain('snapshot-chunk')
        expectSame(reader, first())
      }
      expect(logLines(server.process).filter(({ level }) => level >= 40)).toEqual([])
      expect((await server.health()).total_workspaces).toBe(1)
    },
  )

  it('[P1] takes edits on top of what it loaded', async () => {
    const returning = await join('grown', 'ana')
    write(returning, 'after-the-restart')
    await returning.untilSettled()
    const reader = await freshReader('grown')
    expect(wordsIn(reader)).toContain('after-the-restart')
    expectSame(reader, returning)
  })
})
