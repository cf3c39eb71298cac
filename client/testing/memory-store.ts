/**
 * The device's storage without IndexedDB: the same outcomes as `client/edge/store.ts`. `Disk` is what
 * survives a reload.
 */
import type { Edit } from '../core/edit.js'
import { mergeState } from '../core/merge-state.js'
import type {
  Head,
  Profile,
  Store,
  StoreCommit,
  StoreCommitted,
  StoreFailure,
} from '../core/ports.js'

export interface Disk {
  head: Head
  rows: { seq: number; update: Uint8Array; isState: boolean }[]
  outbox: Map<string, Edit>
  profile: Profile | undefined
}

export const emptyDisk = (): Disk => ({
  head: { epoch: 0, seq: 0 },
  rows: [],
  outbox: new Map(),
  profile: undefined,
})

const COMPACT_AT = 20

/**
 * `later` resolves when the device has written, or with how it failed to; what closed before then was
 * written or not.
 */
export const memoryStore = (
  disk: Disk,
  later: <T>(write: () => T) => Promise<T | StoreFailure>,
): Store => ({
  load: () =>
    later(() => ({
      outcome: 'loaded' as const,
      head: disk.head,
      updates: disk.rows.map(({ update }) => update),
      edits: editsOf(disk),
      profile: disk.profile,
      damaged: 0,
    })),
  keep: (edits, gone) =>
    later(() => {
      for (const id of gone) disk.outbox.delete(id)
      for (const edit of edits) disk.outbox.set(edit.id, edit)
      return 'kept' as const
    }),
  cross: ({ epoch, seq, update }, plan) =>
    later(() => {
      const { edits, gone } = plan(editsOf(disk))
      if (epoch > disk.head.epoch) {
        disk.rows = [{ seq, update, isState: true }]
        disk.head = { epoch, seq }
      }
      for (const id of gone) disk.outbox.delete(id)
      for (const edit of edits) disk.outbox.set(edit.id, edit)
      return { outcome: 'crossed' as const, edits: editsOf(disk) }
    }),
  commit: (change) => later(() => commit(disk, change)),
  keepProfile: (profile) =>
    later(() => {
      disk.profile = profile
      return 'kept' as const
    }),
  // Nobody else can empty it.
  onLost: () => undefined,
  close: () => undefined,
})

const editsOf = (disk: Disk): Edit[] =>
  [...disk.outbox.values()].sort((one, other) => (one.id < other.id ? -1 : 1))

const isLater = (a: Head, b: Head): boolean =>
  a.epoch > b.epoch || (a.epoch === b.epoch && a.seq > b.seq)

const commit = (disk: Disk, { state, rows, settled }: StoreCommit): StoreCommitted => {
  if (state && isLater(state, disk.head)) {
    disk.rows = [{ seq: state.seq, update: state.update, isState: true }]
    disk.head = { epoch: state.epoch, seq: state.seq }
  }
  let isBehind = false
  for (const { epoch, seq, update } of rows) {
    if (!isLater({ epoch, seq }, disk.head)) continue
    isBehind = seq !== disk.head.seq + 1 || (disk.head.epoch !== epoch && disk.head.epoch !== 0)
    if (isBehind) break
    disk.rows.push({ seq, update, isState: false })
    disk.head = { epoch, seq }
  }
  const removed = settled.filter(({ seq }) => seq <= disk.head.seq).map(({ id }) => id)
  for (const id of removed) disk.outbox.delete(id)
  if (disk.rows.length > COMPACT_AT) {
    const update = mergeState(disk.rows.map((row) => row.update))
    if (update) disk.rows = [{ seq: disk.head.seq, update, isState: true }]
  }
  return { outcome: isBehind ? 'behind' : 'committed', head: disk.head, removed }
}
