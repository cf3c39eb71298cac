/** What the journal in memory holds of one workspace. */
import type { ClientId, Epoch, Seq } from 'kith-shared'
import type { NoteTable } from '../../server/core/note-table.js'
import type { EpochReason, JournalRow, Snapshot } from '../../server/core/ports.js'

export interface StoredRow {
  row: JournalRow
  checksum: number
  batchId: string
}

export interface StoredSnapshot {
  snapshot: Snapshot & { index: Uint8Array }
  checksums: { document: number; index: number }
}

export interface StoredEpoch {
  previous: Epoch
  epoch: Epoch
  seq: Seq
  openingClient: ClientId
  reason: EpochReason
  beganAt: number
}

export interface StoredBinding {
  /** Empty for the server's own. */
  userId: string
  firstEpoch: Epoch
  epoch: Epoch
  boundAt: number
}

export interface Workspace {
  name: string
  epoch: Epoch
  head: Seq
  rows: Map<Seq, StoredRow>
  bindings: Map<ClientId, StoredBinding>
  /** Newest first. */
  snapshots: StoredSnapshot[]
  /** In their order. */
  epochs: StoredEpoch[]
  notes: NoteTable
}

/** Leaves the newest snapshot and the rows after it, as a retention without any history would. */
export const dropHistory = (workspace: Workspace): void => {
  const [newest] = workspace.snapshots
  if (newest === undefined) return
  workspace.snapshots = [newest]
  for (const seq of workspace.rows.keys()) {
    if (seq <= newest.snapshot.seq) workspace.rows.delete(seq)
  }
}
