import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  InviteAnswer,
  InvitesAnswer,
  MemberAnswer,
  MembersAnswer,
  NewInviteAnswer,
  type Reader,
  readAnswer,
  WorkspaceAnswer,
  WorkspacesAnswer,
} from '../../../demo/src/directory/directory-answers.js'

const WORKSPACE = {
  id: 'team',
  name: 'Team',
  role: 'owner',
  epoch: 1,
  members: 2,
  createdAt: '2026-11-21T00:00:00.000Z',
}
const MEMBER = {
  userId: 'ana',
  name: 'Ana',
  email: null,
  role: 'viewer',
  joinedAt: '2026-11-21T00:00:00.000Z',
}
const INVITE = {
  inviteId: '8a0c8d0e-0000-4000-8000-000000000000',
  role: 'editor',
  createdBy: 'ana',
  createdAt: '2026-11-21T00:00:00.000Z',
  expiresAt: '2026-11-28T00:00:00.000Z',
  uses: 0,
}

describe('an answer', () => {
  test('of the server is read, and what a later version adds is left', () => {
    const later = { ...WORKSPACE, colour: 'green' }
    expect(readAnswer(WorkspacesAnswer, { workspaces: [later], next: 1 })).toEqual([
      { id: 'team', name: 'Team', role: 'owner', members: 2 },
    ])
    expect(readAnswer(MembersAnswer, { members: [MEMBER] })).toEqual([
      { ...MEMBER, joinedAt: Date.UTC(2026, 10, 21) },
    ])
    const read = readAnswer(InvitesAnswer, { invites: [INVITE] })
    expect(read?.[0]?.expiresAt).toBe(Date.UTC(2026, 10, 28))
    expect(readAnswer(NewInviteAnswer, { ...INVITE, code: 'x'.repeat(43) })?.code).toHaveLength(43)
  })

  test.each<[string, Reader<unknown>, unknown]>([
    ['a workspace without a role', WorkspaceAnswer, { ...WORKSPACE, role: undefined }],
    ['a workspace with an id that is none', WorkspaceAnswer, { ...WORKSPACE, id: '../team' }],
    ['half a person', WorkspaceAnswer, { ...WORKSPACE, members: 1.5 }],
    ['one broken workspace among good ones', WorkspacesAnswer, { workspaces: [WORKSPACE, {}] }],
    ['a list that is none', WorkspacesAnswer, [WORKSPACE]],
    ['a member who joined at no time', MemberAnswer, { ...MEMBER, joinedAt: 'lately' }],
    ['a member with an email that is none', MemberAnswer, { ...MEMBER, email: 3 }],
    ['an invite for a role that is none', InviteAnswer, { ...INVITE, role: 'king' }],
    ['a new link without its code', NewInviteAnswer, INVITE],
    ['a code that would lead elsewhere', NewInviteAnswer, { ...INVITE, code: 'a/../../../b' }],
  ])('with %s is none', (_, reader, answer) => {
    expect(readAnswer(reader, answer)).toBeUndefined()
  })

  test('never throws, whatever it is', () => {
    const readers = [WorkspaceAnswer, WorkspacesAnswer, MembersAnswer, InvitesAnswer]
    fc.assert(
      fc.property(fc.anything(), fc.constantFrom(...readers), (answer, reader) => {
        expect(readAnswer<unknown>(reader, answer)).toBeUndefined()
      }),
    )
  })
})
