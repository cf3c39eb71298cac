import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * What lies at `path` in the nearest folder above this one, found from the sources as well as from
 * `dist`, in the project as well as in an installed package; `undefined` where there is none.
 */
export const nearestFile = (path: string): string | undefined => {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const candidate = join(folder, path)
    if (existsSync(candidate)) return candidate
    if (folder === dirname(folder)) return undefined
  }
}
