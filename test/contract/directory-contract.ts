import { randomBytes, randomUUID } from 'node:crypto'
import type { Role, UserId, WorkspaceId } from 'kith-shared'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type Directory,
  MAX_INVITES,
  MAX_MEMBERS,
  MAX_OWNED_WORKSPACES,
  type Person,
  type WorkspaceSummary,
} from '../../server/core/directory.js'
import type { Batch, Journal } from '../../server/core/ports.js'

/** One row of the audit, as far as the directory fills it. */
export interface AuditedChange {
  event: string
  userId: string | null
  subjectId: string | null
  detail: unknown
}

/** A directory, and what a test needs to do behind its back. */
export interface DirectoryUnderTest {
  directory: Directory
  /** On the same tables. */
  journal: Journal
  /** What the audit says of this workspace, in order. */
  audited(workspaceId: WorkspaceId): Promise<AuditedChange[]>
  /** Rows that any table still holds of this workspace, the audit left out. */
  rowsOf(workspaceId: WorkspaceId): Promise<number>
  /** So many members more, as if each had joined by an invite. */
  addMembers(workspaceId: WorkspaceId, count: number): Promise<void>
  goAway(): void
  comeBack(): Promise<void>
  close(): Promise<void>
}

// Each test has people of its own: the limits are counted per person.
const person = (name: string): Person => ({
  userId: `${name}-${randomUUID()}` as UserId, // well-formed
  name,
  email: `${name}@example.org`,
})
const newHash = () => randomBytes(32).toString('hex')
const HOUR = 3_600_000

/** The suite that every directory passes (`Directory` in server/core/directory.ts). */
export const directoryContract = (name: string, open: () => Promise<DirectoryUnderTest>): void => {
  describe(name, () => {
    let under: DirectoryUnderTest
    let directory: Directory
    let ana: Person
    let ben: Person
    let eve: Person
    let team: WorkspaceSummary
    beforeEach(async () => {
      under = await open()
      directory = under.directory
      ana = person('ana')
      ben = person('ben')
      eve = person('eve')
      team = await create(ana, 'Team')
    })
    afterEach(() => under.close())

    const create = async (actor: Person, workspaceName: string): Promise<WorkspaceSummary> => {
      const created = await directory.createWorkspace(actor, workspaceName)
      if (created.outcome !== 'done') throw new Error(created.outcome)
      return created.workspace
    }
    const invite = async (role: Role = 'editor', expiresAt = Date.now() + HOUR) => {
      const codeHash = newHash()
      const made = await directory.createInvite(ana, team.workspaceId, {
        codeHash,
        role,
        expiresAt,
      })
      if (made.outcome !== 'done') throw new Error(made.outcome)
      return { codeHash, ...made.invite }
    }
    const join = async (who: Person, role: Role = 'editor') => {
      const accepted = await directory.acceptInvite(who, (await invite(role)).codeHash)
      if (accepted.outcome !== 'done') throw new Error(accepted.outcome)
      return accepted.workspace
    }
    const roles = async (actor = ana, id = team.workspaceId) => {
      const read = await directory.members(actor, id)
      if (read.outcome !== 'done') throw new Error(read.outcome)
      return read.members.map((member) => [member.userId, member.role])
    }
    const events = async (id = team.workspaceId) =>
      (await under.audited(id)).map((change) => change.event)

    describe('workspaces', () => {
      it('[H3] are owned by who creates them', async () => {
        expect(team).toEqual({
          workspaceId: expect.stringMatching(/^[\w-]{20,64}$/),
          name: 'Team',
          role: 'owner',
          epoch: 1,
          members: 1,
          createdAt: expect.any(Number),
        })
        expect(Math.abs(team.createdAt - Date.now())).toBeLessThan(60_000)
        expect(await directory.workspace(ana, team.workspaceId)).toEqual({
          outcome: 'done',
          workspace: team,
        })
        expect(await under.journal.load(team.workspaceId)).toMatchObject({
          outcome: 'loaded',
          head: 0,
        })
      })

      it('[H3] list those that one is in, with one’s own role', async () => {
        await join(ben, 'viewer')
        const own = await create(ben, 'A of Ben')
        expect(await directory.workspacesOf(ben)).toEqual({
          outcome: 'done',
          workspaces: [own, { ...team, role: 'viewer', members: 2 }],
        })
        expect(await directory.workspacesOf(eve)).toEqual({ outcome: 'done', workspaces: [] })
      })

      it('[H3] take a name on one line, and what a person is called', async () => {
        const odd = await create({ ...eve, name: '\u0000', email: 'e\u0000@x' }, 'A\u0000 b\n\n c')
        expect(odd.name).toBe('A b c')
        expect(await directory.members(eve, odd.workspaceId)).toMatchObject({
          members: [{ userId: eve.userId, name: eve.userId, email: 'e @x' }],
        })
      })

      it('[H3] are renamed by owners, and once in the audit', async () => {
        const renamed = { outcome: 'done', workspace: { ...team, name: 'New' } }
        expect(await directory.rename(ana, team.workspaceId, 'New')).toEqual(renamed)
        expect(await directory.rename(ana, team.workspaceId, ' New ')).toEqual(renamed)
        expect(await under.audited(team.workspaceId)).toEqual([
          {
            event: 'workspace-created',
            userId: ana.userId,
            subjectId: null,
            detail: { name: 'Team' },
          },
          {
            event: 'workspace-renamed',
            userId: ana.userId,
            subjectId: null,
            detail: { from: 'Team', to: 'New' },
          },
        ])
      })

      it('[H7] end at so many of one owner, also when asked for at once', async () => {
        for (let made = 0; made < MAX_OWNED_WORKSPACES - 2; made++) await create(eve, 'One of many')
        const outcomes = await Promise.all(
          Array.from({ length: 5 }, () => directory.createWorkspace(eve, 'The last ones')),
        )
        expect(outcomes.map((one) => one.outcome).sort()).toEqual([
          ...['done', 'done', 'limit', 'limit', 'limit'],
        ])
      })
    })

    describe('who may do what', () => {
      it('[H2] is nothing for who is not in it, the same as where there is none', async () => {
        const none = { outcome: 'not-a-member' }
        const own = await create(eve, 'Elsewhere')
        const open = await invite()
        for (const id of [team.workspaceId, 'nowhere' as WorkspaceId]) {
          expect(await directory.workspace(eve, id)).toEqual(none)
          expect(await directory.rename(eve, id, 'Mine')).toEqual(none)
          expect(await directory.deleteWorkspace(eve, id)).toEqual(none)
          expect(await directory.members(eve, id)).toEqual(none)
          expect(await directory.setRole(eve, id, ana.userId, 'viewer')).toEqual(none)
          expect(await directory.removeMember(eve, id, ana.userId)).toEqual(none)
          expect(await directory.removeMember(eve, id, eve.userId)).toEqual(none)
          const wanted = { codeHash: newHash(), role: 'owner', expiresAt: Date.now() } as const
          expect(await directory.createInvite(eve, id, wanted)).toEqual(none)
          expect(await directory.invites(eve, id)).toEqual(none)
          expect(await directory.revokeInvite(eve, id, open.inviteId)).toEqual(none)
        }
        // Nor by naming an own workspace and something of a foreign one.
        const id = own.workspaceId
        expect(await directory.revokeInvite(eve, id, open.inviteId)).toEqual({ outcome: 'absent' })
        expect(await directory.setRole(eve, id, ana.userId, 'viewer')).toEqual({
          outcome: 'absent',
        })
        expect(await directory.removeMember(eve, id, ana.userId)).toEqual({ outcome: 'absent' })
        expect(await roles()).toEqual([[ana.userId, 'owner']])
      })

      it.each(['viewer', 'editor'] as const)(
        '[H2] is to read and to leave for %ss',
        async (role) => {
          await join(ben, role)
          const open = await invite()
          const before = await events()
          const denied = { outcome: 'not-allowed' }
          const id = team.workspaceId
          expect(await directory.workspace(ben, id)).toMatchObject({ workspace: { role } })
          expect(await directory.members(ben, id)).toMatchObject({ outcome: 'done' })
          expect(await directory.rename(ben, id, 'Mine')).toEqual(denied)
          expect(await directory.deleteWorkspace(ben, id)).toEqual(denied)
          expect(await directory.setRole(ben, id, ben.userId, 'owner')).toEqual(denied)
          expect(await directory.removeMember(ben, id, ana.userId)).toEqual(denied)
          const wanted = { codeHash: newHash(), role: 'owner', expiresAt: Date.now() } as const
          expect(await directory.createInvite(ben, id, wanted)).toEqual(denied)
          expect(await directory.invites(ben, id)).toEqual(denied)
          expect(await directory.revokeInvite(ben, id, open.inviteId)).toEqual(denied)
          expect(await events()).toEqual(before)
          expect(await directory.removeMember(ben, id, ben.userId)).toEqual({ outcome: 'done' })
          expect(await roles()).toEqual([[ana.userId, 'owner']])
          expect((await events()).at(-1)).toBe('member-left')
        },
      )
    })

    describe('members', () => {
      it('[H4] are listed as they joined', async () => {
        await join(ben, 'viewer')
        expect(await directory.members(ben, team.workspaceId)).toEqual({
          outcome: 'done',
          members: [
            { ...ana, role: 'owner', joinedAt: expect.any(Number) },
            { ...ben, role: 'viewer', joinedAt: expect.any(Number) },
          ],
        })
      })

      it('[H4] get another role from an owner, and once in the audit', async () => {
        await join(ben)
        for (let time = 0; time < 2; time++) {
          const set = await directory.setRole(ana, team.workspaceId, ben.userId, 'viewer')
          expect(set).toMatchObject({ outcome: 'done', member: { ...ben, role: 'viewer' } })
        }
        const changes = (await under.audited(team.workspaceId)).slice(3)
        expect(changes).toEqual([
          {
            event: 'role-changed',
            userId: ana.userId,
            subjectId: ben.userId,
            detail: { from: 'editor', to: 'viewer' },
          },
        ])
        expect(await directory.setRole(ana, team.workspaceId, eve.userId, 'viewer')).toEqual({
          outcome: 'absent',
        })
      })

      it('[H4] are removed by an owner, and may join again', async () => {
        await join(ben)
        expect(await directory.removeMember(ana, team.workspaceId, ben.userId)).toEqual({
          outcome: 'done',
        })
        expect(await directory.removeMember(ana, team.workspaceId, ben.userId)).toEqual({
          outcome: 'absent',
        })
        expect(await directory.workspace(ben, team.workspaceId)).toEqual({
          outcome: 'not-a-member',
        })
        expect((await under.audited(team.workspaceId)).at(-1)).toEqual({
          event: 'member-removed',
          userId: ana.userId,
          subjectId: ben.userId,
          detail: { role: 'editor' },
        })
        expect(await join(ben, 'viewer')).toMatchObject({ role: 'viewer', members: 2 })
      })

      it('[H5] always have an owner among them', async () => {
        await join(ben)
        const last = { outcome: 'last-owner' }
        const id = team.workspaceId
        expect(await directory.setRole(ana, id, ana.userId, 'editor')).toEqual(last)
        expect(await directory.removeMember(ana, id, ana.userId)).toEqual(last)
        await directory.setRole(ana, id, ben.userId, 'owner')
        expect(await directory.removeMember(ana, id, ana.userId)).toEqual({ outcome: 'done' })
        expect(await directory.setRole(ben, id, ben.userId, 'viewer')).toEqual(last)
        expect(await roles(ben)).toEqual([[ben.userId, 'owner']])
      })

      it('[H5] keep one where two owners demote or remove each other, or leave, at once', async () => {
        const id = team.workspaceId
        const duel = async (...moves: Promise<{ outcome: string }>[]) => {
          const outcomes = (await Promise.all(moves)).map((move) => move.outcome)
          expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1)
          for (const other of outcomes) {
            expect(['done', 'not-allowed', 'not-a-member', 'last-owner']).toContain(other)
          }
        }
        const ownersNow = async () => {
          for (const reader of [ana, ben]) {
            const read = await directory.members(reader, id)
            if (read.outcome !== 'done') continue
            return read.members.filter((member) => member.role === 'owner')
          }
          throw new Error('nobody is left')
        }
        for (let round = 0; round < 6; round++) {
          const [owner] = await ownersNow()
          const other = owner?.userId === ana.userId ? ben : ana
          if (owner === undefined) throw new Error('no owner is left')
          const codeHash = newHash()
          const expiresAt = Date.now() + HOUR
          await directory.createInvite(owner, id, { codeHash, role: 'owner', expiresAt })
          await directory.acceptInvite(other, codeHash)
          await directory.setRole(owner, id, other.userId, 'owner')
          expect(await ownersNow()).toHaveLength(2)
          if (round % 3 === 0) {
            await duel(
              directory.setRole(ana, id, ben.userId, 'editor'),
              directory.setRole(ben, id, ana.userId, 'editor'),
            )
          } else if (round % 3 === 1) {
            await duel(
              directory.removeMember(ana, id, ben.userId),
              directory.removeMember(ben, id, ana.userId),
            )
          } else {
            await duel(
              directory.removeMember(ana, id, ana.userId),
              directory.removeMember(ben, id, ben.userId),
            )
          }
          expect(await ownersNow()).toHaveLength(1)
        }
      })
    })

    describe('invites', () => {
      it('[H6] are listed to owners while they are open', async () => {
        const { codeHash, ...open } = await invite('viewer')
        const revoked = await invite()
        // The last one made: each new one takes the place of those that are closed by then.
        const gone = await invite('viewer', Date.now() - 1)
        await directory.revokeInvite(ana, team.workspaceId, revoked.inviteId)
        expect(await directory.invites(ana, team.workspaceId)).toEqual({
          outcome: 'done',
          invites: [open],
        })
        expect(open).toEqual({
          inviteId: expect.stringMatching(/^[0-9a-f-]{36}$/),
          role: 'viewer',
          createdBy: ana.userId,
          createdAt: expect.any(Number),
          expiresAt: expect.any(Number),
          uses: 0,
        })
        expect(open.expiresAt - open.createdAt).toBeGreaterThan(HOUR - 60_000)
        const absent = { outcome: 'absent' }
        expect(await directory.acceptInvite(eve, gone.codeHash)).toEqual(absent)
        expect(await directory.acceptInvite(eve, revoked.codeHash)).toEqual(absent)
        expect(await directory.acceptInvite(eve, newHash())).toEqual(absent)
        for (const { inviteId } of [gone, revoked, { inviteId: randomUUID() }, { inviteId: 'x' }]) {
          expect(await directory.revokeInvite(ana, team.workspaceId, inviteId)).toEqual(absent)
        }
        expect(await directory.acceptInvite(eve, codeHash)).toMatchObject({ outcome: 'done' })
      })

      it('[H6] make a member of each who follows one, and count them', async () => {
        const { codeHash, inviteId } = await invite('viewer')
        for (const who of [ben, eve]) {
          expect(await directory.acceptInvite(who, codeHash)).toMatchObject({
            outcome: 'done',
            workspace: { workspaceId: team.workspaceId, role: 'viewer' },
          })
        }
        expect(await directory.invites(ana, team.workspaceId)).toMatchObject({
          invites: [{ inviteId, uses: 2 }],
        })
        expect((await under.audited(team.workspaceId)).slice(2)).toEqual(
          [ben, eve].map(({ userId }) => ({
            event: 'member-joined',
            userId,
            subjectId: userId,
            detail: { role: 'viewer', inviteId },
          })),
        )
      })

      it('[H6] leave the role of who is a member already', async () => {
        await join(ben, 'viewer')
        const { codeHash } = await invite('owner')
        for (const [who, role] of [
          [ana, 'owner'],
          [ben, 'viewer'],
        ] as const) {
          expect(await directory.acceptInvite(who, codeHash)).toMatchObject({
            workspace: { role, members: 2 },
          })
        }
        const read = await directory.invites(ana, team.workspaceId)
        expect(read).toMatchObject({ invites: [{ uses: 1 }, { uses: 0 }] })
      })

      it('[H6] take ten people at once, and one person ten times', async () => {
        const { codeHash } = await invite()
        const ten = Array.from({ length: 10 }, (_, index) => person(`p${index}`))
        const once = await Promise.all(ten.map((who) => directory.acceptInvite(who, codeHash)))
        expect(once.map(({ outcome }) => outcome)).toEqual(Array(10).fill('done'))
        const same = await Promise.all(ten.map(() => directory.acceptInvite(ben, codeHash)))
        expect(same.map(({ outcome }) => outcome)).toEqual(Array(10).fill('done'))
        expect(await roles()).toHaveLength(12)
        expect(await directory.invites(ana, team.workspaceId)).toMatchObject({
          invites: [{ uses: 11 }],
        })
      })

      it('[H6] bring nobody back whom an owner removed, until there is a new one', async () => {
        const { codeHash } = await invite()
        await directory.acceptInvite(ben, codeHash)
        await directory.removeMember(ana, team.workspaceId, ben.userId)
        expect(await directory.acceptInvite(ben, codeHash)).toEqual({ outcome: 'absent' })
        expect(await directory.acceptInvite(eve, codeHash)).toMatchObject({ outcome: 'done' })
        expect(await join(ben)).toMatchObject({ role: 'editor' })
        // Who left by themselves may come back.
        await directory.removeMember(eve, team.workspaceId, eve.userId)
        expect(await directory.acceptInvite(eve, codeHash)).toMatchObject({ outcome: 'done' })
      })

      it('[H6] give nobody a role back that an owner took, by leaving and joining again', async () => {
        const { codeHash } = await invite('editor')
        await directory.acceptInvite(ben, codeHash)
        await directory.setRole(ana, team.workspaceId, ben.userId, 'viewer')
        await directory.removeMember(ben, team.workspaceId, ben.userId)
        expect(await directory.acceptInvite(ben, codeHash)).toEqual({ outcome: 'absent' })
      })

      it.each(['demoted', 'removed', 'gone'] as const)(
        '[H6] end where the owner who made them is %s',
        async (how) => {
          await join(ben, 'owner')
          const id = team.workspaceId
          const codeHash = newHash()
          const wanted = { codeHash, role: 'owner', expiresAt: Date.now() + HOUR } as const
          const made = await directory.createInvite(ben, id, wanted)
          const kept = await invite()
          if (how === 'demoted') await directory.setRole(ana, id, ben.userId, 'viewer')
          else await directory.removeMember(how === 'gone' ? ben : ana, id, ben.userId)
          for (const who of [ben, eve]) {
            if (how === 'demoted' && who === ben) continue
            expect(await directory.acceptInvite(who, codeHash)).toEqual({ outcome: 'absent' })
          }
          const { codeHash: _, ...open } = kept
          const read = await directory.invites(ana, id)
          expect(read).toMatchObject({ invites: [{ role: 'owner', uses: 1 }, open] })
          expect(await under.audited(id)).toContainEqual({
            event: 'invite-revoked',
            userId: how === 'gone' ? ben.userId : ana.userId,
            subjectId: made.outcome === 'done' && made.invite.inviteId,
            detail: null,
          })
        },
      )

      it('[H7] end at so many open ones; closed ones make place', async () => {
        const made = []
        for (let count = 0; count < MAX_INVITES; count++) made.push(await invite())
        const wanted = {
          codeHash: newHash(),
          role: 'viewer',
          expiresAt: Date.now() + HOUR,
        } as const
        expect(await directory.createInvite(ana, team.workspaceId, wanted)).toEqual({
          outcome: 'limit',
        })
        await directory.revokeInvite(ana, team.workspaceId, made[0]?.inviteId ?? '')
        expect(await directory.createInvite(ana, team.workspaceId, wanted)).toMatchObject({
          outcome: 'done',
        })
      })

      it('[H7] take nobody past so many members', async () => {
        const { codeHash } = await invite()
        await under.addMembers(team.workspaceId, MAX_MEMBERS - 2)
        const outcomes = await Promise.all(
          [ben, eve].map((who) => directory.acceptInvite(who, codeHash)),
        )
        expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['done', 'limit'])
      })
    })

    describe('deleting', () => {
      const batch = (head: number): Batch => ({
        id: randomUUID(),
        workspaceId: team.workspaceId,
        epoch: 1,
        head,
        rows: [{ author: { id: ana.userId, name: ana.name }, update: Uint8Array.of(head, 1) }],
        bindings: [{ clientId: head, userId: ana.userId }],
      })
      const writeSnapshot = (seq: number) => {
        const empty = Uint8Array.of(0)
        const snapshot = { epoch: 1, seq, document: empty, index: empty }
        return under.journal.writeSnapshot(team.workspaceId, snapshot)
      }

      it('[H3] takes everything along but the audit', async () => {
        await join(ben)
        await under.journal.commit(batch(0))
        await writeSnapshot(1)
        expect(await under.rowsOf(team.workspaceId)).toBe(7)
        expect(await directory.deleteWorkspace(ana, team.workspaceId)).toEqual({ outcome: 'done' })
        expect(await under.rowsOf(team.workspaceId)).toBe(0)
        expect(await under.journal.load(team.workspaceId)).toEqual({ outcome: 'absent' })
        expect(await directory.workspace(ana, team.workspaceId)).toEqual({
          outcome: 'not-a-member',
        })
        expect((await under.audited(team.workspaceId)).at(-1)).toEqual({
          event: 'workspace-deleted',
          userId: ana.userId,
          subjectId: null,
          detail: { name: 'Team' },
        })
      })

      it('[H3] ends commits, snapshots and joins under way, and leaves nothing behind', async () => {
        for (let round = 0; round < 5; round++) {
          team = await create(ana, `Team ${round}`)
          const { codeHash } = await invite()
          const work = async () => {
            for (let head = 0; ; head++) {
              const { outcome } = await under.journal.commit(batch(head))
              if (outcome !== 'committed') return outcome
              await writeSnapshot(head + 1)
            }
          }
          const writing = work()
          const people = Array.from({ length: 5 }, (_, index) => person(`p${index}`))
          const [deleted, ...joined] = await Promise.all([
            directory.deleteWorkspace(ana, team.workspaceId),
            ...people.map((who) => directory.acceptInvite(who, codeHash)),
            directory.rename(ana, team.workspaceId, 'Late'),
          ])
          expect(deleted).toEqual({ outcome: 'done' })
          for (const { outcome } of joined) {
            expect(['done', 'absent', 'not-a-member']).toContain(outcome)
          }
          expect(await writing).toBe('conflict')
          expect(await under.rowsOf(team.workspaceId)).toBe(0)
        }
      })
    })

    it('is away while the storage is, and goes on when it is back', async () => {
      under.goAway()
      expect(await directory.createWorkspace(ana, 'Lost')).toEqual({ outcome: 'away' })
      expect(await directory.workspacesOf(ana)).toEqual({ outcome: 'away' })
      expect(await directory.acceptInvite(ben, newHash())).toEqual({ outcome: 'away' })
      await under.comeBack()
      expect(await directory.workspacesOf(ana)).toEqual({ outcome: 'done', workspaces: [team] })
    })
  })
}
