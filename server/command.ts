#!/usr/bin/env node
/** `npm run workspace`: what is done to a workspace from a terminal, beside or without a server. */
import { parseArgs } from 'node:util'
import { CommandError } from './commands/command-error.js'
import { createConsole } from './commands/console.js'
import { exportWorkspace } from './commands/export.js'
import { importWorkspace } from './commands/import.js'
import { list } from './commands/list.js'
import { existing, openForCommand } from './commands/open.js'
import { purge } from './commands/purge.js'
import { renew } from './commands/renew.js'
import { restore } from './commands/restore.js'
import { verify } from './commands/verify.js'
import { isPageDamaged } from './edge/damaged-pages.js'
import type { Database } from './edge/database.js'
import { EmbeddedPostgresError } from './edge/embedded-postgres/error.js'
import { listWorkspaces, type StoredWorkspace } from './edge/history.js'
import { MigrationError } from './edge/migrate.js'
import { whyAway } from './edge/storage-away.js'

const USAGE = `usage: npm run workspace -- <command>
  list
  verify <id> | --all [--dry-run]
  export <id> --out <file> [--format yjs|json]
  import <id> <file> --owner <user id> [--name <name>]
  restore <id> --at <time or row>
  renew <id> | --all
  purge <id> --yes
on DATABASE_URL, or on the database under DATA_DIR (a server may run on it)`

const OPTIONS = {
  all: { type: 'boolean' },
  at: { type: 'string' },
  'dry-run': { type: 'boolean' },
  format: { type: 'string' },
  help: { type: 'boolean' },
  name: { type: 'string' },
  out: { type: 'string' },
  owner: { type: 'string' },
  yes: { type: 'boolean' },
} as const

/** Which options and how many words each takes. */
const COMMANDS: Readonly<Record<string, { options: readonly string[]; words: number }>> = {
  list: { options: [], words: 0 },
  verify: { options: ['all', 'dry-run'], words: 1 },
  export: { options: ['out', 'format'], words: 1 },
  import: { options: ['name', 'owner'], words: 2 },
  restore: { options: ['at'], words: 1 },
  renew: { options: ['all'], words: 1 },
  purge: { options: ['yes'], words: 1 },
}

const parse = (args: string[]) => {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true })
  } catch (error) {
    throw new CommandError(error instanceof Error ? error.message : String(error), 2)
  }
}
type Values = ReturnType<typeof parse>['values']

const check = (command: string, words: readonly string[], values: Values): void => {
  const takes = COMMANDS[command]
  if (!takes) throw new CommandError(`${command}: no such command\n${USAGE}`, 2)
  const foreign = Object.keys(values).find((name) => !takes.options.includes(name))
  if (foreign !== undefined) throw new CommandError(`${command}: takes no --${foreign}`, 2)
  const extra = words[takes.words]
  if (extra !== undefined) throw new CommandError(`${command}: what is ${extra}?`, 2)
}

const chosen = async (
  database: Database,
  id: string | undefined,
  all = false,
): Promise<StoredWorkspace[]> => {
  if (all && id !== undefined) throw new CommandError('either an id or --all', 2)
  return all ? listWorkspaces(database.run) : [await existing(database, id)]
}

/** Gives the exit code. */
const perform = async (
  database: Database,
  command: string,
  words: readonly string[],
  values: Values,
): Promise<number> => {
  const console = createConsole()
  const [id] = words
  switch (command) {
    case 'list':
      await list(database, console)
      return 0
    case 'verify': {
      const workspaces = await chosen(database, id, values.all)
      return (await verify(database, console, workspaces, values['dry-run'] ?? false)) ? 0 : 1
    }
    case 'export':
      await exportWorkspace(database, console, id, { out: values.out, format: values.format })
      return 0
    case 'import':
      await importWorkspace(database, console, words, { name: values.name, owner: values.owner })
      return 0
    case 'restore':
      await restore(database, console, id, values.at)
      return 0
    case 'renew': {
      const workspaces = await chosen(database, id, values.all)
      await renew(
        database,
        console,
        workspaces.map((workspace) => workspace.id),
      )
      return 0
    }
    case 'purge':
      await purge(database, console, id, values.yes ?? false)
      return 0
    default:
      throw new CommandError(USAGE, 2)
  }
}

/** One line for people; undefined for a bug of ours. */
const reasonOf = (error: unknown): string | undefined => {
  const isOurs =
    error instanceof CommandError ||
    error instanceof EmbeddedPostgresError ||
    error instanceof MigrationError
  if (isOurs) return error.message
  if (isPageDamaged(error)) return 'pages of the database are damaged: verify the workspace first'
  const away = whyAway(error)
  return away === undefined ? undefined : `the database can't be reached (${away})`
}

const run = async (): Promise<number> => {
  const { values, positionals } = parse(process.argv.slice(2))
  const [command, ...words] = positionals
  if (values.help) {
    process.stdout.write(`${USAGE}\n`)
    return 0
  }
  if (command === undefined) throw new CommandError(USAGE, 2)
  check(command, words, values)
  const { database, close } = await openForCommand(process.env, process.cwd())
  try {
    return await perform(database, command, words, values)
  } finally {
    await close()
  }
}

try {
  process.exitCode = await run()
} catch (error) {
  const reason = reasonOf(error)
  if (reason === undefined) throw error
  process.stderr.write(`${reason}\n`)
  process.exitCode = error instanceof CommandError ? error.exitCode : 1
}
