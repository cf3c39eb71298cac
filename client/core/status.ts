import { mayWrite, type Role, SCHEMA_VERSION } from 'kith-shared'
import type { SyncStatus } from '../api.js'
import { type Connection, type Phase, progressOf } from './connection-state.js'
import type { Edit } from './edit.js'

/** `docs/status.md` tells what each means, by state. */
export type StatusReason = Phase['reason'] | LiveReason

/** Live, and yet something is not as it should be. */
export type LiveReason = 'newer-schema' | 'read-only' | 'quota' | 'refused-change'

export interface StatusFacts {
  connection: Connection
  role: Role | undefined
  /** Edits that no commit holds, of all tabs of this device that are known here. */
  pending: readonly Edit[]
  refused: number
  /** Some edits can't be sent, because they build on a refused one. */
  hasBlocked: boolean
  /** The workspace takes no more: edits wait for room. */
  isFull: boolean
  /** Whether this edit's bytes are in IndexedDB. */
  isKept: (id: string) => boolean
  storage: SyncStatus['storage']
}

/**
 * What can be said for sure. `pending` falls only by acknowledgements and refusals, and `onDevice`
 * is true only once the transaction that keeps the edit is complete.
 */
export const statusOf = (facts: StatusFacts): SyncStatus => {
  const { pending, storage, refused } = facts
  return {
    connection: connectionOf(facts),
    pending: countOf(pending),
    onDevice: pending.every((edit) => facts.isKept(edit.id)),
    storage,
    refused,
  }
}

/** How many things edits touched, as a person would count them. */
export const countOf = (edits: readonly Pick<Edit, 'touches'>[]): number => {
  const touched = new Set(edits.flatMap((edit) => edit.touches))
  // Whatever else was edited, such as a root that the app added, is one thing more.
  return touched.size + (edits.some((edit) => edit.touches.length === 0) ? 1 : 0)
}

const connectionOf = ({
  connection,
  role,
  pending,
  hasBlocked,
  isFull,
}: StatusFacts): SyncStatus['connection'] & { reason: StatusReason } => {
  const { type, reason }: { type: Phase['type']; reason: StatusReason } = connection.phase
  const progress = progressOf(connection)
  if (progress !== undefined) return { state: type, reason, progress }
  if (type !== 'live') return { state: type, reason }
  if (connection.schema > SCHEMA_VERSION) return { state: type, reason: 'newer-schema' }
  if (pending.length === 0) return { state: type, reason }
  if (role !== undefined && !mayWrite(role)) return { state: type, reason: 'read-only' }
  if (isFull) return { state: type, reason: 'quota' }
  return { state: type, reason: hasBlocked ? 'refused-change' : reason }
}

const sameStatus = (a: SyncStatus, b: SyncStatus): boolean =>
  a.pending === b.pending &&
  a.onDevice === b.onDevice &&
  a.refused === b.refused &&
  a.storage.kind === b.storage.kind &&
  a.storage.reason === b.storage.reason &&
  a.storage.persisted === b.storage.persisted &&
  a.connection.state === b.connection.state &&
  a.connection.reason === b.connection.reason &&
  a.connection.progress === b.connection.progress

/** The status as it was worked out last. */
export class StatusBoard {
  readonly #look: () => SyncStatus
  #status: SyncStatus
  #freshness: 'fresh' | 'stale' = 'fresh'

  constructor(look: () => SyncStatus) {
    this.#look = look
    this.#status = look()
  }

  /** The same object until something of it changes. */
  get status(): SyncStatus {
    if (this.#freshness === 'stale') {
      const status = this.#look()
      if (!sameStatus(this.#status, status)) this.#status = status
      this.#freshness = 'fresh'
    }
    return this.#status
  }

  /** Something may have changed: the next one who asks has it looked at. */
  stale(): void {
    this.#freshness = 'stale'
  }
}
