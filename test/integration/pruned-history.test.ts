/** What verify and restore make of rows that are not there: gone with the history, or lost. */
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Run, Statement } from '../../server/edge/database.js'
import { stateAt } from '../../server/past.js'
import { verifyWorkspace } from '../../server/verification.js'
import { openPostgres, type PostgresUnderTest } from '../contract/postgres-under-test.js'
import { KeptWorkspace } from '../harness/kept-workspace.js'

let postgres: PostgresUnderTest
beforeAll(async () => {
  postgres = await openPostgres()
})
afterAll(() => postgres.close())

const HOUR = 3_600_000

const create = async (...names: string[]): Promise<KeptWorkspace> => {
  const workspace = await new KeptWorkspace(postgres.database).create()
  for (const name of names) await workspace.contact(0, name)
  return workspace
}

const forget = ({ id }: KeptWorkspace, through: number) =>
  postgres.direct.query('delete from journal where workspace_id = $1 and seq <= $2', [id, through])

const problemsOf = async ({ id, head }: KeptWorkspace, run: Run = postgres.database.run) =>
  (await verifyWorkspace(run, id, head)).problems.map(({ text }) => text)

describe('verify', () => {
  it('[K7] finds rows that are missing at the beginning, where nothing covers them', async () => {
    const workspace = await create('one', 'two', 'three')
    await forget(workspace, 1)
    expect(await problemsOf(workspace)).toEqual(['row 1 is missing'])
    await forget(workspace, 3)
    expect(await problemsOf(workspace)).toHaveLength(3)
  })

  it('[K7] finds rows that are missing behind the newest snapshot, whatever went with the history', async () => {
    const workspace = await create('one', 'two')
    await workspace.compact()
    await workspace.contact(0, 'three')
    await workspace.contact(0, 'four')
    await forget(workspace, 2)
    expect(await problemsOf(workspace)).toEqual([])
    await forget(workspace, 3)
    expect(await problemsOf(workspace)).toEqual(['row 3 is missing'])
  })

  it('[K7] finds nothing wrong where rows go with the history while it reads', async () => {
    const workspace = await create('one', 'two', 'three', 'four', 'five')
    await workspace.compact()
    await workspace.contact(0, 'six')
    let isPruned = false
    const pruning: Run = async <Row extends pg.QueryResultRow>(statement: Statement) => {
      const rows = await postgres.database.run<Row>(statement)
      if (isPruned || !statement.text.includes('over (order by seq)')) return rows
      isPruned = true
      await forget(workspace, 4)
      return rows.slice(0, 2)
    }
    expect(await problemsOf(workspace, pruning)).toEqual([])
    expect(isPruned).toBe(true)
  })
})

describe('a moment of the past', () => {
  it('[K9] is not taken for another where its rows have gone, and snapshots have not yet', async () => {
    const workspace = await create('one')
    await workspace.renew()
    for (const name of ['two', 'three', 'four']) await workspace.contact(0, name)
    const { id } = workspace
    await postgres.direct.query(
      `update journal set committed_at = committed_at - make_interval(hours => 10 - seq::integer)
        where workspace_id = $1`,
      [id],
    )
    await postgres.direct.query(
      `update epochs set began_at = began_at - interval '9 hours' where workspace_id = $1`,
      [id],
    )
    await postgres.direct.query(
      `update workspaces set created_at = created_at - interval '1 day' where id = $1`,
      [id],
    )
    const { run } = postgres.database
    const ago = (hours: number) => stateAt(run, id, { time: Date.now() - hours * HOUR })
    expect(await ago(7.5)).toMatchObject({ outcome: 'state', seq: 2 })
    expect(await ago(8.5)).toMatchObject({ outcome: 'state', seq: 1, epoch: workspace.epoch })
    await forget(workspace, 3)
    expect(await ago(7.5)).toMatchObject({
      outcome: 'gone',
      problem: expect.stringContaining('row 2 is not there'),
    })
  })
})
