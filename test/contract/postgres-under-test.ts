import pg from 'pg'
import { type Database, type DatabaseLog, openDatabase } from '../../server/edge/database.js'
import { createJournal } from '../../server/edge/journal.js'
import { migrate } from '../../server/edge/migrate.js'
import { createDatabase } from '../harness/database.js'
import { startProxy, type TcpProxy } from '../harness/tcp-proxy.js'
import { waitFor } from '../harness/wait-for.js'
import type { JournalUnderTest } from './journal-contract.js'

/** A fresh, migrated database that Kith reaches through a network that can fail. */
export interface PostgresUnderTest {
  database: Database
  proxy: TcpProxy
  /** Straight to PostgreSQL, past the proxy. */
  direct: pg.Pool
  log: DatabaseLog
  complaints: { level: 'warn' | 'error'; fields: object; message: string }[]
  goAway(): void
  /** Until the pool has noticed, it still hands out connections that were cut. */
  comeBack(): Promise<void>
  close(): Promise<void>
}

/** `prepare` does to the empty database what was done to it before Kith came. */
export const openPostgres = async (
  prepare: (url: string) => Promise<void> = async () => undefined,
): Promise<PostgresUnderTest> => {
  const fresh = await createDatabase()
  await prepare(fresh.url)
  const target = new URL(fresh.url)
  const proxy = await startProxy({
    target: { host: target.hostname, port: Number(target.port) },
  })
  const url = new URL(fresh.url)
  url.host = proxy.host
  const complaints: PostgresUnderTest['complaints'] = []
  const complain = (level: 'warn' | 'error') => (fields: object, message: string) => {
    complaints.push({ level, fields, message })
  }
  const log = { warn: complain('warn'), error: complain('error') }
  const database = openDatabase({
    url: url.href,
    poolSize: 16,
    log,
    statementTimeout: 1_000,
    connectTimeout: 500,
  })
  await migrate(database)
  const direct = new pg.Pool({ connectionString: fresh.url })
  direct.on('error', () => undefined)
  return {
    database,
    proxy,
    direct,
    log,
    complaints,
    goAway: () => proxy.cut(),
    comeBack: async () => {
      proxy.restore()
      await waitFor(() => database.run({ text: 'select 1' }))
    },
    close: async () => {
      await database.close()
      await direct.end()
      await proxy.close()
      await fresh.drop()
    },
  }
}

/** The journal on the tables of `postgres`, which stays the caller's. */
export const journalOn = (postgres: PostgresUnderTest): JournalUnderTest => {
  const { database, direct, log } = postgres
  const journal = createJournal(database, log)
  const run = async (text: string, ...values: unknown[]) => {
    const { rowCount } = await direct.query(text, values)
    if (rowCount !== 1) throw new Error(`changed ${rowCount} rows: ${text}`)
  }
  return {
    journal,
    createWorkspace: (id) =>
      run('insert into workspaces (id, name, schema) values ($1, $1, 1)', id),
    setEpoch: (id, epoch) => run('update workspaces set epoch = $2 where id = $1', id, epoch),
    overwriteRow: (id, seq, update) =>
      run('update journal set update = $3 where workspace_id = $1 and seq = $2', id, seq, update),
    deleteRow: (id, seq) =>
      run('delete from journal where workspace_id = $1 and seq = $2', id, seq),
    overwriteSnapshot: (id, seq, part, bytes) => {
      const column = part === 'document' ? 'document' : 'document_index'
      const text = `update snapshots set ${column} = $3 where workspace_id = $1 and seq = $2`
      return run(text, id, seq, bytes)
    },
    goAway: postgres.goAway,
    comeBack: postgres.comeBack,
    loseAnswer: async (batch) => {
      const holder = await direct.connect()
      try {
        // The commit waits for this lock while its connection is cut: PostgreSQL finds out only
        // when it wants to answer, after it has committed.
        await holder.query('begin')
        await holder.query('select from workspaces where id = $1 for update', [batch.workspaceId])
        const outcome = journal.commit(batch)
        await waitFor(async () => {
          const { rowCount } = await direct.query(
            "select from pg_stat_activity where wait_event_type = 'Lock' and query like '%commit_batch%'",
          )
          return rowCount === 1
        })
        postgres.goAway()
        const lost = await outcome
        await holder.query('commit')
        await waitFor(async () => {
          const { rowCount } = await direct.query('select from journal where batch_id = $1', [
            batch.id,
          ])
          return rowCount === batch.rows.length
        })
        return lost
      } finally {
        holder.release(true)
        await postgres.comeBack()
      }
    },
    // Where a test failed before it brought the network back.
    close: async () => postgres.proxy.restore(),
  }
}
