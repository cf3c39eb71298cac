/**
 * Epochs on PostgreSQL. An epoch begins by one call of `begin_epoch` (migrations/0007_epochs.sql),
 * which is one transaction: compare-and-set, both states, the id that nobody owns, synced to disk.
 */
import type { ClientId, Epoch, Seq, WorkspaceId } from 'kith-shared'
import type { EpochStep, Epochs, NewEpoch, Snapshot } from '../core/ports.js'
import { checksumOf } from './checksum.js'
import { onGoodPages } from './damaged-pages.js'
import type { Database, DatabaseLog, Run, Statement } from './database.js'
import { isTaken, wasRolledBack } from './storage-away.js'
import { readState } from './stored-document.js'

const beginStatement = ({ workspaceId, epoch, head, closing, opening, reason }: NewEpoch) =>
  ({
    text: 'select begin_epoch($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) as epoch',
    values: [
      workspaceId,
      epoch,
      head,
      closing.document,
      checksumOf(closing.document),
      closing.index,
      checksumOf(closing.index),
      opening.document,
      checksumOf(opening.document),
      opening.index,
      checksumOf(opening.index),
      opening.clientId,
      reason,
    ],
  }) satisfies Statement

const begin = async (database: Database, next: NewEpoch): ReturnType<Epochs['begin']> => {
  try {
    const [row] = await database.run<{ epoch: Epoch | null }>(beginStatement(next))
    if (row === undefined || row.epoch === null) return { outcome: 'stale' }
    return { outcome: 'begun', epoch: row.epoch }
  } catch (error) {
    // The id drawn for the opening state was somebody's already: the next attempt draws another.
    if (wasRolledBack(error) || isTaken(error)) return { outcome: 'stale' }
    throw error
  }
}

/**
 * All of a road is read before any of it is sent, and its browser holds all of it, too. Of several
 * epochs no more is read; what was unsent is set aside there, as where the history is gone.
 */
const MAX_ROAD_BYTES = 512 * 1024 * 1024

interface StoredStep {
  previous: Epoch
  epoch: Epoch
  seq: Seq
  /** Of both states. */
  bytes: number
}

/**
 * All steps that lead on from `from`, in order, without their states; undefined where they don't lead
 * to the present epoch. One statement: another epoch may begin at any moment.
 */
const readSteps = async (
  run: Run,
  workspaceId: WorkspaceId,
  from: Epoch,
): Promise<StoredStep[] | undefined> => {
  const rows = await run<{ [Field in keyof StoredStep]: StoredStep[Field] | null } & { to: Epoch }>(
    {
      name: 'epoch-steps',
      text: `with recursive road as (
        select e.previous, e.epoch, e.seq from epochs e where e.workspace_id = $1 and e.previous = $2
        union all
        select e.previous, e.epoch, e.seq from road
        join epochs e on e.workspace_id = $1 and e.previous = road.epoch)
      select w.epoch as to, r.previous, r.epoch, r.seq,
        (select sum(octet_length(s.document))::bigint from snapshots s
         where s.workspace_id = w.id and s.seq = r.seq and s.epoch in (r.previous, r.epoch)) as bytes
      from workspaces w left join road r on true where w.id = $1 order by r.epoch`,
      values: [workspaceId, from],
    },
  )
  const steps = rows.flatMap(({ previous, epoch, seq, bytes }) =>
    previous === null || epoch === null || seq === null
      ? []
      : [{ previous, epoch, seq, bytes: bytes ?? 0 }],
  )
  return (steps.at(-1)?.epoch ?? from) === rows[0]?.to ? steps : undefined
}

const road = async (
  { run, copyOut }: Database,
  workspaceId: WorkspaceId,
  from: Epoch,
  log: DatabaseLog,
  maxBytes: number,
): Promise<{ outcome: 'road'; steps: EpochStep[] } | { outcome: 'gone' }> => {
  const read = (epoch: Epoch, seq: Seq): Promise<Snapshot | undefined> =>
    readState(copyOut, workspaceId, { epoch, seq }, (bad) =>
      log.error({ workspaceId, ...bad }, 'a state of an epoch does not match its checksum'),
    )
  const stored = await readSteps(run, workspaceId, from)
  if (!stored) return { outcome: 'gone' }
  const bytes = stored.reduce((sum, step) => sum + step.bytes, 0)
  if (stored.length > 1 && bytes > maxBytes) {
    log.error({ workspaceId, epoch: from, bytes }, 'too much lies between an epoch and the present')
    return { outcome: 'gone' }
  }
  const steps: EpochStep[] = []
  for (const { previous, epoch, seq } of stored) {
    const closing = await read(previous, seq)
    const opening = closing && (await read(epoch, seq))
    if (!closing || !opening) return { outcome: 'gone' }
    steps.push({ closing, opening })
  }
  return { outcome: 'road', steps }
}

const earlierIds = async (
  database: Database,
  workspaceId: WorkspaceId,
  clientIds: readonly ClientId[],
): Promise<ClientId[]> => {
  const rows = await database.run<{ client_id: ClientId }>({
    name: 'earlier-ids',
    text: `select c.client_id from workspaces w
      join client_ids c on c.workspace_id = w.id and c.first_epoch < w.epoch
      where w.id = $1 and c.client_id = any ($2) order by c.client_id`,
    values: [workspaceId, clientIds],
  })
  return rows.map((row) => row.client_id)
}

export const createEpochs = (
  database: Database,
  log: DatabaseLog,
  maxRoadBytes: number = MAX_ROAD_BYTES,
): Epochs => ({
  begin: (next) => database.orAway(() => begin(database, next)),
  road: (workspaceId, from) =>
    database.orAway(() =>
      onGoodPages(database, workspaceId, log, () =>
        road(database, workspaceId, from, log, maxRoadBytes),
      ),
    ),
  earlierIds: (workspaceId, clientIds) =>
    database.orAway(async () => {
      const ids = await earlierIds(database, workspaceId, clientIds)
      return { outcome: 'ids', ids } as const
    }),
})
