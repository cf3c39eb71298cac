/**
 * The journal on PostgreSQL. What holds, and where:
 * 1. A commit is one call of `commit_batch` (migrations/0002_journal.sql), which is one
 *    transaction: compare-and-set, seqs, rows, bindings, synced to disk, or nothing at all.
 * 2. What `load` gives fits together, because it is read in one `repeatable read` transaction.
 * 3. No byte is handed out that does not match its checksum.
 */
import type { ClientId, Seq, UserId, WorkspaceId } from 'kith-shared'
import type {
  Batch,
  CommitOutcome,
  Journal,
  JournalRow,
  LoadedWorkspace,
  Snapshot,
} from '../core/ports.js'
import { checksumOf } from './checksum.js'
import { commitStatement, MILLISECONDS } from './commit-statement.js'
import type { Database, DatabaseLog, Run } from './database.js'
import { JournalDamaged } from './journal-damaged.js'
import { wasRolledBack } from './storage-away.js'
import { type PassOver, readDocument } from './stored-document.js'

interface StoredRow {
  seq: number
  epoch: number
  author_id: UserId
  author_name: string
  update: Uint8Array
  checksum: number
  committed_at: number
}

interface StoredWorkspace {
  name: string
  schema: number
  epoch: number
  epoch_age: number | null
  head: number
  oldest: number
}

const ROW = `seq, epoch, author_id, author_name, update, checksum,
  ${MILLISECONDS('committed_at')} as committed_at`

const commit = async (database: Database, batch: Batch): Promise<CommitOutcome> => {
  try {
    const [row] = await database.run<{ committed_at: number | null }>(commitStatement(batch))
    if (row === undefined || row.committed_at === null) return { outcome: 'conflict' }
    const head = batch.head + batch.rows.length
    return { outcome: 'committed', head, committedAt: row.committed_at }
  } catch (error) {
    // Only where the server's default isolation is stricter than `read committed`.
    if (wasRolledBack(error)) return { outcome: 'conflict' }
    throw error
  }
}

/** The rows that follow `after` without a gap; (3). */
const goodRows = (
  workspaceId: WorkspaceId,
  after: Seq,
  stored: readonly StoredRow[],
  log: DatabaseLog,
): JournalRow[] => {
  const rows: JournalRow[] = []
  for (const { seq, epoch, author_id, author_name, update, checksum, committed_at } of stored) {
    if (seq !== after + rows.length + 1) break
    if (checksumOf(update) !== checksum) {
      log.error({ workspaceId, seq }, 'a row of the journal does not match its checksum')
      throw new JournalDamaged(workspaceId, seq, 'checksum')
    }
    const author = { id: author_id, name: author_name }
    rows.push({ seq, epoch, author, committedAt: committed_at, update })
  }
  return rows
}

interface StoredIndex {
  epoch: number
  seq: number
  bytes: Uint8Array
  checksum: number
  document_bytes: number
}

/** The newest index of the workspace's epoch that is good. */
const readGoodIndex = async (
  run: Run,
  workspaceId: WorkspaceId,
  passOver: PassOver,
): Promise<StoredIndex | undefined> => {
  for (let below = Number.MAX_SAFE_INTEGER; ; ) {
    const [snapshot] = await run<StoredIndex>({
      name: 'snapshot-index',
      text: `select s.epoch, s.seq, s.document_index as bytes, s.document_index_checksum as checksum,
          octet_length(s.document) as document_bytes
        from workspaces w join snapshots s on s.workspace_id = w.id and s.epoch = w.epoch
        where w.id = $1 and s.seq < $2 order by s.seq desc limit 1`,
      values: [workspaceId, below],
    })
    if (snapshot === undefined || checksumOf(snapshot.bytes) === snapshot.checksum) return snapshot
    const { epoch, seq } = snapshot
    passOver({ epoch, seq, column: 'document_index' })
    below = seq
  }
}

const readTail = async (
  run: Run,
  workspaceId: WorkspaceId,
  workspace: StoredWorkspace,
  after: Seq,
  log: DatabaseLog,
): Promise<JournalRow[]> => {
  const stored = await run<StoredRow>({
    name: 'tail',
    text: `select ${ROW} from journal where workspace_id = $1 and seq > $2 order by seq`,
    values: [workspaceId, after],
  })
  const tail = goodRows(workspaceId, after, stored, log)
  const reached = after + tail.length
  if (reached === workspace.head) return tail
  log.error({ workspaceId, seq: reached + 1 }, 'a row of the journal is missing')
  throw new JournalDamaged(workspaceId, reached + 1, 'missing')
}

interface Reports {
  log: DatabaseLog
  passOver: PassOver
}

/** (2) */
const load = async (
  run: Run,
  workspaceId: WorkspaceId,
  owned: readonly ClientId[],
  { log, passOver }: Reports,
): Promise<LoadedWorkspace | { outcome: 'absent' }> => {
  const [workspace] = await run<StoredWorkspace>({
    name: 'workspace',
    text: `select name, schema, epoch, head, (
        select ${MILLISECONDS('clock_timestamp() - e.began_at')} from epochs e
        where e.workspace_id = w.id and e.epoch = w.epoch) as epoch_age, coalesce(
        (select j.seq from journal j
         where j.workspace_id = w.id and j.seq > coalesce(
           (select e.seq from epochs e where e.workspace_id = w.id and e.epoch = w.epoch), 0)
         order by j.seq limit 1), head + 1) as oldest
      from workspaces w where id = $1`,
    values: [workspaceId],
  })
  if (workspace === undefined) return { outcome: 'absent' }
  const { epoch_age, ...known } = workspace
  const snapshot = await readGoodIndex(run, workspaceId, passOver)
  // An epoch after the first begins with a snapshot; rows of the one before don't lead into it.
  if (snapshot === undefined && workspace.epoch > 1) {
    log.error({ workspaceId, epoch: workspace.epoch }, 'an epoch has no good snapshot')
    throw new JournalDamaged(workspaceId, workspace.head, 'no-opening-state')
  }
  const tail = await readTail(run, workspaceId, workspace, snapshot?.seq ?? 0, log)
  const bindings = await run<{ client_id: number; user_id: UserId }>({
    name: 'bindings',
    text: `select client_id, user_id from client_ids
      where workspace_id = $1 and (epoch = $2 or client_id = any ($3)) order by client_id`,
    values: [workspaceId, workspace.epoch, owned],
  })
  return {
    outcome: 'loaded',
    ...known,
    epochAge: epoch_age ?? undefined,
    snapshot: snapshot && {
      seq: snapshot.seq,
      documentBytes: snapshot.document_bytes,
      index: snapshot.bytes,
    },
    tail,
    bindings: bindings.map((row) => ({ clientId: row.client_id, userId: row.user_id })),
  }
}

/** A reader far behind gets this many rows at a time: PostgreSQL adds up their sizes first. */
const ROWS_AT_ONCE = 2_000

const readRows = async (
  run: Run,
  workspaceId: WorkspaceId,
  after: Seq,
  maxBytes: number,
  log: DatabaseLog,
): Promise<JournalRow[]> => {
  const stored = await run<StoredRow>({
    name: 'rows',
    text: `select ${ROW} from (
        select *, sum(octet_length(update)) over (order by seq) - octet_length(update) as before
        from journal where workspace_id = $1 and seq > $2 and seq <= $2 + ${ROWS_AT_ONCE}
      ) as following
      where seq = $2 + 1 or before < $3 order by seq`,
    values: [workspaceId, after, maxBytes],
  })
  return goodRows(workspaceId, after, stored, log)
}

/**
 * Not locked against another writer: of two at once, the older may come second, which leaves one
 * good snapshot more than needed. The key share is against deletion: whoever waits for one finds
 * no workspace afterwards, where the foreign key would throw.
 */
const writeSnapshot = async (
  run: Run,
  workspaceId: WorkspaceId,
  { epoch, seq, document, index }: Snapshot & { index: Uint8Array },
): Promise<'written' | 'stale'> => {
  const written = await run({
    name: 'write-snapshot',
    text: `insert into snapshots (workspace_id, epoch, seq,
        document, document_checksum, document_index, document_index_checksum)
      select w.id, w.epoch, $3::bigint, $4::bytea, $5::bigint, $6::bytea, $7::bigint
      from workspaces w
      where w.id = $1 and w.epoch = $2 and w.head >= $3::bigint and not exists (
        select from snapshots s
        where s.workspace_id = w.id and s.epoch = w.epoch and s.seq >= $3::bigint)
      for key share of w
      on conflict do nothing returning seq`,
    values: [workspaceId, epoch, seq, document, checksumOf(document), index, checksumOf(index)],
  })
  return written.length === 1 ? 'written' : 'stale'
}

/** `onDamage` hears of snapshots that were passed over; a row that is damaged throws. */
export const createJournal = (
  database: Database,
  log: DatabaseLog,
  onDamage: (workspaceId: WorkspaceId) => void = () => undefined,
): Journal => {
  const passOverIn =
    (workspaceId: WorkspaceId): PassOver =>
    (bad) => {
      log.error({ workspaceId, ...bad }, 'a snapshot does not match its checksum')
      onDamage(workspaceId)
    }
  return {
    load: (workspaceId, owned = []) =>
      database.orAway(() =>
        database.readTogether((run) =>
          load(run, workspaceId, owned, { log, passOver: passOverIn(workspaceId) }),
        ),
      ),
    commit: (batch) => database.orAway(() => commit(database, batch)),
    readRows: (workspaceId, after, maxBytes) =>
      database.orAway(async () => {
        const rows = await readRows(database.run, workspaceId, after, maxBytes, log)
        return { outcome: 'rows', rows } as const
      }),
    readSnapshot: (workspaceId) =>
      database.orAway(async () => {
        const snapshot = await readDocument(database.copyOut, workspaceId, passOverIn(workspaceId))
        return { outcome: 'snapshot', snapshot } as const
      }),
    writeSnapshot: (workspaceId, snapshot) =>
      database.orAway(async () => ({
        outcome: await writeSnapshot(database.run, workspaceId, snapshot),
      })),
  }
}
