/** What is read wrongly is not damaged: nothing may be moved, let alone given up, for a bad wire. */
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database, Run, Statement } from '../../server/edge/database.js'
import { readQuarantine } from '../../server/edge/history.js'
import { createMetrics } from '../../server/edge/metrics.js'
import { Mender } from '../../server/mender.js'
import { openPostgres, type PostgresUnderTest } from '../contract/postgres-under-test.js'
import { inThisThread, KeptWorkspace, newClientId, silent } from '../harness/kept-workspace.js'

let postgres: PostgresUnderTest
beforeAll(async () => {
  postgres = await openPostgres()
})
afterAll(() => postgres.close())

/** Reads another bit than is stored, `times` times, in what `isHit` says. */
const misreading = (
  isHit: (statement: Statement) => boolean,
  times: number,
  what: 'bytes' | 'checksum' = 'bytes',
): Database => {
  const { database } = postgres
  let left = times
  const garbled = (key: string, value: unknown): unknown => {
    if (what === 'checksum') return key.endsWith('checksum') ? Number(value) + 1 : value
    return value instanceof Uint8Array
      ? value.map((byte, at) => (at === 9 ? byte ^ 1 : byte))
      : value
  }
  const through =
    (run: Run): Run =>
    async <Row extends pg.QueryResultRow>(statement: Statement) => {
      const rows = await run<Row>(statement)
      if (!isHit(statement) || rows.length === 0 || left-- <= 0) return rows
      return rows.map((row) =>
        Object.assign(
          {},
          row,
          Object.fromEntries(Object.entries(row).map(([key, value]) => [key, garbled(key, value)])),
        ),
      )
    }
  return {
    ...database,
    run: through(database.run),
    withConnection: (work) => database.withConnection((run) => work(through(run))),
  }
}

const menderOn = (database: Database) =>
  new Mender({
    database,
    documents: inThisThread,
    log: silent,
    metrics: createMetrics({ connections: () => 0, rooms: () => 0 }),
    newClientId,
  })

const reads = (table: string) => (statement: Statement) =>
  statement.text.startsWith('select') && new RegExp(`from ${table}\\b`).test(statement.text)

const quarantined = ({ id }: KeptWorkspace) => readQuarantine(postgres.database.run, id)

describe('a read that goes wrong', () => {
  it('[K2] once, of a row, loses nothing', async () => {
    const workspace = await new KeptWorkspace(postgres.database).create()
    for (const name of ['one', 'two', 'three']) await workspace.contact(0, name)
    const before = await workspace.read()
    const mended = await menderOn(misreading(reads('journal'), 1)).mend(workspace.id)
    expect(mended).toEqual({ outcome: 'opens', moved: [] })
    expect(await workspace.read()).toMatchObject({ epoch: before.epoch, state: before.state })
    expect(await quarantined(workspace)).toEqual([])
  })

  it('[K2] of a checksum moves nothing that is good', async () => {
    const workspace = await new KeptWorkspace(postgres.database).create()
    await workspace.contact(0, 'one')
    await workspace.compact()
    await workspace.contact(0, 'two')
    const before = await workspace.read()
    for (const table of ['journal', 'snapshots']) {
      const mender = menderOn(misreading(reads(table), 1, 'checksum'))
      expect(await mender.mend(workspace.id)).toEqual({ outcome: 'opens', moved: [] })
    }
    expect(await workspace.read()).toMatchObject({ epoch: before.epoch, state: before.state })
    expect(await quarantined(workspace)).toEqual([])
  })

  it('[K2] again and again gives up, and loses nothing', async () => {
    const workspace = await new KeptWorkspace(postgres.database).create()
    for (const name of ['one', 'two', 'three']) await workspace.contact(0, name)
    const before = await workspace.read()
    const mender = menderOn(misreading(reads('journal'), Number.POSITIVE_INFINITY))
    await expect(mender.mend(workspace.id)).rejects.toThrow(workspace.id)
    expect(await workspace.read()).toMatchObject({ epoch: before.epoch, state: before.state })
    expect(await quarantined(workspace)).toEqual([])
  })

  it('[K2] of the state with which an epoch began, or of the one before, begins no other', async () => {
    const workspace = await new KeptWorkspace(postgres.database).create()
    for (const name of ['one', 'two']) await workspace.contact(0, name)
    await workspace.renew()
    await workspace.contact(0, 'three')
    const before = await workspace.read()
    for (const times of [1, 2]) {
      const mended = await menderOn(misreading(reads('snapshots'), times)).mend(workspace.id)
      expect(mended).toEqual({ outcome: 'opens', moved: [] })
    }
    expect(await workspace.read()).toMatchObject({ epoch: before.epoch, state: before.state })
    expect(await quarantined(workspace)).toEqual([])
  })
})
