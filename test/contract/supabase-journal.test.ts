/** The journal in a database of its own, the directory in a Supabase project. */
import { randomBytes, randomUUID } from 'node:crypto'
import type { UserId, WorkspaceId } from 'kith-shared'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Directory } from '../../server/core/directory.js'
import { createJournal } from '../../server/edge/journal.js'
import { createOwnChanges } from '../../server/edge/supabase-changes.js'
import { createSupabaseDirectory } from '../../server/edge/supabase-directory.js'
import { directoryBeside, journalBeside } from '../../server/edge/supabase-journal.js'
import { behindDirectory } from './behind-directory.js'
import { behindMembers } from './behind-members.js'
import { journalContract } from './journal-contract.js'
import { journalOn, openPostgres, type PostgresUnderTest } from './postgres-under-test.js'
import { openProject, type SupabaseUnderTest } from './supabase-under-test.js'

let project: SupabaseUnderTest
let own: PostgresUnderTest
beforeAll(async () => {
  project = await openProject()
  own = await openPostgres()
})
afterAll(async () => {
  await own.close()
  await project.close()
})

const journalHere = () =>
  journalBeside(createJournal(own.database, own.log), {
    database: own.database,
    supabase: project.supabase,
  })

journalContract('the journal beside a Supabase project', async () => {
  const under = journalOn(own)
  return {
    ...under,
    journal: journalHere(),
    createWorkspace: async (id) => {
      await under.createWorkspace(id)
      await behindMembers(project.postgres).nameWorkspace(id, id)
    },
  }
})

describe('a workspace whose directory is in Supabase', () => {
  const ana = { userId: 'ana' as UserId, name: 'Ana', email: null }
  const ben = { userId: 'ben' as UserId, name: 'Ben', email: null }
  const open = (change: (directory: Directory) => Directory = (directory) => directory) => {
    const log = {
      ...own.log,
      info: () => undefined,
    }
    const there = createSupabaseDirectory(project.supabase, createOwnChanges())
    return directoryBeside(change(there), { database: own.database, log })
  }
  const create = async (directory: Directory, name = 'Team'): Promise<WorkspaceId> => {
    const created = await directory.createWorkspace(ana, name)
    if (created.outcome !== 'done') throw new Error(created.outcome)
    return created.workspace.workspaceId
  }
  const rowHere = async (id: WorkspaceId) => {
    const text = 'select name, schema, epoch from workspaces where id = $1'
    return (await own.direct.query(text, [id])).rows
  }
  const write = async (workspaceId: WorkspaceId) => {
    const journal = journalHere()
    await journal.load(workspaceId)
    const rows = [{ author: { id: ana.userId, name: 'Ana' }, update: Uint8Array.of(0, 0) }]
    const batch = { id: randomUUID(), workspaceId, epoch: 1, head: 0, rows, bindings: [] }
    expect(await journal.commit(batch)).toMatchObject({ outcome: 'committed' })
  }

  it('gets its row where the journal is when it first loads, once for many at a time', async () => {
    const id = await create(open())
    expect(await rowHere(id)).toEqual([])
    const loads = await Promise.all(Array.from({ length: 10 }, () => journalHere().load(id)))
    expect(loads.map(({ outcome }) => outcome)).toEqual(Array(10).fill('loaded'))
    expect(await rowHere(id)).toEqual([{ name: 'Team', schema: 1, epoch: 1 }])
  })

  it('has the name that it has there, also after a rename', async () => {
    const directory = open()
    const id = await create(directory)
    expect(await journalHere().load(id)).toMatchObject({ name: 'Team' })
    await directory.rename(ana, id, 'New')
    expect(await journalHere().load(id)).toMatchObject({ name: 'New' })
  })

  it('is absent where it is in the journal alone', async () => {
    await behindMembers(own).nameWorkspace('left' as WorkspaceId, 'Left over')
    expect(await journalHere().load('left' as WorkspaceId)).toEqual({ outcome: 'absent' })
  })

  it('loads for the first time when both are there', async () => {
    const id = await create(open())
    project.goAway()
    expect(await journalHere().load(id)).toEqual({ outcome: 'away' })
    await project.comeBack()
    own.goAway()
    expect(await journalHere().load(id)).toEqual({ outcome: 'away' })
    await own.comeBack()
    expect(await journalHere().load(id)).toMatchObject({ outcome: 'loaded', head: 0 })
  })

  it('loads again while Supabase is away, so that who is in can go on', async () => {
    const id = await create(open())
    await write(id)
    project.goAway()
    expect(await journalHere().load(id)).toMatchObject({ outcome: 'loaded', head: 1 })
    await project.comeBack()
  })

  it('is shown in the epoch that the journal is in', async () => {
    const directory = open()
    const id = await create(directory)
    await journalHere().load(id)
    await own.direct.query('update workspaces set epoch = 3 where id = $1', [id])
    const other = await create(directory, 'Zebra')
    expect(await directory.workspace(ana, id)).toMatchObject({ workspace: { epoch: 3 } })
    const listed = await directory.workspacesOf(ana)
    if (listed.outcome !== 'done') throw new Error(listed.outcome)
    const epochs = listed.workspaces
      .filter(({ workspaceId }) => [id, other].includes(workspaceId))
      .map(({ workspaceId, epoch }) => [workspaceId, epoch])
    expect(epochs).toEqual([
      [id, 3],
      [other, 1],
    ])
    expect(await directory.rename(ana, id, 'Epochs')).toMatchObject({ workspace: { epoch: 3 } })
    const codeHash = randomBytes(32).toString('hex')
    const expiresAt = Date.now() + 60_000
    await directory.createInvite(ana, id, { codeHash, role: 'viewer', expiresAt })
    expect(await directory.acceptInvite(ben, codeHash)).toMatchObject({
      outcome: 'done',
      workspace: { epoch: 3, role: 'viewer' },
    })
    expect(await directory.workspace(ben, other)).toEqual({ outcome: 'not-a-member' })
  })

  it('is deleted on both sides, by who may', async () => {
    const directory = open()
    const id = await create(directory)
    await write(id)
    expect(await directory.deleteWorkspace(ben, id)).toEqual({ outcome: 'not-a-member' })
    expect(await behindDirectory(own).rowsOf(id)).toBe(2)
    expect(await directory.deleteWorkspace(ana, id)).toEqual({ outcome: 'done' })
    expect(await behindDirectory(own).rowsOf(id)).toBe(0)
    expect(await behindDirectory(project.postgres).rowsOf(id)).toBe(0)
    expect(await journalHere().load(id)).toEqual({ outcome: 'absent' })
  })

  it('may have its journal in the same database', async () => {
    const { database, log } = project.postgres
    const beside = { database, supabase: project.supabase, log: { ...log, info: () => undefined } }
    const there = createSupabaseDirectory(project.supabase, createOwnChanges())
    const directory = directoryBeside(there, beside)
    const journal = journalBeside(createJournal(database, log), beside)
    const id = await create(directory)
    await directory.rename(ana, id, 'New')
    expect(await journal.load(id)).toMatchObject({ outcome: 'loaded', name: 'New', head: 0 })
    expect(await directory.deleteWorkspace(ana, id)).toEqual({ outcome: 'done' })
    expect(await behindDirectory(project.postgres).rowsOf(id)).toBe(0)
    expect(await journal.load(id)).toEqual({ outcome: 'absent' })
  })

  it('is not deleted while the journal is away', async () => {
    const directory = open()
    const id = await create(directory)
    own.goAway()
    expect(await directory.deleteWorkspace(ana, id)).toEqual({ outcome: 'away' })
    await own.comeBack()
    expect(await directory.workspace(ana, id)).toMatchObject({ outcome: 'done' })
  })

  it('says in the log what is left where the journal goes away in between', async () => {
    const directory = open((there) => ({
      ...there,
      deleteWorkspace: async (...given) => {
        const answer = await there.deleteWorkspace(...given)
        own.goAway()
        return answer
      },
    }))
    const id = await create(directory)
    await write(id)
    own.complaints.splice(0)
    expect(await directory.deleteWorkspace(ana, id)).toEqual({ outcome: 'done' })
    expect(own.complaints).toContainEqual({
      level: 'error',
      fields: { workspaceId: id },
      message: expect.stringContaining('forget_workspace'),
    })
    await own.comeBack()
    expect(await journalHere().load(id)).toEqual({ outcome: 'absent' })
    await own.direct.query('select forget_workspace($1)', [id])
    expect(await behindDirectory(own).rowsOf(id)).toBe(0)
  })
})
