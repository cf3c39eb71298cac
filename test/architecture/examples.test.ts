/** The examples in the documents are files that are compiled and run. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = resolve(fileURLToPath(import.meta.url), '../../..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')

/** A comment names the file whose text the block below it is. */
const EXAMPLE = /<!-- (test\/[\w./-]+) -->\n```\w+\n([\s\S]*?)```/g

interface Example {
  readonly path: string
  readonly code: string
}

const examplesIn = (document: string): Example[] =>
  Array.from(read(document).matchAll(EXAMPLE), ([, path = '', code = '']) => ({ path, code }))

test.each([
  ['docs/testing.md', 2],
  ['docs/getting-started.md', 1],
  ['docs/editing.md', 2],
] as const)('[T4] the examples of %s are files that are compiled and run', (document, count) => {
  const examples = examplesIn(document)
  expect(examples).toHaveLength(count)
  for (const { path, code } of examples) expect([path, code]).toEqual([path, read(path)])
})

test('[T4] the list of the getting started takes less than thirty lines', () => {
  const [example] = examplesIn('docs/getting-started.md')
  expect(example?.code.trim().split('\n').length).toBeLessThan(30)
})
