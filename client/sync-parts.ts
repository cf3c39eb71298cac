import type { DocumentIndex } from 'kith-shared'
import type { Awareness } from 'y-protocols/awareness'
import type * as Y from 'yjs'
import type { Activity, CaughtUp, WorkspaceOptions } from './api.js'
import type { OpenSocket, Persistence, Signals, Store, Tabs } from './core/ports.js'
import type { SyncError } from './sync-error.js'

/** What a workspace's sync is made of. */
export interface SyncParts {
  options: WorkspaceOptions
  url: string
  doc: Y.Doc
  awareness: Awareness
  index: DocumentIndex
  signals: Signals
  openSocket: OpenSocket
  store: Store
  persistence: Persistence
  tabs: Tabs
  newClientId: () => number
  listener: SyncListener
}

export interface SyncListener {
  /** The document is another one from now on, and the index is to follow it; `through` as in the replica. */
  doc(doc: Y.Doc, through?: number): void
  status(): void
  activity(activity: Activity): void
  caughtUp(caughtUp: CaughtUp): void
  error(error: SyncError): void
}
