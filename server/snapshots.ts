/** What a room's runner has made of a document, in the worker thread. */
import type { Epoch, Seq, WorkspaceId } from 'kith-shared'
import type { DocumentSize } from './core/documents.js'
import type { ClientSteps } from './core/index-codec.js'
import type { Journal, JournalRow } from './core/ports.js'
import type { Candidate, TrialOutcome } from './core/trial.js'
import type { Documents } from './edge/documents.js'
import type { Log } from './edge/log.js'
import { reach } from './edge/points.js'

/** About so many bytes of rows are read at a time. */
export const READ_BYTES = 1024 * 1024

type Reads = Pick<Journal, 'readSnapshot' | 'readRows'>

interface Ports {
  journal: Journal
  documents: Pick<Documents, 'compact' | 'difference' | 'tryOut'>
  log: Log
}

export interface WrittenSnapshot {
  seq: Seq
  steps: ClientSteps
  documentBytes: number
  size: DocumentSize
}

/**
 * Merges the newest good snapshot and the rows after it, through `through`, into the next one.
 * Gives the `seq` through which it holds, its size and the steps that it takes to load; undefined
 * where none was written. Rejects with what the journal or the worker threw.
 */
export const writeSnapshot = async (
  { journal, documents, log }: Ports,
  workspaceId: WorkspaceId,
  through: number,
): Promise<WrittenSnapshot | undefined> => {
  const state = await stateThrough(journal, workspaceId, through)
  const last = state?.rows.at(-1)
  if (!state || !last) return undefined
  reach('compact-read')
  const compaction = await documents.compact(state.document, state.rows)
  if (!compaction) {
    log.error({ workspaceId }, 'a snapshot could not be made of what is stored')
    return undefined
  }
  const { epoch, seq } = last
  const { document, index, steps, size } = compaction
  reach('compact-merged')
  const { outcome } = await journal.writeSnapshot(workspaceId, { epoch, seq, document, index })
  reach('compacted')
  if (outcome !== 'written') return undefined
  log.info({ workspaceId, seq }, 'snapshot written')
  return { seq, steps, documentBytes: document.length, size }
}

/** What a replica with `stateVector` lacks through `seq`; undefined where the journal is away. */
export const readDifference = async (
  { journal, documents }: Pick<Ports, 'documents'> & { journal: Reads },
  workspaceId: WorkspaceId,
  stateVector: Uint8Array,
  through: number,
): Promise<{ epoch: Epoch; seq: Seq; update: Uint8Array } | undefined> => {
  const state = await stateThrough(journal, workspaceId, through)
  if (!state) return undefined
  const { epoch, from, document, rows } = state
  const update = await documents.difference(stateVector, document, rows)
  return { epoch, seq: rows.at(-1)?.seq ?? from, update }
}

/** Tries an update on what holds through `through`; `away` where the journal is. */
export const tryUpdate = async (
  { journal, documents }: Ports,
  workspaceId: WorkspaceId,
  through: number,
  candidate: Candidate,
): Promise<TrialOutcome | { outcome: 'away' }> => {
  const state = await stateThrough(journal, workspaceId, through)
  return state ? documents.tryOut(state.document, state.rows, candidate) : { outcome: 'away' }
}

/** A state of one epoch: a snapshot through `from`, and rows after it. */
export interface StoredState {
  epoch: Epoch
  from: Seq
  document: Uint8Array | undefined
  rows: JournalRow[]
}

/**
 * The newest good snapshot and the rows after it through `through`, of one epoch. Undefined where the
 * journal is away, or has lost what the epoch began with.
 */
export const stateThrough = async (
  journal: Reads,
  workspaceId: WorkspaceId,
  through: Seq,
): Promise<StoredState | undefined> => {
  const read = await journal.readSnapshot(workspaceId)
  if (read.outcome === 'away') return undefined
  const { epoch, seq: from, document } = read.snapshot ?? { epoch: 1, seq: 0, document: undefined }
  const all = await rowsThrough(journal, workspaceId, from, through)
  // A reading goes on behind `through`, where the next epoch may have begun.
  const rows = all?.filter((row) => row.epoch === epoch) ?? []
  const reached = rows.at(-1)?.seq ?? from
  return all && reached >= through ? { epoch, from, document, rows } : undefined
}

/** All rows after `after` through `through`; undefined where the journal is away. */
const rowsThrough = async (
  journal: Pick<Journal, 'readRows'>,
  workspaceId: WorkspaceId,
  after: number,
  through: number,
): Promise<JournalRow[] | undefined> => {
  const rows: JournalRow[] = []
  for (let cursor = after; cursor < through; ) {
    const read = await journal.readRows(workspaceId, cursor, READ_BYTES)
    const last = read.outcome === 'rows' ? read.rows.at(-1) : undefined
    if (read.outcome === 'away' || !last) return undefined
    rows.push(...read.rows)
    cursor = last.seq
  }
  return rows
}
