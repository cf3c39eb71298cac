import { afterAll, beforeAll } from 'vitest'
import { createMemoryJournal } from '../harness/memory-journal.js'
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
