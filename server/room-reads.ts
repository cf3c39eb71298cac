/**
 * What the sessions of one room have read for them, so that the memory that it takes doesn't grow
 * with their number: they share one snapshot for as long as any of them holds it, and differences,
 * each of which takes all of the document, are made one after another.
 */
import type { WorkspaceId } from 'kith-shared'
import type { Journal, Snapshot } from './core/ports.js'
import type { Documents } from './edge/documents.js'
import { readDifference } from './snapshots.js'

/** A snapshot is handed out again for so long, in milliseconds: rows after it add up. */
const SHARED_FOR = 60_000

type SnapshotRead = Awaited<ReturnType<Journal['readSnapshot']>>

export interface RoomReadsPorts {
  journal: Journal
  documents: Documents
}

export class RoomReads {
  readonly #workspaceId: WorkspaceId
  readonly #ports: RoomReadsPorts
  #reading: Promise<SnapshotRead> | undefined
  /** Not kept by this: it is there while somebody is still being sent it. */
  #shared: { snapshot: WeakRef<Snapshot>; until: number } | undefined
  #differences: Promise<unknown> = Promise.resolve()

  constructor(workspaceId: WorkspaceId, ports: RoomReadsPorts) {
    this.#workspaceId = workspaceId
    this.#ports = ports
  }

  /** The newest good one, or one that was that a moment ago. Rejects as the journal does. */
  snapshot(): Promise<SnapshotRead> {
    const shared = this.#shared
    const snapshot = shared?.snapshot.deref()
    if (shared && snapshot && performance.now() < shared.until) {
      return Promise.resolve({ outcome: 'snapshot', snapshot })
    }
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined
    })
    return this.#reading
  }

  /** A newer one is written. */
  forget(): void {
    this.#shared = undefined
  }

  /**
   * What a replica lacks through `through`; undefined where the journal is away, or where
   * `isWanted` says, when its turn has come, that nobody waits any more.
   */
  difference(
    stateVector: Uint8Array,
    through: number,
    isWanted: () => boolean,
  ): ReturnType<typeof readDifference> {
    const { journal, documents } = this.#ports
    const ports = {
      documents,
      journal: {
        readSnapshot: () => this.snapshot(),
        readRows: (...range: Parameters<Journal['readRows']>) => journal.readRows(...range),
      },
    }
    const made = this.#differences.then(() =>
      isWanted() ? readDifference(ports, this.#workspaceId, stateVector, through) : undefined,
    )
    this.#differences = made.catch(() => undefined)
    return made
  }

  async #read(): Promise<SnapshotRead> {
    const read = await this.#ports.journal.readSnapshot(this.#workspaceId)
    if (read.outcome === 'snapshot' && read.snapshot) {
      const until = performance.now() + SHARED_FOR
      this.#shared = { snapshot: new WeakRef(read.snapshot), until }
    }
    return read
  }
}
