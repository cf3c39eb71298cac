import type { Head, StoreFailure } from './core/ports.js'
import type { State } from './core/road.js'

export interface KeeperListener {
  /** These edits are in IndexedDB now. */
  kept(ids: string[]): void
  /** All that came is written: where this is not the document's head, rows are missing between. */
  stored(head: Head): void
  /** `undefined`: what failed works again. */
  storage(problem: StoreFailure | undefined): void
  /**
   * All that the document has of the journal: for a device that could not be written to, or lost
   * what it had. `undefined`: not all of it is here.
   */
  whole(): State | undefined
  /** What was kept may be gone: what no commit holds is handed in once more. */
  lost(): void
}
