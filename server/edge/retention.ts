/** What retention asks of the database (migrations/0008_retention.sql), in steps of bounded size. */
import type { Epoch, Seq, WorkspaceId } from 'kith-shared'
import type { Run } from './database.js'

/** Any number that nobody else uses; only who prunes this database takes this lock. */
const LOCK = 0x6b697469
const WORKSPACES_AT_ONCE = 200
/** Rows that one statement removes at most: it holds their locks, and a share of the workspace's. */
export const ROWS_AT_ONCE = 1_000

/** Held until the session of `run` ends. False where another server has it. */
export const takeTurn = async (run: Run): Promise<boolean> => {
  const [row] = await run<{ taken: boolean }>({
    text: 'select pg_try_advisory_lock($1) as taken',
    values: [LOCK],
  })
  return row?.taken === true
}

export async function* everyWorkspace(run: Run): AsyncGenerator<WorkspaceId> {
  for (let last = ''; ; ) {
    const rows = await run<{ id: WorkspaceId }>({
      text: `select id from workspaces where id > $1 order by id limit ${WORKSPACES_AT_ONCE}`,
      values: [last],
    })
    for (const { id } of rows) yield id
    const end = rows.at(-1)
    if (!end) return
    last = end.id
  }
}

/** Snapshots that nobody has read back since they were written. */
export const uncheckedSnapshots = (
  run: Run,
  workspaceId: WorkspaceId,
): Promise<{ epoch: Epoch; seq: Seq }[]> =>
  run({
    text: `select epoch, seq from snapshots
      where workspace_id = $1 and found_good_at is null order by epoch, seq`,
    values: [workspaceId],
  })

export const markGood = async (
  run: Run,
  workspaceId: WorkspaceId,
  epoch: Epoch,
  seq: Seq,
): Promise<void> => {
  await run({
    text: `update snapshots set found_good_at = clock_timestamp()
      where workspace_id = $1 and epoch = $2 and seq = $3`,
    values: [workspaceId, epoch, seq],
  })
}

const removed = async (run: Run, text: string, values: unknown[]): Promise<number> => {
  const [row] = await run<{ removed: number }>({ text, values })
  return row?.removed ?? 0
}

const DAYS = (parameter: string) => `make_interval(days => ${parameter})`

/** Each gives how much it removed: call it again until that is nothing. */
export const pruneHistory = (run: Run, workspaceId: WorkspaceId, days: number): Promise<number> =>
  removed(run, `select prune_history($1, ${DAYS('$2')}, $3) as removed`, [
    workspaceId,
    days,
    ROWS_AT_ONCE,
  ])

export const pruneQuarantine = (run: Run, days: number): Promise<number> =>
  removed(run, `select prune_quarantine(${DAYS('$1')}, $2) as removed`, [days, ROWS_AT_ONCE])

export const pruneAudit = (run: Run, days: number): Promise<number> =>
  removed(run, `select prune_audit(${DAYS('$1')}, $2) as removed`, [days, ROWS_AT_ONCE])
