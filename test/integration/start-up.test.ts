import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CLOSE_REASONS } from 'kith-shared'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createDatabase, type TestDatabase } from '../harness/database.js'
import { freePort, type ServerProcess, startServer } from '../harness/server-process.js'
import { startProxy, type TcpProxy } from '../harness/tcp-proxy.js'
import { waitFor } from '../harness/wait-for.js'
import { connectWire, helloOf } from '../harness/wire-client.js'

let dataDir: string
let database: TestDatabase
const cleanup: (() => unknown)[] = []
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'kith-start-'))
  database = await createDatabase()
  cleanup.push(
    () => rm(dataDir, { recursive: true, force: true }),
    () => database.drop(),
  )
})
afterEach(async () => {
  for (const undo of cleanup.splice(0).reverse()) await undo()
})

/** What a server that can't start prints, less its log, and its exit code. */
const failToStart = async (env: Record<string, string>, port?: number) => {
  const options = { dataDir, env: { DATABASE_URL: database.url, ...env } }
  const started = startServer(port === undefined ? options : { ...options, port })
  const message = await started.then(
    async (server) => {
      await server.close()
      throw new Error('the server has started')
    },
    (error: Error) => error.message,
  )
  const [first = '', ...printed] = message.split('\n')
  const code = Number(/^The server ended with code (\d+)/.exec(first)?.[1])
  return { code, lines: printed.filter((line) => line !== '' && !line.startsWith('{')) }
}

const occupy = async (): Promise<number> => {
  const port = await freePort()
  const other: Server = createServer()
  await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve))
  cleanup.push(() => other.close())
  return port
}

const LONG = 'x'.repeat(40)

describe('a server that can’t start says why in one line and ends with 1', () => {
  it.each<[Record<string, string>, RegExp]>([
    [{ PORT: 'http' }, /^PORT: must be a whole number from 0 to 65535$/],
    [{ MAX_CONNECTIONS: '0' }, /^MAX_CONNECTIONS: must be a whole number/],
    [{ LOG_LEVEL: 'loud' }, /^LOG_LEVEL: must be one of /],
    [{ DATABASE_URL: 'mysql://db' }, /^DATABASE_URL: must be a URL that begins with postgres:/],
    [{ JWT_SECRET: 'short' }, /^JWT_SECRET: must have at least 32 bytes$/],
    [{ ALLOWED_ORIGINS: 'https://a.example/path' }, /^ALLOWED_ORIGINS: must be a list/],
    [{ REDIS_URL: 'redis://cache' }, /^REDIS_URL: its feature does not exist yet/],
    [{ HOST: '0.0.0.0' }, /^HOST: must be a loopback address/],
    [{ NODE_ENV: 'production' }, /^NODE_ENV: is production, but without JWT_SECRET/],
    [{ JWT_SECRET: LONG, HOST: '192.0.2.1' }, /^HOST: 192\.0\.2\.1 is no address of this machine$/],
  ])('%o', async (env, line) => {
    const { code, lines } = await failToStart(env)
    expect(code).toBe(1)
    expect(lines).toEqual([expect.stringMatching(line)])
  })

  it('says every problem at once, a line each', async () => {
    const { code, lines } = await failToStart({ LOG_LEVEL: 'loud', MAX_CONNECTIONS: '0' })
    expect(code).toBe(1)
    expect(lines).toHaveLength(2)
  })

  it('names a port that is taken', async () => {
    const port = await occupy()
    const { code, lines } = await failToStart({}, port)
    expect(code).toBe(1)
    expect(lines).toEqual([`PORT: ${port} is taken by another program`])
  })

  it('names a folder that is none', async () => {
    const file = join(dataDir, 'file')
    await writeFile(file, '')
    const { code, lines } = await failToStart({ DATA_DIR: file })
    expect(code).toBe(1)
    expect(lines).toEqual([expect.stringMatching(/^DATA_DIR: .* cannot be used \(ENOTDIR\)$/)])
  })

  it('[P9] leaves no PostgreSQL of its own behind', async () => {
    const port = await occupy()
    await expect(startServer({ dataDir, port })).rejects.toThrow(`PORT: ${port} is taken`)
    expect(existsSync(join(dataDir, 'postgres', 'PG_VERSION'))).toBe(true)
    expect(existsSync(join(dataDir, 'postgres', 'postmaster.pid'))).toBe(false)
  })
})

/** Its database is behind a proxy that is cut. */
const startWithoutDatabase = async (): Promise<{ server: ServerProcess; proxy: TcpProxy }> => {
  const { hostname, port } = new URL(database.url)
  const proxy = await startProxy({ target: { host: hostname, port: Number(port) } })
  proxy.cut()
  const url = new URL(database.url)
  url.host = proxy.host
  const server = await startServer({
    dataDir,
    env: { DATABASE_URL: url.href },
    until: 'listening',
  })
  cleanup.push(
    () => proxy.close(),
    () => server.close(),
  )
  return { server, proxy }
}

const ask = async (server: ServerProcess, path: string) => {
  const response = await fetch(new URL(path, server.url))
  return { status: response.status, body: (await response.json()) as unknown }
}

describe('a server whose database is away at start', () => {
  it('[P9] runs, says that it is not ready, and is ready once the database has come', async () => {
    const { server, proxy } = await startWithoutDatabase()
    expect(await ask(server, '/ws/ready')).toEqual({
      status: 503,
      body: { ready: false, reason: 'storage is away' },
    })
    expect(await ask(server, '/ws/health')).toMatchObject({ status: 200 })
    const request = { userId: 'ana', name: 'Ana', workspaceId: 'team', role: 'editor' } as const
    await expect(server.token(request)).rejects.toThrow('503')
    expect(server.logs()).not.toContain('Kith is ready')
    proxy.restore()
    await waitFor(() => server.logs().includes('Kith is ready at '))
    expect(await ask(server, '/ws/ready')).toEqual({ status: 200, body: { ready: true } })
    const token = await server.token(request)
    const client = await connectWire(`${server.wsUrl}/ws/workspace/team`)
    client.send(helloOf({ token }))
    await client.first('welcome')
    proxy.cut()
    expect(await ask(server, '/ws/ready')).toMatchObject({ status: 503 })
    const later = await connectWire(`${server.wsUrl}/ws/workspace/team?token=${token}`)
    const { code, text } = CLOSE_REASONS['storage-away']
    expect(await later.closed).toEqual({ code, text })
    expect(client.isOpen).toBe(true)
    client.cut()
  })

  it('ends on SIGTERM without ever saying that it was ready', async () => {
    const { server } = await startWithoutDatabase()
    expect(await server.kill('SIGTERM')).toBe(0)
    expect(server.logs()).not.toContain('Kith is ready')
  })
})
