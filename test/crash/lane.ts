/** What one story after another has for itself: a database, a folder, ports, and what can go wrong. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { UserId } from 'kith-shared'
import pg from 'pg'
import { signDevelopmentToken } from '../../server/edge/token-verifier.js'
import { createDatabase } from '../harness/database.js'
import { freePort, type ServerProcess, startServer } from '../harness/server-process.js'
import { developmentSecret } from '../harness/test-server.js'
import { type HeldPoints, openHeldPoints } from './held-points.js'
import { type MortalPostgres, startMortalPostgres } from './mortal-postgres.js'
import { type ReplyGate, startReplyGate } from './reply-gate.js'

const killAtPoint = fileURLToPath(new URL('./kill-at-point.mjs', import.meta.url))

export interface StartOptions {
  /** `<point>#<n>` of `kill-at-point.mjs`. */
  readonly killAt: string | undefined
  /** Whether its database is behind the reply gate. */
  readonly behindGate: boolean
}

export interface Lane {
  readonly ports: readonly [number, number]
  readonly gate: ReplyGate
  readonly held: HeldPoints
  /** Where PostgreSQL is this lane's own, and may be killed. */
  readonly postgres: MortalPostgres | undefined
  /** Of the last servers, the newest last. */
  readonly logs: readonly (() => string)[]
  /** Rejects where it ends before it is ready, as one that is killed then does. */
  start(port: number, options: StartOptions): Promise<ServerProcess>
  /** Makes the workspace with these members, who may write. */
  createWorkspace(id: string, users: readonly string[]): Promise<void>
  token(userId: string): Promise<string>
  query<Row extends pg.QueryResultRow>(text: string, values: unknown[]): Promise<Row[]>
  close(): Promise<void>
}

/** Writers are not to be slowed down, and their words not to be kept from the log. */
const SETTINGS = {
  MAX_MESSAGES_PER_SECOND: '100000',
  MAX_BYTES_PER_SECOND: '999999999',
  LOG_LEVEL: 'info',
}
/** Logs of so many servers are kept for the report. */
const KEPT_LOGS = 3

const asked = async <Row extends pg.QueryResultRow>(
  url: string,
  text: string,
  values: unknown[],
): Promise<Row[]> => {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query<Row>(text, values)).rows
  } finally {
    await client.end()
  }
}

/** `mortal`: with a PostgreSQL of its own, else with a database of the run's. */
export const openLane = async (kind: 'shared' | 'mortal'): Promise<Lane> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'kith-crash-'))
  const postgres = kind === 'mortal' ? await startMortalPostgres(join(dataDir, 'pg')) : undefined
  const database = postgres ? undefined : await createDatabase()
  const url = postgres?.url ?? database?.url ?? ''
  const { hostname, port } = new URL(url)
  const gate = await startReplyGate({ host: hostname, port: Number(port) })
  const logs: (() => string)[] = []
  const start: Lane['start'] = async (at, { killAt, behindGate }) => {
    const through = behindGate ? url.replace(`${hostname}:${port}`, gate.host) : url
    const server = startServer({
      dataDir,
      port: at,
      env: { ...SETTINGS, DATABASE_URL: through, KITH_KILL_AT: killAt ?? '' },
      nodeArgs: killAt === undefined ? [] : ['--import', killAtPoint],
      onSpawn: (output) => {
        logs.push(output)
        if (logs.length > KEPT_LOGS) logs.shift()
      },
    })
    return server
  }
  const ports = [await freePort(), await freePort()] as const
  // The first one makes the secret and the tables, which the triggers need.
  const first = await start(ports[0], { killAt: undefined, behindGate: false })
  const secret = await developmentSecret({ dataDir })
  await first.kill('SIGKILL')
  const held = await openHeldPoints(url)
  return {
    ports,
    gate,
    held,
    postgres,
    logs,
    start,
    createWorkspace: async (id, users) => {
      await asked(url, 'insert into workspaces (id, name, schema) values ($1, $1, 1)', [id])
      await asked(
        url,
        `insert into workspace_members (workspace_id, user_id, role, name)
           select $1, u, 'editor', u from unnest($2::text[]) as u`,
        [id, users],
      )
    },
    token: (userId) => {
      const claims = { userId: userId as UserId, name: userId } // fits the pattern
      return signDevelopmentToken(secret, claims, Date.now())
    },
    query: (text, values) => asked(url, text, values),
    close: async () => {
      await held.close()
      await gate.close()
      await database?.drop()
      await postgres?.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

export const newWorkspaceId = (seed: bigint): string =>
  `crash-${seed}-${randomBytes(4).toString('hex')}`
