/** Performs the real memberships of a node, as `server/live-members.ts` does, in virtual time. */
import { type UserId, unreachable } from 'kith-shared'
import type { MembershipsEffect, MembershipsEvent } from '../../server/core/membership-events.js'
import { Memberships } from '../../server/core/memberships.js'
import type { Batch, FoundMember } from '../../server/core/ports.js'
import type { RoomEvent } from '../../server/core/room-events.js'
import type { DirectoryClient } from './directory.js'
import type { NodeParts } from './node.js'
import { WORKSPACE } from './workspace.js'

export interface MemberedNode {
  holdsWorkOf(userId: UserId): boolean
  found(session: number, found: FoundMember): void
  ended(session: number, reason: 'not-a-member' | 'storage-away'): void
  /** To the room, if there is one. */
  room(event: RoomEvent): void
}

export class NodeMembers {
  readonly #parts: NodeParts
  readonly #node: MemberedNode
  readonly #memberships: Memberships
  readonly #directory: DirectoryClient
  readonly #users = new Map<number, UserId>()
  /** Whose removal this node has heard of, and who is not let in again since. */
  readonly #removed = new Set<UserId>()

  constructor(parts: NodeParts, isAlive: () => boolean, node: MemberedNode) {
    this.#parts = parts
    this.#node = node
    this.#memberships = new Memberships((_workspaceId, userId) => node.holdsWorkOf(userId))
    this.#directory = parts.directory.connect(isAlive)
    parts.directory.watch(isAlive, (change) =>
      this.#step({ type: 'changed', change, now: parts.clock.now() }),
    )
  }

  enter(session: number, userId: UserId): void {
    const now = this.#parts.clock.now()
    this.#users.set(session, userId)
    this.#step({ type: 'enter', session, workspaceId: WORKSPACE, userId, now })
  }

  leave(session: number): void {
    this.#users.delete(session)
    this.#step({ type: 'leave', session })
  }

  /** P4, M1. What a removed member had in flight may still be committed; nothing of theirs is sent off. */
  sendsOff({ rows }: Batch): void {
    const gone = rows.find(({ author }) => this.#removed.has(author.id))
    if (!gone) return
    const what = `[P4] a node commits work of ${gone.author.id}, whose removal it knows`
    this.#parts.clock.fail(new Error(what))
  }

  tick(): void {
    this.#step({ type: 'tick', now: this.#parts.clock.now() })
  }

  #step(event: MembershipsEvent): void {
    for (const effect of this.#memberships.step(event)) this.#perform(effect)
  }

  #perform(effect: MembershipsEffect): void {
    const { room, ended, found } = this.#node
    switch (effect.type) {
      case 'find-member':
        return void this.#findMember(effect.userId)
      case 'find-workspace':
        return void this.#findWorkspace()
      case 'answer':
        this.#letIn(effect.session, effect.found)
        return found(effect.session, effect.found)
      case 'role': {
        const { userId, sessions, role } = effect
        for (const session of sessions) room({ type: 'role-changed', session, role })
        return room({ type: 'work-role-changed', userId, role })
      }
      case 'name':
        return room({ type: 'renamed', name: effect.name })
      case 'end-member': {
        const { userId, sessions, reason } = effect
        // First the room, so that what waits from a removed member leaves with them.
        if (reason === 'not-a-member') {
          this.#removed.add(userId)
          room({ type: 'member-removed', userId })
        }
        for (const session of sessions) ended(session, reason)
        return
      }
      case 'end-workspace':
        throw new Error('the workspace is never deleted here')
      default:
        unreachable(effect)
    }
  }

  #letIn(session: number, { outcome }: FoundMember): void {
    const user = this.#users.get(session)
    if (user !== undefined && outcome === 'member') this.#removed.delete(user)
  }

  async #findMember(userId: UserId): Promise<void> {
    const found = await this.#directory.find(userId)
    const now = this.#parts.clock.now()
    this.#step({ type: 'member-found', workspaceId: WORKSPACE, userId, found, now })
  }

  async #findWorkspace(): Promise<void> {
    const found = await this.#directory.findWorkspace()
    const now = this.#parts.clock.now()
    this.#step({ type: 'workspace-found', workspaceId: WORKSPACE, found, now })
  }
}
