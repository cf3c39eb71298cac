/**
 * Gives a room what it asks for: sockets, the journal, the worker. Every outcome goes back as an
 * event; nothing here decides anything.
 */

import { randomUUID } from 'node:crypto'
import {
  type CloseReason,
  type Refusal,
  UpdateScanner,
  type UserId,
  unreachable,
  type WorkspaceId,
} from 'kith-shared'
import type { Audit } from './core/audit.js'
import type { Epochs, Journal, Socket } from './core/ports.js'
import type { SessionId } from './core/presence.js'
import { Room } from './core/room.js'
import type { RoomEffect, RoomEvent } from './core/room-events.js'
import { buildRoomState, type RoomState } from './core/room-state.js'
import type { Documents } from './edge/documents.js'
import type { Log } from './edge/log.js'
import type { Metrics } from './edge/metrics.js'
import { reach } from './edge/points.js'
import { EventLoopTurns, inTurns } from './event-loop-turns.js'
import { RoomJobs } from './room-jobs.js'
import { RoomReads } from './room-reads.js'
import type { SharedSnapshots } from './shared-snapshots.js'

/** Past this many bytes in its socket a session is not fed, and loses presence frames. */
const MAX_BUFFERED_BYTES = 1024 * 1024
/** Below this many it is fed again. */
const DRAINED_BYTES = 256 * 1024
/** A slow reader is closed where it takes this long, in milliseconds, for so many bytes. */
const SLOW_READER_TIMEOUT = 30_000
const PROGRESS_BYTES = 64 * 1024

export interface RoomPorts {
  journal: Journal
  epochs: Epochs
  documents: Documents
  audit: Audit
  log: Log
  metrics: Metrics
  snapshots: SharedSnapshots
}

/** Who is at the other end, for the audit. */
export interface Peer {
  userId: UserId
  address: string
}

interface Attached {
  socket: Socket
  peer: Peer
  /** Called when the room ends the session: closes the socket. */
  end: (reason: CloseReason) => void
  /** Set while the socket must drain: since when, and how much waited then. */
  draining: { since: number; bytes: number } | undefined
}

/** One scanner serves all rooms: a scan's result is used before the next begins. */
const scanner = new UpdateScanner()

export class RoomRunner {
  readonly workspaceId: WorkspaceId
  readonly #ports: RoomPorts
  readonly #room: Room
  readonly #attached = new Map<SessionId, Attached>()
  /** Those that must drain, and perhaps some that have left. */
  readonly #draining = new Set<SessionId>()
  /** What came while the effects of another event were being performed. */
  readonly #events: RoomEvent[] = []
  #isPerforming = false
  readonly #onEnd: () => void
  readonly #reads: RoomReads
  readonly #jobs: RoomJobs
  readonly #turns = new EventLoopTurns()

  /** `onEnd` is called where the room can't go on. */
  constructor(state: RoomState, ports: RoomPorts, onEnd: () => void) {
    this.#onEnd = onEnd
    this.workspaceId = state.workspaceId
    this.#ports = ports
    this.#reads = new RoomReads(state.workspaceId, ports, {
      userOf: (session) => this.#attached.get(session)?.peer.userId,
      bufferedBytes: (session) => this.#attached.get(session)?.socket.bufferedBytes ?? 0,
      tell: (event) => this.dispatch(event),
      epoch: () => this.#room.epoch,
    })
    this.#jobs = new RoomJobs(state.workspaceId, ports, scanner, {
      tell: (event) => this.dispatch(event),
      end: (reason) => this.#end(reason),
      snapshotWritten: () => this.#reads.forget(),
    })
    this.#room = new Room(state, { scanner, newBatchId: randomUUID })
  }

  /** Undefined where the workspace is not there, `away` where the journal is not. */
  static async load(
    workspaceId: WorkspaceId,
    ports: RoomPorts,
    onEnd: () => void,
  ): Promise<RoomRunner | undefined | 'away'> {
    const loaded = await ports.journal.load(workspaceId)
    if (loaded.outcome === 'away') return 'away'
    if (loaded.outcome === 'absent') return undefined
    const state = await inTurns(buildRoomState(workspaceId, loaded, scanner))
    if (state) return new RoomRunner(state, ports, onEnd)
    ports.log.error({ workspaceId }, 'a stored row or index does not follow from those before it')
    return 'away'
  }

  get room(): Room {
    return this.#room
  }

  attach(session: SessionId, socket: Socket, peer: Peer, end: (reason: CloseReason) => void): void {
    this.#attached.set(session, { socket, peer, end, draining: undefined })
  }

  /**
   * Feeds an event to the room and performs what comes of it. What an effect brings about at once
   * (a socket is full, a session is closed) waits until the effects behind it are performed: it may
   * make the room go on, and who hears the ack of that before an earlier reject would believe that
   * what was refused is saved.
   */
  dispatch(event: RoomEvent): void {
    if (event.type === 'leave') this.#attached.delete(event.session)
    this.#events.push(event)
    if (this.#isPerforming) return
    this.#isPerforming = true
    try {
      for (let next = this.#events.shift(); next; next = this.#events.shift()) {
        for (const effect of this.#room.step(next)) this.#perform(effect)
      }
    } finally {
      this.#isPerforming = false
    }
  }

  /** Every 40 ms, for presence and for sockets that had to drain. `now` in milliseconds. */
  tick(now: number): void {
    if (this.#room.wantsTick) this.dispatch({ type: 'tick' })
    for (const session of this.#draining) this.#checkDraining(session, now)
    this.#reads.tick()
  }

  close(): void {
    this.#jobs.close()
  }

  #perform(effect: RoomEffect): void {
    switch (effect.type) {
      case 'send':
        return this.#send(effect)
      case 'close':
        return this.#close(effect.session, effect.reason)
      case 'pause':
        return this.#attached.get(effect.session)?.socket.pause('unsettled')
      case 'resume':
        return this.#attached.get(effect.session)?.socket.resume('unsettled')
      case 'commit':
        return void this.#jobs.commit(effect.batch)
      case 'reload':
        return void this.#jobs.reload(effect.owned)
      case 'read-rows':
        return void this.#reads.rows(effect.session, effect.after)
      case 'read-snapshot':
        return void this.#reads.snapshot(effect.session)
      case 'read-difference':
        return this.#reads.difference(effect.session, effect.stateVector, effect.through)
      case 'when-drained':
        return this.#goOnWhenDrained(effect.session)
      case 'snapshot-due':
        return void this.#jobs.compact(effect.through)
      case 'renew':
        return void this.#jobs.renew(effect.epoch, effect.through)
      case 'read-road':
        return void this.#reads.road(effect.session, effect.from)
      case 'find-earlier-ids':
        return void this.#reads.earlierIds(effect.session, effect.clientIds)
      case 'trial':
        return void this.#jobs.try(effect)
      case 'refused':
        return this.#refused(effect.session, effect.refusal)
      default:
        unreachable(effect)
    }
  }

  #refused(session: SessionId, reason: Refusal): void {
    const { workspaceId } = this
    this.#ports.metrics.refused(reason)
    // The audit says so at a higher level, and the same again within a minute once.
    this.#ports.log.debug({ workspaceId, session, refusal: reason }, 'a change was refused')
    const peer = this.#attached.get(session)?.peer
    if (peer) this.#ports.audit.record({ event: 'change-refused', workspaceId, ...peer, reason })
  }

  #send({ sessions, frame, droppable }: Extract<RoomEffect, { type: 'send' }>): void {
    reach('send', frame)
    this.#ports.metrics.sent(sessions.length, frame.length)
    for (const session of sessions) {
      const attached = this.#attached.get(session)
      if (!attached || (droppable && attached.draining)) continue
      attached.socket.send(frame)
      if (attached.socket.bufferedBytes > MAX_BUFFERED_BYTES) {
        this.#drain(session)
        this.dispatch({ type: 'stalled', session })
      }
    }
    reach('sent', frame)
  }

  /** Often it has drained already: then it goes on without waiting for a tick, in its turn. */
  #goOnWhenDrained(session: SessionId): void {
    this.#drain(session)
    this.#turns.take(() => this.#checkDraining(session, performance.now()))
  }

  #drain(session: SessionId): void {
    const attached = this.#attached.get(session)
    if (!attached) return
    attached.draining ??= { since: Number.NaN, bytes: attached.socket.bufferedBytes }
    this.#draining.add(session)
  }

  #checkDraining(session: SessionId, now: number): void {
    const attached = this.#attached.get(session)
    if (!attached?.draining) {
      this.#draining.delete(session)
      return
    }
    const { draining, socket } = attached
    const bytes = socket.bufferedBytes
    if (bytes <= DRAINED_BYTES) {
      attached.draining = undefined
      this.#draining.delete(session)
      this.#turns.take(() => this.dispatch({ type: 'drained', session }))
    } else if (Number.isNaN(draining.since) || bytes <= draining.bytes - PROGRESS_BYTES) {
      attached.draining = { since: now, bytes }
    } else if (now - draining.since > SLOW_READER_TIMEOUT) {
      this.#close(session, 'slow-reader')
      this.dispatch({ type: 'leave', session })
    }
  }

  #close(session: SessionId, reason: CloseReason): void {
    const attached = this.#attached.get(session)
    this.#attached.delete(session)
    attached?.end(reason)
  }

  /**
   * Deleted, damaged, or a bug: what waits is acknowledged to nobody, so its clients send it again
   * to the room that opens when they come back.
   */
  #end(reason: CloseReason): void {
    this.closeAll(reason)
    this.close()
    this.#onEnd()
  }

  closeAll(reason: CloseReason): void {
    for (const session of [...this.#attached.keys()]) {
      this.#close(session, reason)
      this.dispatch({ type: 'leave', session })
    }
  }
}
