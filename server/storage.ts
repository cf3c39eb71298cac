/** Brings storage up: an embedded PostgreSQL if none is given, the pool, the migrations. */

import { setTimeout as wait } from 'node:timers/promises'
import { Backoff } from './backoff.js'
import type { Config } from './config.js'
import { type Database, openDatabase } from './edge/database.js'
import type { Log } from './edge/log.js'
import { MigrationError, migrate } from './edge/migrate.js'
import { reach } from './edge/points.js'

const ANSWER_TIMEOUT = 2_000

export interface Storage {
  readonly database: Database
  /** Whether the migrations are applied and the database answers, within two seconds. */
  answers(): Promise<boolean>
  /**
   * Resolves once they are, however long the database is away; never where it is closed before.
   * Rejects with `MigrationError`.
   */
  readonly ready: Promise<void>
  /** Safe twice. */
  close(): Promise<void>
}

/** Rejects with `EmbeddedPostgresError`, whose message is one line for people. */
export const openStorage = async (config: Config, log: Log): Promise<Storage> => {
  const embedded = config.databaseUrl === undefined ? await startEmbedded(config, log) : undefined
  const url = config.databaseUrl ?? embedded?.url ?? ''
  const database = openDatabase({ url, poolSize: config.databasePoolSize, log })
  const closing = new AbortController()
  let isReady = false
  const ready = new Promise<void>((resolve, reject) => {
    migrateUntilDone(database, log, closing.signal).then((migrated) => {
      isReady = migrated
      if (migrated) resolve()
    }, reject)
  })
  // Who waits for it may come later than its end.
  ready.catch(() => undefined)
  return {
    database,
    async answers() {
      if (!isReady) return false
      const asked = database.orAway(async () => ({
        outcome: (await database.run({ text: 'select 1' })).length === 1 ? 'there' : 'away',
      }))
      const late = wait(ANSWER_TIMEOUT, { outcome: 'away' }, { ref: false })
      return (await Promise.race([asked, late])).outcome === 'there'
    },
    ready,
    async close() {
      closing.abort()
      await database.close()
      await embedded?.close()
    },
  }
}

/** Loaded only where it is needed: its package holds a whole PostgreSQL. */
const startEmbedded = async (config: Config, log: Log) => {
  const { startEmbeddedPostgres } = await import('./edge/embedded-postgres.js')
  return startEmbeddedPostgres({ dataDir: config.dataDir, log })
}

/** False where `signal` ended it first. */
const migrateUntilDone = async (
  database: Database,
  log: Log,
  signal: AbortSignal,
): Promise<boolean> => {
  reach('migrate')
  const backoff = new Backoff()
  while (!signal.aborted) {
    try {
      const applied = await migrate(database)
      if (applied.length > 0) log.info({ applied }, 'migrations applied')
      return true
    } catch (error) {
      if (error instanceof MigrationError) throw error
      log.warn({ err: error }, 'the database is away, trying again')
    }
    await backoff.wait(signal)
  }
  return false
}
