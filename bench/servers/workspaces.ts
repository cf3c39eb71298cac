/** Workspaces straight in Kith's database, past HTTP and its caps on how many one person may own. */
import type pg from 'pg'
import { USERS, userId } from '../target.js'

export const makeWorkspaces = async (pool: pg.Pool, ids: readonly string[]): Promise<void> => {
  const users = Array.from({ length: USERS }, (_, n) => userId(n))
  await pool.query(
    `with made as (
      insert into workspaces (id, name, schema) select id, 'Bench', 1 from unnest($1::text[]) as id
      returning id)
    insert into workspace_members (workspace_id, user_id, role, name)
    select made.id, member, 'editor', member from made, unnest($2::text[]) as member`,
    [ids, users],
  )
}

/** What one workspace consists of; the table of workspaces itself has it as `id`. */
const TABLES = ['workspaces', 'workspace_members', 'journal', 'client_ids', 'snapshots', 'epochs']

/** All that there is of one workspace again, under other ids. */
export const copyWorkspace = async (
  pool: pg.Pool,
  from: string,
  to: readonly string[],
): Promise<void> => {
  for (const table of TABLES) {
    const key = table === 'workspaces' ? 'id' : 'workspace_id'
    const { rows } = await pool.query<{ column_name: string }>(
      `select column_name from information_schema.columns
      where table_schema = 'public' and table_name = $1 and column_name <> $2
        and is_generated = 'NEVER' and is_identity = 'NO'`,
      [table, key],
    )
    const columns = rows.map(({ column_name }) => column_name).join(', ')
    await pool.query(
      `insert into ${table} (${key}, ${columns})
      select copy, ${columns} from ${table}, unnest($2::text[]) as copy where ${key} = $1`,
      [from, to],
    )
  }
}

export const uncoveredRows = async (pool: pg.Pool, id: string): Promise<number> => {
  const { rows } = await pool.query<{ uncovered: number }>(
    `select (w.head - coalesce(max(s.seq), 0))::int as uncovered
    from workspaces w left join snapshots s on s.workspace_id = w.id and s.epoch = w.epoch
    where w.id = $1 group by w.id, w.head`,
    [id],
  )
  return rows[0]?.uncovered ?? 0
}
