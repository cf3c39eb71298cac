/** A server with a database, a port and a folder of its own, that can be started again on them. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { createDatabase } from './database.js'
import { freePort, type ServerProcess, startServer, type TokenRequest } from './server-process.js'
import { waitFor } from './wait-for.js'

export interface TestServer {
  /** The process that runs now, or ran last. */
  readonly process: ServerProcess
  readonly dataDir: string
  /** Where WebSockets of this workspace connect; with a token, as a stock client does. */
  workspaceUrl(workspaceId: string, token?: string): string
  token(request: Partial<TokenRequest> & { userId: string }): Promise<string>
  /** Starts another process on the same port, folder and database, once the last one has ended. */
  restart(): Promise<void>
  health(): Promise<{ total_workspaces: number; total_connections: number }>
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>
  close(): Promise<void>
}

export interface TestServerOptions {
  readonly env?: Readonly<Record<string, string>>
  /** How the server reaches its database; default: straight. */
  readonly through?: (url: string) => string
}

const queryDatabase = async <Row extends pg.QueryResultRow>(
  url: string,
  text: string,
  values: unknown[],
): Promise<Row[]> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Row>(text, values)).rows
  } finally {
    await client.end()
  }
}

/** Resolves when it is ready. Tokens are for the workspace `team`, as an editor, unless said. */
export const startTestServer = async ({
  env = {},
  through = (url) => url,
}: TestServerOptions = {}): Promise<TestServer> => {
  const database = await createDatabase()
  const dataDir = await mkdtemp(join(tmpdir(), 'kith-server-'))
  const options = {
    dataDir,
    port: await freePort(),
    env: { DATABASE_URL: through(database.url), ...env },
  }
  let running = await startServer(options)
  return {
    get process() {
      return running
    },
    dataDir,
    workspaceUrl: (workspaceId, token) => {
      const query = token === undefined ? '' : `?token=${encodeURIComponent(token)}`
      return `${running.wsUrl}/ws/workspace/${workspaceId}${query}`
    },
    token: (request) =>
      running.token({ name: request.userId, workspaceId: 'team', role: 'editor', ...request }),
    restart: async () => {
      running = await startServer(options)
    },
    health: async () => {
      const response = await fetch(`${running.url}/ws/health`)
      return (await response.json()) as { total_workspaces: number; total_connections: number }
    },
    query: (text, values = []) => queryDatabase(database.url, text, values),
    close: async () => {
      await running.close()
      await database.drop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

export interface LogLine {
  readonly msg: string
  readonly level: number
  readonly reason?: string
  readonly code?: number
}

/** What the server logged, line by line; what it prints for people is left out. */
export const logLines = (process: ServerProcess): LogLine[] =>
  process
    .logs()
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as LogLine)

/** Waits until the server has let go of every connection. */
export const untilQuiet = (server: TestServer): Promise<boolean> =>
  waitFor(async () => (await server.health()).total_connections === 0)

/** The secret of development mode, to sign what `POST /dev/token` would not. */
export const developmentSecret = ({ dataDir }: { dataDir: string }): Promise<Uint8Array> =>
  readFile(join(dataDir, 'development.secret'), 'utf8').then((text) =>
    Buffer.from(text.trim(), 'hex'),
  )
