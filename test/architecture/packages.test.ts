/** What would be published, as a registry and an app's bundler see it. Stands on what was built. */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const root = resolve(fileURLToPath(import.meta.url), '../../..')
const PUBLISHED = ['shared', 'client', 'server'] as const
type Published = (typeof PUBLISHED)[number]

interface Manifest {
  readonly exports?: Record<string, unknown>
  readonly dependencies?: Record<string, string>
  readonly devDependencies?: Record<string, string>
  readonly peerDependencies?: Record<string, string>
}
interface Lock {
  readonly packages: Record<string, { optionalDependencies?: Record<string, string> }>
}

const json = (path: string): unknown => JSON.parse(readFileSync(join(root, path), 'utf8'))
// Both are files of npm's, whose shape npm keeps.
const manifest = (folder: string): Manifest => json(join(folder, 'package.json')) as Manifest
const lock = (): Lock => json('package-lock.json') as Lock

const folder = mkdtempSync(join(tmpdir(), 'kith-packages-'))
const packed = new Map<Published, { file: string; paths: string[] }>()

/** Of a copy: while the server's is packed, a folder `migrations/` stands where servers would look. */
beforeAll(() => {
  const copy = join(folder, 'project')
  cpSync(join(root, 'migrations'), join(copy, 'migrations'), { recursive: true })
  for (const name of PUBLISHED) {
    cpSync(join(root, name), join(copy, name), { recursive: true })
    const said = execFileSync('npm', ['pack', '--json', '--silent', '--pack-destination', folder], {
      cwd: join(copy, name),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const answer: unknown = JSON.parse(said)
    // An array, or since npm 11 an object by the packages' names.
    const [first] = Object.values(answer as Record<string, unknown>)
    const { filename, files } = first as { filename: string; files: { path: string }[] }
    packed.set(name, { file: join(folder, filename), paths: files.map(({ path }) => path) })
  }
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The packages are ES modules alone: how CommonJS and its old resolution see them says nothing. */
const isForModules = (problem: object): boolean =>
  !('resolutionKind' in problem) ||
  (problem.resolutionKind !== 'node10' && problem.resolutionKind !== 'node16-cjs')

describe.each(PUBLISHED)('kith-%s', (name) => {
  test('[T5] holds what was built, a README and the licence, and nothing else', () => {
    const paths = packed.get(name)?.paths ?? []
    expect(paths).toEqual(expect.arrayContaining(['README.md', 'LICENSE', 'dist/index.js']))
    const expected =
      /^(README\.md|LICENSE|package\.json|react\/styles\.css(\.d\.ts)?|dist\/.+\.(js|js\.map|d\.ts)|migrations\/\d{4}_\w+\.sql|openapi\.json)$/
    expect(paths.filter((path) => !expected.test(path))).toEqual([])
  })

  test('[T5] gives no cause to publint', async () => {
    const pkgDir = join(root, name)
    const { messages, pkg } = await publint({ pkgDir, strict: true, pack: false })
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([])
  })

  test('[T5] has types where Node and bundlers look for them', async () => {
    const { file } = packed.get(name) ?? { file: '' }
    const tarball = createPackageFromTarballData(new Uint8Array(readFileSync(file)))
    const checked = await checkPackage(tarball, { excludeEntrypoints: [/\.css$/] })
    expect(checked.types && checked.problems.filter(isForModules)).toEqual([])
  })
})

test('[T5] the server brings what it reads while it runs: every migration, and its description', () => {
  const paths = packed.get('server')?.paths ?? []
  const migrations = readdirSync(join(root, 'migrations')).map((file) => `migrations/${file}`)
  expect(paths).toEqual(expect.arrayContaining([...migrations, 'openapi.json']))
})

test('[T5] the stylesheet has types where TypeScript looks for them', () => {
  const paths = packed.get('client')?.paths ?? []
  const { './react/styles.css': entry } = manifest('client').exports ?? {}
  expect(entry).toEqual({ types: './react/styles.css.d.ts', default: './react/styles.css' })
  expect(paths).toEqual(expect.arrayContaining(['react/styles.css', 'react/styles.css.d.ts']))
})

describe('versions', () => {
  test.each(['.', ...PUBLISHED, 'demo'])('[T5] are exact, peers aside: %s', (of) => {
    const { dependencies, devDependencies } = manifest(of)
    const ranges = Object.entries({ ...dependencies, ...devDependencies }).filter(
      ([, version]) => !/^(npm:(@[\w-]+\/)?[\w-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/.test(version),
    )
    expect(ranges).toEqual([])
  })

  test('[T5] there is one copy of yjs, and it is the app that brings it', () => {
    const copies = Object.keys(lock().packages).filter((path) =>
      /(^|\/)node_modules\/yjs$/.test(path),
    )
    expect(copies).toEqual(['node_modules/yjs'])
    for (const name of PUBLISHED) {
      const { dependencies, peerDependencies } = manifest(name)
      expect([dependencies?.yjs, typeof peerDependencies?.yjs]).toEqual([undefined, 'string'])
    }
  })

  test('[T5] the lock file names the packages of every platform', () => {
    const { packages } = lock()
    const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies)
        .filter((name) => !isLocked(packages, path, name))
        .map((name) => `${name} of ${path}`),
    )
    expect(missing).toEqual([])
  })
})

/** As Node looks for it: beside, and in every folder above. */
const isLocked = (packages: Lock['packages'], from: string, name: string): boolean => {
  for (
    let path = from;
    ;
    path = path.slice(0, path.lastIndexOf('node_modules')).replace(/\/$/, '')
  ) {
    if (packages[`${path === '' ? '' : `${path}/`}node_modules/${name}`] !== undefined) return true
    if (path === '') return false
  }
}
