import pg from 'pg'
import { type Database, type DatabaseLog, openDatabase } from '../../server/edge/database.js'
import { createEpochs } from '../../server/edge/epochs.js'
import { createJournal } from '../../server/edge/journal.js'
import { migrate } from '../../server/edge/migrate.js'
import { createNoteAuthors } from '../../server/edge/note-authors.js'
import { createDatabase } from '../harness/database.js'
import { startProxy, type TcpProxy } from '../harness/tcp-proxy.js'
import { waitFor } from '../harness/wait-for.js'
import type { EpochsUnderTest } from './epochs-contract.js'
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
    noteAuthors: createNoteAuthors(database),
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
    loseAnswer: (batch) =>
      losingAnswer(postgres, batch.workspaceId, 'commit_batch', {
        ask: () => journal.commit(batch),
        isDone: async () => {
          const text = 'select from journal where batch_id = $1'
          return (await direct.query(text, [batch.id])).rowCount === batch.rows.length
        },
      }),
    // Where a test failed before it brought the network back.
    close: async () => postgres.proxy.restore(),
  }
}

/**
 * Both on the tables of `postgres`. A test may have made several states of one `seq`, so they are
 * named by their epoch.
 */
export const epochsOn = (postgres: PostgresUnderTest): EpochsUnderTest => {
  const { database, direct, log } = postgres
  const { journal, createWorkspace, goAway, comeBack, close } = journalOn(postgres)
  const epochs = createEpochs(database, log)
  return {
    journal,
    epochs,
    createWorkspace,
    breakState: async (id, epoch, seq, how) => {
      const which = 'snapshots where workspace_id = $1 and epoch = $2 and seq = $3'
      const text =
        how === 'delete'
          ? `delete from ${which}`
          : `update ${which.replace('where', "set document = document || 'x' where")}`
      const { rowCount } = await direct.query(text, [id, epoch, seq])
      if (rowCount !== 1) throw new Error(`changed ${rowCount} rows: ${text}`)
    },
    goAway,
    comeBack,
    loseAnswer: (next) =>
      losingAnswer(postgres, next.workspaceId, 'begin_epoch', {
        ask: () => epochs.begin(next),
        isDone: async () => {
          const text = 'select from epochs where workspace_id = $1 and previous = $2'
          return (await direct.query(text, [next.workspaceId, next.epoch])).rowCount === 1
        },
      }),
    close,
  }
}

/**
 * What is asked waits for a lock while its connection is cut: PostgreSQL finds out only when it wants
 * to answer, after it has committed.
 */
const losingAnswer = async <T>(
  { direct, goAway, comeBack }: PostgresUnderTest,
  workspaceId: string,
  procedure: string,
  { ask, isDone }: { ask: () => Promise<T>; isDone: () => Promise<boolean> },
): Promise<T> => {
  const holder = await direct.connect()
  try {
    await holder.query('begin')
    await holder.query('select from workspaces where id = $1 for update', [workspaceId])
    const asked = ask()
    await waitFor(async () => {
      const { rowCount } = await direct.query(
        "select from pg_stat_activity where wait_event_type = 'Lock' and query like $1",
        [`%${procedure}%`],
      )
      return rowCount === 1
    })
    goAway()
    const lost = await asked
    await holder.query('commit')
    await waitFor(isDone)
    return lost
  } finally {
    holder.release(true)
    await comeBack()
  }
}
