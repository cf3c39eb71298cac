/** Performs what `Memberships` asks for: look-ups, and what they mean for sessions and rooms. */
import { type Role, type UserId, unreachable, type WorkspaceId } from 'kith-shared'
import type { MembershipsEffect, MembershipsEvent } from './core/membership-events.js'
import { Memberships } from './core/memberships.js'
import type { FoundMember, FoundWorkspace, Members } from './core/ports.js'
import type { SessionId } from './core/presence.js'
import type { Log } from './edge/log.js'
import type { Rooms } from './rooms.js'

const TICK = 1_000

/** What a session hears of its own membership. */
export interface Membered {
  /** Once for each `enter`, unless it leaves first. */
  found(found: FoundMember): void
  roleChanged(role: Role): void
  ended(reason: 'not-a-member' | 'storage-away'): void
}

type RoleEffect = Extract<MembershipsEffect, { type: 'role' }>

export interface LiveMembersPorts {
  members: Members
  rooms: Rooms
  log: Log
}

export class LiveMembers {
  readonly #ports: LiveMembersPorts
  readonly #memberships: Memberships
  readonly #sessions = new Map<SessionId, Membered>()
  #timer: NodeJS.Timeout | undefined
  #watch: ReturnType<Members['watch']> | undefined

  constructor(ports: LiveMembersPorts) {
    this.#ports = ports
    this.#memberships = new Memberships(
      (workspaceId, userId) => ports.rooms.get(workspaceId)?.room.holdsWorkOf(userId) ?? false,
    )
  }

  start(): void {
    this.#timer = setInterval(() => this.#step({ type: 'tick', now: performance.now() }), TICK)
    this.#watch = this.#ports.members.watch((change) =>
      this.#step({ type: 'changed', change, now: performance.now() }),
    )
  }

  /** From its answer on, until `leave`, the session is told what changes. */
  enter(id: SessionId, session: Membered, workspaceId: WorkspaceId, userId: UserId): void {
    this.#sessions.set(id, session)
    this.#step({ type: 'enter', session: id, workspaceId, userId, now: performance.now() })
  }

  /** Safe twice. */
  leave(id: SessionId): void {
    if (this.#sessions.delete(id)) this.#step({ type: 'leave', session: id })
  }

  /** Safe twice. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#watch?.close()
  }

  #step(event: MembershipsEvent): void {
    for (const effect of this.#memberships.step(event)) this.#perform(effect)
  }

  #perform(effect: MembershipsEffect): void {
    switch (effect.type) {
      case 'find-member':
        return void this.#findMember(effect.workspaceId, effect.userId)
      case 'find-workspace':
        return void this.#findWorkspace(effect.workspaceId)
      case 'answer':
        return this.#sessions.get(effect.session)?.found(effect.found)
      case 'role':
        return this.#changeRole(effect)
      case 'name':
        return this.#present(effect)
      case 'end-member':
        return this.#endMember(effect)
      case 'end-workspace':
        // First the room: what waits in it must not be committed, nor wait for storage.
        this.#ports.rooms.end(effect.workspaceId, 'not-a-member')
        return this.#end(effect.sessions, 'not-a-member')
      default:
        unreachable(effect)
    }
  }

  #present({ workspaceId, name, epoch }: Extract<MembershipsEffect, { type: 'name' }>): void {
    const room = this.#ports.rooms.get(workspaceId)
    room?.dispatch({ type: 'renamed', name })
    if (epoch !== undefined) room?.dispatch({ type: 'epoch-seen', epoch })
  }

  #changeRole({ workspaceId, userId, sessions, role }: RoleEffect): void {
    for (const id of sessions) this.#sessions.get(id)?.roleChanged(role)
    this.#ports.rooms.get(workspaceId)?.dispatch({ type: 'work-role-changed', userId, role })
  }

  /** First the room, so that what waits from a removed member leaves with them. */
  #endMember(effect: Extract<MembershipsEffect, { type: 'end-member' }>): void {
    const { workspaceId, userId, sessions, reason } = effect
    if (reason === 'not-a-member') {
      this.#ports.rooms.get(workspaceId)?.dispatch({ type: 'member-removed', userId })
    }
    this.#end(sessions, reason)
  }

  #end(sessions: readonly SessionId[], reason: 'not-a-member' | 'storage-away'): void {
    for (const id of sessions) this.#sessions.get(id)?.ended(reason)
  }

  async #findMember(workspaceId: WorkspaceId, userId: UserId): Promise<void> {
    const found = await this.#ask(() => this.#ports.members.find(workspaceId, userId))
    this.#step({ type: 'member-found', workspaceId, userId, found, now: performance.now() })
  }

  async #findWorkspace(workspaceId: WorkspaceId): Promise<void> {
    const found = await this.#ask(() => this.#ports.members.findWorkspace(workspaceId))
    this.#step({ type: 'workspace-found', workspaceId, found, now: performance.now() })
  }

  async #ask<Found extends FoundMember | FoundWorkspace>(
    find: () => Promise<Found>,
  ): Promise<Found | { outcome: 'away' }> {
    try {
      return await find()
    } catch (error) {
      this.#ports.log.error({ err: error }, 'a membership could not be looked up')
      return { outcome: 'away' }
    }
  }
}
