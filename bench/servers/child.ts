/** A server as a process of its own, which is measured from outside. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createConnection } from 'node:net'
import { fileURLToPath } from 'node:url'
import { until } from '../drivers/until.js'

const collector = new URL('collect.js', import.meta.url).href

export interface Memory {
  rss: number
  /** Heap in use, and what lies outside of it but belongs to it, garbage collected before. */
  live: number
}

export interface ServerChild {
  pid: number
  /** The last that it printed, for whoever looks for a failure. */
  printed(): string
  /** Has it collect its garbage, and say what is left. */
  collect(): Promise<Memory>
  /** SIGTERM, and SIGKILL if that takes too long. Safe twice. */
  close(): Promise<void>
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' })
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('close', () => socket.destroy())
    socket.once('connect', () => socket.destroy())
  })

const end = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  const impatience = setTimeout(() => child.kill('SIGKILL'), 15_000)
  child.kill('SIGTERM')
  await ended
  clearTimeout(impatience)
}

export interface ChildOptions {
  /** A file, from this folder. */
  program: string
  port: number
  env?: Record<string, string>
  nodeFlags?: readonly string[]
}

/** Resolves when it takes connections. */
export const startChild = async (options: ChildOptions): Promise<ServerChild> => {
  const { port, env = {}, nodeFlags = [] } = options
  const program = fileURLToPath(new URL(options.program, import.meta.url))
  const flags = ['--expose-gc', '--max-old-space-size=8192', '--import', collector, ...nodeFlags]
  const child = spawn(process.execPath, [...flags, program], {
    env: {
      PATH: process.env.PATH ?? '',
      HOME: process.env.HOME ?? '',
      PORT: String(port),
      HOST: '127.0.0.1',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (text: Buffer) => {
      printed = (printed + text.toString()).slice(-4_000)
    })
  }
  await until(`${options.program} to listen`, () => {
    if (child.exitCode !== null) throw new Error(`${options.program} ended: ${printed}`)
    return answers(port)
  })
  return {
    pid: child.pid ?? 0,
    printed: () => printed,
    collect: async () => {
      const answer = once(child, 'message', { signal: AbortSignal.timeout(30_000) })
      child.send('collect')
      const [memory] = (await answer) as Memory[] // collect.js alone sends something
      if (memory === undefined) throw new Error('no answer')
      return memory
    },
    close: () => end(child),
  }
}
