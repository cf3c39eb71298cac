/**
 * What the sessions of one room have read for them, so that the memory that it takes doesn't grow
 * with their number: they share one snapshot for as long as any of them holds it, and differences
 * wait for one another (`difference-queue.ts`).
 */
import type { Seq, WorkspaceId } from 'kith-shared'
import type { Journal, Snapshot } from './core/ports.js'
import type { SessionId } from './core/presence.js'
import type { RoomEvent } from './core/room-events.js'
import { DifferenceQueue, type Sockets } from './difference-queue.js'
import type { Documents } from './edge/documents.js'
import type { Log } from './edge/log.js'
import { reach } from './edge/points.js'
import { READ_BYTES, readDifference } from './snapshots.js'

/** A snapshot is handed out again for so long, in milliseconds: rows after it add up. */
const SHARED_FOR = 60_000

type SnapshotRead = Awaited<ReturnType<Journal['readSnapshot']>>

export interface RoomReadsPorts {
  journal: Journal
  documents: Documents
  log: Log
}

/** The room that it reads for. */
export interface ReadingRoom extends Sockets {
  tell(event: RoomEvent): void
}

export class RoomReads {
  readonly #workspaceId: WorkspaceId
  readonly #ports: RoomReadsPorts
  readonly #room: ReadingRoom
  #reading: Promise<SnapshotRead> | undefined
  /** Not kept by this: it is there while somebody is still being sent it. */
  #shared: { snapshot: WeakRef<Snapshot>; until: number } | undefined
  readonly #differences: DifferenceQueue

  constructor(workspaceId: WorkspaceId, ports: RoomReadsPorts, room: ReadingRoom) {
    this.#workspaceId = workspaceId
    this.#ports = ports
    this.#room = room
    this.#differences = new DifferenceQueue(room)
  }

  async rows(session: SessionId, after: Seq): Promise<void> {
    reach('read-rows')
    await this.#orEnd(session, async () => {
      const read = await this.#ports.journal.readRows(this.#workspaceId, after, READ_BYTES)
      if (read.outcome === 'away') return undefined
      return { type: 'rows-read', session, rows: read.rows }
    })
  }

  /** The newest good one, or one that was that a moment ago. */
  async snapshot(session: SessionId): Promise<void> {
    reach('read-snapshot')
    await this.#orEnd(session, async () => {
      const read = await this.#snapshot()
      if (read.outcome === 'away') return undefined
      return { type: 'snapshot-read', session, snapshot: read.snapshot }
    })
  }

  /** What a replica lacks through `through`, when it is its turn. */
  difference(session: SessionId, stateVector: Uint8Array, through: Seq): void {
    const { journal, documents } = this.#ports
    const ports = {
      documents,
      journal: {
        readSnapshot: () => this.#snapshot(),
        readRows: (...range: Parameters<Journal['readRows']>) => journal.readRows(...range),
      },
    }
    const make = async (): Promise<RoomEvent | undefined> => {
      const read = await readDifference(ports, this.#workspaceId, stateVector, through)
      return read && { type: 'difference-ready', session, ...read }
    }
    this.#differences.add(session, () => this.#orEnd(session, make))
  }

  /** Every 40 ms. */
  tick(): void {
    this.#differences.tick()
  }

  /** A newer snapshot is written. */
  forget(): void {
    this.#shared = undefined
  }

  /** A read that can't be had ends the session: its client comes back with jitter. */
  async #orEnd(session: SessionId, read: () => Promise<RoomEvent | undefined>): Promise<void> {
    try {
      const event = await read()
      if (event) return this.#room.tell(event)
    } catch (error) {
      this.#ports.log.error({ workspaceId: this.#workspaceId, err: error }, 'a read failed')
    }
    this.#room.tell({ type: 'read-failed', session })
  }

  #snapshot(): Promise<SnapshotRead> {
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

  async #read(): Promise<SnapshotRead> {
    const read = await this.#ports.journal.readSnapshot(this.#workspaceId)
    if (read.outcome === 'snapshot' && read.snapshot) {
      const until = performance.now() + SHARED_FOR
      this.#shared = { snapshot: new WeakRef(read.snapshot), until }
    }
    return read
  }
}
