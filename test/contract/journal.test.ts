import { randomUUID } from 'node:crypto'
import type { NoteId, UserId, WorkspaceId } from 'kith-shared'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { Batch } from '../../server/core/ports.js'
import { createMemoryJournal } from '../harness/memory-journal.js'
import { waitFor } from '../harness/wait-for.js'
import { type JournalUnderTest, journalContract } from './journal-contract.js'
import { journalOn, openPostgres, type PostgresUnderTest } from './postgres-under-test.js'

const openMemory = async (): Promise<JournalUnderTest> => {
  const journal = createMemoryJournal({ now: Date.now })
  return {
    journal,
    noteAuthors: journal.noteAuthors,
    createWorkspace: async (id) => journal.createWorkspace(id),
    setEpoch: async (id, epoch) => journal.setEpoch(id, epoch),
    overwriteRow: async (id, seq, update) => journal.overwriteRow(id, seq, update),
    deleteRow: async (id, seq) => journal.deleteRow(id, seq),
    overwriteSnapshot: async (id, seq, part, bytes) =>
      journal.overwriteSnapshot(id, seq, part, bytes),
    goAway: () => journal.setAway(true),
    comeBack: async () => journal.setAway(false),
    loseAnswer: (batch) => {
      journal.failNext('commit', 'after')
      return journal.commit(batch)
    },
    close: async () => undefined,
  }
}

let postgres: PostgresUnderTest
beforeAll(async () => {
  postgres = await openPostgres()
})
afterAll(() => postgres.close())

journalContract('the journal in memory', openMemory)
journalContract('the journal on PostgreSQL', async () => journalOn(postgres))

describe('the journal on PostgreSQL, beyond the contract', () => {
  const ana = { id: 'ana' as UserId, name: 'Ana' }
  const batchFor = (workspaceId: WorkspaceId): Batch => ({
    id: randomUUID(),
    workspaceId,
    epoch: 1,
    head: 0,
    rows: [{ author: ana, update: Uint8Array.of(0, 0) }],
    bindings: [],
  })
  const setUp = async () => {
    const under = journalOn(postgres)
    const workspaceId = `w-${randomUUID()}` as WorkspaceId
    await under.createWorkspace(workspaceId)
    return { ...under, workspaceId }
  }

  it('is away where the network goes silent, and goes on when it is back', async () => {
    const { journal, workspaceId } = await setUp()
    const batch = batchFor(workspaceId)
    await journal.load(workspaceId)
    postgres.proxy.stall()
    onTestFinished(() => postgres.proxy.resume())
    // The first on the connection that is open, the second on one that can't be opened.
    expect(await journal.commit(batch)).toEqual({ outcome: 'away' })
    expect(await journal.commit(batch)).toEqual({ outcome: 'away' })
    postgres.proxy.resume()
    expect(await journal.commit(batch)).toMatchObject({ outcome: 'committed', head: 1 })
  })

  it('is away where PostgreSQL ends its connections, and goes on with new ones', async () => {
    const { journal, workspaceId } = await setUp()
    const holder = await postgres.direct.connect()
    await holder.query('begin')
    await holder.query('select from workspaces where id = $1 for update', [workspaceId])
    const waiting = journal.commit(batchFor(workspaceId))
    const end = `select pg_terminate_backend(pid) from pg_stat_activity
      where wait_event_type = 'Lock' and query like '%commit_batch%'`
    await waitFor(async () => (await postgres.direct.query(end)).rowCount)
    expect(await waiting).toEqual({ outcome: 'away' })
    await holder.query('rollback')
    holder.release()
    expect(await journal.commit(batchFor(workspaceId))).toMatchObject({ outcome: 'committed' })
  })

  it('is away where a lock is held for too long, and nothing is committed', async () => {
    const { journal, workspaceId } = await setUp()
    const holder = await postgres.direct.connect()
    await holder.query('begin')
    await holder.query('select from workspaces where id = $1 for update', [workspaceId])
    expect(await journal.commit(batchFor(workspaceId))).toEqual({ outcome: 'away' })
    await holder.query('rollback')
    holder.release()
    expect(await journal.load(workspaceId)).toMatchObject({ head: 0, tail: [] })
  })

  it('[P1] waits for the disk also where the database says that it need not', async () => {
    const { journal, workspaceId } = await setUp()
    const name = new URL(postgres.direct.options.connectionString ?? '').pathname.slice(1)
    await postgres.direct.query(`alter database ${name} set synchronous_commit = off`)
    // Deferred: it sees the setting with which the transaction is about to commit.
    await postgres.direct.query(
      `create function seen_synchronous_commit() returns trigger language plpgsql as $$
       begin
         if current_setting('synchronous_commit') <> 'on' then raise 'not synced'; end if;
         return null;
       end $$`,
    )
    await postgres.direct.query(
      `create constraint trigger seen after insert on journal deferrable initially deferred
       for each row execute function seen_synchronous_commit()`,
    )
    // Only new connections take the new default.
    postgres.goAway()
    await postgres.comeBack()
    expect(await journal.commit(batchFor(workspaceId))).toMatchObject({ outcome: 'committed' })
    const notes = [{ noteId: 'n1' as NoteId, author: ana }]
    const next = { ...batchFor(workspaceId), head: 1, notes }
    expect(await journal.commit(next)).toMatchObject({ outcome: 'committed' })
    const [setting] = await postgres.database.run({ text: 'show synchronous_commit' })
    expect(setting).toEqual({ synchronous_commit: 'off' })
    await postgres.direct.query('drop trigger seen on journal')
    await postgres.direct.query(`alter database ${name} reset synchronous_commit`)
  })

  it('reports what is damaged, by workspace and row', async () => {
    const { journal, workspaceId, overwriteRow } = await setUp()
    await journal.commit(batchFor(workspaceId))
    await overwriteRow(workspaceId, 1, Uint8Array.of(0, 1))
    await expect(journal.load(workspaceId)).rejects.toThrow('row 1')
    expect(postgres.complaints).toContainEqual({
      level: 'error',
      fields: { workspaceId, seq: 1 },
      message: 'a row of the journal does not match its checksum',
    })
  })

  it('throws where the fault is ours, instead of asking to try again', async () => {
    const { journal, workspaceId } = await setUp()
    const broken = { ...batchFor(workspaceId), id: 'not a uuid' }
    await expect(journal.commit(broken)).rejects.toThrow('uuid')
  })
})
