/**
 * What an owner or an operator must be able to find out later: who was kept out, what was refused,
 * whose role changed, which connection ended and why. Changes of the directory are recorded by its
 * own transactions; everything else comes through this port.
 */
import type { CloseReason, Refusal, UserId, WorkspaceId } from 'kith-shared'

export type AuditEntry =
  /** A connection or an HTTP request that was not let in. */
  | {
      event: 'login-refused'
      workspaceId: WorkspaceId | undefined
      /** Known where the token was good and the membership was not. */
      userId: UserId | undefined
      address: string
      reason: CloseReason
    }
  /** An HTTP request of a member that their role does not allow. */
  | {
      event: 'request-refused'
      workspaceId: WorkspaceId
      userId: UserId
      address: string
      reason: 'not-allowed'
    }
  | {
      event: 'change-refused'
      workspaceId: WorkspaceId
      userId: UserId
      address: string
      reason: Refusal
    }
  /** A joined session has ended. */
  | {
      event: 'session-closed'
      workspaceId: WorkspaceId
      userId: UserId
      address: string
      /** `left` where the client closed it. */
      reason: CloseReason | 'left'
    }

export interface Audit {
  /**
   * Never waits and never throws: entries gather in a bounded queue, and the same entry again
   * within a while only raises its count. What the queue can't hold is counted in a metric.
   */
  record(entry: AuditEntry): void
  /** Writes what has gathered. */
  flush(): Promise<void>
}
