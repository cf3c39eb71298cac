import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import pg from 'pg'
import { chooseAccount } from './embedded-postgres/account.js'
import { findBinaries } from './embedded-postgres/binaries.js'
import {
  type Cluster,
  ensureCluster,
  readOrMakePassword,
  superuser,
  sweepLeftovers,
} from './embedded-postgres/cluster.js'
import { EmbeddedPostgresError } from './embedded-postgres/error.js'
import { type EmbeddedPostgresLog, keepOwnership } from './embedded-postgres/keep-ownership.js'
import { takeOwnership } from './embedded-postgres/ownership.js'
import { readPostmaster } from './embedded-postgres/postmaster.js'

export { EmbeddedPostgresError } from './embedded-postgres/error.js'
export type { EmbeddedPostgresLog } from './embedded-postgres/keep-ownership.js'

export interface EmbeddedPostgres {
  /** Holds the password: never log it. Stays the same for this object's life. */
  readonly url: string
  /** Stops PostgreSQL cleanly; everything committed is on disk either way. Safe twice. */
  close(): Promise<void>
}

const database = 'kith'

const openCluster = async (folder: string): Promise<Cluster> => {
  const binaries = findBinaries()
  const dataDir = resolve(folder)
  await mkdir(dataDir, { recursive: true })
  const clusterDir = join(dataDir, 'postgres')
  return {
    dataDir,
    clusterDir,
    binaries,
    logFile: join(dataDir, 'postgres.log'),
    password: await readOrMakePassword(dataDir),
    account: await chooseAccount({ dataDir, clusterDir, binaries: join(binaries.root, 'bin') }),
  }
}

// sslmode: the caller's PGSSLMODE would otherwise decide, and loopback has no TLS.
const urlOf = ({ password }: Cluster, port: number, name: string): string =>
  `postgres://${superuser}:${password}@127.0.0.1:${port}/${name}?sslmode=disable`

/** CREATE DATABASE knows no IF NOT EXISTS; as only the owner comes here, asking first is enough. */
const ensureDatabase = async (cluster: Cluster, port: number): Promise<void> => {
  const client = new pg.Client({ connectionString: urlOf(cluster, port, 'postgres') })
  await client.connect()
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [
      database,
    ])
    if (rowCount === 0) await client.query(`create database ${database}`)
  } finally {
    await client.end()
  }
}

/**
 * Starts a real PostgreSQL under `<dataDir>/postgres`, or takes over the one that a killed server
 * left running there. Throws `EmbeddedPostgresError`; its message is one line for people.
 */
export const startEmbeddedPostgres = async ({
  dataDir,
  log,
}: {
  dataDir: string
  log: EmbeddedPostgresLog
}): Promise<EmbeddedPostgres> => {
  const cluster = await openCluster(dataDir)
  const began = performance.now()
  const created = await ensureCluster(cluster)
  const ownership = await takeOwnership(cluster)
  await sweepLeftovers(cluster.dataDir)
  const close = keepOwnership(cluster, ownership, log)
  try {
    await ensureDatabase(cluster, ownership.port)
  } catch (error) {
    await close()
    throw error
  }
  const ms = Math.round(performance.now() - began)
  log.info({ created, port: ownership.port, ms }, 'The embedded PostgreSQL is ready')
  return { url: urlOf(cluster, ownership.port, database), close }
}

/** Whether there is a database in this folder. */
export const hasEmbeddedPostgres = (dataDir: string): boolean =>
  existsSync(join(resolve(dataDir), 'postgres', 'PG_VERSION'))

/**
 * The same for a program that works beside a server: where one runs on this folder, its PostgreSQL,
 * which `close` leaves running. Throws as `startEmbeddedPostgres` does.
 */
export const joinEmbeddedPostgres = async (options: {
  dataDir: string
  log: EmbeddedPostgresLog
}): Promise<EmbeddedPostgres> => {
  try {
    return await startEmbeddedPostgres(options)
  } catch (error) {
    if (!(error instanceof EmbeddedPostgresError) || error.reason !== 'in-use') throw error
    const cluster = await openCluster(options.dataDir)
    const postmaster = readPostmaster(cluster)
    if (!postmaster) throw error
    return { url: urlOf(cluster, postmaster.port, database), close: async () => undefined }
  }
}
