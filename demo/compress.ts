import { readdir, readFile, writeFile } from 'node:fs/promises'
import { extname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, gzip, constants as zlib } from 'node:zlib'
import type { Plugin } from 'vite'

const KINDS = new Set(['.js', '.css', '.html', '.svg', '.webmanifest'])
/** Bytes: what is smaller fits one packet anyway. */
const LEAST = 1_024

const toGzip = promisify(gzip)
const toBrotli = promisify(brotliCompress)

/** Leaves `<file>.br` and `<file>.gz` beside each file, for the server to send in its place. */
export const compress = (): Plugin => {
  let folder = ''
  return {
    name: 'kith-compress',
    apply: 'build',
    configResolved: ({ root, build }) => {
      folder = resolve(root, build.outDir)
    },
    // After everybody else: the service worker is written then, too.
    closeBundle: { order: 'post', sequential: true, handler: () => compressAll(folder) },
  }
}

const compressAll = async (folder: string): Promise<void> => {
  const found = await readdir(folder, { recursive: true })
  await Promise.all(
    found.filter((path) => KINDS.has(extname(path))).map((path) => compressOne(join(folder, path))),
  )
}

const compressOne = async (path: string): Promise<void> => {
  const bytes = await readFile(path)
  if (bytes.length < LEAST) return
  const [br, gz] = await Promise.all([
    toBrotli(bytes, { params: { [zlib.BROTLI_PARAM_SIZE_HINT]: bytes.length } }),
    toGzip(bytes, { level: zlib.Z_BEST_COMPRESSION }),
  ])
  await Promise.all([writeFile(`${path}.br`, br), writeFile(`${path}.gz`, gz)])
}
