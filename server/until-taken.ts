/** Compare-and-set against a workspace that others commit to. */
import type { WorkspaceId } from 'kith-shared'
import type { Database, Run } from './edge/database.js'

/** As many as it takes where people type now and then; whoever imports is faster than any. */
const ATTEMPTS = 3

/**
 * Does `work` until it is not stale: reads, and at last a compare-and-set on epoch and head, all by
 * `run`. In the end nobody else commits meanwhile. Rejects as `work` does.
 */
export const untilTaken = async <Outcome>(
  database: Database,
  workspaceId: WorkspaceId,
  work: (run: Run) => Promise<Outcome | 'stale'>,
): Promise<Outcome> => {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const outcome = await work(database.run)
    if (outcome !== 'stale') return outcome
  }
  return database.withConnection(async (run) => {
    await run({ text: 'begin' })
    // The lock of commits (`commit_batch`): they wait, and try again where that takes long.
    await run({
      text: 'select from workspaces where id = $1 for no key update',
      values: [workspaceId],
    })
    const outcome = await work(run)
    if (outcome === 'stale') throw new Error(`workspace ${workspaceId}: no epoch could begin`)
    await run({ text: 'commit' })
    return outcome
  })
}
