/**
 * Moves what is damaged out of the way (`quarantine`, migrations/0008_retention.sql). Each call is one
 * transaction, and gives false, and does nothing, where what is stored is not what was found: byte by
 * byte, with its checksum.
 */
import { createHash } from 'node:crypto'
import type { Seq, WorkspaceId } from 'kith-shared'
import { checksumOf } from './checksum.js'
import type { Run, Statement } from './database.js'
import type { StoredRow, StoredSnapshot } from './history.js'

const hashOf = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest()

const isDone = async (run: Run, statement: Statement): Promise<boolean> => {
  const [row] = await run<{ done: boolean }>(statement)
  return row?.done === true
}

export const quarantineRow = (
  run: Run,
  workspaceId: WorkspaceId,
  { seq, update, checksum }: Pick<StoredRow, 'seq' | 'update' | 'checksum'>,
): Promise<boolean> =>
  isDone(run, {
    text: 'select quarantine_row($1, $2, $3, $4) as done',
    values: [workspaceId, seq, hashOf(update), checksum],
  })

export const quarantineSnapshot = (
  run: Run,
  workspaceId: WorkspaceId,
  { epoch, seq, document, documentChecksum }: StoredSnapshot,
): Promise<boolean> =>
  isDone(run, {
    text: 'select quarantine_snapshot($1, $2, $3, $4, $5) as done',
    values: [workspaceId, epoch, seq, hashOf(document), documentChecksum],
  })

/** `made` takes the place of the damaged index. */
export const quarantineIndex = (
  run: Run,
  workspaceId: WorkspaceId,
  { epoch, seq, index, indexChecksum }: StoredSnapshot,
  made: Uint8Array,
): Promise<boolean> =>
  isDone(run, {
    text: 'select quarantine_index($1, $2, $3, $4, $5, $6, $7) as done',
    values: [workspaceId, epoch, seq, hashOf(index), indexChecksum, made, checksumOf(made)],
  })

/** Keeps copies of good rows beside the damaged one that they build on. */
export const quarantineCopies = async (
  run: Run,
  workspaceId: WorkspaceId,
  seqs: readonly Seq[],
): Promise<void> => {
  if (seqs.length === 0) return
  await run({ text: 'select quarantine_copies($1, $2)', values: [workspaceId, seqs] })
}
