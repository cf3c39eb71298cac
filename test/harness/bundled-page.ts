/** A page of a test's own, built from one module and served on a loopback port, away from Kith's. */
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const root = fileURLToPath(new URL('../..', import.meta.url))
const pages = new URL('../browser/pages/', import.meta.url)

export interface BundledPageOptions {
  /**
   * Which React: `production` by default; `development` with its warnings and StrictMode's second
   * effects; `profiling` is production with a `<Profiler>` that calls back.
   */
  readonly react?: 'production' | 'development' | 'profiling'
  /** What stands in `<div id="root">` before any script runs, as a server would render it. */
  readonly html?: string
}

export interface BundledPage {
  /** `http://127.0.0.1:<port>`, as a Kith server's ALLOWED_ORIGINS takes it. */
  readonly url: string
  /** Safe twice. */
  close(): Promise<void>
}

/**
 * Bundles `test/browser/pages/<entry>` with everything that it imports (workspace packages from
 * their sources, styles too) and serves it at `/`, on every path without an extension. The module
 * renders into `<div id="root">`; what it needs to know it reads from its own URL.
 *
 * @throws where the module does not build
 */
export const bundledPage = async (
  entry: string,
  options: BundledPageOptions = {},
): Promise<BundledPage> => {
  const files = await bundle(fileURLToPath(new URL(entry, pages)), options.react ?? 'production')
  const shell = shellFor(files, options.html ?? '')
  const server = createServer(({ url = '/' }, response) => {
    const path = url.split('?')[0] ?? '/'
    const isPage = extname(path) === ''
    respond(response, isPage ? { type: 'text/html', body: shell } : files.get(path))
  })
  const port = await listen(server)
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

interface File {
  readonly type: string
  readonly body: string | Uint8Array
}

const bundle = async (
  input: string,
  react: NonNullable<BundledPageOptions['react']>,
): Promise<Map<string, File>> => {
  const mode = react === 'development' ? 'development' : 'production'
  const result = await build({
    root,
    configFile: false,
    envFile: false,
    publicDir: false,
    logLevel: 'error',
    mode,
    define: { 'process.env.NODE_ENV': JSON.stringify(mode) },
    // A runner sets NODE_ENV to a word of its own, which must not choose the JSX.
    oxc: { jsx: { runtime: 'automatic', development: mode === 'development' } },
    resolve: {
      conditions: ['kith-source', 'module', 'browser', 'default'],
      dedupe: ['react', 'react-dom', 'yjs'],
      alias: react === 'profiling' ? { 'react-dom/client': 'react-dom/profiling' } : {},
    },
    build: {
      write: false,
      minify: false,
      target: 'es2022',
      modulePreload: { polyfill: false },
      rolldownOptions: {
        input,
        output: { entryFileNames: 'entry.js', assetFileNames: '[name][extname]' },
      },
    },
  })
  const outputs = [result].flat().flatMap((one) => ('output' in one ? one.output : []))
  return new Map(
    outputs.map((file) => {
      const body = file.type === 'chunk' ? file.code : file.source
      return [`/${file.fileName}`, { type: typeOf(file.fileName), body }]
    }),
  )
}

const typeOf = (name: string): string => {
  switch (extname(name)) {
    case '.js':
      return 'text/javascript'
    case '.css':
      return 'text/css'
    case '.svg':
      return 'image/svg+xml'
    default:
      return 'application/octet-stream'
  }
}

const shellFor = (files: ReadonlyMap<string, File>, html: string): string => {
  const styles = [...files.keys()]
    .filter((path) => path.endsWith('.css'))
    .map((path) => `<link rel="stylesheet" href="${path}">`)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Test page</title>
<link rel="icon" href="data:,">
${styles.join('\n')}
</head>
<body>
<div id="root">${html}</div>
<script type="module" src="/entry.js"></script>
</body>
</html>
`
}

const respond = (response: ServerResponse, file: File | undefined): void => {
  if (file === undefined) {
    response.writeHead(404).end()
    return
  }
  response.writeHead(200, {
    'content-type': `${file.type}; charset=utf-8`,
    'cache-control': 'no-store',
  })
  response.end(file.body)
}

const listen = (server: Server): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
