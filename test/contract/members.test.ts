import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { UserId, WorkspaceId } from 'kith-shared'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import type { MembershipChange } from '../../server/core/ports.js'
import { listenOn } from '../../server/edge/listen.js'
import { createMembers, type MemberStore } from '../../server/edge/members.js'
import { waitFor } from '../harness/wait-for.js'
import { behindMembers } from './behind-members.js'
import { membersContract } from './members-contract.js'
import { openPostgres, type PostgresUnderTest } from './postgres-under-test.js'

membersContract('members on PostgreSQL', async () => {
  const own = await openPostgres()
  return {
    members: createMembers(own.database),
    ...behindMembers(own),
    goAway: own.goAway,
    comeBack: own.comeBack,
    close: own.close,
  }
})

let postgres: PostgresUnderTest
beforeAll(async () => {
  postgres = await openPostgres()
})
afterAll(() => postgres.close())

describe('members for development tokens', () => {
  const ana = 'ana' as UserId
  let members: MemberStore
  let workspaceId: WorkspaceId
  beforeEach(() => {
    members = createMembers(postgres.database)
    workspaceId = `w-${randomUUID()}` as WorkspaceId
  })
  const create = (more: object = {}) =>
    members.createWorkspaceWithMember({
      workspaceId,
      userId: ana,
      role: 'editor',
      name: 'Ana',
      ...more,
    })
  const stored = async () => {
    const text = 'select name, email, role from workspace_members where workspace_id = $1'
    return (await postgres.direct.query(text, [workspaceId])).rows
  }

  it('takes a new role and name for the same member, and keeps what is not said', async () => {
    await create({ email: 'ana@example.org' })
    await create({ role: 'owner', name: 'Ana B.' })
    expect(await stored()).toEqual([{ name: 'Ana B.', email: 'ana@example.org', role: 'owner' }])
  })

  it('makes one workspace and one membership for many requests at once', async () => {
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => create()))
    expect(outcomes).toEqual(Array(20).fill({ outcome: 'done' }))
    expect(await stored()).toHaveLength(1)
  })

  it('keeps a workspace that is there as it is', async () => {
    await create()
    await postgres.direct.query("update workspaces set name = 'Team', head = 7 where id = $1", [
      workspaceId,
    ])
    await create({ userId: 'ben' })
    const { rows } = await postgres.direct.query(
      'select name, head::int from workspaces where id = $1',
      [workspaceId],
    )
    expect(rows).toEqual([{ name: 'Team', head: 7 }])
  })

  it('stores a name on one line, without what PostgreSQL refuses', async () => {
    await create({ name: 'A\u0000na\nB.' })
    expect(await stored()).toMatchObject([{ name: 'A na B.' }])
  })

  it('are not made while the storage is away, and are when it is back', async () => {
    postgres.goAway()
    expect(await create()).toEqual({ outcome: 'away' })
    await postgres.comeBack()
    expect(await create()).toEqual({ outcome: 'done' })
  })

  it('gives a workspace’s name, or says that there is none', async () => {
    expect(await members.findWorkspace(workspaceId)).toEqual({ outcome: 'none' })
    await create()
    const name = workspaceId
    expect(await members.findWorkspace(workspaceId)).toMatchObject({ outcome: 'workspace', name })
  })

  describe('watched', () => {
    let changes: MembershipChange[]
    let watch: ReturnType<MemberStore['watch']>
    beforeEach(async () => {
      changes = []
      watch = members.watch((change) => changes.push(change))
      await waitFor(() => changes.length > 0)
    })
    afterEach(() => watch.close())
    const sql = (text: string, ...values: unknown[]) =>
      postgres.direct.query(text, [workspaceId, ...values])
    const member = (userId: string) => ({ change: 'member', workspaceId, userId })
    /** All that was told since the last call, once `last` is there. */
    const told = async (last: object) => {
      await waitFor(() => changes.some((change) => isDeepStrictEqual(change, last)))
      return changes.splice(0)
    }

    it('say first that anything may have changed before', () => {
      expect(changes).toEqual([{ change: 'unknown' }])
    })

    it('[P4] tell of every change, whoever makes it', async () => {
      changes.length = 0
      await create()
      expect(await told(member('ana'))).toEqual([member('ana')])
      await sql("update workspace_members set role = 'viewer' where workspace_id = $1")
      expect(await told(member('ana'))).toEqual([member('ana')])
      await sql("update workspaces set name = 'New' where id = $1")
      const workspace = { change: 'workspace', workspaceId }
      expect(await told(workspace)).toEqual([workspace])
      await sql('delete from workspace_members where workspace_id = $1')
      expect(await told(member('ana'))).toEqual([member('ana')])
    })

    it('[P4] tell of a deleted workspace and of all who were in it', async () => {
      await create()
      await create({ userId: 'ben' })
      await told(member('ben'))
      await sql('delete from workspaces where id = $1')
      const all = [{ change: 'workspace', workspaceId }, member('ana'), member('ben')]
      await waitFor(() => changes.length === all.length)
      expect(changes).toEqual(expect.arrayContaining(all))
    })

    it('are silent about a commit, and about what changes nothing', async () => {
      await create()
      await told(member('ana'))
      await sql('update workspaces set head = head + 1 where id = $1')
      await create({ name: 'Another name' })
      await create({ userId: 'ben' })
      expect(await told(member('ben'))).toEqual([member('ben')])
    })

    it('take the longest ids', async () => {
      const userId = '李'.repeat(255)
      await create({ userId })
      await told(member(userId))
    })

    it('take what others say on their channel for a reason to look, and no more', async () => {
      changes.length = 0
      for (const payload of ['', 'x', '[]', 'null', '{"change":"member","workspaceId":"*"}']) {
        await postgres.direct.query("select pg_notify('kith_directory', $1)", [payload])
      }
      await waitFor(() => changes.length === 5)
      expect(changes).toEqual(Array(5).fill({ change: 'unknown' }))
    })

    it('[P4] say so when their connection is lost, and when they go on', async () => {
      await create()
      await told(member('ana'))
      postgres.goAway()
      expect(await told({ change: 'unknown' })).toEqual([{ change: 'unknown' }])
      await sql('delete from workspace_members where workspace_id = $1')
      await postgres.comeBack()
      expect(await told({ change: 'unknown' })).toEqual([{ change: 'unknown' }])
      await create()
      expect(await told(member('ana'))).toEqual([member('ana')])
    })

    it('[P4, M4] say so when their connection went silent, and go on when it speaks again', async () => {
      await create()
      await told(member('ana'))
      postgres.proxy.stall()
      await sql('delete from workspace_members where workspace_id = $1')
      await waitFor(() => changes.length > 0, { timeout: 30_000 })
      expect(changes.splice(0)).toEqual([{ change: 'unknown' }])
      postgres.proxy.resume()
      await told({ change: 'unknown' })
      await create()
      await told(member('ana'))
    })

    it('are closed twice without harm, and are silent then', async () => {
      changes.length = 0
      await watch.close()
      await watch.close()
      await create()
      expect(changes).toEqual([])
    })
  })
})

describe('listening for changes', () => {
  it('[M4] ends and begins anew where the network goes silent just as it begins', async () => {
    const { proxy } = postgres
    const own = new URL(inject('postgresUrl'))
    own.host = proxy.host
    let tries = 0
    const heard: string[] = []
    const listener = listenOn(
      () => {
        const client = new pg.Client({ connectionString: own.href })
        if (tries++ === 0) client.once('connect', () => proxy.stall())
        return client
      },
      'kith_directory',
      {
        listening: () => heard.push('listening'),
        lost: () => heard.push('lost'),
        heard: () => undefined,
      },
      100,
    )
    await waitFor(() => tries === 2)
    proxy.resume()
    await waitFor(() => heard.includes('listening'))
    await listener.close()
  })
})
