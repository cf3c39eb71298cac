import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/**
 * What `npm run mutate` runs against each mutant: the tests of the gate and of tokens, save those
 * that take many seconds by themselves.
 */
const conditions = ['kith-source', 'module', 'node', 'default']

export default defineConfig({
  // The packages' links lead to the sources; a mutant lives in a copy of them.
  resolve: {
    conditions,
    alias: { 'kith-shared': fileURLToPath(new URL('./shared/index.ts', import.meta.url)) },
  },
  ssr: { resolve: { conditions } },
  test: {
    include: [
      'test/unit/{admission,update}/**/*.test.ts',
      'test/unit/room/{room,trial}.test.ts',
      'test/unit/token-verifier.test.ts',
    ],
    exclude: ['test/unit/admission/{heavy,fuzz,mutated}.test.ts'],
  },
})
