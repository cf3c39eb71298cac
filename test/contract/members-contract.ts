import { randomUUID } from 'node:crypto'
import { ROLES, type Role, type UserId, type WorkspaceId } from 'kith-shared'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Members, MembershipChange } from '../../server/core/ports.js'
import { waitFor } from '../harness/wait-for.js'

/** Members, and what a test needs to do behind their back. */
export interface MembersUnderTest {
  members: Members
  /** Named as given; there or not. */
  nameWorkspace(workspaceId: WorkspaceId, name: string): Promise<void>
  /** In a workspace that is there. */
  setMember(workspaceId: WorkspaceId, userId: UserId, role: Role): Promise<void>
  removeMember(workspaceId: WorkspaceId, userId: UserId): Promise<void>
  deleteWorkspace(workspaceId: WorkspaceId): Promise<void>
  goAway(): void
  comeBack(): Promise<void>
  close(): Promise<void>
}

/** The suite that every store of members passes (`Members` in server/core/ports.ts). */
export const membersContract = (name: string, open: () => Promise<MembersUnderTest>): void => {
  describe(name, () => {
    const ana = 'ana' as UserId
    const ben = 'ben' as UserId
    let under: MembersUnderTest
    let members: Members
    let workspaceId: WorkspaceId
    beforeAll(async () => {
      under = await open()
      members = under.members
    })
    afterAll(() => under.close())
    beforeEach(async () => {
      workspaceId = `w-${randomUUID()}` as WorkspaceId // well-formed
      await under.nameWorkspace(workspaceId, 'Team')
    })

    it('gives the same answer for a workspace that is not there and one without the user', async () => {
      await under.setMember(workspaceId, ana, 'owner')
      expect(await members.find(workspaceId, ben)).toEqual({ outcome: 'none' })
      expect(await members.find('nowhere' as WorkspaceId, ana)).toEqual({ outcome: 'none' })
    })

    it.each(ROLES)('finds an %s', async (role) => {
      await under.setMember(workspaceId, ana, role)
      expect(await members.find(workspaceId, ana)).toEqual({ outcome: 'member', role })
    })

    it('sees at the next look what has changed', async () => {
      await under.setMember(workspaceId, ana, 'editor')
      await under.setMember(workspaceId, ben, 'editor')
      await under.setMember(workspaceId, ana, 'viewer')
      expect(await members.find(workspaceId, ana)).toEqual({ outcome: 'member', role: 'viewer' })
      await under.removeMember(workspaceId, ana)
      expect(await members.find(workspaceId, ana)).toEqual({ outcome: 'none' })
      expect(await members.find(workspaceId, ben)).toEqual({ outcome: 'member', role: 'editor' })
    })

    it.each([
      'ana@example.org',
      'auth0|5f7c8ec7c33c6c004bbafe82',
      'eq.ana',
      'a,b&c=d',
      '"ana"',
      '%2a*',
      '+49 30 1234',
      '安娜',
      'x'.repeat(255),
    ])('finds the user %s, and nobody of a similar name', async (id) => {
      await under.setMember(workspaceId, id as UserId, 'editor')
      expect(await members.find(workspaceId, id as UserId)).toMatchObject({ outcome: 'member' })
      expect(await members.find(workspaceId, id.slice(1) as UserId)).toEqual({ outcome: 'none' })
    })

    it('knows what a workspace is called, and that it is gone', async () => {
      expect(await members.findWorkspace(workspaceId)).toMatchObject({
        outcome: 'workspace',
        name: 'Team',
      })
      await under.nameWorkspace(workspaceId, 'Other "Team"')
      expect(await members.findWorkspace(workspaceId)).toMatchObject({
        outcome: 'workspace',
        name: 'Other "Team"',
      })
      await under.deleteWorkspace(workspaceId)
      expect(await members.findWorkspace(workspaceId)).toEqual({ outcome: 'none' })
    })

    it('asks, when it begins to watch, to check everything', async () => {
      const heard: MembershipChange[] = []
      const watch = members.watch((change) => heard.push(change))
      await waitFor(() => heard.length > 0)
      expect(heard[0]).toEqual({ change: 'unknown' })
      await watch.close()
      await watch.close()
    })

    it('is away while the storage is, and goes on when it is back', async () => {
      await under.setMember(workspaceId, ana, 'viewer')
      under.goAway()
      expect(await members.find(workspaceId, ana)).toEqual({ outcome: 'away' })
      expect(await members.findWorkspace(workspaceId)).toEqual({ outcome: 'away' })
      await under.comeBack()
      expect(await members.find(workspaceId, ana)).toEqual({ outcome: 'member', role: 'viewer' })
    })
  })
}
