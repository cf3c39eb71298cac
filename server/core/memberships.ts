/**
 * Who is live, and whether they still may be: each member with live sessions, or with work that waits
 * in a room for its commit, and each workspace with any, is looked up at least every 30 s, and at once on a change. A state machine without I/O,
 * like the room.
 *
 * Invariants
 *   1. A session is live from the answer that lets it in, before it has joined its room: so no
 *      removal falls between the two.
 *   2. One look-up of a member at a time, shared by all who wait; one that a change overtook counts
 *      for nothing and is made again. Who came after it began is not refused by it.
 *   3. While the store is known to be away nobody new gets in, also not from a recent result.
 *   4. Who is in stays for `GRACE` after the last answer, then is closed: `storage-away`.
 */
import { type Role, type UserId, unreachable, type WorkspaceId } from 'kith-shared'
import { CheckQueue, type Urgency } from './check-queue.js'
import type { MembershipsEffect, MembershipsEvent } from './membership-events.js'
import { type Member, newMember, type Workspace } from './membership-state.js'
import type { FoundMember, MembershipChange } from './ports.js'
import type { SessionId } from './presence.js'
import { RecentMembers } from './recent-members.js'

/** All in milliseconds. A check comes due in between, so that few do at the same moment. */
export const RECHECK_WITHIN = 28_000
export const RECHECK_AFTER = 18_000
export const GRACE = 5 * 60_000

/** Whether work of this user, who may have left, waits in the workspace's room for its commit. */
export type HoldsWork = (workspaceId: WorkspaceId, userId: UserId) => boolean

export class Memberships {
  readonly #workspaces = new Map<WorkspaceId, Workspace>()
  readonly #bySession = new Map<SessionId, Member>()
  readonly #queue = new CheckQueue<Member | Workspace>()
  readonly #recent = new RecentMembers()
  readonly #holdsWork: HoldsWork
  #effects: MembershipsEffect[] = []
  #checks = 0

  constructor(holdsWork: HoldsWork) {
    this.#holdsWork = holdsWork
  }

  step(event: MembershipsEvent): MembershipsEffect[] {
    this.#handle(event)
    if (event.type !== 'leave') this.#pump(event.now)
    const effects = this.#effects
    this.#effects = []
    return effects
  }

  #handle(event: MembershipsEvent): void {
    switch (event.type) {
      case 'enter':
        return this.#enter(event)
      case 'leave':
        return this.#leave(event.session)
      case 'member-found':
        return this.#memberFound(event)
      case 'workspace-found':
        return this.#workspaceFound(event)
      case 'changed':
        return this.#changed(event.change)
      case 'tick':
        return this.#tick(event.now)
      default:
        unreachable(event)
    }
  }

  #enter({ session, workspaceId, userId, now }: Extract<MembershipsEvent, { type: 'enter' }>) {
    // Invariant 3. The session stays as it is: a renewal's may be live.
    if (this.#queue.isAway(now)) return this.#answer(session, { outcome: 'away' })
    const before = this.#bySession.get(session)
    if (before && (before.userId !== userId || before.workspace.id !== workspaceId)) {
      this.#leave(session)
    }
    const member = this.#memberOf(workspaceId, userId, now)
    this.#bySession.set(session, member)
    const recent = this.#recent.get(workspaceId, userId, now)
    if (recent) return this.#letIn(member, session, recent.role, recent.foundAt)
    member.waiting.set(session, member.asking === 'no' ? 'for-this-answer' : 'came-later')
    this.#check(member, 'urgent')
  }

  #memberOf(workspaceId: WorkspaceId, userId: UserId, now: number): Member {
    let workspace = this.#workspaces.get(workspaceId)
    if (!workspace) {
      workspace = { id: workspaceId, members: new Map(), asking: 'no', dueAt: this.#due(now) }
      this.#workspaces.set(workspaceId, workspace)
    }
    const known = workspace.members.get(userId)
    if (known) return known
    const member = newMember(workspace, userId, now)
    workspace.members.set(userId, member)
    return member
  }

  /** Between `RECHECK_AFTER` and `RECHECK_WITHIN`, evenly: the golden ratio's multiples. */
  #due(now: number): number {
    const share = (++this.#checks * 0.618_033_988_75) % 1
    return now + RECHECK_AFTER + share * (RECHECK_WITHIN - RECHECK_AFTER)
  }

  #letIn(member: Member, session: SessionId, role: Role, foundAt: number): void {
    if (member.live.size === 0) {
      member.confirmedAt = foundAt
      member.dueAt = this.#due(foundAt)
      member.role = role
    }
    member.live.add(session)
    this.#answer(session, { outcome: 'member', role })
  }

  #answer(session: SessionId, found: FoundMember): void {
    this.#effects.push({ type: 'answer', session, found })
  }

  #leave(session: SessionId): void {
    const member = this.#bySession.get(session)
    if (!member) return
    this.#bySession.delete(session)
    member.live.delete(session)
    member.waiting.delete(session)
    this.#dropIfEmpty(member)
  }

  /** Not while it is asked for: its answer would be taken for that of the next one of this name. */
  #dropIfEmpty(member: Member): void {
    const { workspace, live, waiting } = member
    if (live.size > 0 || waiting.size > 0 || member.asking !== 'no') return
    if (this.#hasWork(member)) return
    this.#queue.remove(member)
    workspace.members.delete(member.userId)
    this.#dropIfLeft(workspace)
  }

  /** It must not be committed by what was known when they left. */
  #hasWork({ workspace, userId }: Member): boolean {
    return this.#holdsWork(workspace.id, userId)
  }

  #dropIfLeft(workspace: Workspace): void {
    if (workspace.members.size > 0 || workspace.asking !== 'no') return
    this.#queue.remove(workspace)
    this.#workspaces.delete(workspace.id)
  }

  #check(check: Member | Workspace, urgency: Urgency): void {
    if (check.asking === 'no') this.#queue.add(check, urgency)
  }

  #pump(now: number): void {
    for (let check = this.#queue.next(now); check; check = this.#queue.next(now)) {
      check.asking = 'yes'
      if ('workspace' in check) {
        for (const session of check.waiting.keys()) check.waiting.set(session, 'for-this-answer')
        const { workspace, userId } = check
        this.#effects.push({ type: 'find-member', workspaceId: workspace.id, userId })
      } else this.#effects.push({ type: 'find-workspace', workspaceId: check.id })
    }
  }

  #memberFound(event: Extract<MembershipsEvent, { type: 'member-found' }>): void {
    const { workspaceId, userId, found, now } = event
    this.#queue.answered(now, found.outcome === 'away' ? 'away' : 'there')
    const member = this.#workspaces.get(workspaceId)?.members.get(userId)
    if (!member) return
    const wasOvertaken = member.asking === 'overtaken'
    member.asking = 'no'
    if (found.outcome === 'away') this.#away(member, now)
    else if (wasOvertaken) this.#check(member, 'urgent')
    else if (found.outcome === 'none') this.#gone(member)
    else this.#confirmed(member, found.role, now)
    this.#dropIfEmpty(member)
  }

  #confirmed(member: Member, role: Role, now: number): void {
    const { workspace, userId, live, waiting } = member
    this.#recent.set(workspace.id, userId, { role, foundAt: now })
    member.confirmedAt = now
    member.dueAt = this.#due(now)
    if (member.role !== role && (live.size > 0 || this.#hasWork(member))) {
      const sessions = [...live]
      this.#effects.push({ type: 'role', workspaceId: workspace.id, userId, sessions, role })
    }
    member.role = role
    for (const session of waiting.keys()) this.#letIn(member, session, role, now)
    waiting.clear()
  }

  /** Invariant 2: who came after the look-up began may have become a member meanwhile. */
  #gone(member: Member): void {
    for (const [session, asked] of [...member.waiting]) {
      if (asked === 'came-later') continue
      this.#answer(session, { outcome: 'none' })
      member.waiting.delete(session)
      if (!member.live.has(session)) this.#bySession.delete(session)
    }
    this.#endMember(member, 'not-a-member')
    if (member.waiting.size > 0) this.#check(member, 'urgent')
  }

  #endMember(member: Member, reason: 'not-a-member' | 'storage-away'): void {
    const sessions = [...member.live]
    const leavesWork = reason === 'not-a-member' && this.#hasWork(member)
    if (sessions.length === 0 && !leavesWork) return
    const { workspace, userId } = member
    this.#effects.push({ type: 'end-member', workspaceId: workspace.id, userId, sessions, reason })
    member.live.clear()
    for (const session of sessions) if (!member.waiting.has(session)) this.#leave(session)
  }

  /** Invariant 3: nobody waits for a store that is away. Who is in is asked for again. */
  #away(asked: Member | Workspace, now: number): void {
    this.#check(asked, 'routine')
    if (!this.#queue.isAway(now)) return
    for (const { members } of [...this.#workspaces.values()]) {
      for (const member of [...members.values()]) {
        if (member.asking === 'no') this.#refuseWaiting(member)
      }
    }
  }

  #refuseWaiting(member: Member): void {
    for (const session of [...member.waiting.keys()]) {
      this.#answer(session, { outcome: 'away' })
      member.waiting.delete(session)
      if (!member.live.has(session)) this.#leave(session)
    }
  }

  #workspaceFound(event: Extract<MembershipsEvent, { type: 'workspace-found' }>): void {
    const { workspaceId, found, now } = event
    this.#queue.answered(now, found.outcome === 'away' ? 'away' : 'there')
    const workspace = this.#workspaces.get(workspaceId)
    if (!workspace) return
    const wasOvertaken = workspace.asking === 'overtaken'
    workspace.asking = 'no'
    workspace.dueAt = this.#due(now)
    if (found.outcome === 'away') this.#away(workspace, now)
    else if (wasOvertaken) this.#check(workspace, 'urgent')
    else if (found.outcome === 'none') this.#deleted(workspace)
    else this.#effects.push({ type: 'name', workspaceId, name: found.name, epoch: found.epoch })
    this.#dropIfLeft(workspace)
  }

  #deleted(workspace: Workspace): void {
    const live = [...workspace.members.values()].flatMap((member) => [...member.live])
    this.#effects.push({ type: 'end-workspace', workspaceId: workspace.id, sessions: live })
    // Who waits is told by their own look-up.
    for (const session of live) this.#leave(session)
  }

  #changed(change: MembershipChange): void {
    switch (change.change) {
      case 'member': {
        this.#recent.delete(change.workspaceId, change.userId)
        const member = this.#workspaces.get(change.workspaceId)?.members.get(change.userId)
        if (member) this.#overtake(member, 'urgent')
        return
      }
      case 'workspace': {
        const workspace = this.#workspaces.get(change.workspaceId)
        if (workspace) this.#overtake(workspace, 'urgent')
        return
      }
      case 'unknown':
        this.#recent.clear()
        for (const workspace of this.#workspaces.values()) {
          this.#overtake(workspace, 'routine')
          for (const member of workspace.members.values()) this.#overtake(member, 'routine')
        }
        return
      default:
        unreachable(change)
    }
  }

  #overtake(check: Member | Workspace, urgency: Urgency): void {
    if (check.asking === 'no') this.#check(check, urgency)
    else check.asking = 'overtaken'
  }

  #tick(now: number): void {
    for (const workspace of [...this.#workspaces.values()]) {
      if (now >= workspace.dueAt) this.#check(workspace, 'routine')
      for (const member of [...workspace.members.values()]) {
        if (now >= member.dueAt) this.#check(member, 'routine')
        // Invariant 4.
        if (now - member.confirmedAt > GRACE) this.#endMember(member, 'storage-away')
        this.#dropIfEmpty(member)
      }
    }
  }
}
