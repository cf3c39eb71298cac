/** What is older than the history goes, and nothing that its states or the present need. */
import type { WorkspaceId } from 'kith-shared'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { createEpochs } from '../../server/edge/epochs.js'
import { createMetrics } from '../../server/edge/metrics.js'
import { takeTurn } from '../../server/edge/retention.js'
import { Mender } from '../../server/mender.js'
import { type Moment, stateAt } from '../../server/past.js'
import { Retention } from '../../server/retention.js'
import { openPostgres, type PostgresUnderTest } from '../contract/postgres-under-test.js'
import { inThisThread, KeptWorkspace, newClientId, silent } from '../harness/kept-workspace.js'
import { seededRandom } from '../harness/seeded.js'
import { waitFor } from '../harness/wait-for.js'

let postgres: PostgresUnderTest
beforeAll(async () => {
  postgres = await openPostgres()
})
afterAll(() => postgres.close())

const DAY = 86_400_000
const HISTORY = 30

const open = (interval?: number) => {
  const { database } = postgres
  const metrics = createMetrics({ connections: () => 0, rooms: () => 0 })
  const mender = new Mender({
    database,
    documents: inThisThread,
    log: silent,
    metrics,
    newClientId,
  })
  const kept = { historyDays: HISTORY, auditDays: 365 }
  return new Retention({ database, mender, log: silent }, kept, interval)
}

/** A busy machine may take longer for a connection than these tests' pool allows. */
const retain = async () => {
  const retention = open()
  let ran = await retention.run()
  while (ran.outcome === 'away') ran = await retention.run()
  return ran
}

const count = async (table: string, { id }: { id: WorkspaceId }): Promise<number> => {
  const text = `select from ${table} where workspace_id = $1`
  return (await postgres.direct.query(text, [id])).rowCount ?? 0
}

const valuesOf = (document: Uint8Array): unknown => {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, document)
  return { contacts: doc.getMap('contacts').toJSON(), fields: doc.getMap('fields').toJSON() }
}

/** A workspace with a life of many days, and what it held after each thing that happened. */
class OldWorkspace extends KeptWorkspace {
  readonly states: { time: number; seq: number; epoch: number; values: unknown }[] = []

  /** `daysAgo` tells when what was done last was done. */
  async happened(what: 'row' | 'snapshot' | 'epoch', daysAgo: number): Promise<void> {
    const time = Date.now() - daysAgo * DAY
    const at = new Date(time)
    const { id, epoch, head } = this
    const where = 'where workspace_id = $1 and epoch = $2 and seq = $3'
    const set = async (text: string) => {
      await postgres.direct.query(text, [id, epoch, head, at])
    }
    if (what === 'row') await set(`update journal set committed_at = $4 ${where}`)
    if (what === 'snapshot') await set(`update snapshots set created_at = $4 ${where}`)
    if (what === 'epoch') {
      await set(`update epochs set began_at = $4 ${where}`)
      await postgres.direct.query(
        'update snapshots set created_at = $3 where workspace_id = $1 and seq = $2',
        [id, head, at],
      )
    }
    const { state } = await this.read()
    this.states.push({ time, seq: head, epoch, values: valuesOf(state) })
  }
}

const create = async (): Promise<OldWorkspace> => {
  const workspace = new OldWorkspace(postgres.database)
  await workspace.create()
  await postgres.direct.query(
    `update workspaces set created_at = now() - interval '1 year' where id = $1`,
    [workspace.id],
  )
  return workspace
}

const past = async ({ id }: KeptWorkspace, moment: Moment) => {
  const state = await stateAt(postgres.database.run, id, moment)
  return state.outcome === 'state' ? valuesOf(state.document) : state.problem
}

describe('retention', () => {
  beforeEach(async () => {
    await postgres.direct.query(
      'truncate journal, snapshots, epochs, client_ids, audit_log, quarantine, workspaces cascade',
    )
  })

  it('[K4] removes old rows that two good snapshots cover, and not the others', async () => {
    const workspace = await create()
    for (let day = 60; day > 0; day -= 10) {
      await workspace.contact(0, `c${day}`)
      await workspace.happened('row', day)
      await workspace.compact()
      await workspace.happened('snapshot', day)
    }
    const before = await workspace.read()
    expect(await retain()).toMatchObject({ outcome: 'done' })
    // Of 60, 50, 40 (30 is at the bound): the rows through the older of the two newest.
    const left = await postgres.direct.query<{ seq: string }>(
      'select seq from journal where workspace_id = $1 order by seq',
      [workspace.id],
    )
    expect(left.rows.map(({ seq }) => Number(seq))).toEqual([4, 5, 6])
    expect(await workspace.read()).toMatchObject({ state: before.state, head: 6 })
    expect(await retain()).toEqual({ outcome: 'done', removed: 0 })
  })

  it('[K4] counts on no snapshot that is damaged', async () => {
    const workspace = await create()
    for (let day = 60; day > 40; day -= 10) {
      await workspace.contact(0, `c${day}`)
      await workspace.happened('row', day)
      await workspace.compact()
      await workspace.happened('snapshot', day)
    }
    await postgres.direct.query(
      `update snapshots set document = document || 'x' where workspace_id = $1 and seq = 2`,
      [workspace.id],
    )
    const { values } = workspace.states.at(-1) ?? {}
    await retain()
    expect(await count('journal', workspace)).toBe(2)
    expect(await count('quarantine', workspace)).toBe(2)
    expect(valuesOf((await workspace.read()).state)).toEqual(values)
  })

  it('[K4] counts on no snapshot that nobody has read back', async () => {
    const workspace = await create()
    for (let day = 60; day > 30; day -= 10) {
      await workspace.contact(0, `c${day}`)
      await workspace.happened('row', day)
      await workspace.compact()
    }
    const prune = async () => {
      const text = `select prune_history($1, interval '30 days') as removed`
      return (await postgres.direct.query(text, [workspace.id])).rows[0]
    }
    expect(await prune()).toEqual({ removed: 0 })
    await postgres.direct.query('update snapshots set found_good_at = now() where seq = 3')
    expect(await prune()).toEqual({ removed: 0 })
    await postgres.direct.query('update snapshots set found_good_at = now()')
    expect(await prune()).toEqual({ removed: 3 })
  })

  it('[K4] reads back again what was written anew', async () => {
    const workspace = await create()
    await workspace.contact(0, 'one')
    await workspace.compact()
    await retain()
    const isFoundGood = async () => {
      const { rows } = await postgres.direct.query<{ good: boolean }>(
        'select found_good_at is not null as good from snapshots where workspace_id = $1 order by epoch',
        [workspace.id],
      )
      return rows.map(({ good }) => good)
    }
    expect(await isFoundGood()).toEqual([true])
    // Its closing state takes the place of the snapshot.
    await workspace.renew()
    expect(await isFoundGood()).toEqual([false, false])
    await retain()
    expect(await isFoundGood()).toEqual([true, true])
  })

  it('[K4] says where the rows that are left begin, so that who lacks more gets a snapshot', async () => {
    const workspace = await create()
    for (let day = 60; day > 30; day -= 10) {
      await workspace.contact(0, `c${day}`)
      await workspace.happened('row', day)
      await workspace.compact()
      await workspace.happened('snapshot', day)
    }
    expect(await workspace.journal.load(workspace.id)).toMatchObject({ oldest: 1, head: 3 })
    await retain()
    expect(await workspace.journal.load(workspace.id)).toMatchObject({ oldest: 3, head: 3 })
    expect(await workspace.journal.readRows(workspace.id, 0, 1)).toMatchObject({ rows: [] })
  })

  it('[K4] keeps two good snapshots from before the history, whatever else was made that day', async () => {
    const workspace = await create()
    const minute = 1 / 1440
    for (const day of [40, HISTORY + minute, HISTORY - minute, 20, 10]) {
      await workspace.contact(0, `c${day}`)
      await workspace.happened('row', day)
      await workspace.compact()
      await workspace.happened('snapshot', day)
    }
    await retain()
    const left = await postgres.direct.query<{ seq: string }>(
      'select seq from snapshots where workspace_id = $1 order by seq',
      [workspace.id],
    )
    expect(left.rows.map(({ seq }) => Number(seq))).toEqual([1, 2, 3, 4, 5])
  })

  it('[K4] keeps the road between epochs of the history, and of a day one snapshot', async () => {
    const workspace = await create()
    const first = workspace.epoch
    for (let n = 0; n < 4; n++) {
      await workspace.contact(0, `c${n}`)
      await workspace.happened('row', 20 - n / 100)
      await workspace.compact()
      await workspace.happened('snapshot', 20 - n / 100)
    }
    await workspace.renew()
    await workspace.happened('epoch', 10)
    for (let n = 0; n < 4; n++) {
      await workspace.contact(0, `d${n}`)
      await workspace.happened('row', 10)
      await workspace.compact()
      await workspace.happened('snapshot', 10)
    }
    await retain()
    const road = await createEpochs(postgres.database, silent).road(workspace.id, first)
    expect(road).toMatchObject({ outcome: 'road', steps: [{ closing: { seq: 4 } }] })
    const of = async (epoch: number) =>
      (
        await postgres.direct.query<{ seq: string }>(
          'select seq from snapshots where workspace_id = $1 and epoch = $2 order by seq',
          [workspace.id, epoch],
        )
      ).rows.map(({ seq }) => Number(seq))
    // The last two of each, and what the second began with.
    expect(await of(first)).toEqual([3, 4])
    expect(await of(workspace.epoch)).toEqual([4, 7, 8])
  })

  it('[K5] is done from time to time, until it is closed', async () => {
    const retention = open(10)
    const old = () =>
      postgres.direct.query(
        "insert into audit_log (event, at) values ('x', now() - interval '400 days')",
      )
    const left = async () =>
      (await postgres.direct.query("select from audit_log where event = 'x'")).rowCount
    retention.start()
    for (let times = 0; times < 2; times++) {
      await old()
      await waitFor(async () => (await left()) === 0, { message: 'the retention' })
    }
    await retention.close()
    await retention.close()
  })

  it('[K5] is done by one server at a time', async () => {
    await create()
    const other = await postgres.database.withConnection(async (run) => {
      await takeTurn(run)
      return retain()
    })
    expect(other).toEqual({ outcome: 'elsewhere' })
    expect(await retain()).toMatchObject({ outcome: 'done' })
  })

  it('[K5] is not held up by a workspace that can’t be pruned', async () => {
    const [first, second] = [await create(), await create()].sort((a, b) => (a.id < b.id ? -1 : 1))
    if (!first || !second) throw new Error('nobody is there')
    for (const workspace of [first, second]) {
      for (let day = 60; day > 30; day -= 10) {
        await workspace.contact(0, `c${day}`)
        await workspace.happened('row', day)
        await workspace.compact()
        await workspace.happened('snapshot', day)
      }
    }
    // Stands for whatever PostgreSQL can't do with its rows.
    await postgres.direct.query(
      `create function refuse() returns trigger language plpgsql as
        $$ begin raise exception using errcode = 'XX001'; end $$`,
    )
    await postgres.direct.query(
      `create trigger refused before delete on journal for each row
        when (old.workspace_id = '${first.id}') execute function refuse()`,
    )
    try {
      expect(await retain()).toMatchObject({ outcome: 'done' })
    } finally {
      await postgres.direct.query('drop function refuse cascade')
    }
    expect([await count('journal', first), await count('journal', second)]).toEqual([3, 1])
  })

  it('[K5] takes old entries of the audit and of the quarantine along', async () => {
    const workspace = await create()
    await postgres.direct.query(
      `insert into audit_log (event, at) values ('old', now() - interval '366 days'), ('new', now())`,
    )
    await postgres.direct.query(
      `insert into quarantine (workspace_id, what, epoch, seq, bytes, checksum, reason, found_at)
        values ($1, 'row', 1, 1, 'x', 1, 'checksum', now() - interval '31 days'),
          ($1, 'row', 1, 2, 'x', 1, 'checksum', now())`,
      [workspace.id],
    )
    expect(await retain()).toEqual({ outcome: 'done', removed: 2 })
    expect((await postgres.direct.query('select event from audit_log')).rows).toEqual([
      { event: 'new' },
    ])
    expect(await count('quarantine', workspace)).toBe(1)
  })

  it('[K4] an epoch that ended before the history goes, its client ids stay', async () => {
    const workspace = await create()
    const first = workspace.epoch
    for (let day = 90; day > 60; day -= 10) {
      await workspace.contact(0, `c${day}`)
      await workspace.happened('row', day)
    }
    await workspace.renew()
    await workspace.happened('epoch', 60)
    for (let day = 50; day > 0; day -= 10) {
      await workspace.contact(0, `d${day}`)
      await workspace.happened('row', day)
      await workspace.compact()
      await workspace.happened('snapshot', day)
    }
    const ids = await count('client_ids', workspace)
    const before = await workspace.read()
    await retain()
    const of = async (table: string) =>
      (
        await postgres.direct.query(`select from ${table} where workspace_id = $1 and epoch = $2`, [
          workspace.id,
          first,
        ])
      ).rowCount
    expect([await of('journal'), await of('snapshots')]).toEqual([0, 0])
    // How the present one began stays.
    expect(await count('epochs', workspace)).toBe(1)
    expect(await count('client_ids', workspace)).toBe(ids)
    expect(await workspace.read()).toMatchObject({ state: before.state, epoch: before.epoch })
  })

  it('[K4, K9] an epoch goes whose closing state is damaged, so that nothing purged stays', async () => {
    const workspace = await create()
    const first = workspace.epoch
    const days = async (from: number, through: number) => {
      for (let day = from; day > through; day -= 10) {
        await workspace.contact(0, `c${day}`)
        await workspace.happened('row', day)
        if (workspace.epoch === first) continue
        await workspace.compact()
        await workspace.happened('snapshot', day)
      }
    }
    await days(90, 60)
    await workspace.renew()
    await workspace.happened('epoch', 60)
    await postgres.direct.query(
      `update snapshots set document = document || 'x' where workspace_id = $1 and epoch = $2`,
      [workspace.id, first],
    )
    await days(50, 30)
    const before = await workspace.read()
    await retain()
    const { rowCount } = await postgres.direct.query(
      'select from journal where workspace_id = $1 and epoch = $2',
      [workspace.id, first],
    )
    expect(rowCount).toBe(0)
    expect(await workspace.read()).toMatchObject({ state: before.state, epoch: before.epoch })
  })

  const SEED = BigInt(process.env.KITH_SEED ?? Date.now())

  it(`[K4] of any history every state of the last days can be had again (KITH_SEED=${SEED})`, async () => {
    const random = seededRandom(SEED)
    const below = (end: number): number => Math.floor(random() * end)
    for (let round = 0; round < Number(process.env.KITH_ROUNDS ?? 4); round++) {
      const workspace = await create()
      let day = 40 + below(60)
      for (let n = 0; day > 0.1; n++) {
        const roll = below(20)
        if (roll < 2 && workspace.head > 0) {
          await workspace.renew()
          await workspace.happened('epoch', day)
        } else if (roll < 9 && workspace.head > 0) {
          if (await workspace.compact()) await workspace.happened('snapshot', day)
        } else {
          if (roll < 14) await workspace.contact(below(3), `c${n}`)
          else await workspace.field(below(3), `c${below(n + 1)}/name`, `${n}`)
          await workspace.happened('row', day)
        }
        // Often much in one day, then nothing for days.
        day -= below(2) === 0 ? random() / 8 : random() * 7
      }
      const before = await workspace.read()
      const rows = await count('journal', workspace)
      expect(await retain()).toMatchObject({ outcome: 'done' })
      const kept = await count('journal', workspace)
      expect(kept).toBeLessThanOrEqual(rows)
      const after = await workspace.read()
      expect(after).toMatchObject({ epoch: before.epoch, head: before.head, state: before.state })
      const bound = Date.now() - HISTORY * DAY
      const window = workspace.states.filter(({ time }) => time >= bound)
      // The state with which the history begins, too.
      const first = workspace.states.filter(({ time }) => time < bound).at(-1)
      const expectStates = async () => {
        for (const { time, values } of window) {
          expect(await past(workspace, { time: Math.ceil(time) + 1 })).toEqual(values)
        }
        if (first) expect(await past(workspace, { time: bound })).toEqual(first.values)
      }
      await expectStates()
      // Nor does it take more than one good snapshot, save for what an epoch began with.
      const others = await postgres.direct.query<{ epoch: number; seq: string; document: Buffer }>(
        `select o.epoch, o.seq, o.document from snapshots o
        where o.workspace_id = $1 and not exists (
          select from epochs e where e.workspace_id = $1 and e.epoch = o.epoch and e.seq = o.seq)
        order by o.epoch, o.seq`,
        [workspace.id],
      )
      const hurt = others.rows[below(others.rows.length)]
      const put = (document: Buffer) =>
        postgres.direct.query(
          'update snapshots set document = $4 where workspace_id = $1 and epoch = $2 and seq = $3',
          [workspace.id, hurt?.epoch, hurt?.seq, document],
        )
      if (hurt) {
        await put(Buffer.concat([hurt.document, Buffer.of(1)]))
        await expectStates()
        await put(hurt.document)
      }
      // A second run, and a third, find nothing to do.
      expect(await retain()).toEqual({ outcome: 'done', removed: 0 })
      expect((await workspace.read()).state).toEqual(before.state)
      await workspace.contact(0, 'goes-on')
      await postgres.direct.query('truncate workspaces cascade')
    }
  })
})
