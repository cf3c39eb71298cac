import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { waitFor } from './wait-for.js'

const main = fileURLToPath(new URL('../../server/dist/main.js', import.meta.url))
const readyLine = /^Kith is ready at (http:\/\/\S+)$/m

export interface ServerOptions {
  /** Holds the development secret, and PostgreSQL unless DATABASE_URL is given. */
  readonly dataDir: string
  readonly env?: Readonly<Record<string, string>>
  /** Default: a free one. Give it to start again where clients expect the server. */
  readonly port?: number
  /** Milliseconds until the ready line. */
  readonly timeout?: number
  /** What `startServer` waits for: default `ready`; `listening` while its database may be away. */
  readonly until?: 'ready' | 'listening'
  /** Words for `node` before the program, such as `--import`. */
  readonly nodeArgs?: readonly string[]
  /** Called when the process runs, which may end before it is ready. */
  readonly onSpawn?: (spawned: { logs: () => string; kill: () => void }) => void
}

export interface TokenRequest {
  readonly userId: string
  readonly name: string
  readonly workspaceId: string
  readonly role: 'owner' | 'editor' | 'viewer'
}

export interface ServerProcess {
  readonly url: string
  readonly wsUrl: string
  readonly port: number
  readonly pid: number
  /** All that it printed so far, both streams. */
  logs(): string
  /** Settles as `kill` does, whoever ended it. */
  readonly ended: Promise<number | null>
  /** Resolves with the exit code, `null` after a signal. */
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null>
  /** SIGTERM, and SIGKILL if that takes too long. Safe twice. */
  close(): Promise<void>
  /** Development mode only; also creates the workspace and the membership. */
  token(request: TokenRequest): Promise<string>
}

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0))
    })
  })

/** Nothing of the developer's own configuration may reach a server under test. */
const foreign =
  /^(PORT|HOST|NODE_ENV|VITEST.*|TRUST_PROXY|(DATA|DATABASE|REDIS|JWT|JWKS|ALLOW|ALLOWED|SUPABASE|HISTORY|AUDIT|MAX|LOG)_.*)$/

const environment = (port: number, { dataDir, env }: ServerOptions): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name))),
  PORT: String(port),
  DATA_DIR: dataDir,
  ...env,
})

const untilReady = (child: ChildProcess, logs: () => string, timeout: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const fail = (what: string): void => {
      settle()
      child.kill('SIGKILL')
      reject(new Error(`The server ${what}. It printed:\n${logs()}`))
    }
    const look = (): void => {
      const url = readyLine.exec(logs())?.[1]
      if (url === undefined) return
      settle()
      resolve(url)
    }
    const exited = (code: number | null): void =>
      fail(`ended with code ${code} before it was ready`)
    const timer = setTimeout(() => fail(`was not ready within ${timeout} ms`), timeout)
    const settle = (): void => {
      clearTimeout(timer)
      child.stdout?.off('data', look)
      child.off('close', exited)
    }
    child.stdout?.on('data', look)
    child.once('close', exited)
  })

/** It prints nothing then, but it answers. */
const untilListening = async (port: number): Promise<string> => {
  const url = `http://127.0.0.1:${port}`
  await waitFor(async () => (await fetch(`${url}/ws/health`)).ok, { message: 'a server' })
  return url
}

const requestToken = async (url: string, request: TokenRequest): Promise<string> => {
  const response = await fetch(new URL('/dev/token', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  })
  const body = await response.text()
  if (!response.ok) throw new Error(`POST /dev/token answered ${response.status}: ${body}`)
  return (JSON.parse(body) as { token: string }).token
}

/**
 * Resolves when the server that `tsc` built has printed its ready line (or listens, if that was
 * asked); rejects with its output where it ends before.
 */
export const startServer = async (options: ServerOptions): Promise<ServerProcess> => {
  const port = options.port ?? (await freePort())
  const child = spawn(process.execPath, [...(options.nodeArgs ?? []), main], {
    env: environment(port, options),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const logs = (): string => output
  options.onSpawn?.({ logs, kill: () => child.kill('SIGKILL') })
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8')
    stream.on('data', (text: string) => {
      output += text
    })
  }
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const url =
    options.until === 'listening'
      ? await untilListening(port)
      : await untilReady(child, logs, options.timeout ?? 60_000)
  const kill = (signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> => {
    child.kill(signal)
    return ended
  }
  const close = async (): Promise<void> => {
    const impatience = setTimeout(() => child.kill('SIGKILL'), 30_000)
    await kill('SIGTERM')
    clearTimeout(impatience)
  }
  return {
    url,
    wsUrl: url.replace(/^http/, 'ws'),
    port,
    pid: child.pid ?? 0,
    logs,
    ended,
    kill,
    close,
    token: (request) => requestToken(url, request),
  }
}
