/** What an app pays for what it imports: bundled and minified as a build would, compressed by gzip. */
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { rolldown } from 'rolldown'
import { describe, expect, test } from 'vitest'

const root = resolve(fileURLToPath(import.meta.url), '../../..')
/** A module that is not there, in the folder of an app. */
const entry = join(root, 'demo/entry.js')

const LIBRARIES = [/^yjs/, /^lib0/, /^y-protocols/, /^idb/, /^valibot/, /^y-websocket/, /^react/]

/** Kilobytes (1,000 bytes) of the built packages behind `code`, without what is `external`. */
const sizeOf = async (code: string, external: RegExp[]): Promise<number> => {
  const bundle = await rolldown({
    input: entry,
    cwd: join(root, 'demo'),
    external,
    resolve: { conditionNames: ['import', 'browser', 'default'] },
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === entry ? id : undefined),
        load: (id) => (id === entry ? code : undefined),
      },
    ],
  })
  const { output } = await bundle.generate({ format: 'es', minify: true, codeSplitting: false })
  await bundle.close()
  return gzipSync(output[0].code, { level: 9 }).length / 1000
}

const STARTED =
  "export { useContactActions, useContactIds, useField, WorkspaceProvider } from 'kith-client/react'"

/** Kilobytes: ours alone, and with Yjs and all else but React. ARCHITECTURE.md says what they are for. */
const LIMITS = [
  { of: 'the app of the getting started', code: STARTED, own: 52, all: 80 },
  {
    of: 'a workspace without React',
    code: "export { createWorkspace } from 'kith-client'",
    own: 48,
    all: 76,
  },
  {
    of: 'everything of the client and its React bindings',
    code: "export * from 'kith-client'; export * from 'kith-client/react'",
    own: 64,
    all: 93,
  },
]

describe('bytes', () => {
  test.each(LIMITS)('[T6] $of: $own kB of ours, $all kB in all', async ({ code, own, all }) => {
    const mine = await sizeOf(code, LIBRARIES)
    const whole = await sizeOf(code, [/^react/])
    expect(mine, 'kB of our own').toBeLessThan(own)
    expect(whole, 'kB with Yjs and the libraries').toBeLessThan(all)
  })

  test('[T6] who does without it pays nothing for y-websocket, the test kit or the old hook', async () => {
    const with_ = await sizeOf(
      `${STARTED}; export { useWorkspaceSync } from 'kith-client/react'`,
      LIBRARIES,
    )
    const without = await sizeOf(STARTED, LIBRARIES)
    expect(with_ - without).toBeGreaterThan(0.5)
    const types = await sizeOf(
      "import 'kith-client'; import 'kith-client/react'; import 'kith-client/testing'",
      [/^react/],
    )
    expect(types, 'kB of imports that nothing uses').toBeLessThan(0.1)
  })
})
