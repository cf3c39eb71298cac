import type { MembersUnderTest } from './members-contract.js'
import type { PostgresUnderTest } from './postgres-under-test.js'

/** What a test does behind a store of members, on the tables of `postgres`. */
export const behindMembers = ({ direct }: PostgresUnderTest) => {
  const run = async (text: string, ...values: unknown[]) => {
    await direct.query(text, values)
  }
  return {
    nameWorkspace: (id, name) =>
      run(
        `insert into workspaces (id, name, schema) values ($1, $2, 1)
         on conflict (id) do update set name = excluded.name`,
        id,
        name,
      ),
    setMember: (id, userId, role) =>
      run(
        `insert into workspace_members (workspace_id, user_id, role, name) values ($1, $2, $3, $2)
         on conflict (workspace_id, user_id) do update set role = excluded.role`,
        id,
        userId,
        role,
      ),
    removeMember: (id, userId) =>
      run('delete from workspace_members where workspace_id = $1 and user_id = $2', id, userId),
    deleteWorkspace: (id) => run('delete from workspaces where id = $1', id),
  } satisfies Partial<MembersUnderTest>
}
