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

/** Rows that are carried at a time: a millisecond or two. */
const PIECE_ROWS = 500

/**
 * Pauses after each piece of the rows, so that who loads a long tail lets others have their turn.
 * Gives undefined where what was stored can't be read: the snapshot's index or a row is damaged.
 */
export function* buildRoomState(
  workspaceId: WorkspaceId,
  loaded: LoadedWorkspace,
  scanner: UpdateScanner,
): Generator<undefined, RoomState | undefined> {
  const index = snapshotIndex(loaded)
  if (!index) return undefined
  for (const [n, row] of loaded.tail.entries()) {
    if (n > 0 && n % PIECE_ROWS === 0) yield
    if (!carry(index, row, scanner)) return undefined
  }
  const { name, schema, epoch, epochAge, head, oldest, snapshot, tail } = loaded
  const bytes = tail.reduce((sum, { update }) => sum + update.length, 0)
  return {
    workspaceId,
    name,
    schema,
    epoch,
    epochAge,
    head,
    snapshotSeq: snapshot?.seq ?? 0,
    oldest,
    uncovered: { rows: tail.length, bytes },
    documentBytes: (snapshot?.documentBytes ?? 0) + bytes,
    index,
  }
}

const snapshotIndex = ({ snapshot, bindings }: LoadedWorkspace): RoomIndex | undefined => {
  const decoded = snapshot
    ? decodeIndex(snapshot.index)
    : { index: new RoomIndex(), steps: new Map() }
  if (!decoded) return undefined
  const { index, steps } = decoded
  for (const { clientId, userId } of bindings) index.owners.set(clientId, userId)
  index.weights.measuredAll(index.byOwner(steps))
  return index
}

/** The same in one go. */
export const roomStateOf = (
  workspaceId: WorkspaceId,
  loaded: LoadedWorkspace,
  scanner: UpdateScanner,
): RoomState | undefined => {
  const building = buildRoomState(workspaceId, loaded, scanner)
  for (;;) {
    const step = building.next()
    if (step.done) return step.value
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
