import type * as Y from 'yjs'
import type { Edit, OutboxChange } from './core/edit.js'
import type { Settled, Store, Tabs } from './core/ports.js'

/** What a replica is made of. */
export interface ReplicaParts {
  doc: Y.Doc
  tabs: Tabs
  now: () => number
  newClientId: () => number
  listener: ReplicaListener
}

export interface ReplicaListener {
  /** An edit of this tab; not yet on the device. */
  edited(edit: Edit): void
  /** Edits of any tab that a commit holds. */
  settled(settled: readonly Settled[]): void
  /** What a refusal made of edits of any tab. */
  rebased(change: OutboxChange): void
  /** Of ours: to be kept on the device in the place of what is `gone`. */
  keep(edits: readonly Edit[], gone: readonly string[]): void
  /** Another tab took these off the device, or set them aside there (`Keeper.overtaken`). */
  overtaken(refused: readonly Edit[], gone: readonly string[]): void
  /** Into another epoch, on the device (`Keeper.cross`). */
  cross: Store['cross']
  /** The document is another one from now on; of another epoch, where all through a row is in it. */
  replaced(doc: Y.Doc, through?: number): void
  /** Somebody still writes to one that was replaced; once for each. */
  outdated(): void
  /** Status or outbox may differ; there may be something to send. */
  changed(): void
}
