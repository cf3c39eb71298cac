/** What the documents say about the tree is true of the tree. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = resolve(fileURLToPath(import.meta.url), '../../..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')

const DOCUMENTS = [
  'ARCHITECTURE.md',
  'README.md',
  'SECURITY.md',
  'SPEC.md',
  'docs/editing.md',
  'docs/getting-started.md',
  'docs/import-export.md',
  'docs/testing.md',
]

/** Paths between backticks whose first folder is one of ours. */
const pathsIn = (text: string): string[] =>
  Array.from(
    text.matchAll(/`((?:bench|client|demo|docs|migrations|server|shared|test)\/[\w./-]+)`/g),
    ([, path = '']) => path,
  )

/** A module may be named without its ending. */
const isThere = (path: string): boolean =>
  ['', '.ts', '.tsx'].some((ending) => existsSync(join(root, `${path}${ending}`)))

const testNames = (): string =>
  readdirSync(join(root, 'test'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n')

describe('the documents', () => {
  it.each(DOCUMENTS)('name no file that is not there: %s', (document) => {
    const paths = pathsIn(read(document))
    expect(paths.filter((path) => !isThere(path))).toEqual([])
  })

  it('say nothing in SPEC.md that no test names', () => {
    const rules = Array.from(
      read('SPEC.md').matchAll(/^\| ([PAHMLEKCDRUTVW]\d+) \|/gm),
      ([, rule = '']) => rule,
    )
    expect(rules.length).toBeGreaterThan(15)
    const names = testNames()
    const unnamed = rules.filter(
      (rule) => !new RegExp(`\\[(?:[PAHMLEKCDRUTVW]\\d+, )*${rule}[\\],]`).test(names),
    )
    expect(unnamed).toEqual([])
  })
})
