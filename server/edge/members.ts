import {
  type Epoch,
  isWorkspaceId,
  type Role,
  SCHEMA_VERSION,
  type UserId,
  type WorkspaceId,
} from 'kith-shared'
import type { Members, MembershipChange } from '../core/ports.js'
import type { Database } from './database.js'
import { plainLine } from './plain-text.js'

export interface Membership {
  workspaceId: WorkspaceId
  userId: UserId
  /** Absent: the role that they have stays; who makes the workspace owns it, others edit. */
  role?: Role | undefined
  name: string
  /** Absent: what is known already stays. */
  email?: string | null
}

export interface MemberStore extends Members {
  /**
   * For development tokens. Makes the workspace if it is not there (named by its id), and the
   * membership, or gives it this role and name. The same again changes nothing.
   */
  createWorkspaceWithMember(membership: Membership): Promise<{ outcome: 'done' | 'away' }>
}

/** Told by the triggers of migrations/0004_directory_changes.sql. */
const CHANNEL = 'kith_directory'

/** Anybody who may connect to the database may notify: what is not ours means "look". */
const changeOf = (payload: string): MembershipChange => {
  const said = parsed(payload)
  if (!isWorkspaceId(said.workspaceId)) return { change: 'unknown' }
  const { change, workspaceId, userId } = said
  if (change === 'workspace') return { change, workspaceId }
  return change === 'member' && typeof userId === 'string'
    ? { change, workspaceId, userId: userId as UserId } // whoever it is, only a look-up follows
    : { change: 'unknown' }
}

const parsed = (payload: string): Record<string, unknown> => {
  try {
    const value: unknown = JSON.parse(payload)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

export const createMembers = (database: Database): MemberStore => ({
  find: (workspaceId, userId) =>
    database.orAway(async () => {
      const [row] = await database.run<{ role: Role }>({
        name: 'member',
        text: 'select role from workspace_members where workspace_id = $1 and user_id = $2',
        values: [workspaceId, userId],
      })
      return row ? ({ outcome: 'member', role: row.role } as const) : ({ outcome: 'none' } as const)
    }),
  findWorkspace: (workspaceId) =>
    database.orAway(async () => {
      const [row] = await database.run<{ name: string; epoch: Epoch }>({
        name: 'workspace-name',
        text: 'select name, epoch from workspaces where id = $1',
        values: [workspaceId],
      })
      return row ? ({ outcome: 'workspace', ...row } as const) : ({ outcome: 'none' } as const)
    }),
  watch: (onChange) =>
    database.listen(CHANNEL, {
      listening: () => onChange({ change: 'unknown' }),
      // Also a first sign that the database is away: the look-ups that follow will find out.
      lost: () => onChange({ change: 'unknown' }),
      heard: (payload) => onChange(changeOf(payload)),
    }),
  createWorkspaceWithMember: ({ workspaceId, userId, role, name, email = null }) =>
    database.orAway(async () => {
      await database.run({
        text: `with made as (
            insert into workspaces (id, name, schema) values ($1, $1, $2)
            on conflict do nothing returning id)
          insert into workspace_members as m (workspace_id, user_id, role, name, email)
          values ($1, $3,
            coalesce($4::text, case when exists (select from made) then 'owner' else 'editor' end),
            $5, $6)
          on conflict (workspace_id, user_id) do update set
            role = coalesce($4::text, m.role), name = excluded.name, email = coalesce(excluded.email, m.email)`,
        values: [
          workspaceId,
          SCHEMA_VERSION,
          userId,
          role ?? null,
          plainLine(name),
          email && plainLine(email),
        ],
      })
      return { outcome: 'done' } as const
    }),
})
