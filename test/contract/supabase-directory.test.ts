import type { UserId, WorkspaceId } from 'kith-shared'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { MembershipChange } from '../../server/core/ports.js'
import { createJournal } from '../../server/edge/journal.js'
import { createOwnChanges } from '../../server/edge/supabase-changes.js'
import { createSupabaseDirectory } from '../../server/edge/supabase-directory.js'
import type { Behaviour } from '../harness/postgrest-behaviour.js'
import { behindDirectory } from './behind-directory.js'
import { directoryContract } from './directory-contract.js'
import { openProject, type SupabaseUnderTest } from './supabase-under-test.js'

directoryContract('the directory in Supabase', async () => {
  const under = await openProject()
  const { postgres, supabase } = under
  return {
    directory: createSupabaseDirectory(supabase, createOwnChanges()),
    journal: createJournal(postgres.database, postgres.log),
    ...behindDirectory(postgres),
    goAway: under.goAway,
    comeBack: under.comeBack,
    close: under.close,
  }
})

describe('the directory in Supabase', () => {
  const ana = { userId: 'ana' as UserId, name: 'Ana', email: null }
  const ben = 'ben' as UserId
  let under: SupabaseUnderTest
  beforeAll(async () => {
    under = await openProject()
  })
  afterAll(() => under.close())
  afterEach(() => {
    under.project.behaviour = 'right'
  })
  const open = () => {
    const changes = createOwnChanges()
    const heard: MembershipChange[] = []
    changes.listen((change) => heard.push(change))
    const supabase = under.openWith({ timeout: 300 })
    return { heard, directory: createSupabaseDirectory(supabase, changes) }
  }

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
  ])('[P4] is away where the answer is %s, and asks nothing twice', async (behaviour) => {
    const { directory } = open()
    under.project.behaviour = behaviour
    const before = under.project.requests.length
    expect(await directory.createWorkspace(ana, 'Team')).toEqual({ outcome: 'away' })
    expect(under.project.requests.length - before).toBe(1)
  })

  it('tells the members at once of what is changed by it, also where the answer was lost', async () => {
    const { heard, directory } = open()
    const created = await directory.createWorkspace(ana, 'Team')
    if (created.outcome !== 'done') throw new Error(created.outcome)
    const { workspaceId } = created.workspace
    const workspace = { change: 'workspace', workspaceId }
    const member = { change: 'member', workspaceId, userId: ana.userId }
    await directory.setRole(ana, workspaceId, ben, 'viewer')
    await directory.removeMember(ana, 'nowhere' as WorkspaceId, ben)
    expect(heard).toEqual([])
    await directory.rename(ana, workspaceId, 'New')
    await directory.setRole(ana, workspaceId, ana.userId, 'owner')
    expect(heard).toEqual([workspace, member])
    under.project.behaviour = 'half'
    await directory.removeMember(ana, workspaceId, ana.userId)
    under.project.behaviour = 'right'
    await directory.deleteWorkspace(ana, workspaceId)
    expect(heard.slice(2)).toEqual([member, workspace])
  })
})
