/** Who is in the workspace, and as what: asked for over the storage, and told of changes. */
import type { Role, UserId } from 'kith-shared'
import type { FoundMember, FoundWorkspace, MembershipChange } from '../../server/core/ports.js'
import type { Random } from '../harness/team.js'
import type { Clock } from './clock.js'
import type { Storage } from './storage.js'
import { WORKSPACE } from './workspace.js'

interface Watcher {
  isAlive: () => boolean
  tell: (change: MembershipChange) => void
}

export interface DirectoryClient {
  find(userId: UserId): Promise<FoundMember>
  findWorkspace(): Promise<FoundWorkspace>
}

export class Directory {
  readonly #clock: Clock
  readonly #random: Random
  readonly #storage: Storage
  readonly #roles = new Map<UserId, Role>()
  /** Since when somebody may not write, for whom that is so. */
  readonly #mayNotWriteSince = new Map<UserId, number>()
  #watchers: Watcher[] = []

  constructor(clock: Clock, random: Random, storage: Storage) {
    this.#clock = clock
    this.#random = random
    this.#storage = storage
  }

  /** Undefined: removed. */
  change(userId: UserId, role: Role | undefined): void {
    if (role === undefined) this.#roles.delete(userId)
    else this.#roles.set(userId, role)
    if (role === undefined || role === 'viewer') {
      const since = this.#mayNotWriteSince.get(userId) ?? this.#clock.now()
      this.#mayNotWriteSince.set(userId, since)
    } else this.#mayNotWriteSince.delete(userId)
    this.#watchers = this.#watchers.filter(({ isAlive }) => isAlive())
    for (const watcher of this.#watchers) this.#tell(watcher, userId)
  }

  roleOf(userId: UserId): Role | undefined {
    return this.#roles.get(userId)
  }

  /** Milliseconds since 1970; undefined where they may. */
  mayNotWriteSince(userId: UserId): number | undefined {
    return this.#mayNotWriteSince.get(userId)
  }

  watch(isAlive: () => boolean, tell: Watcher['tell']): void {
    this.#watchers.push({ isAlive, tell })
  }

  connect(isAlive: () => boolean): DirectoryClient {
    return {
      find: (userId) =>
        this.#storage.call(isAlive, async () => {
          const role = this.#roles.get(userId)
          return role ? { outcome: 'member', role } : { outcome: 'none' }
        }),
      findWorkspace: () =>
        this.#storage.call(isAlive, async () => ({ outcome: 'workspace', name: WORKSPACE })),
    }
  }

  /** A lost connection loses what it would have told, and says so once it is back. */
  #tell({ isAlive, tell }: Watcher, userId: UserId): void {
    const change: MembershipChange = this.#storage.isAway
      ? { change: 'unknown' }
      : { change: 'member', workspaceId: WORKSPACE, userId }
    this.#clock.after(5 + this.#random() * 400, () => {
      if (isAlive()) tell(change)
    })
  }
}
