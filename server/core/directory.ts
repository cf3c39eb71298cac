/**
 * Workspaces and who is in them, as people change them over HTTP. One port for every store; each
 * call is one transaction, in which the actor's right is judged and the change is audited. It has
 * one contract suite (`test/contract/directory-contract.ts`).
 */
import type { Role, UserId, WorkspaceId } from 'kith-shared'

/** Who acts, or joins: as their token says. */
export interface Person {
  userId: UserId
  name: string
  email: string | null
}

/** A workspace as one of its members sees it. */
export interface WorkspaceSummary {
  workspaceId: WorkspaceId
  name: string
  /** The asking member's own. */
  role: Role
  epoch: number
  members: number
  /** Milliseconds since 1970. */
  createdAt: number
}

export interface Member extends Person {
  role: Role
  /** Milliseconds since 1970. */
  joinedAt: number
}

/** A link that makes whoever follows it a member. Only the code's hash is ever stored. */
export interface Invite {
  inviteId: string
  role: Role
  createdBy: UserId
  /** Milliseconds since 1970. */
  createdAt: number
  expiresAt: number
  /** How many have joined by it. */
  uses: number
}

/** Nothing changed, and why. `away`: nothing is known to have happened, ask again. */
export type Denied =
  /** Not in this workspace, or there is none: who is not in it can't tell. */
  | { outcome: 'not-a-member' }
  /** The actor's role does not allow it. */
  | { outcome: 'not-allowed' }
  /** The member or the invite is not there (any more). */
  | { outcome: 'absent' }
  /** A workspace always has an owner. */
  | { outcome: 'last-owner' }
  /** So many workspaces, members or invites are not allowed. */
  | { outcome: 'limit' }
  | { outcome: 'away' }

type Outcome<Result> = Promise<({ outcome: 'done' } & Result) | Denied>

/** A user may own so many workspaces; a workspace may have so many members and open invites. */
export const MAX_OWNED_WORKSPACES = 100
export const MAX_MEMBERS = 1_000
export const MAX_INVITES = 100

export interface Directory {
  createWorkspace(actor: Person, name: string): Outcome<{ workspace: WorkspaceSummary }>
  workspacesOf(actor: Person): Outcome<{ workspaces: WorkspaceSummary[] }>
  workspace(actor: Person, id: WorkspaceId): Outcome<{ workspace: WorkspaceSummary }>
  /** Owners. */
  rename(actor: Person, id: WorkspaceId, name: string): Outcome<{ workspace: WorkspaceSummary }>
  /** Owners. Its journal and snapshots go with it, for good. */
  deleteWorkspace(actor: Person, id: WorkspaceId): Outcome<object>
  members(actor: Person, id: WorkspaceId): Outcome<{ members: Member[] }>
  /** Owners. `absent` where the user is no member: people come in by an invite. */
  setRole(actor: Person, id: WorkspaceId, userId: UserId, role: Role): Outcome<{ member: Member }>
  /** Owners, and everybody for themselves (leaving). */
  removeMember(actor: Person, id: WorkspaceId, userId: UserId): Outcome<object>
  /** Owners. `codeHash` is the SHA-256 of the code, in hex. */
  createInvite(
    actor: Person,
    id: WorkspaceId,
    invite: { codeHash: string; role: Role; expiresAt: number },
  ): Outcome<{ invite: Invite }>
  /** Owners. Those that have not expired. */
  invites(actor: Person, id: WorkspaceId): Outcome<{ invites: Invite[] }>
  /** Owners. */
  revokeInvite(actor: Person, id: WorkspaceId, inviteId: string): Outcome<object>
  /**
   * Makes the actor a member. Who is one already keeps their role. `absent` where no such invite is
   * open: unknown, expired and revoked look the same.
   */
  acceptInvite(actor: Person, codeHash: string): Outcome<{ workspace: WorkspaceSummary }>
}
