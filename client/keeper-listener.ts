import type { Head, StoreFailure } from './core/ports.js'

export interface KeeperListener {
  /** These edits are in IndexedDB now. */
  kept(ids: string[]): void
  /**
   * All that came is written, or a try begins: where this is not the document's head, rows are missing
   * between, and all that the document has is handed in.
   */
  stored(head: Head): void
  /** `undefined`: what failed works again. */
  storage(problem: StoreFailure | undefined): void
  /** What was kept may be gone: what no commit holds is handed in once more. */
  lost(): void
}
