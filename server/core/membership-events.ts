/** What happens to memberships, and what they want done: the two unions of `Memberships.step`. */
import type { Epoch, Role, UserId, WorkspaceId } from 'kith-shared'
import type { FoundMember, FoundWorkspace, MembershipChange } from './ports.js'
import type { SessionId } from './presence.js'

export type MembershipsEvent =
  /** A session with a good token asks to be let in, or for its role at a renewal. */
  | {
      type: 'enter'
      session: SessionId
      workspaceId: WorkspaceId
      userId: UserId
      now: number
    }
  | { type: 'leave'; session: SessionId }
  | {
      type: 'member-found'
      workspaceId: WorkspaceId
      userId: UserId
      found: FoundMember
      now: number
    }
  | { type: 'workspace-found'; workspaceId: WorkspaceId; found: FoundWorkspace; now: number }
  | { type: 'changed'; change: MembershipChange; now: number }
  /** About once a second. */
  | { type: 'tick'; now: number }

export type MembershipsEffect =
  | { type: 'find-member'; workspaceId: WorkspaceId; userId: UserId }
  | { type: 'find-workspace'; workspaceId: WorkspaceId }
  /** For `enter`. */
  | { type: 'answer'; session: SessionId; found: FoundMember }
  /** Without sessions where only work of theirs is left in the room. */
  | {
      type: 'role'
      workspaceId: WorkspaceId
      userId: UserId
      sessions: readonly SessionId[]
      role: Role
    }
  /** Not a member any more, or not known to be one for too long; without sessions as for `role`. */
  | {
      type: 'end-member'
      workspaceId: WorkspaceId
      userId: UserId
      sessions: readonly SessionId[]
      reason: 'not-a-member' | 'storage-away'
    }
  /** What a workspace is called now, and its epoch, where that is known. */
  | { type: 'name'; workspaceId: WorkspaceId; name: string; epoch: Epoch | undefined }
  /** The workspace is deleted. */
  | { type: 'end-workspace'; workspaceId: WorkspaceId; sessions: readonly SessionId[] }
