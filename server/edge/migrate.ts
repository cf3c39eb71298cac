import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Database, Run } from './database.js'
import { nearestFile } from './nearest-file.js'

/** One line for people: which file, what is wrong with it, what to do. */
export class MigrationError extends Error {
  override name = 'MigrationError'
}

interface Migration {
  name: string
  sql: string
  checksum: string
}

const FILE = /^\d{4}_[a-z0-9_]+\.sql$/

/** Any number that nobody else uses; only servers that migrate this database take this lock. */
const LOCK = 0x6b697468

/** `migrations/` of the project, or of the installed package. */
export const migrationsFolder = (): string => {
  const first = nearestFile('migrations/0001_workspaces.sql')
  if (first === undefined) throw new MigrationError('the folder migrations/ is missing')
  return dirname(first)
}

const readMigrations = async (folder: string): Promise<Migration[]> => {
  const names = (await readdir(folder)).filter((name) => FILE.test(name)).sort()
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(join(folder, name), 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

/** Name → checksum of what the database has; null where it was applied by hand. */
const readApplied = async (run: Run): Promise<Map<string, string | null>> => {
  const [table] = await run<{ present: boolean }>({
    text: "select to_regclass('schema_migrations') is not null as present",
  })
  if (!table?.present) return new Map()
  const rows = await run<{ name: string; checksum: string | null }>({
    text: 'select name, checksum from schema_migrations order by name',
  })
  return new Map(rows.map((row) => [row.name, row.checksum]))
}

const refuseStrangers = (
  files: readonly Migration[],
  applied: Map<string, string | null>,
): void => {
  const known = new Map(files.map((file) => [file.name, file.checksum]))
  for (const [name, checksum] of applied) {
    const now = known.get(name)
    if (now === undefined) {
      throw new MigrationError(
        `the database has the migration ${name}, which this version of Kith does not know: start the newer version`,
      )
    }
    if (checksum !== null && checksum !== now) {
      throw new MigrationError(
        `the migration ${name} was changed after it was applied: put the file back as it was, and write a new one`,
      )
    }
  }
}

const recordChecksum = (run: Run, { name, checksum }: Migration) =>
  run({
    text: 'update schema_migrations set checksum = $2 where name = $1 returning name',
    values: [name, checksum],
  })

/** Where it throws, the connection ends, and with it the transaction. */
const apply = async (run: Run, migration: Migration): Promise<void> => {
  await run({ text: 'begin' })
  await run({ text: migration.sql })
  const recorded = await recordChecksum(run, migration)
  if (recorded.length !== 1) {
    throw new MigrationError(`the migration ${migration.name} does not record its own name`)
  }
  await run({ text: 'commit' })
}

/**
 * Applies what the database lacks, in the order of the names, under a lock: of several servers
 * that start at once, one migrates and the others wait. Gives the names that it applied. Throws
 * `MigrationError`, or pg's error (see `whyAway`), with every finished file kept.
 */
export const migrate = async (
  database: Database,
  folder: string = migrationsFolder(),
): Promise<string[]> => {
  const files = await readMigrations(folder)
  return database.withConnection(async (run) => {
    // The lock lives as long as the session, so that a killed server leaves none behind.
    await run({ text: 'select pg_advisory_lock($1)', values: [LOCK] })
    const applied = await readApplied(run)
    refuseStrangers(files, applied)
    const names: string[] = []
    for (const file of files) {
      const checksum = applied.get(file.name)
      if (checksum === null) await recordChecksum(run, file)
      if (checksum !== undefined) continue
      await apply(run, file)
      names.push(file.name)
    }
    return names
  })
}
