import { execFileSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = resolve(fileURLToPath(import.meta.url), '../../..')

/** What typedoc says, without its colours; it ends with 1 where something is missing. */
const check = (): string => {
  const args = [join(root, 'docs/typedoc.mjs'), '--check']
  try {
    return execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8', stdio: 'pipe' })
  } catch (error) {
    return error instanceof Error && 'stderr' in error ? `${error.stderr}` : `${error}`
  }
}

test('[T7] every public export and function has a docstring', () => {
  expect(check()).toBe('')
}, 240_000)
