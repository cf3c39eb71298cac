/** Kith as it is built (`server/dist/main.js`), on a real PostgreSQL that the run starts. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { startEmbeddedPostgres } from '../../server/dist/edge/embedded-postgres.js'
import { freePort } from '../../test/harness/server-process.js'
import { until } from '../drivers/until.js'
import type { Target } from '../target.js'
import { type ServerChild, startChild } from './child.js'
import type { Server } from './server.js'
import { copyWorkspace, makeWorkspaces, uncoveredRows } from './workspaces.js'

const log = {
  info: () => undefined,
  warn: (fields: object, message: string) => console.warn(message, fields),
}

/** Beyond what one machine's drivers send: the limits per address and session are not the subject. */
const LIMITS = {
  MAX_CONNECTIONS: '100000',
  MAX_CONNECTIONS_PER_ADDRESS: '100000',
  MAX_MESSAGES_PER_SECOND: '1000000',
  MAX_BYTES_PER_SECOND: '999999999',
}

/** As `npm run server` starts it. */
const FLAGS = ['--max-semi-space-size=8']

/** The snapshot's own threshold: what is below it stays in the journal. */
const SNAPSHOT_ROWS = 500
/** Milliseconds until then: a snapshot of a large document is followed by a rest. */
const SETTLE_TIME = 180_000

const postmasterOf = async (dataDir: string): Promise<number> =>
  Number.parseInt(await readFile(join(dataDir, 'postgres/postmaster.pid'), 'utf8'), 10)

export const startKith = async (nodeFlags: readonly string[]): Promise<Server> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'kith-bench-'))
  const postgres = await startEmbeddedPostgres({ dataDir, log })
  const secret = randomBytes(32).toString('hex')
  const port = await freePort()
  const env = {
    ...LIMITS,
    DATA_DIR: join(dataDir, 'server'),
    DATABASE_URL: postgres.url,
    JWT_SECRET: secret,
  }
  const program = '../../server/dist/main.js'
  const start = () => startChild({ program, port, env, nodeFlags: [...FLAGS, ...nodeFlags] })
  let child: ServerChild = await start()
  const pool = new pg.Pool({
    connectionString: postgres.url,
    max: 2,
    statement_timeout: 120_000,
  })
  // Without a listener the end of an idle connection would end the whole run.
  pool.on('error', (error) => console.warn(`the bench's database connection: ${error.message}`))
  const ready = () =>
    until('Kith to be ready', async () => (await fetch(`http://127.0.0.1:${port}/ws/ready`)).ok)
  await ready()
  const target: Target = {
    dialect: 'kith',
    port,
    serverPid: child.pid,
    databasePid: await postmasterOf(dataDir),
    secret,
  }
  const end = async (): Promise<void> => {
    await child.close()
    await pool.end()
    await postgres.close()
    await rm(dataDir, { recursive: true, force: true })
  }
  let closing: Promise<void> | undefined
  return {
    name: 'kith',
    target,
    makeRooms: (rooms) => makeWorkspaces(pool, rooms),
    copyRoom: (from, to) => copyWorkspace(pool, from, to),
    settle: (room) =>
      until(
        'a snapshot',
        async () => (await uncoveredRows(pool, room)) < SNAPSHOT_ROWS,
        SETTLE_TIME,
      ),
    collect: () => child.collect(),
    printed: () => child.printed(),
    restart: async () => {
      await child.close()
      child = await start()
      target.serverPid = child.pid
      await ready()
    },
    close: () => {
      closing ??= end()
      return closing
    },
  }
}
