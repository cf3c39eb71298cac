/** What one story after another has for itself: a database, a folder, ports, and what can go wrong. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { UserId } from 'kith-shared'
import pg from 'pg'
import { signDevelopmentToken } from '../../server/edge/token-verifier.js'
import {
  freePort,
  type ServerOptions,
  type ServerProcess,
  startServer,
} from '../harness/server-process.js'
import { developmentSecret } from '../harness/test-server.js'
import { type HeldPoints, openHeldPoints } from './held-points.js'
import { type LanePostgres, openPostgres, type PostgresKind } from './lane-postgres.js'
import type { PostgresProcesses } from './mortal-postgres.js'
import { type ReplyGate, startReplyGate } from './reply-gate.js'
import type { Disk } from './small-disk.js'

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
  readonly postgres: PostgresProcesses | undefined
  /** Where that PostgreSQL is on a disk that can be filled. */
  readonly disk: Disk | undefined
  /** Of the last servers, the newest last. */
  readonly logs: readonly (() => string)[]
  /** Rejects where it ends before it is ready, as one that is killed then does. */
  start(port: number, options: StartOptions): Promise<ServerProcess>
  /** Killed as soon as it is so, be it ready or not; resolves when it has ended. */
  startAndKill(port: number, when: () => boolean): Promise<void>
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

export const openLane = async (kind: PostgresKind): Promise<Lane> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'kith-crash-'))
  const postgres = await openPostgres(kind, dataDir)
  try {
    return await laneOn(dataDir, postgres)
  } catch (error) {
    await postgres.close().catch(() => undefined)
    await rm(dataDir, { recursive: true, force: true })
    throw error
  }
}

const laneOn = async (dataDir: string, postgres: LanePostgres): Promise<Lane> => {
  const logs: (() => string)[] = []
  const spawn = (port: number, options: Partial<ServerOptions>) =>
    startServer({
      dataDir,
      port,
      ...options,
      onSpawn: (spawned) => {
        logs.push(spawned.logs)
        if (logs.length > KEPT_LOGS) logs.shift()
        options.onSpawn?.(spawned)
      },
    })
  const given = postgres.given === undefined ? undefined : { DATABASE_URL: postgres.given }
  const ports = [await freePort(), await freePort()] as const
  // The first one makes the secret and the tables, which the triggers need.
  const first = await spawn(ports[0], { env: { ...SETTINGS, ...given } })
  const secret = await developmentSecret({ dataDir })
  await first.kill('SIGKILL')
  const { hostname, port: databasePort } = new URL(postgres.url())
  const gate = await startReplyGate({ host: hostname, port: Number(databasePort) })
  const held = await openHeldPoints(postgres.url())
  const throughGate = postgres.given?.replace(`${hostname}:${databasePort}`, gate.host)
  return {
    ports,
    gate,
    held,
    postgres: postgres.processes,
    disk: postgres.disk,
    logs,
    start: (port, { killAt, behindGate }) => {
      const url = behindGate && throughGate !== undefined ? { DATABASE_URL: throughGate } : given
      return spawn(port, {
        env: { ...SETTINGS, ...url, KITH_KILL_AT: killAt ?? '' },
        nodeArgs: killAt === undefined ? [] : ['--import', killAtPoint],
      })
    },
    startAndKill: async (port, when) => {
      let ended = false
      const killed = (kill: () => void) => {
        const look = (): void => {
          if (when()) kill()
          else if (!ended) setTimeout(look, 1)
        }
        look()
      }
      const env = { ...SETTINGS, ...given }
      await spawn(port, { env, onSpawn: ({ kill }) => killed(kill) }).then(
        ({ kill }) => kill('SIGKILL'),
        () => undefined,
      )
      ended = true
    },
    createWorkspace: async (id, users) => {
      const url = postgres.url()
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
    query: (text, values) => asked(postgres.url(), text, values),
    close: async () => {
      await held.close()
      await gate.close()
      await postgres.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

export const newWorkspaceId = (seed: bigint): string =>
  `crash-${seed}-${randomBytes(4).toString('hex')}`
