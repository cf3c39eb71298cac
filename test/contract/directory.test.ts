import { randomUUID } from 'node:crypto'
import type { UserId, WorkspaceId } from 'kith-shared'
import { describe, expect, it } from 'vitest'
import type { Directory } from '../../server/core/directory.js'
import { createDirectory } from '../../server/edge/directory.js'
import { createJournal } from '../../server/edge/journal.js'
import { waitFor } from '../harness/wait-for.js'
import { behindDirectory } from './behind-directory.js'
import { type DirectoryUnderTest, directoryContract } from './directory-contract.js'
import { openPostgres } from './postgres-under-test.js'

const openOnPostgres = async (): Promise<DirectoryUnderTest> => {
  const postgres = await openPostgres()
  return {
    directory: createDirectory(postgres.database),
    journal: createJournal(postgres.database, postgres.log),
    ...behindDirectory(postgres),
    goAway: postgres.goAway,
    comeBack: postgres.comeBack,
    close: postgres.close,
  }
}

directoryContract('the directory on PostgreSQL', openOnPostgres)

const ana = { userId: 'ana' as UserId, name: 'Ana', email: null }
const ownedBy = async (owner: typeof ana, directory: Directory): Promise<WorkspaceId> => {
  const made = await directory.createWorkspace(owner, 'Team')
  if (made.outcome !== 'done') throw new Error(made.outcome)
  return made.workspace.workspaceId
}

describe('the functions of the directory', () => {
  it('[P4] are nobody’s to call but their owner’s, as the actor is a parameter', async () => {
    const postgres = await openPostgres()
    try {
      const { rows } = await postgres.direct.query(`
        select p.proname as name, p.prosecdef as "isDefiner",
          coalesce(p.proacl::text, 'everybody') as granted
        from pg_proc p join pg_namespace n on n.oid = p.pronamespace
        where n.nspname = 'public' and p.prorettype <> 'trigger'::regtype`)
      const names = rows.map(({ name }) => name)
      expect(names).toEqual(
        expect.arrayContaining(['commit_batch', 'delete_workspace', 'accept_invite']),
      )
      // An entry without a role before its `=` is everybody's.
      const open = rows.filter(({ granted }) => /everybody|[{,]=|anon|authenticated/.test(granted))
      expect(open).toEqual([])
      expect(rows.filter(({ isDefiner }) => isDefiner)).toEqual([])
    } finally {
      await postgres.close()
    }
  })

  it('[H3] wait with a deletion for whoever is just writing a row of the workspace', async () => {
    const postgres = await openPostgres()
    const writer = await postgres.direct.connect()
    try {
      const directory = createDirectory(postgres.database)
      const workspaceId = await ownedBy(ana, directory)
      await writer.query('begin')
      await writer.query(
        `insert into snapshots (workspace_id, epoch, seq, document, document_checksum,
          document_index, document_index_checksum) values ($1, 1, 0, '', 0, '', 0)`,
        [workspaceId],
      )
      const deletion = directory.deleteWorkspace(ana, workspaceId)
      await waitFor(async () => {
        const text =
          "select from pg_stat_activity where wait_event_type = 'Lock' and query ~ 'delete_w'"
        return (await postgres.direct.query(text)).rowCount === 1
      })
      await writer.query('commit')
      expect(await deletion).toEqual({ outcome: 'done' })
      expect(await behindDirectory(postgres).rowsOf(workspaceId)).toBe(0)
    } finally {
      writer.release()
      await postgres.close()
    }
  })

  it('[H3] delete for longer than other statements may take', async () => {
    const postgres = await openPostgres()
    const writer = await postgres.direct.connect()
    try {
      const directory = createDirectory(postgres.database)
      const workspaceId = await ownedBy(ana, directory)
      await writer.query('begin')
      await writer.query('select from workspaces where id = $1 for update', [workspaceId])
      const deletion = directory.deleteWorkspace(ana, workspaceId)
      await waitFor(async () => {
        // The pool's limit is a second here.
        const text = `select from pg_stat_activity where query ~ 'delete_w'
          and state = 'active' and clock_timestamp() - query_start > interval '1500 ms'`
        return (await postgres.direct.query(text)).rowCount === 1
      })
      await writer.query('commit')
      expect(await deletion).toEqual({ outcome: 'done' })
    } finally {
      writer.release()
      await postgres.close()
    }
  })

  it('[P7] that wait for one workspace leave connections to the commits of others', async () => {
    const postgres = await openPostgres()
    const holder = await postgres.direct.connect()
    try {
      const directory = createDirectory(postgres.database)
      const ben = { userId: 'ben' as UserId, name: 'Ben', email: null }
      const [locked, other] = [await ownedBy(ana, directory), await ownedBy(ben, directory)]
      await holder.query('begin')
      await holder.query('select from workspaces where id = $1 for update', [locked])
      const waiting = Array.from({ length: 40 }, (_, index) =>
        directory.rename(ana, locked, `Name ${index}`),
      )
      const journal = createJournal(postgres.database, postgres.log)
      const rows = [{ author: { id: ana.userId, name: ana.name }, update: Uint8Array.of(1) }]
      const batch = { id: randomUUID(), workspaceId: other, epoch: 1, head: 0, rows, bindings: [] }
      expect(await journal.commit(batch)).toMatchObject({ outcome: 'committed' })
      expect(await directory.rename(ben, other, 'New')).toMatchObject({ outcome: 'done' })
      await holder.query('commit')
      expect((await Promise.all(waiting)).map(({ outcome }) => outcome)).toEqual(
        Array(40).fill('done'),
      )
    } finally {
      holder.release()
      await postgres.close()
    }
  })

  it('[P7] do not wait for a workspace that its asker is not in, nor hold it up', async () => {
    const postgres = await openPostgres()
    const holder = await postgres.direct.connect()
    try {
      const directory = createDirectory(postgres.database)
      const id = await ownedBy(ana, directory)
      const eve = { userId: 'eve' as UserId, name: 'Eve', email: null }
      await holder.query('begin')
      await holder.query('select from workspaces where id = $1 for update', [id])
      const wanted = { codeHash: '0'.repeat(64), role: 'owner', expiresAt: Date.now() } as const
      const answers = await Promise.all([
        directory.rename(eve, id, 'Mine'),
        directory.deleteWorkspace(eve, id),
        directory.setRole(eve, id, ana.userId, 'viewer'),
        directory.removeMember(eve, id, ana.userId),
        directory.createInvite(eve, id, wanted),
      ])
      await holder.query('rollback')
      expect(answers).toEqual(Array(5).fill({ outcome: 'not-a-member' }))
    } finally {
      holder.release()
      await postgres.close()
    }
  })
})
