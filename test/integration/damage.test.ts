/**
 * Flipped bits on a real PostgreSQL: found, set apart, reported; the workspace opens, and all is there
 * but what is damaged and what builds on it.
 */
import { CONTACTS, FIELDS } from 'kith-shared'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { Journal } from '../../server/core/ports.js'
import { readQuarantine } from '../../server/edge/history.js'
import { createJournal } from '../../server/edge/journal.js'
import { createMetrics } from '../../server/edge/metrics.js'
import { mendedJournal } from '../../server/mended-journal.js'
import { Mender } from '../../server/mender.js'
import { verifyWorkspace } from '../../server/verification.js'
import { openPostgres, type PostgresUnderTest } from '../contract/postgres-under-test.js'
import { inThisThread, KeptWorkspace, newClientId } from '../harness/kept-workspace.js'
import { seededRandom } from '../harness/seeded.js'
import { startTestServer, type TestServer } from '../harness/test-server.js'
import { waitFor } from '../harness/wait-for.js'
import { Writer } from '../harness/writer.js'

let postgres: PostgresUnderTest
beforeAll(async () => {
  postgres = await openPostgres()
})
afterAll(() => postgres.close())

/** What a server has: a journal that mends, its log and its metrics. */
const openServer = () => {
  const { database } = postgres
  const lines: { fields: object; message: string }[] = []
  const note = (fields: object, message: string) => void lines.push({ fields, message })
  const log = { warn: note, error: note }
  const metrics = createMetrics({ connections: () => 0, rooms: () => 0 })
  const plain: Journal = createJournal(database, log, (id) => mender.notice(id))
  const mender = new Mender({
    database,
    documents: inThisThread,
    log,
    metrics,
    newClientId,
  })
  const counted = async (): Promise<number> => {
    const found = (await metrics.text()).matchAll(/^kith_quarantined_total\{.*\} (\d+)$/gm)
    return [...found].reduce((sum, [, count]) => sum + Number(count), 0)
  }
  return { journal: mendedJournal(plain, mender), mender, lines, counted }
}

const COLUMNS = { document: 'document', index: 'document_index' } as const

/** Flips one bit behind everybody's back. */
const flip = async (
  { id }: KeptWorkspace,
  what: 'row' | 'document' | 'index',
  where: { seq: number; epoch?: number },
  bit: number,
): Promise<void> => {
  const column = what === 'row' ? 'update' : COLUMNS[what]
  const table = what === 'row' ? 'journal' : 'snapshots'
  const { rowCount } = await postgres.direct.query(
    `update ${table} set ${column} = set_bit(${column}, $3 % (8 * octet_length(${column})),
        1 - get_bit(${column}, $3 % (8 * octet_length(${column}))))
      where workspace_id = $1 and seq = $2 and ($4::integer is null or epoch = $4)`,
    [id, where.seq, bit, where.epoch ?? null],
  )
  if (rowCount !== 1) throw new Error(`flipped ${rowCount}`)
}

const quarantineOf = async ({ id }: KeptWorkspace) =>
  (await readQuarantine(postgres.database.run, id)).map(({ what, seq, reason }) => ({
    what,
    seq,
    reason,
  }))

const auditOf = async ({ id }: KeptWorkspace) => {
  const found = await postgres.direct.query<{ detail: unknown }>(
    `select detail from audit_log where workspace_id = $1 and event = 'damage-found' order by at`,
    [id],
  )
  return found.rows.map(({ detail }) => detail)
}

const create = () => new KeptWorkspace(postgres.database).create()

describe('a damaged snapshot', () => {
  it('[K2] gives way to the one before and the rows after that, and is set apart', async () => {
    const workspace = await create()
    await workspace.contact(0, 'one')
    await workspace.compact()
    await workspace.contact(1, 'two')
    await workspace.compact()
    await workspace.contact(2, 'three')
    const before = await workspace.read()
    await flip(workspace, 'document', { seq: 2 }, 77)
    const { journal, counted, lines } = openServer()
    expect((await workspace.read(journal)).state).toEqual(before.state)
    await waitFor(async () => (await counted()) === 1)
    expect(await quarantineOf(workspace)).toEqual([
      { what: 'document', seq: 2, reason: 'checksum' },
      { what: 'index', seq: 2, reason: 'checksum' },
    ])
    expect(lines.map(({ message }) => message)).toContain('damaged: moved to the quarantine')
    expect(await auditOf(workspace)).toEqual([{ what: 'document', epoch: 1, seq: 2 }])
    expect(await workspace.read(journal)).toMatchObject({ epoch: 1, state: before.state })
  })

  it('[K2] whose index alone is damaged gets another, made of its document', async () => {
    const workspace = await create()
    await workspace.contact(0, 'one')
    await workspace.compact()
    const before = await workspace.journal.load(workspace.id)
    await flip(workspace, 'index', { seq: 1 }, 3)
    const { journal, counted } = openServer()
    await journal.load(workspace.id)
    await waitFor(async () => (await counted()) === 1)
    expect(await journal.load(workspace.id)).toEqual(before)
    expect(await quarantineOf(workspace)).toEqual([{ what: 'index', seq: 1, reason: 'checksum' }])
  })

  it('[K2] with which an epoch began is made again, byte for byte', async () => {
    const workspace = await create()
    await workspace.contact(0, 'one')
    await workspace.field(1, 'one/name', 'One')
    await workspace.renew()
    await workspace.field(1, 'one/name', 'Eins')
    const { epoch } = workspace
    const before = await workspace.read()
    await flip(workspace, 'document', { seq: 2, epoch }, 40)
    await flip(workspace, 'index', { seq: 2, epoch }, 40)
    const { journal } = openServer()
    expect(await workspace.read(journal)).toMatchObject({ epoch, state: before.state })
  })

  it('[K3] with which a restored moment began gives way to what was there before', async () => {
    const workspace = await create()
    await workspace.contact(0, 'one')
    await workspace.contact(0, 'two')
    await workspace.renew()
    await workspace.contact(1, 'three')
    const { epoch } = workspace
    await postgres.direct.query(
      `update epochs set reason = 'restore', opening_client = 5 where workspace_id = $1`,
      [workspace.id],
    )
    await flip(workspace, 'document', { seq: 2, epoch }, 40)
    const { journal } = openServer()
    // Who has joined the epoch that ends is told to come back.
    await expect(workspace.read(journal)).rejects.toThrow('how the epoch began')
    const after = await workspace.read(journal)
    expect(after.epoch).toBeGreaterThan(epoch)
    expect([...after.doc.getMap(CONTACTS).keys()].sort()).toEqual(['one', 'three', 'two'])
  })
})

describe('a damaged row', () => {
  it('[K2] that a snapshot covers does not matter, and is set apart when somebody reads it', async () => {
    const workspace = await create()
    for (const name of ['one', 'two', 'three']) await workspace.contact(0, name)
    await workspace.compact()
    const before = await workspace.read()
    await flip(workspace, 'row', { seq: 2 }, 9)
    const { journal, counted } = openServer()
    expect(await workspace.read(journal)).toMatchObject({ epoch: 1, state: before.state })
    // Who asks for the rows gets those before it, and then the snapshot.
    const rows = await journal.readRows(workspace.id, 0, 100_000)
    expect(rows).toMatchObject({ rows: [{ seq: 1 }] })
    expect(await journal.readRows(workspace.id, 1, 100_000)).toMatchObject({ rows: [] })
    expect(await counted()).toBe(1)
    expect(await quarantineOf(workspace)).toEqual([{ what: 'row', seq: 2, reason: 'checksum' }])
  })

  it('[K3] is lost alone: what builds on it is kept beside it, and a new epoch begins', async () => {
    const workspace = await create()
    await workspace.contact(0, 'one')
    await workspace.field(0, 'one/name', 'One')
    await workspace.field(0, 'one/name', 'Eins')
    await workspace.field(1, 'one/name', 'Uno')
    await workspace.field(0, 'one/title', 'Dr')
    await flip(workspace, 'row', { seq: 3 }, 100)
    const { journal, lines } = openServer()
    const after = await workspace.read(journal)
    expect(after).toMatchObject({ head: 5 })
    expect(after.epoch).toBeGreaterThan(1)
    expect(after.doc.getMap(FIELDS).toJSON()).toEqual({ 'one/name': 'One', 'one/title': 'Dr' })
    expect(await quarantineOf(workspace)).toEqual([
      { what: 'row', seq: 3, reason: 'checksum' },
      { what: 'row', seq: 4, reason: 'builds-on-damage' },
    ])
    expect(lines).toContainEqual({
      fields: { workspaceId: workspace.id, lost: [3], incomplete: [4] },
      message: 'rows of the journal are lost: a new epoch begins with what is left',
    })
    // Nobody who was in the epoch before goes on in it.
    const late = workspace.contact(2, 'late')
    await expect(late).rejects.toThrow('conflict')
    await workspace.loadAgain()
    await workspace.contact(2, 'later')
    expect((await workspace.read(journal)).doc.getMap(CONTACTS).has('later')).toBe(true)
  })

  it('[K3] that several servers find at once is set apart once, and one epoch begins', async () => {
    const workspace = await create()
    for (const name of ['one', 'two', 'three']) await workspace.contact(0, name)
    await flip(workspace, 'row', { seq: 2 }, 9)
    const servers = [openServer(), openServer(), openServer()]
    const loads = servers.map(({ journal }) => journal.load(workspace.id))
    const epochs = (await Promise.all(loads)).map((loaded) => 'epoch' in loaded && loaded.epoch)
    expect(new Set(epochs).size).toBe(1)
    expect(await quarantineOf(workspace)).toHaveLength(1)
    const begun = 'select from epochs where workspace_id = $1'
    expect((await postgres.direct.query(begun, [workspace.id])).rowCount).toBe(1)
  })

  it('[K3] is mended while others write, and their rows are there', async () => {
    const workspace = await create()
    for (const name of ['one', 'two']) await workspace.contact(0, name)
    await flip(workspace, 'row', { seq: 1 }, 9)
    const { mender } = openServer()
    const mending = mender.mend(workspace.id)
    const names: string[] = []
    try {
      for (let n = 0; n < 50; n++) {
        await workspace.contact(1, `more${n}`)
        names.push(`more${n}`)
      }
    } catch (error) {
      expect(String(error)).toContain('conflict')
    }
    expect(await mending).toMatchObject({ outcome: 'renewed', lost: [1] })
    const there = (await workspace.read()).doc.getMap(CONTACTS)
    expect([...there.keys()].sort()).toEqual(['two', ...names].sort())
  })

  it('[K3] is mended by the next to open it, where the one before died halfway', async () => {
    const workspace = await create()
    for (const name of ['one', 'two', 'three']) await workspace.contact(0, name)
    await flip(workspace, 'row', { seq: 2 }, 9)
    const [moved] = await postgres.database.run<{ done: boolean }>({
      text: `select quarantine_row($1, 2, sha256(update), checksum) as done
        from journal where workspace_id = $1 and seq = 2`,
      values: [workspace.id],
    })
    expect(moved).toEqual({ done: true })
    const { doc, epoch } = await workspace.read(openServer().journal)
    expect([...doc.getMap(CONTACTS).keys()].sort()).toEqual(['one', 'three'])
    expect(epoch).toBeGreaterThan(1)
  })

  it('[K2] is not moved where what is stored is not what was read', async () => {
    const workspace = await create()
    await workspace.contact(0, 'one')
    const [moved] = await postgres.database.run<{ done: boolean }>({
      text: `select quarantine_row($1, 1, sha256('something else'), checksum) as done
        from journal where workspace_id = $1`,
      values: [workspace.id],
    })
    expect(moved).toEqual({ done: false })
    expect(await quarantineOf(workspace)).toEqual([])
  })
})

const SEED = BigInt(process.env.KITH_SEED ?? Date.now())

describe('bits flipped anywhere', () => {
  const random = seededRandom(SEED)
  const below = (end: number): number => Math.floor(random() * end)

  it(`[K2, K3] always open, always reported (KITH_SEED=${SEED})`, async () => {
    for (let round = 0; round < Number(process.env.KITH_ROUNDS ?? 8); round++) {
      const workspace = await create()
      /** By row: the contact that it made. */
      const made = new Map<number, string>()
      const rows = 10 + below(25)
      for (let n = 0; n < rows; n++) {
        const name = `c${n}`
        made.set(await workspace.contact(below(3), name), name)
        if (below(3) === 0) await workspace.field(below(3), `c${below(n + 1)}/name`, `${n}`)
        if (below(8) === 0) await workspace.compact()
        if (below(15) === 0) await workspace.renew()
      }
      const stored = await postgres.direct.query<{
        what: 'row' | 'document' | 'index'
        seq: string
        epoch: number
      }>(
        `select 'row' as what, seq, epoch from journal where workspace_id = $1
        union all select unnest(array['document', 'index']), seq, epoch from snapshots
          where workspace_id = $1`,
        [workspace.id],
      )
      const hurt = new Map<string, (typeof stored.rows)[number]>()
      for (let n = 1 + below(4); n > 0; n--) {
        const one = stored.rows[below(stored.rows.length)]
        if (one) hurt.set(`${one.what} ${one.epoch} ${one.seq}`, one)
      }
      for (const { what, seq, epoch } of hurt.values()) {
        await flip(workspace, what, { seq: Number(seq), epoch }, below(2 ** 30))
      }
      const { journal, mender } = openServer()
      // Who has joined an epoch that ends comes back, once.
      const after = await workspace.read(journal).catch(() => workspace.read(journal))
      await mender.mend(workspace.id)
      // What was hurt and is needed is set apart, and nothing else is called damaged.
      for (const { what, seq, reason } of await quarantineOf(workspace)) {
        const isPart =
          what === 'index' &&
          [...hurt.values()].some((one) => one.what === 'document' && Number(one.seq) === seq)
        const wasHurt = [...hurt.values()].some(
          (one) => one.what === what && Number(one.seq) === seq,
        )
        expect(wasHurt || isPart || reason === 'builds-on-damage').toBe(true)
      }
      // Whatever it does not need to open is found by who reads everything.
      const apart = await quarantineOf(workspace)
      const { problems } = await verifyWorkspace(postgres.database.run, workspace.id, after.head)
      for (const { what, seq } of hurt.values()) {
        const isFound = [...apart, ...problems].some(
          (one) => one.what === what && one.seq === Number(seq),
        )
        expect(isFound, `${what} ${seq}`).toBe(true)
      }
      const contacts = after.doc.getMap(CONTACTS)
      const hurtRows = new Set(
        [...hurt.values()].filter(({ what }) => what === 'row').map(({ seq }) => Number(seq)),
      )
      for (const [seq, name] of made) {
        if (!hurtRows.has(seq)) expect(contacts.has(name), `${name} of row ${seq}`).toBe(true)
      }
      // It stays as it is from then on, and takes what is new.
      expect((await workspace.read(openServer().journal)).state).toEqual(after.state)
      await workspace.loadAgain()
      await workspace.contact(0, 'after')
    }
  })
})

describe('the server', () => {
  const hurt = (server: TestServer, seq: number) =>
    server.query(
      `update journal set update = set_bit(update, 30, 1 - get_bit(update, 30))
        where workspace_id = 'team' and seq = $1`,
      [seq],
    )
  const quarantined = async (server: TestServer): Promise<number> => {
    const text = await (await fetch(`${server.process.url}/metrics`)).text()
    return Number(/^kith_quarantined_total\{what="row"\} (\d+)$/m.exec(text)?.[1] ?? 0)
  }
  const write = async (writer: Writer, names: readonly string[]): Promise<void> => {
    for (const name of names) {
      writer.edit(name, (doc) => doc.getMap(CONTACTS).set(name, { name }))
      await writer.untilSettled()
    }
  }
  const namesOf = ({ doc }: Writer) => [...doc.getMap(CONTACTS).keys()].sort()

  it('[K3] opens a workspace without the row that was damaged while it was down', async () => {
    const server = await startTestServer()
    onTestFinished(() => server.close())
    const ana = new Writer(await server.token({ userId: 'ana' }))
    await ana.connect(server.workspaceUrl('team'))
    await write(ana, ['one', 'two', 'three'])
    await server.process.kill('SIGKILL')
    await hurt(server, 2)
    await server.restart()
    const ben = new Writer(await server.token({ userId: 'ben' }))
    const welcome = await ben.connect(server.workspaceUrl('team'))
    expect(welcome.epoch).toBeGreaterThan(1)
    expect(namesOf(ben)).toEqual(['one', 'three'])
    expect(await quarantined(server)).toBe(1)
    expect(server.process.logs()).toContain('damaged: moved to the quarantine')
    await write(ben, ['four'])
    expect(ben.rejects).toEqual([])
  })

  it('[K3] ends the epoch of who is there, where it finds the damage while it runs', async () => {
    const server = await startTestServer()
    onTestFinished(() => server.close())
    const ana = new Writer(await server.token({ userId: 'ana' }))
    await ana.connect(server.workspaceUrl('team'))
    await write(ana, ['one', 'two', 'three'])
    await server.process.kill('SIGKILL')
    await server.restart()
    await ana.connect(server.workspaceUrl('team'))
    await hurt(server, 2)
    const ben = new Writer(await server.token({ userId: 'ben' }))
    ben.epoch = 1
    ben.seq = 1
    // It is cut off in the middle, and would come back.
    ben.connect(server.workspaceUrl('team')).catch(() => undefined)
    await waitFor(() => !ana.client.isOpen)
    await waitFor(async () => (await quarantined(server)) === 1)
    const cem = new Writer(await server.token({ userId: 'cem' }))
    await cem.connect(server.workspaceUrl('team'))
    expect(namesOf(cem)).toEqual(['one', 'three'])
  })
})
