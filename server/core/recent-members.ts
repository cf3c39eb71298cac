/**
 * Who was found to be a member not long ago: a reload, the next tab, or whoever's network was gone
 * for a moment, asks nobody again.
 */
import type { Role, UserId, WorkspaceId } from 'kith-shared'

/**
 * A result counts for so long, in milliseconds, as it would for a session that is live: whoever comes
 * by it is looked up when it is as old as theirs. So many are kept, as the server has connections.
 */
export const RECENT = 28_000
export const MAX_RECENT = 10_000

export interface Recent {
  role: Role
  foundAt: number
}

/** That somebody is no member is never kept: they may become one at any moment. */
export class RecentMembers {
  readonly #found = new Map<string, Recent>()

  get(workspaceId: WorkspaceId, userId: UserId, now: number): Recent | undefined {
    const recent = this.#found.get(keyOf(workspaceId, userId))
    return recent && now - recent.foundAt < RECENT ? recent : undefined
  }

  /** Past the bound the oldest goes. */
  set(workspaceId: WorkspaceId, userId: UserId, recent: Recent): void {
    this.delete(workspaceId, userId)
    const [oldest] = this.#found.keys()
    if (oldest !== undefined && this.#found.size >= MAX_RECENT) this.#found.delete(oldest)
    this.#found.set(keyOf(workspaceId, userId), recent)
  }

  delete(workspaceId: WorkspaceId, userId: UserId): void {
    this.#found.delete(keyOf(workspaceId, userId))
  }

  clear(): void {
    this.#found.clear()
  }
}

/** A workspace's id has no space. */
const keyOf = (workspaceId: WorkspaceId, userId: UserId): string => `${workspaceId} ${userId}`
