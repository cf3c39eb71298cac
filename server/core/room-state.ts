/**
 * What a room starts from: the journal's position and the index, carried forward from the newest
 * snapshot's through the rows after it.
 */
import {
  type Epoch,
  type Seq,
  STORED_LIMITS,
  type UpdateScanner,
  type WorkspaceId,
} from 'kith-shared'
import { replay } from './admission/admit.js'
import { decodeIndex } from './index-codec.js'
import { IndexDraft } from './index-draft.js'
import type { JournalRow, LoadedWorkspace } from './ports.js'
import { RoomIndex } from './room-index.js'

export interface RoomState {
  workspaceId: WorkspaceId
  name: string
  schema: number
  epoch: Epoch
  /** When this was read, in milliseconds; absent for the first one. */
  epochAge?: number | undefined
  head: Seq
  snapshotSeq: Seq
  /** Rows from here on could be read when the state was; older ones may have gone since. */
  oldest: Seq
  /** Rows and bytes that no snapshot covers yet. */
  uncovered: { rows: number; bytes: number }
  /** Of the document: the newest snapshot's and those of the rows after it. */
  documentBytes: number
  index: RoomIndex
}

/** Undefined where what was stored can't be read: the snapshot's index or a row is damaged. */
export const roomStateOf = (
  workspaceId: WorkspaceId,
  loaded: LoadedWorkspace,
  scanner: UpdateScanner,
): RoomState | undefined => {
  const decoded = loaded.snapshot
    ? decodeIndex(loaded.snapshot.index)
    : { index: new RoomIndex(), steps: new Map() }
  if (!decoded) return undefined
  const { index, steps } = decoded
  for (const { clientId, userId } of loaded.bindings) index.owners.set(clientId, userId)
  index.weights.measuredAll(index.byOwner(steps))
  for (const row of loaded.tail) if (!carry(index, row, scanner)) return undefined
  const { name, schema, epoch, epochAge, head, oldest } = loaded
  const uncovered = {
    rows: loaded.tail.length,
    bytes: loaded.tail.reduce((sum, { update }) => sum + update.length, 0),
  }
  const snapshotSeq = loaded.snapshot?.seq ?? 0
  const documentBytes = (loaded.snapshot?.documentBytes ?? 0) + uncovered.bytes
  return {
    workspaceId,
    name,
    schema,
    epoch,
    epochAge,
    head,
    snapshotSeq,
    oldest,
    uncovered,
    documentBytes,
    index,
  }
}

/** Takes a committed row into the index; false where it does not follow. */
export const carry = (
  index: RoomIndex,
  { update, author }: Pick<JournalRow, 'update' | 'author'>,
  scanner: UpdateScanner,
): boolean => {
  const scan = scanner.scan(update, STORED_LIMITS)
  if (!scan.ok) return false
  const draft = new IndexDraft(index)
  const follows = replay(draft, author.id, scan.update)
  if (follows) draft.fold()
  return follows
}
