/**
 * The journal's side of a workspace whose directory is in Supabase. The two may be one database or
 * two; nothing here asks which.
 */
import type { WorkspaceId } from 'kith-shared'
import * as v from 'valibot'
import type { Directory, WorkspaceSummary } from '../core/directory.js'
import type { Journal, Members } from '../core/ports.js'
import type { Database } from './database.js'
import { deletionsOn } from './deletion.js'
import { createMembers } from './members.js'
import type { Supabase, SupabaseLog } from './supabase-client.js'

const WorkspaceRow = v.object({ name: v.string(), schema: v.pipe(v.number(), v.integer()) })

/**
 * Before a workspace loads, its row is made where the journal is, or gets its present name: the
 * journal's rows point at it. While Supabase is away, what has a row loads as it was last known:
 * who is in goes on, and nobody new gets in without their membership.
 */
export const journalBeside = (
  journal: Journal,
  { database, supabase }: { database: Database; supabase: Supabase },
): Journal => ({
  ...journal,
  async load(workspaceId, owned) {
    const asked = await supabase.rows(
      { table: 'workspaces', columns: 'name,schema', where: { id: workspaceId } },
      WorkspaceRow,
    )
    if (asked.outcome === 'away') {
      const loaded = await journal.load(workspaceId, owned)
      return loaded.outcome === 'absent' ? asked : loaded
    }
    const [workspace] = asked.answer
    if (!workspace) return { outcome: 'absent' }
    const written = await database.orAway(async () => {
      await database.run({
        text: `insert into workspaces as w (id, name, schema) values ($1, $2, $3)
          on conflict (id) do update set name = excluded.name where w.name <> excluded.name`,
        values: [workspaceId, workspace.name, workspace.schema],
      })
      return { outcome: 'written' } as const
    })
    return written.outcome === 'away' ? written : journal.load(workspaceId, owned)
  },
})

/** Members who know the journal's epoch, and hear from its database when another begins. */
export const membersBeside = (members: Members, { database }: { database: Database }): Members => ({
  ...members,
  async findWorkspace(workspaceId) {
    const found = await members.findWorkspace(workspaceId)
    if (found.outcome !== 'workspace') return found
    const here = await createMembers(database).findWorkspace(workspaceId)
    // Where it is away, or the workspace was never opened, no room is to learn of it.
    return here.outcome === 'workspace' ? { ...found, epoch: here.epoch } : found
  },
  watch(onChange) {
    const there = members.watch(onChange)
    const here = createMembers(database).watch((change) => {
      if (change.change === 'workspace') onChange(change)
    })
    return {
      close: async () => {
        await Promise.all([there.close(), here.close()])
      },
    }
  },
})

/**
 * A directory whose workspaces have the journal's epoch, and whose deletions take the journal's
 * side along. Supabase decides first. Should the database go away just then, what is left behind
 * can be reached by nobody, and the log says how to remove it.
 */
export const directoryBeside = (
  directory: Directory,
  { database, log }: { database: Database; log: SupabaseLog },
): Directory => {
  const forget = createForget(database, log)
  const withEpochs = (workspaces: readonly WorkspaceSummary[]) =>
    database.orAway(async () => {
      const rows = await database.run<{ id: string; epoch: number }>({
        text: 'select id, epoch from workspaces where id = any($1)',
        values: [workspaces.map(({ workspaceId }) => workspaceId)],
      })
      const epochs = new Map(rows.map(({ id, epoch }) => [id, epoch]))
      // One that nobody has opened yet has no row here, and is in its first epoch.
      const present = workspaces.map((one) => ({
        ...one,
        epoch: epochs.get(one.workspaceId) ?? one.epoch,
      }))
      return { outcome: 'done', workspaces: present } as const
    })
  const presentOne = async (asked: ReturnType<Directory['workspace']>) => {
    const answer = await asked
    if (answer.outcome !== 'done') return answer
    const read = await withEpochs([answer.workspace])
    if (read.outcome === 'away') return read
    const [workspace = answer.workspace] = read.workspaces
    return { outcome: 'done', workspace } as const
  }
  return {
    ...directory,
    async workspacesOf(actor) {
      const answer = await directory.workspacesOf(actor)
      return answer.outcome === 'done' ? withEpochs(answer.workspaces) : answer
    },
    workspace: (...given) => presentOne(directory.workspace(...given)),
    rename: (...given) => presentOne(directory.rename(...given)),
    acceptInvite: (...given) => presentOne(directory.acceptInvite(...given)),
    async deleteWorkspace(actor, workspaceId) {
      const isThere = await withEpochs([])
      if (isThere.outcome === 'away') return isThere
      const answer = await directory.deleteWorkspace(actor, workspaceId)
      if (answer.outcome === 'done') await forget(workspaceId)
      return answer
    },
  }
}

/** Only said in the log where it fails: the workspace is gone for everybody all the same. */
const createForget = (database: Database, log: SupabaseLog) => {
  const remove = deletionsOn(database)
  return async (workspaceId: WorkspaceId): Promise<void> => {
    const statement = { text: 'select forget_workspace($1)', values: [workspaceId] }
    const forgotten = await database.orAway(() => remove(workspaceId, statement))
    if (Array.isArray(forgotten)) return
    log.error(
      { workspaceId },
      'a deleted workspace left its journal behind: call forget_workspace in the database',
    )
  }
}
