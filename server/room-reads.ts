/**
 * What the sessions of one room have read for them, so that the memory that it takes doesn't grow
 * with their number: they share one snapshot (`shared-snapshots.ts`), and differences wait for one
 * another (`difference-queue.ts`).
 */
import type { ClientId, Epoch, Seq, WorkspaceId } from 'kith-shared'
import type { Epochs, Journal } from './core/ports.js'
import type { SessionId } from './core/presence.js'
import type { RoomEvent } from './core/room-events.js'
import { DifferenceQueue, type Sockets } from './difference-queue.js'
import type { Documents } from './edge/documents.js'
import type { Log } from './edge/log.js'
import { reach } from './edge/points.js'
import { EventLoopTurns } from './event-loop-turns.js'
import { SharedRoads } from './shared-roads.js'
import type { SharedSnapshots } from './shared-snapshots.js'
import { READ_BYTES, readDifference } from './snapshots.js'

type SnapshotRead = Awaited<ReturnType<Journal['readSnapshot']>>

export interface RoomReadsPorts {
  journal: Journal
  epochs: Epochs
  documents: Documents
  log: Log
  snapshots: SharedSnapshots
}

/** The room that it reads for. */
export interface ReadingRoom extends Sockets {
  tell(event: RoomEvent): void
  /** The epoch that it is in. */
  epoch(): Epoch
}

export class RoomReads {
  readonly #workspaceId: WorkspaceId
  readonly #ports: RoomReadsPorts
  readonly #room: ReadingRoom
  readonly #turns = new EventLoopTurns()
  #reading: Promise<SnapshotRead> | undefined
  /** Snapshots that were written meanwhile. */
  #written = 0
  readonly #differences: DifferenceQueue
  readonly #roads: SharedRoads

  constructor(workspaceId: WorkspaceId, ports: RoomReadsPorts, room: ReadingRoom) {
    this.#workspaceId = workspaceId
    this.#ports = ports
    this.#room = room
    this.#differences = new DifferenceQueue(room)
    this.#roads = new SharedRoads((from) => ports.epochs.road(workspaceId, from))
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
      await new Promise<void>((resolve) => this.#turns.take(resolve))
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

  /** The road from an epoch that is over; one reading serves all who ask meanwhile. */
  async road(session: SessionId, from: Epoch): Promise<void> {
    reach('read-road')
    await this.#orEnd(session, async () => {
      const road = await this.#roads.read(from, this.#room.epoch())
      return road.outcome === 'away' ? undefined : { type: 'road-read', session, road }
    })
  }

  async earlierIds(session: SessionId, clientIds: readonly ClientId[]): Promise<void> {
    await this.#orEnd(session, async () => {
      const found = await this.#ports.epochs.earlierIds(this.#workspaceId, clientIds)
      if (found.outcome === 'away') return undefined
      return { type: 'earlier-ids', session, clientIds: found.ids }
    })
  }

  /** Every 40 ms. */
  tick(): void {
    this.#differences.tick()
    this.#roads.tick()
  }

  /** A newer snapshot is written: also what is being read now is for those alone who wait for it. */
  forget(): void {
    this.#written++
    this.#reading = undefined
    this.#ports.snapshots.forget(this.#workspaceId)
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

  async #snapshot(): Promise<SnapshotRead> {
    const snapshot = this.#ports.snapshots.get(this.#workspaceId, performance.now())
    if (snapshot?.epoch === this.#room.epoch()) return { outcome: 'snapshot', snapshot }
    this.#reading ??= this.#read(this.#written)
    return this.#reading
  }

  async #read(written: number): Promise<SnapshotRead> {
    const { journal, snapshots } = this.#ports
    try {
      const read = await journal.readSnapshot(this.#workspaceId)
      if (written === this.#written && read.outcome === 'snapshot' && read.snapshot) {
        snapshots.set(this.#workspaceId, read.snapshot, performance.now())
      }
      return read
    } finally {
      if (written === this.#written) this.#reading = undefined
    }
  }
}
