/**
 * The demo's pages from a folder that can be changed for another build's, before a Kith server that
 * answers all the rest: as when a new version is rolled out under people who work.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, existsSync, statSync } from 'node:fs'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'

const DEMO = fileURLToPath(new URL('../../demo', import.meta.url))

/** A whole build of the demo as this version, into `folder`. */
export const buildDemo = async (version: string, folder: string): Promise<void> => {
  const build = spawn('npx', ['vite', 'build', '--outDir', folder, '--logLevel', 'error'], {
    cwd: DEMO,
    env: { ...process.env, NODE_ENV: 'production', KITH_VERSION: version },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const [code] = await once(build, 'exit')
  if (code !== 0) throw new Error(`the demo's build ended with ${code}`)
}

export interface ReleasedPages {
  readonly origin: string
  /** From now on these are the pages. */
  release(folder: string): void
  /** From now on whose path holds this is not there; '' ends it. */
  withhold(part: string): void
  /** Paths that were asked for since the last call, in their order. */
  asked(): string[]
  /** Where the Kith server is. */
  serveFrom(port: number): void
  close(): Promise<void>
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webmanifest': 'application/manifest+json',
}

export const startReleasedPages = async (): Promise<ReleasedPages> => {
  let folder = ''
  let port = 0
  let withheld = ''
  const paths: string[] = []
  const onward = (from: IncomingMessage) =>
    request({ host: '127.0.0.1', port, path: from.url, method: from.method, headers: from.headers })
  const server = createServer((asked, answer) => {
    const { url = '/' } = asked
    paths.push(url)
    const file = fileFor(folder, asked)
    if (withheld !== '' && url.includes(withheld)) answer.writeHead(404).end()
    else if (file) sendFile(file, answer)
    else pass(asked, answer)
  })
  const pass = (asked: IncomingMessage, answer: ServerResponse): void => {
    const further = onward(asked)
    further.on('response', (got) => {
      answer.writeHead(got.statusCode ?? 502, got.headers)
      got.pipe(answer)
    })
    further.on('error', () => answer.destroy())
    asked.pipe(further)
  }
  server.on('upgrade', (asked, socket) => {
    const further = onward(asked)
    further.on('upgrade', (got, onwardSocket, head) => {
      const lines = got.rawHeaders.flatMap((name, at, all) =>
        at % 2 === 0 ? [`${name}: ${all[at + 1]}`] : [],
      )
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`)
      if (head.length > 0) socket.write(head)
      socket.pipe(onwardSocket).pipe(socket)
      socket.on('error', () => onwardSocket.destroy())
      onwardSocket.on('error', () => socket.destroy())
    })
    further.on('error', () => socket.destroy())
    further.end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    release: (next) => {
      folder = next
    },
    withhold: (part) => {
      withheld = part
    },
    asked: () => paths.splice(0),
    serveFrom: (next) => {
      port = next
    },
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

const fileFor = (folder: string, { method, url = '/' }: IncomingMessage): string | undefined => {
  if (method !== 'GET') return undefined
  const path = normalize(new URL(url, 'http://x').pathname)
  const file = join(folder, path === '/' ? 'index.html' : path)
  return existsSync(file) && statSync(file).isFile() ? file : undefined
}

const sendFile = (file: string, answer: ServerResponse): void => {
  answer.writeHead(200, {
    'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
    'cache-control': 'no-cache',
  })
  createReadStream(file).pipe(answer)
}
