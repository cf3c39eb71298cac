/** `import`: a file of `export`, or any Yjs update of the flat layout, as a new workspace. */
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import {
  isNoteId,
  isUserId,
  NOTES,
  SCHEMA_VERSION,
  type UserId,
  type WorkspaceId,
} from 'kith-shared'
import { compact } from '../core/documents.js'
import {
  type Taken,
  updatesOf,
  type Values,
  valuesOfContacts,
  valuesOfUpdate,
} from '../core/exchange.js'
import type { Database, Run } from '../edge/database.js'
import { findWorkspace } from '../edge/history.js'
import { createJournal } from '../edge/journal.js'
import { isTaken } from '../edge/storage-away.js'
import { CommandError } from './command-error.js'
import type { Console } from './console.js'
import { codeOf } from './export.js'
import { record } from './new-epoch.js'
import { newClientId, silent, workspaceIdOf } from './open.js'

export const importWorkspace = async (
  database: Database,
  { print, progress }: Console,
  [id, file]: readonly (string | undefined)[],
  { name, owner }: { name: string | undefined; owner: string | undefined },
): Promise<void> => {
  const workspaceId = workspaceIdOf(id)
  if (file === undefined) throw new CommandError('which file? name it behind the id', 2)
  if (owner === undefined) throw new CommandError('whose is it? give --owner and a user id', 2)
  if (!isUserId(owner)) throw new CommandError('--owner: not a user id', 2)
  progress(`${workspaceId}: reading ${file}`)
  const bytes = await readFile(file).catch((error: unknown) => {
    throw new CommandError(`${file}: can't be read (${codeOf(error)})`)
  })
  const clientId = newClientId()
  const values = taken(
    file,
    file.endsWith('.json') ? valuesOfJson(bytes) : valuesOfUpdate(new Uint8Array(bytes)),
  )
  const updates = taken(file, updatesOf(values, clientId))
  progress(`${workspaceId}: writing ${updates.length} rows`)
  await inOneTransaction(database, async (run) => {
    if (await findWorkspace(run, workspaceId)) {
      throw new CommandError(`${workspaceId}: there is such a workspace already`)
    }
    await create(run, workspaceId, name ?? workspaceId, owner)
    const author = { id: owner, name: owner }
    const rows = updates.map((update) => ({ author, update }))
    // Who wrote them elsewhere, nobody here can vouch for: they are theirs who brings them in.
    const notes = values.maps.flatMap(([root, noteId]) =>
      root === NOTES && isNoteId(noteId) ? [{ noteId, author }] : [],
    )
    const journal = createJournal({ ...database, run }, silent)
    const committed = await journal.commit({
      id: randomUUID(),
      workspaceId,
      epoch: 1,
      head: 0,
      rows,
      bindings: [{ clientId, userId: owner }],
      notes,
    })
    if (committed.outcome !== 'committed')
      throw new CommandError('the database went away: try again')
    // Who joins first need not be sent it row by row.
    const compacted = rows.length > 0 ? compact(undefined, rows) : undefined
    if (compacted) {
      await journal.writeSnapshot(workspaceId, { epoch: 1, seq: committed.head, ...compacted })
    }
    await record({ ...database, run }, workspaceId, 'workspace-imported', { rows: updates.length })
  })
  print(
    `${workspaceId}: ${values.maps.length} values and ${values.texts.length} texts, in ${updates.length} rows`,
  )
}

const taken = <Value>(file: string, result: Taken<Value>): Value => {
  if (result.ok) return result.value
  throw new CommandError(`${file}: ${result.problem}`)
}

const valuesOfJson = (bytes: Uint8Array): Taken<Values> => {
  let parsed: unknown
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return { ok: false, problem: 'not JSON' }
  }
  return valuesOfContacts(parsed)
}

const create = async (
  run: Run,
  workspaceId: WorkspaceId,
  name: string,
  owner: UserId,
): Promise<void> => {
  await run({
    text: 'insert into workspaces (id, name, schema) values ($1, $2, $3)',
    values: [workspaceId, name, SCHEMA_VERSION],
  })
  await run({
    text: `insert into workspace_members (workspace_id, user_id, role, name) values ($1, $2, 'owner', $2)`,
    values: [workspaceId, owner],
  })
}

const inOneTransaction = async (
  database: Database,
  work: (run: Run) => Promise<void>,
): Promise<void> => {
  try {
    await database.withConnection(async (run) => {
      await run({ text: 'begin' })
      await work(run)
      await run({ text: 'commit' })
    })
  } catch (error) {
    if (isTaken(error)) throw new CommandError('somebody makes a workspace of this id just now')
    throw error
  }
}
