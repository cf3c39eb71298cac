import type { ClientId, Epoch, Seq, UserId, WorkspaceId } from 'kith-shared'
import { NoteTable } from '../../server/core/note-table.js'
import type {
  Batch,
  CommitOutcome,
  Epochs,
  Journal,
  JournalRow,
  NoteAuthors,
  Snapshot,
} from '../../server/core/ports.js'
import { checksumOf } from '../../server/edge/checksum.js'
import { JournalDamaged } from '../../server/edge/journal-damaged.js'
import { type EpochOperation, memoryEpochs } from './memory-epochs.js'
import {
  dropHistory,
  type StoredRow,
  type StoredSnapshot,
  type Workspace,
} from './memory-workspace.js'

/**
 * The journal without a database: the same outcomes as the one on PostgreSQL (one contract suite
 * holds for both), deterministic, and done when a method returns: its promises are resolved.
 */
export interface MemoryJournal extends Journal, Epochs {
  /** Epoch 1, head 0. */
  createWorkspace(workspaceId: WorkspaceId, name?: string): void
  setEpoch(workspaceId: WorkspaceId, epoch: Epoch): void
  /** Every call is `away` from now on, and does nothing; or no longer. */
  setAway(away: boolean): void
  /**
   * The next call of `operation` is `away`: `before` it did anything, or `after` it did all of it
   * (the answer was lost). Calls add up, in their order.
   */
  failNext(operation: Operation, moment: 'before' | 'after'): void
  /** Changes stored bytes behind the checksum's back. */
  overwriteRow(workspaceId: WorkspaceId, seq: Seq, update: Uint8Array): void
  deleteRow(workspaceId: WorkspaceId, seq: Seq): void
  overwriteSnapshot(
    workspaceId: WorkspaceId,
    seq: Seq,
    part: 'document' | 'index',
    bytes: Uint8Array,
  ): void
  /** Its checksum stays, or the snapshot goes. */
  breakState(workspaceId: WorkspaceId, epoch: Epoch, seq: Seq, how: 'damage' | 'delete'): void
  /** Only the newest snapshot and the rows after it stay. */
  dropHistory(workspaceId: WorkspaceId): void
  /** What was committed, for a simulation's checks; never away. */
  rowsOf(workspaceId: WorkspaceId): readonly JournalRow[]
  ownersOf(workspaceId: WorkspaceId): ReadonlyMap<ClientId, UserId>
  readonly noteAuthors: NoteAuthors
}

export type Operation =
  | 'load'
  | 'commit'
  | 'readRows'
  | 'readSnapshot'
  | 'writeSnapshot'
  | 'findNoteAuthors'
  | EpochOperation

const away = { outcome: 'away' } as const
const conflict = { outcome: 'conflict' } as const

/** What `commit_batch` answers where epoch or head moved: what this batch did, if it did. */
const earlierOutcome = (workspace: Workspace, batch: Batch): CommitOutcome => {
  if (batch.rows.length > 0) {
    const first = workspace.rows.get(batch.head + 1)
    if (first?.batchId !== batch.id) return conflict
    const head = batch.head + batch.rows.length
    return { outcome: 'committed', head, committedAt: first.row.committedAt }
  }
  const bound = batch.bindings.map(({ clientId, userId }) => {
    const binding = workspace.bindings.get(clientId)
    const isIts = binding?.userId === userId && binding.epoch === batch.epoch
    return isIts ? binding.boundAt : undefined
  })
  if (bound.length === 0 || bound.includes(undefined)) return conflict
  const committedAt = Math.max(...bound.map((boundAt) => boundAt ?? 0))
  return { outcome: 'committed', head: batch.head, committedAt }
}

const bind = (workspace: Workspace, batch: Batch, boundAt: number): number => {
  let last = 0
  for (const { clientId, userId } of batch.bindings) {
    const { epoch } = batch
    const before = workspace.bindings.get(clientId)
    const isOver = before !== undefined && before.epoch < epoch
    const binding = isOver
      ? { ...before, epoch, boundAt }
      : (before ?? { userId, firstEpoch: epoch, epoch, boundAt })
    workspace.bindings.set(clientId, binding)
    last = Math.max(last, binding.boundAt)
  }
  return batch.bindings.length > 0 ? last : boundAt
}

const commit = (workspace: Workspace | undefined, batch: Batch, now: number): CommitOutcome => {
  if (workspace === undefined) return conflict
  if (workspace.epoch !== batch.epoch || workspace.head !== batch.head) {
    return earlierOutcome(workspace, batch)
  }
  const isForeign = ({ clientId, userId }: Batch['bindings'][number]) =>
    (workspace.bindings.get(clientId)?.userId ?? userId) !== userId
  if (batch.bindings.some(isForeign)) return conflict
  const boundAt = bind(workspace, batch, now)
  workspace.notes.add(batch.notes)
  if (batch.rows.length === 0) {
    return { outcome: 'committed', head: batch.head, committedAt: boundAt }
  }
  for (const { author, update } of batch.rows) {
    workspace.head += 1
    const { epoch, head: seq } = workspace
    // A copy, as a database would make one: what the caller does to its bytes changes nothing.
    const row = { seq, epoch, author: { ...author }, committedAt: now, update: update.slice() }
    workspace.rows.set(seq, { row, checksum: checksumOf(update), batchId: batch.id })
  }
  return { outcome: 'committed', head: workspace.head, committedAt: now }
}

const checked = (workspaceId: WorkspaceId, { row, checksum }: StoredRow): JournalRow => {
  if (checksumOf(row.update) === checksum) return row
  throw new JournalDamaged(workspaceId, row.seq, 'checksum')
}

const goodSnapshot = (workspace: Workspace, part: 'document' | 'index') =>
  workspace.snapshots.find(
    ({ snapshot, checksums }) =>
      snapshot.epoch === workspace.epoch && checksumOf(snapshot[part]) === checksums[part],
  )?.snapshot

const load = (
  workspaceId: WorkspaceId,
  workspace: Workspace | undefined,
  owned: readonly ClientId[],
  now: number,
) => {
  if (workspace === undefined) return { outcome: 'absent' } as const
  const { name, epoch, head } = workspace
  const begun = workspace.epochs.find((one) => one.epoch === epoch)
  const epochAge = begun && Math.max(0, now - begun.beganAt)
  const start = begun?.seq ?? 0
  const oldest = Math.min(head + 1, ...[...workspace.rows.keys()].filter((seq) => seq > start))
  const snapshot = goodSnapshot(workspace, 'index')
  if (snapshot === undefined && epoch > 1) {
    throw new JournalDamaged(workspaceId, head, 'no-opening-state')
  }
  const tail: JournalRow[] = []
  for (let seq = (snapshot?.seq ?? 0) + 1; seq <= head; seq += 1) {
    const stored = workspace.rows.get(seq)
    if (stored === undefined) throw new JournalDamaged(workspaceId, seq, 'missing')
    tail.push(checked(workspaceId, stored))
  }
  const bindings = [...workspace.bindings]
    .filter(([clientId, binding]) => binding.epoch === epoch || owned.includes(clientId))
    .map(([clientId, { userId }]) => ({ clientId, userId: userId as UserId })) // as it came
    .sort((one, other) => one.clientId - other.clientId)
  return {
    outcome: 'loaded',
    name,
    schema: 1,
    epoch,
    epochAge,
    head,
    oldest,
    snapshot: snapshot && {
      seq: snapshot.seq,
      documentBytes: snapshot.document.length,
      index: snapshot.index,
    },
    tail,
    bindings,
  } as const
}

const readRows = (
  workspaceId: WorkspaceId,
  workspace: Workspace | undefined,
  after: Seq,
  maxBytes: number,
): JournalRow[] => {
  const rows: JournalRow[] = []
  for (let bytes = 0; rows.length === 0 || bytes < maxBytes; ) {
    const stored = workspace?.rows.get(after + rows.length + 1)
    if (stored === undefined) break
    rows.push(checked(workspaceId, stored))
    bytes += stored.row.update.length
  }
  return rows
}

const writeSnapshot = (
  workspace: Workspace | undefined,
  { epoch, seq, document, index }: Snapshot & { index: Uint8Array },
): 'written' | 'stale' => {
  if (workspace === undefined || workspace.epoch !== epoch || workspace.head < seq) return 'stale'
  const isLater = ({ snapshot }: StoredSnapshot) => snapshot.epoch === epoch && snapshot.seq >= seq
  if (workspace.snapshots.some(isLater)) return 'stale'
  workspace.snapshots.unshift({
    snapshot: { epoch, seq, document: document.slice(), index: index.slice() },
    checksums: { document: checksumOf(document), index: checksumOf(index) },
  })
  return 'written'
}

/** `now` gives milliseconds since 1970, from the simulation's own clock. */
export const createMemoryJournal = ({ now }: { now: () => number }): MemoryJournal => {
  const workspaces = new Map<WorkspaceId, Workspace>()
  const failures: { operation: Operation; moment: 'before' | 'after' }[] = []
  let isAway = false

  const existing = (workspaceId: WorkspaceId): Workspace => {
    const workspace = workspaces.get(workspaceId)
    if (workspace === undefined) throw new Error(`no workspace ${workspaceId}`)
    return workspace
  }
  const perform = async <T>(operation: Operation, work: () => T): Promise<T | typeof away> => {
    const next = failures.findIndex((failure) => failure.operation === operation)
    const [failure] = next < 0 ? [] : failures.splice(next, 1)
    if (isAway || failure?.moment === 'before') return away
    const result = work()
    return failure === undefined ? result : away
  }
  return {
    load: (id, owned = []) => perform('load', () => load(id, workspaces.get(id), owned, now())),
    commit: (batch) =>
      perform('commit', () => commit(workspaces.get(batch.workspaceId), batch, now())),
    readRows: (id, after, maxBytes) =>
      perform('readRows', () => {
        const rows = readRows(id, workspaces.get(id), after, maxBytes)
        return { outcome: 'rows', rows } as const
      }),
    readSnapshot: (id) =>
      perform('readSnapshot', () => {
        const workspace = workspaces.get(id)
        const good = workspace && goodSnapshot(workspace, 'document')
        const snapshot = good && { epoch: good.epoch, seq: good.seq, document: good.document }
        return { outcome: 'snapshot', snapshot } as const
      }),
    writeSnapshot: (id, snapshot) =>
      perform('writeSnapshot', () => ({ outcome: writeSnapshot(workspaces.get(id), snapshot) })),
    ...memoryEpochs(workspaces, now, perform),
    noteAuthors: {
      find: (id, noteIds) =>
        perform('findNoteAuthors', () => {
          const authors = workspaces.get(id)?.notes.find(noteIds) ?? []
          return { outcome: 'found', authors } as const
        }),
    },
    createWorkspace: (id, name = id) => {
      workspaces.set(id, {
        name,
        epoch: 1,
        head: 0,
        rows: new Map(),
        bindings: new Map(),
        snapshots: [],
        epochs: [],
        notes: new NoteTable(),
      })
    },
    setEpoch: (id, epoch) => {
      existing(id).epoch = epoch
    },
    setAway: (value) => {
      isAway = value
    },
    failNext: (operation, moment) => {
      failures.push({ operation, moment })
    },
    overwriteRow: (id, seq, update) => {
      const stored = existing(id).rows.get(seq)
      if (stored) stored.row = { ...stored.row, update }
    },
    deleteRow: (id, seq) => {
      existing(id).rows.delete(seq)
    },
    overwriteSnapshot: (id, seq, part, bytes) => {
      const stored = existing(id).snapshots.find(({ snapshot }) => snapshot.seq === seq)
      if (stored) stored.snapshot[part] = bytes
    },
    breakState: (id, epoch, seq, how) => {
      const workspace = existing(id)
      const isIt = ({ snapshot }: StoredSnapshot) =>
        snapshot.epoch === epoch && snapshot.seq === seq
      const stored = workspace.snapshots.find(isIt)
      if (how === 'delete') workspace.snapshots = workspace.snapshots.filter((one) => !isIt(one))
      else if (stored) stored.snapshot.document = Uint8Array.of(1, ...stored.snapshot.document)
    },
    dropHistory: (id) => dropHistory(existing(id)),
    ownersOf: (id) =>
      new Map(
        Array.from(workspaces.get(id)?.bindings ?? [], ([client, { userId }]) => [
          client,
          userId as UserId, // as it came
        ]),
      ),
    rowsOf: (id) => [...(workspaces.get(id)?.rows.values() ?? [])].map(({ row }) => row),
  }
}
