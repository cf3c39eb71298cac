/** Epochs of the journal in memory: the same outcomes as `begin_epoch` and its readers. */
import type { ClientId, Epoch, WorkspaceId } from 'kith-shared'
import type { EpochStep, Epochs, NewEpoch, Snapshot } from '../../server/core/ports.js'
import { checksumOf } from '../../server/edge/checksum.js'
import type { StoredSnapshot, Workspace } from './memory-workspace.js'

/** Where `begin_epoch` begins to count, in seconds since 1970. */
const FIRST_SECOND = 1_577_836_800

const stored = (snapshot: StoredSnapshot['snapshot']): StoredSnapshot => ({
  snapshot: {
    ...snapshot,
    document: snapshot.document.slice(),
    index: snapshot.index.slice(),
  },
  checksums: { document: checksumOf(snapshot.document), index: checksumOf(snapshot.index) },
})

const begin = (
  workspace: Workspace | undefined,
  { epoch: previous, head: seq, closing, opening, reason }: NewEpoch,
  now: number,
): { outcome: 'begun'; epoch: Epoch } | { outcome: 'stale' } => {
  if (workspace?.epoch !== previous || workspace.head !== seq) return { outcome: 'stale' }
  if (workspace.bindings.has(opening.clientId)) return { outcome: 'stale' }
  const epoch = Math.max(previous + 1, Math.floor(now / 1000) - FIRST_SECOND)
  const others = workspace.snapshots.filter(
    ({ snapshot }) => snapshot.epoch !== previous || snapshot.seq !== seq,
  )
  workspace.snapshots = [
    stored({ epoch, seq, document: opening.document, index: opening.index }),
    stored({ epoch: previous, seq, document: closing.document, index: closing.index }),
    ...others,
  ]
  workspace.epochs.push({
    previous,
    epoch,
    seq,
    openingClient: opening.clientId,
    reason,
    beganAt: now,
  })
  workspace.bindings.set(opening.clientId, { userId: '', firstEpoch: epoch, epoch, boundAt: now })
  workspace.epoch = epoch
  return { outcome: 'begun', epoch }
}

const goodState = (workspace: Workspace, epoch: Epoch, seq: number): Snapshot | undefined => {
  const found = workspace.snapshots.find(
    ({ snapshot }) => snapshot.epoch === epoch && snapshot.seq === seq,
  )
  if (found === undefined) return undefined
  const { document } = found.snapshot
  return checksumOf(document) === found.checksums.document ? { epoch, seq, document } : undefined
}

const road = (
  workspace: Workspace | undefined,
  from: Epoch,
): { outcome: 'road'; steps: EpochStep[] } | { outcome: 'gone' } => {
  const steps: EpochStep[] = []
  for (let at = from; at !== workspace?.epoch; ) {
    const next = workspace?.epochs.find(({ previous }) => previous === at)
    if (workspace === undefined || next === undefined) return { outcome: 'gone' }
    const closing = goodState(workspace, next.previous, next.seq)
    const opening = goodState(workspace, next.epoch, next.seq)
    if (!closing || !opening) return { outcome: 'gone' }
    steps.push({ closing, opening })
    at = next.epoch
  }
  return { outcome: 'road', steps }
}

const earlierIds = (
  workspace: Workspace | undefined,
  clientIds: readonly ClientId[],
): ClientId[] => {
  if (workspace === undefined) return []
  const isEarlier = (id: ClientId) =>
    (workspace.bindings.get(id)?.firstEpoch ?? workspace.epoch) < workspace.epoch
  return clientIds.filter(isEarlier).sort((one, other) => one - other)
}

export type EpochOperation = 'begin' | 'road' | 'earlierIds'

export const memoryEpochs = (
  workspaces: ReadonlyMap<WorkspaceId, Workspace>,
  now: () => number,
  perform: <T>(operation: EpochOperation, work: () => T) => Promise<T | { outcome: 'away' }>,
): Epochs => ({
  begin: (next) => perform('begin', () => begin(workspaces.get(next.workspaceId), next, now())),
  road: (id, from) => perform('road', () => road(workspaces.get(id), from)),
  earlierIds: (id, clientIds) =>
    perform('earlierIds', () => {
      const ids = earlierIds(workspaces.get(id), clientIds)
      return { outcome: 'ids', ids } as const
    }),
})
