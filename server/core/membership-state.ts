/** What `Memberships` knows of a member with sessions, and of a workspace with members. */
import type { Role, UserId, WorkspaceId } from 'kith-shared'
import type { SessionId } from './presence.js'

interface Check {
  asking: 'no' | 'yes' | 'overtaken'
  dueAt: number
}

export interface Member extends Check {
  readonly workspace: Workspace
  readonly userId: UserId
  readonly live: Set<SessionId>
  readonly waiting: Map<SessionId, 'for-this-answer' | 'came-later'>
  role: Role | undefined
  /** When it was last known to be a member. */
  confirmedAt: number
}

export interface Workspace extends Check {
  readonly id: WorkspaceId
  readonly members: Map<UserId, Member>
}

/** Not in yet. */
export const newMember = (workspace: Workspace, userId: UserId, now: number): Member => ({
  workspace,
  userId,
  live: new Set(),
  waiting: new Map(),
  role: undefined,
  confirmedAt: now,
  asking: 'no',
  dueAt: Number.POSITIVE_INFINITY,
})
