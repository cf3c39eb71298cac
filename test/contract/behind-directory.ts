import type { PostgresUnderTest } from './postgres-under-test.js'

/** What a test does behind a directory's back, on the tables of `postgres`. */
export const behindDirectory = ({ direct }: PostgresUnderTest) => ({
  audited: async (workspaceId: string) => {
    const text = `select event, user_id as "userId", subject_id as "subjectId", detail
      from audit_log where workspace_id = $1 order by at`
    return (await direct.query(text, [workspaceId])).rows
  },
  rowsOf: async (workspaceId: string) => {
    const tables = ['snapshots', 'journal', 'client_ids', 'invites', 'workspace_members']
    const counts = tables.map((table) => `(select count(*) from ${table} where workspace_id = $1)`)
    const text = `select ((select count(*) from workspaces where id = $1) + ${counts.join(' + ')})::int as rows`
    return (await direct.query(text, [workspaceId])).rows[0].rows
  },
  addMembers: async (workspaceId: string, count: number) => {
    const text = `insert into workspace_members (workspace_id, user_id, role, name)
      select $1, 'more-' || number, 'viewer', 'One of many' from generate_series(1, $2) as number`
    await direct.query(text, [workspaceId, count])
  },
})
