import type { Plugin, Rolldown } from 'vite'
import { PART_FILES } from './src/parts/part-files.js'

type Bundle = Rolldown.OutputBundle
type Chunk = Rolldown.OutputChunk

/** The part that nearly everybody needs next. */
const NEXT = 'signed-in-part'

/**
 * Writes the files of each part of the app into its page, and has the browser fetch those of the
 * workspace behind all that the first paint needs: nobody waits for a script that names a script.
 */
export const partsInPage = (): Plugin => ({
  name: 'kith-parts',
  apply: 'build',
  transformIndexHtml: {
    order: 'post',
    handler: (_html, { bundle, chunk }) => {
      if (!bundle || !chunk || chunk.dynamicImports.length === 0) return []
      const parts = partsOf(bundle, chunk)
      return [
        {
          tag: 'script',
          attrs: { type: 'application/json', id: PART_FILES },
          children: JSON.stringify(parts),
          injectTo: 'head',
        },
        ...(parts[NEXT] ?? []).map((href) => ({
          tag: 'link',
          attrs: { rel: 'modulepreload', crossorigin: '', fetchpriority: 'low', href },
          injectTo: 'head' as const,
        })),
      ]
    },
  },
})

/** By name, what each part needs beside what is there when it is asked for. */
const partsOf = (bundle: Bundle, page: Chunk): Record<string, string[]> => {
  const parts: Record<string, string[]> = {}
  const add = (opener: string, there: ReadonlySet<string>): void => {
    const here = new Set([...there, ...withImports(bundle, opener)])
    for (const file of [...here].flatMap((one) => chunkOf(bundle, one)?.dynamicImports ?? [])) {
      const name = chunkOf(bundle, file)?.name
      if (name === undefined || name in parts) continue
      const needed = withImports(bundle, file).filter((one) => !here.has(one))
      parts[name] = needed.map((one) => `/${one}`)
      add(file, here)
    }
  }
  add(page.fileName, new Set())
  return parts
}

/** A file with all that it imports at once. */
const withImports = (bundle: Bundle, file: string, found = new Set<string>()): string[] => {
  if (found.has(file)) return []
  found.add(file)
  const { imports = [] } = chunkOf(bundle, file) ?? {}
  return [file, ...imports.flatMap((one) => withImports(bundle, one, found))]
}

const chunkOf = (bundle: Bundle, file: string): Chunk | undefined => {
  const output = bundle[file]
  return output?.type === 'chunk' ? output : undefined
}
