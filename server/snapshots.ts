/** What a room's runner has made of a document, in the worker thread. */
import type { WorkspaceId } from 'kith-shared'
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

/**
 * Merges the newest good snapshot and the rows after it, through `through`, into the next one.
 * Gives the `seq` through which it holds, its size and the steps that it takes to load; undefined
 * where none was written. Rejects with what the journal or the worker threw.
 */
export const writeSnapshot = async (
  { journal, documents, log }: Ports,
  workspaceId: WorkspaceId,
  through: number,
): Promise<{ seq: number; steps: ClientSteps; documentBytes: number } | undefined> => {
  const read = await journal.readSnapshot(workspaceId)
  if (read.outcome === 'away') return undefined
  const rows = await rowsThrough(journal, workspaceId, read.snapshot?.seq ?? 0, through)
  const last = rows?.at(-1)
  if (!rows || !last) return undefined
  reach('compact-read')
  const compaction = await documents.compact(read.snapshot?.document, rows)
  if (!compaction) {
    log.error({ workspaceId }, 'a snapshot could not be made of what is stored')
    return undefined
  }
  const { epoch, seq } = last
  const { document, index, steps } = compaction
  reach('compact-merged')
  const { outcome } = await journal.writeSnapshot(workspaceId, { epoch, seq, document, index })
  reach('compacted')
  if (outcome !== 'written') return undefined
  log.info({ workspaceId, seq }, 'snapshot written')
  return { seq, steps, documentBytes: document.length }
}

/** What a replica with `stateVector` lacks through `seq`; undefined where the journal is away. */
export const readDifference = async (
  { journal, documents }: Pick<Ports, 'documents'> & { journal: Reads },
  workspaceId: WorkspaceId,
  stateVector: Uint8Array,
  through: number,
): Promise<{ seq: number; update: Uint8Array } | undefined> => {
  const read = await journal.readSnapshot(workspaceId)
  if (read.outcome === 'away') return undefined
  const from = read.snapshot?.seq ?? 0
  const rows = await rowsThrough(journal, workspaceId, from, through)
  if (!rows) return undefined
  const update = await documents.difference(stateVector, read.snapshot?.document, rows)
  return { seq: rows.at(-1)?.seq ?? from, update }
}

/** Tries an update on what holds through `through`; `away` where the journal is. */
export const tryUpdate = async (
  { journal, documents }: Ports,
  workspaceId: WorkspaceId,
  through: number,
  candidate: Candidate,
): Promise<TrialOutcome | { outcome: 'away' }> => {
  const read = await journal.readSnapshot(workspaceId)
  if (read.outcome === 'away') return { outcome: 'away' }
  const rows = await rowsThrough(journal, workspaceId, read.snapshot?.seq ?? 0, through)
  if (!rows) return { outcome: 'away' }
  return documents.tryOut(read.snapshot?.document, rows, candidate)
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
