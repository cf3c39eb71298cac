import { randomUUID } from 'node:crypto'
import type { UserId, WorkspaceId } from 'kith-shared'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createMembers, type MemberStore } from '../../server/edge/members.js'
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
})
