import type { UserId, WorkspaceId } from 'kith-shared'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Members, MembershipChange } from '../../server/core/ports.js'
import { createOwnChanges } from '../../server/edge/supabase-changes.js'
import type { Supabase } from '../../server/edge/supabase-client.js'
import { createSupabaseMembers } from '../../server/edge/supabase-members.js'
import type { Behaviour } from '../harness/postgrest-behaviour.js'
import { behindMembers } from './behind-members.js'
import { membersContract } from './members-contract.js'
import { openProject, type SupabaseUnderTest } from './supabase-under-test.js'

for (const grants of ['closed', 'open'] as const) {
  membersContract(`members in Supabase, its tables ${grants} by default`, async () => {
    const under = await openProject(grants)
    return {
      members: createSupabaseMembers(under.supabase, createOwnChanges()),
      ...behindMembers(under.postgres),
      goAway: under.goAway,
      comeBack: under.comeBack,
      close: under.close,
    }
  })
}

describe('members in Supabase', () => {
  const team = 'team' as WorkspaceId
  const ana = 'ana' as UserId
  const away = { outcome: 'away' }
  const found = { outcome: 'member', role: 'editor' }
  let under: SupabaseUnderTest
  beforeAll(async () => {
    under = await openProject()
    const behind = behindMembers(under.postgres)
    await behind.nameWorkspace(team, 'Team')
    await behind.setMember(team, ana, 'editor')
  })
  afterAll(() => under.close())
  afterEach(() => {
    under.project.behaviour = 'right'
    under.complaints.splice(0)
  })
  const membersOf = (supabase: Supabase): Members =>
    createSupabaseMembers(supabase, createOwnChanges())

  it.each<Behaviour>([
    'silence',
    'stall',
    'half',
    'error',
    'html',
    'empty',
    'empty-404',
    'array-404',
    'other-shape',
    'redirect',
  ])('[P4] are away, asked once, where the answer is %s', async (behaviour) => {
    const members = membersOf(under.openWith({ timeout: 300 }))
    under.project.behaviour = behaviour
    const before = under.project.requests.length
    expect(await members.find(team, ana)).toEqual(away)
    expect(await members.find(team, 'stranger' as UserId)).toEqual(away)
    expect(under.project.requests.length - before).toBe(2)
    under.project.behaviour = 'right'
    expect(await members.find(team, ana)).toEqual(found)
    expect(under.complaints.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^Supabase (is away|refuses: )/),
      'Supabase answers again',
    ])
  })

  it('are found with a legacy key too', async () => {
    const serviceRoleKey = await under.project.key('service_role')
    expect(await membersOf(under.openWith({ serviceRoleKey })).find(team, ana)).toEqual(found)
  })

  it.each<[string, () => string | Promise<string>, RegExp]>([
    ['is unknown', () => 'sb_secret_of_another_project', /API keys/],
    ['is no key', () => 'nonsense', /API keys/],
    ['is for browsers', () => under.project.key('anon'), /API keys/],
    ['is a user’s', () => under.project.userToken({ sub: 'ana' }), /migrations/],
  ])(
    '[P4] are away where the key %s, which is said once and without the key',
    async (_, keyOf, advice) => {
      const serviceRoleKey = await keyOf()
      const members = membersOf(under.openWith({ serviceRoleKey }))
      for (let time = 0; time < 3; time += 1) expect(await members.find(team, ana)).toEqual(away)
      expect(under.complaints).toEqual([
        { level: 'error', fields: expect.anything(), message: expect.stringMatching(advice) },
      ])
      expect(JSON.stringify(under.complaints)).not.toContain(serviceRoleKey)
    },
  )

  it('say what this server changed itself, until nobody listens', () => {
    const changes = createOwnChanges()
    const heard: MembershipChange[] = []
    const watch = createSupabaseMembers(under.supabase, changes).watch((change) => {
      heard.push(change)
    })
    const change = { change: 'member', workspaceId: team, userId: ana } as const
    changes.tell(change)
    void watch.close()
    changes.tell(change)
    expect(heard).toEqual([{ change: 'unknown' }, change])
  })
})
