import { realpathSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { type Cluster, superuser } from './cluster.js'
import { EmbeddedPostgresError } from './error.js'
import { isAlive, readPostmaster, startPostmaster } from './postmaster.js'

/**
 * One server per data folder. The owner holds an advisory lock on a connection of its own for as
 * long as it lives: the system closes a killed process's sockets, PostgreSQL then frees the lock,
 * and no file is left that someone would have to judge or clean.
 */
export interface Ownership {
  readonly port: number
  /** Settles when the connection that holds the lock has ended, whoever ended it. */
  readonly ended: Promise<void>
}

/** 'Kith' in ASCII; the lock lives in the database `postgres`, where nothing else of ours does. */
const lockKey = 0x4b69_7468
const reachTimeout = 60_000
const lockTimeout = 2_000

const holderQuery = `
  select a.application_name as name from pg_locks l join pg_stat_activity a using (pid)
  where l.locktype = 'advisory' and l.granted and l.objid = ${lockKey}`

const connect = async (cluster: Cluster, port: number): Promise<pg.Client> => {
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: superuser,
    password: cluster.password,
    database: 'postgres',
    ssl: false,
    connectionTimeoutMillis: 5_000,
    application_name: `Kith server, process ${process.pid}`,
  })
  // An error of a connection that is open shows as its end; nobody else listens.
  client.on('error', () => undefined)
  await client.connect()
  return client
}

/** Scram shows that both sides know the cluster's password; the folder settles the rest. */
const isOurs = async (cluster: Cluster, client: pg.Client): Promise<boolean> => {
  const { rows } = await client.query<{ folder: string }>(
    `select current_setting('data_directory') as folder`,
  )
  const folder = rows[0]?.folder
  return folder !== undefined && realpathSync(folder) === realpathSync(cluster.clusterDir)
}

const refuseWrongPassword = (cluster: Cluster, error: unknown): void => {
  if ((error as { code?: string }).code !== '28P01') return
  throw new EmbeddedPostgresError(
    'wrong-password',
    `PostgreSQL refuses the password in ${cluster.dataDir}/postgres.password. Restore that file.`,
  )
}

/** One try: a connection to this cluster's postmaster, or undefined if it isn't ready yet. */
const tryReach = async (cluster: Cluster, port?: number): Promise<pg.Client | undefined> => {
  const postmaster = readPostmaster(cluster)
  if (postmaster === undefined || !isAlive(cluster, postmaster)) {
    await startPostmaster(cluster, port)
    return undefined
  }
  let client: pg.Client | undefined
  try {
    client = await connect(cluster, postmaster.port)
    if (await isOurs(cluster, client)) return client
  } catch (error) {
    refuseWrongPassword(cluster, error)
    // Otherwise it is starting, recovering, or just shutting down for its last owner.
  }
  await client?.end().catch(() => undefined)
  return undefined
}

const tryLock = async (client: pg.Client): Promise<boolean> => {
  const { rows } = await client.query<{ locked: boolean }>(
    'select pg_try_advisory_lock($1::bigint) as locked',
    [lockKey],
  )
  return rows[0]?.locked === true
}

/** PostgreSQL needs a moment to see that a killed owner is gone, hence more than one try. */
const lock = async (cluster: Cluster, client: pg.Client): Promise<void> => {
  const deadline = Date.now() + lockTimeout
  while (!(await tryLock(client))) {
    if (Date.now() < deadline) {
      await pause(20)
      continue
    }
    const { rows } = await client.query<{ name: string }>(holderQuery)
    throw new EmbeddedPostgresError(
      'in-use',
      `Another server uses the data folder ${cluster.dataDir} (${rows[0]?.name ?? 'unknown'}). ` +
        'Stop it, or give this one its own DATA_DIR.',
    )
  }
}

/**
 * Takes over the postmaster that runs on this cluster, or starts one, and takes the lock.
 * `port` is the one to keep when a postmaster has to be started again.
 */
export const takeOwnership = async (cluster: Cluster, port?: number): Promise<Ownership> => {
  const deadline = Date.now() + reachTimeout
  while (Date.now() < deadline) {
    const client = await tryReach(cluster, port)
    if (client === undefined) {
      await pause(20)
      continue
    }
    const ended = new Promise<void>((resolve) => client.once('end', resolve))
    try {
      await lock(cluster, client)
      return { port: client.port, ended }
    } catch (error) {
      await client.end().catch(() => undefined)
      // Anything else: the last owner shut PostgreSQL down while we asked. Begin again.
      if (error instanceof EmbeddedPostgresError) throw error
    }
  }
  throw new EmbeddedPostgresError(
    'start-failed',
    `PostgreSQL in ${cluster.clusterDir} has not answered for 60 s (its log: ${cluster.logFile})`,
  )
}
