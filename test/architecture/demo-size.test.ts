/** What a first visit of the demo loads before it paints, as the server sends it: compressed by brotli. */
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildDemo } from '../harness/released-pages.js'

let folder: string
let page: string
let files: string[]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kith-size-'))
  await buildDemo('size', folder)
  page = await readFile(join(folder, 'index.html'), 'utf8')
  files = await readdir(join(folder, 'assets'))
}, 120_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

const sent = async (path: string): Promise<number> => {
  const file = join(folder, path)
  return (await stat(existsSync(`${file}.br`) ? `${file}.br` : file)).size
}

/** Kilobytes (1,000 bytes). */
const sizeOf = async (paths: readonly string[]): Promise<number> => {
  expect(paths.length, 'files').toBeGreaterThan(0)
  const sizes = await Promise.all(paths.map(sent))
  return sizes.reduce((sum, size) => sum + size, 0) / 1000
}

const found = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].flatMap(([, path]) => path ?? [])

/** What the page names itself, and must have before anything shows; the parts have a lower priority. */
const first = (): string[] => [
  ...found(page, /<script[^>]* src="([^"]+)"/g),
  ...found(page, /<link rel="(?:modulepreload|stylesheet)" crossorigin href="([^"]+)"/g),
]

const part = (name: string): string[] => {
  const written = found(page, /id="part-files">([^<]+)</g)[0] ?? '{}'
  return (JSON.parse(written) as Record<string, string[]>)[name] ?? []
}

/** ARCHITECTURE.md says what they are made of. */
const LIMITS = [
  { of: 'the sign-in', kB: 84, paths: first },
  { of: 'an open workspace', kB: 210, paths: () => [...first(), ...part('signed-in-part')] },
  { of: 'import and export', kB: 13, paths: () => part('files-part') },
  { of: 'people and settings', kB: 6, paths: () => part('people-part') },
  { of: 'duplicates', kB: 5, paths: () => part('duplicates-part') },
  { of: 'Supabase’s sign-in', kB: 22, paths: () => part('supabase-part') },
]

describe('the built demo', () => {
  test.each(LIMITS)('[W68] $of: at most $kB kB', async ({ kB, paths }) => {
    expect(await sizeOf(paths())).toBeLessThan(kB)
  })

  test('[W68] has few files, one of them styles, which nothing waits for in vain', () => {
    const scripts = files.filter((name) => name.endsWith('.js'))
    expect(scripts.length).toBeLessThanOrEqual(16)
    expect(files.filter((name) => /\.css$/.test(name) && !name.startsWith('test-client'))).toEqual([
      expect.stringMatching(/^index-/),
    ])
  })

  test('[W68] is kept for later whole, but for what most never need', async () => {
    const worker = await readFile(join(folder, 'sw.js'), 'utf8')
    const left = files.filter((name) => /\.(js|css)$/.test(name) && !worker.includes(name))
    expect(left.map((name) => name.replace(/-.{8}\.\w+$/, '')).sort()).toEqual([
      'supabase-part',
      'test-client',
      'test-client',
    ])
  })
})
