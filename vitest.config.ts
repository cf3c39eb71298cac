import { defineConfig } from 'vitest/config'

/** Tests read the sources; a spawned server runs what `tsc` built, as in production. */
const resolve = { conditions: ['kith-source', 'module', 'node', 'default'] }
const ssr = { resolve: { conditions: ['kith-source', 'module', 'node', 'default'] } }

export default defineConfig({
  resolve,
  ssr,
  test: {
    projects: [
      {
        resolve,
        ssr,
        test: {
          name: 'unit',
          include: ['test/{unit,architecture,simulation}/**/*.test.{ts,tsx}'],
          // Some work hard: a busy machine must not turn them into failures.
          testTimeout: 60_000,
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'real',
          include: ['test/{contract,integration,interop,browser,crash}/**/*.test.{ts,tsx}'],
          globalSetup: ['test/harness/global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
