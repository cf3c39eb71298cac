/**
 * Snapshots that somebody was sent not long ago, of all rooms of a process: who joins next is sent
 * the same one, in the same frames, and nothing is read for them. People come together: in the
 * morning, after a deployment, when a network is back.
 *
 * One that is being sent is found for as long as it is. Beyond that it is kept for a moment, and all
 * that are kept have a bound together: an open workspace holds no document.
 */
import type { WorkspaceId } from 'kith-shared'
import type { Snapshot } from './core/ports.js'

/** A snapshot is handed out again for so long after it was read, in ms: rows after it add up. */
const SHARED_FOR = 60_000
/** So long it is kept after it was handed out last, in milliseconds. */
const KEPT_FOR = 500
/** Of all that are kept. A document counts twice, as the frames that carry it hold it again. */
const MAX_KEPT_BYTES = 16 * 1024 * 1024

interface Shared {
  found: WeakRef<Snapshot>
  until: number
  kept: { snapshot: Snapshot; until: number } | undefined
}

const bytesOf = ({ document }: Snapshot): number => 2 * document.length

export class SharedSnapshots {
  /** The one that was handed out longest ago stands first. */
  readonly #shared = new Map<WorkspaceId, Shared>()
  #keptBytes = 0

  /** Bytes of documents and frames that nobody may be sent any more. */
  get keptBytes(): number {
    return this.#keptBytes
  }

  /** The newest one that was good a moment ago. `now` in milliseconds, of a clock of its own. */
  get(workspaceId: WorkspaceId, now: number): Snapshot | undefined {
    const shared = this.#shared.get(workspaceId)
    const snapshot = shared?.found.deref()
    if (!shared || !snapshot || now >= shared.until) return undefined
    this.#keep(workspaceId, snapshot, shared.until, now)
    return snapshot
  }

  /** It was just read. */
  set(workspaceId: WorkspaceId, snapshot: Snapshot, now: number): void {
    this.#keep(workspaceId, snapshot, now + SHARED_FOR, now)
  }

  /** A newer one is written. */
  forget(workspaceId: WorkspaceId): void {
    const shared = this.#shared.get(workspaceId)
    if (shared) this.#letGo(shared)
    this.#shared.delete(workspaceId)
  }

  tick(now: number): void {
    for (const [workspaceId, shared] of this.#shared) {
      if (shared.kept && now >= shared.kept.until) this.#letGo(shared)
      if (now >= shared.until || !shared.found.deref()) this.forget(workspaceId)
    }
  }

  #keep(workspaceId: WorkspaceId, snapshot: Snapshot, until: number, now: number): void {
    this.forget(workspaceId)
    const kept = { snapshot, until: now + KEPT_FOR }
    this.#shared.set(workspaceId, { found: new WeakRef(snapshot), until, kept })
    this.#keptBytes += bytesOf(snapshot)
    for (const shared of this.#shared.values()) {
      if (this.#keptBytes <= MAX_KEPT_BYTES) return
      this.#letGo(shared)
    }
  }

  #letGo(shared: Shared): void {
    if (shared.kept) this.#keptBytes -= bytesOf(shared.kept.snapshot)
    shared.kept = undefined
  }
}
