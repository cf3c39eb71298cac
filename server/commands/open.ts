/** The database that a command works on: DATABASE_URL, or the one under DATA_DIR. */
import { randomBytes } from 'node:crypto'
import { isWorkspaceId, type WorkspaceId } from 'kith-shared'
import { type Environment, readConfig } from '../config.js'
import { type Database, type DatabaseLog, openDatabase } from '../edge/database.js'
import { findWorkspace, type StoredWorkspace } from '../edge/history.js'
import { migrate } from '../edge/migrate.js'
import { CommandError } from './command-error.js'

/** What a database says beside its answers is said by what fails. */
export const silent: DatabaseLog & { info: DatabaseLog['warn'] } = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
}

export const newClientId = (): number => randomBytes(4).readUInt32BE()

export interface OpenDatabase {
  database: Database
  close(): Promise<void>
}

/** A document of 128 MB on a slow disk. */
const STATEMENT_TIMEOUT = 600_000

/** Rejects with `CommandError`, `EmbeddedPostgresError`, `MigrationError`, or as pg does. */
export const openForCommand = async (
  { DATABASE_URL, DATA_DIR }: Environment,
  cwd: string,
): Promise<OpenDatabase> => {
  const read = readConfig({ DATABASE_URL, DATA_DIR }, cwd)
  if (!read.ok) throw new CommandError(read.problems.join('\n'))
  const { databaseUrl, dataDir } = read.config
  const embedded = databaseUrl === undefined ? await joinEmbedded(dataDir) : undefined
  const url = databaseUrl ?? embedded?.url ?? ''
  const options = { url, poolSize: 3, log: silent, statementTimeout: STATEMENT_TIMEOUT }
  const database = openDatabase(options)
  const close = async () => {
    await database.close()
    await embedded?.close()
  }
  try {
    await migrate(database)
  } catch (error) {
    await close()
    throw error
  }
  return { database, close }
}

const joinEmbedded = async (dataDir: string) => {
  const { hasEmbeddedPostgres, joinEmbeddedPostgres } = await import('../edge/embedded-postgres.js')
  if (!hasEmbeddedPostgres(dataDir)) {
    throw new CommandError(
      `DATA_DIR: ${dataDir} holds no database; set DATA_DIR or DATABASE_URL, or start the server once`,
    )
  }
  return joinEmbeddedPostgres({ dataDir, log: silent })
}

export const workspaceIdOf = (text: string | undefined): WorkspaceId => {
  if (text === undefined) throw new CommandError('which workspace? give its id', 2)
  if (!isWorkspaceId(text)) throw new CommandError(`${text}: not a workspace id`, 2)
  return text
}

export const existing = async (
  database: Database,
  text: string | undefined,
): Promise<StoredWorkspace> => {
  const id = workspaceIdOf(text)
  const workspace = await findWorkspace(database.run, id)
  if (!workspace) throw new CommandError(`${id}: there is no such workspace`)
  return workspace
}
