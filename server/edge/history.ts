/**
 * A workspace as it is stored, whatever state that is in: for what checks it, mends it, or goes back
 * in it. Each read says of what it gives whether it matches its checksum; all reject as pg does.
 */
import type { ClientId, Epoch, Seq, WorkspaceId } from 'kith-shared'
import type { EpochReason, JournalRow } from '../core/ports.js'
import { checksumOf } from './checksum.js'
import type { Run } from './database.js'

export interface StoredRow extends JournalRow {
  /** As it is stored. */
  checksum: number
  isGood: boolean
}

export interface StoredSnapshot {
  epoch: Epoch
  seq: Seq
  document: Uint8Array
  index: Uint8Array
  /** As they are stored. */
  documentChecksum: number
  indexChecksum: number
  isDocumentGood: boolean
  isIndexGood: boolean
}

/** One life of the document. */
export interface Life {
  epoch: Epoch
  /** The rows of this epoch come after it. */
  startSeq: Seq
  /** How it began; undefined for the first, or where that is older than the history. */
  start:
    | { previous: Epoch; openingClient: ClientId; reason: EpochReason; beganAt: number }
    | undefined
}

export interface Quarantined {
  what: 'row' | 'document' | 'index'
  epoch: Epoch
  seq: Seq
  checksum: number
  /** Milliseconds since 1970. */
  foundAt: number
  reason: 'checksum' | 'builds-on-damage'
  authorId: string | null
}

export interface StoredWorkspace {
  id: WorkspaceId
  name: string
  epoch: Epoch
  head: Seq
  /** Milliseconds since 1970. */
  createdAt: number
}

const MILLISECONDS = (expression: string) => `(extract(epoch from ${expression}) * 1000)::bigint`

export const listWorkspaces = (run: Run): Promise<(StoredWorkspace & { members: number })[]> =>
  run({
    text: `select w.id, w.name, w.epoch, w.head, ${MILLISECONDS('w.created_at')} as "createdAt",
        (select count(*) from workspace_members m where m.workspace_id = w.id) as members
      from workspaces w order by w.id`,
  })

export const findWorkspace = async (
  run: Run,
  workspaceId: WorkspaceId,
): Promise<StoredWorkspace | undefined> => {
  const [workspace] = await run<StoredWorkspace>({
    text: `select id, name, epoch, head, ${MILLISECONDS('created_at')} as "createdAt"
      from workspaces where id = $1`,
    values: [workspaceId],
  })
  return workspace
}

interface EpochRow {
  epoch: Epoch
  previous: Epoch
  seq: Seq
  opening_client: ClientId
  reason: EpochReason
  began_at: number
}

/** The epochs that the history knows, oldest first; the last is the present one. */
export const readLives = async (run: Run, workspaceId: WorkspaceId): Promise<Life[]> => {
  const rows = await run<EpochRow>({
    text: `select epoch, previous, seq, opening_client, reason, ${MILLISECONDS('began_at')} as began_at
      from epochs where workspace_id = $1 order by epoch`,
    values: [workspaceId],
  })
  const lives: Life[] = rows.map((row) => ({
    epoch: row.epoch,
    startSeq: row.seq,
    start: {
      previous: row.previous,
      openingClient: row.opening_client,
      reason: row.reason,
      beganAt: row.began_at,
    },
  }))
  const [oldest] = rows
  const present = await findWorkspace(run, workspaceId)
  const first = oldest?.previous ?? present?.epoch
  return first === undefined ? lives : [{ epoch: first, startSeq: 0, start: undefined }, ...lives]
}

/** Where an epoch's snapshots are, newest first. */
export const listSnapshots = (
  run: Run,
  workspaceId: WorkspaceId,
  epoch: Epoch,
): Promise<{ seq: Seq }[]> =>
  run({
    text: 'select seq from snapshots where workspace_id = $1 and epoch = $2 order by seq desc',
    values: [workspaceId, epoch],
  })

interface SnapshotRow {
  epoch: Epoch
  seq: Seq
  document: Uint8Array
  document_checksum: number
  document_index: Uint8Array
  document_index_checksum: number
}

export const readSnapshotAt = async (
  run: Run,
  workspaceId: WorkspaceId,
  epoch: Epoch,
  seq: Seq,
): Promise<StoredSnapshot | undefined> => {
  const [row] = await run<SnapshotRow>({
    text: `select epoch, seq, document, document_checksum, document_index, document_index_checksum
      from snapshots where workspace_id = $1 and epoch = $2 and seq = $3`,
    values: [workspaceId, epoch, seq],
  })
  return (
    row && {
      epoch: row.epoch,
      seq: row.seq,
      document: row.document,
      index: row.document_index,
      documentChecksum: row.document_checksum,
      indexChecksum: row.document_index_checksum,
      isDocumentGood: checksumOf(row.document) === row.document_checksum,
      isIndexGood: checksumOf(row.document_index) === row.document_index_checksum,
    }
  )
}

interface JournalColumns {
  seq: Seq
  epoch: Epoch
  author_id: JournalRow['author']['id']
  author_name: string
  update: Uint8Array
  checksum: number
  committed_at: number
}

/** So many rows at a time, less where they are large. */
const ROWS_AT_ONCE = 1_000
const BYTES_AT_ONCE = 1024 * 1024

/** The rows of an epoch after `after` and through `through`, in order, with holes where some are gone. */
export async function* readStoredRows(
  run: Run,
  workspaceId: WorkspaceId,
  epoch: Epoch,
  after: Seq,
  through: Seq,
): AsyncGenerator<StoredRow> {
  for (let cursor = after; ; ) {
    const rows = await run<JournalColumns>({
      text: `select seq, epoch, author_id, author_name, update, checksum,
          ${MILLISECONDS('committed_at')} as committed_at
        from (
          select j.*, sum(octet_length(update)) over (order by seq) - octet_length(update) as before
          from (
            select * from journal
            where workspace_id = $1 and epoch = $2 and seq > $3 and seq <= $4
            order by seq limit ${ROWS_AT_ONCE}) j) r
        where before < ${BYTES_AT_ONCE} order by seq`,
      values: [workspaceId, epoch, cursor, through],
    })
    for (const row of rows) {
      cursor = row.seq
      yield {
        seq: row.seq,
        epoch: row.epoch,
        author: { id: row.author_id, name: row.author_name },
        committedAt: row.committed_at,
        update: row.update,
        checksum: row.checksum,
        isGood: checksumOf(row.update) === row.checksum,
      }
    }
    if (rows.length === 0) return
  }
}

/** The last row of an epoch that was committed at or before a moment (milliseconds since 1970). */
export const lastRowAt = async (
  run: Run,
  workspaceId: WorkspaceId,
  epoch: Epoch,
  at: number,
): Promise<Seq | undefined> => {
  const [row] = await run<{ seq: Seq }>({
    text: `select seq from journal
      where workspace_id = $1 and epoch = $2
        and committed_at <= to_timestamp($3::double precision / 1000)
      order by seq desc limit 1`,
    values: [workspaceId, epoch, at],
  })
  return row?.seq
}

/** The first row that is left, of any epoch. */
export const oldestRow = async (
  run: Run,
  workspaceId: WorkspaceId,
): Promise<{ seq: Seq; committedAt: number } | undefined> => {
  const [row] = await run<{ seq: Seq; committed_at: number }>({
    text: `select seq, ${MILLISECONDS('committed_at')} as committed_at from journal
      where workspace_id = $1 order by seq limit 1`,
    values: [workspaceId],
  })
  return row && { seq: row.seq, committedAt: row.committed_at }
}

/** Oldest first. */
export const readQuarantine = async (
  run: Run,
  workspaceId: WorkspaceId,
): Promise<Quarantined[]> => {
  const rows = await run<
    Omit<Quarantined, 'foundAt' | 'authorId'> & { found_at: number; author_id: string | null }
  >({
    text: `select what, epoch, seq, checksum, ${MILLISECONDS('found_at')} as found_at, reason, author_id
      from quarantine where workspace_id = $1 order by id`,
    values: [workspaceId],
  })
  return rows.map(({ found_at, author_id, ...row }) => ({
    ...row,
    foundAt: found_at,
    authorId: author_id,
  }))
}
