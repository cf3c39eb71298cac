import type { WorkspaceId } from 'kith-shared'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Members, MembershipChange } from '../../server/core/ports.js'
import { createEpochs } from '../../server/edge/epochs.js'
import { createMembers } from '../../server/edge/members.js'
import { membersBeside } from '../../server/edge/supabase-journal.js'
import { createMemoryJournal } from '../harness/memory-journal.js'
import { waitFor } from '../harness/wait-for.js'
import { epochsContract } from './epochs-contract.js'
import { epochsOn, openPostgres, type PostgresUnderTest } from './postgres-under-test.js'

let postgres: PostgresUnderTest
beforeAll(async () => {
  postgres = await openPostgres()
})
afterAll(() => postgres.close())

epochsContract('epochs in memory', async () => {
  const journal = createMemoryJournal({ now: Date.now })
  return {
    journal,
    epochs: journal,
    createWorkspace: async (id) => journal.createWorkspace(id),
    breakState: async (...given) => journal.breakState(...given),
    goAway: () => journal.setAway(true),
    comeBack: async () => journal.setAway(false),
    loseAnswer: (next) => {
      journal.failNext('begin', 'after')
      return journal.begin(next)
    },
    close: async () => undefined,
  }
})
epochsContract('epochs on PostgreSQL', async () => epochsOn(postgres))

describe('[P7, E3] a road', () => {
  it('that weighs too much is gone, save for a single epoch', async () => {
    const { epochs, createWorkspace } = epochsOn(postgres)
    const logged: string[] = []
    const log = {
      warn: () => undefined,
      error: (_: object, message: string) => void logged.push(message),
    }
    const narrow = createEpochs(postgres.database, log, 399)
    const wide = createEpochs(postgres.database, log, 400)
    const workspaceId = 'heavy' as WorkspaceId
    await createWorkspace(workspaceId)
    const state = { document: new Uint8Array(100), index: Uint8Array.of(0) }
    const lived = [1]
    for (const clientId of [8, 9]) {
      const begun = await epochs.begin({
        workspaceId,
        epoch: lived.at(-1) ?? 1,
        head: 0,
        closing: state,
        opening: { ...state, clientId },
        reason: 'renewal',
      })
      if (begun.outcome === 'begun') lived.push(begun.epoch)
    }
    const [first = 0, second = 0] = lived
    expect(await narrow.road(workspaceId, second)).toMatchObject({ outcome: 'road' })
    expect(await wide.road(workspaceId, first)).toMatchObject({ outcome: 'road' })
    expect(logged).toEqual([])
    expect(await narrow.road(workspaceId, first)).toEqual({ outcome: 'gone' })
    expect(logged).toEqual(['too much lies between an epoch and the present'])
  })
})

describe('[E7] who watches workspaces', () => {
  const team = 'team' as WorkspaceId
  const elsewhere: Members = {
    find: async () => ({ outcome: 'none' }),
    findWorkspace: async () => ({ outcome: 'workspace', name: 'Team, there' }),
    watch: () => ({ close: async () => undefined }),
  }
  for (const [where, open] of [
    ['in the same database', () => createMembers(postgres.database)],
    ['beside it', () => membersBeside(elsewhere, postgres)],
  ] as const) {
    it(`hears at once when an epoch begins, and which it is (${where})`, async () => {
      const { epochs, createWorkspace } = epochsOn(postgres)
      const members = open()
      const id = `${team}-${where.length}` as WorkspaceId
      const marker = `${id}-marker` as WorkspaceId
      await createWorkspace(id)
      await createWorkspace(marker)
      expect(await members.findWorkspace(id)).toMatchObject({ epoch: 1 })
      const heard: MembershipChange[] = []
      const watch = members.watch((change) => heard.push(change))
      const rename = 'update workspaces set name = $2 where id = $1'
      await waitFor(async () => {
        // Until it listens.
        await postgres.direct.query(rename, [marker, `${Math.random()}`])
        return heard.some(({ change }) => change === 'workspace')
      })
      const state = { document: Uint8Array.of(0, 0), index: Uint8Array.of(0) }
      const begun = await epochs.begin({
        workspaceId: id,
        epoch: 1,
        head: 0,
        closing: state,
        opening: { ...state, clientId: 9 },
        reason: 'renewal',
      })
      const isIt = (one: MembershipChange) => one.change === 'workspace' && one.workspaceId === id
      await waitFor(() => heard.some(isIt))
      if (begun.outcome !== 'begun') throw new Error(begun.outcome)
      expect(await members.findWorkspace(id)).toMatchObject({ epoch: begun.epoch })
      await watch.close()
    })
  }
})
