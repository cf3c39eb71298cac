/** Performs what the room wants done, and lives on when its process ends. */
import { type CloseReason, UpdateScanner } from 'kith-shared'
import { QUOTAS } from '../core/quotas.js'
import { Room } from '../core/room.js'
import type { RoomEffect, RoomEvent } from '../core/room-events.js'
import type { Job, Jobs } from './jobs.js'
import type { MemoryJournal } from './memory-journal.js'

/** Milliseconds that a commit or a read takes. */
const JOB_TIME = 1
/** Between two frames of presence, in milliseconds. */
const TICK = 40
/** Of what waits for the storage, in milliseconds. */
const STORAGE_RETRY = 100

export interface LiveRoomSockets {
  send(session: number, frame: Uint8Array): void
  end(session: number, reason: CloseReason): void
}

export interface LiveRoomParts {
  documentBytes?: number
  after(delay: number, act: () => void): void
  soon(delay: number, act: () => void): void
}

export class LiveRoom {
  readonly #jobs: Jobs
  readonly #parts: LiveRoomParts
  readonly #sockets: LiveRoomSockets
  readonly #events: RoomEvent[] = []
  #room: Room
  #isDispatching = false
  #isTicking = false
  #isClosed = false
  #batches = 0
  /** While it is away jobs wait. */
  storage: 'there' | 'away' = 'there'

  constructor(jobs: Jobs, parts: LiveRoomParts, sockets: LiveRoomSockets) {
    this.#jobs = jobs
    this.#parts = parts
    this.#sockets = sockets
    this.#room = this.#newRoom()
  }

  /** What happens while effects are performed waits until they all are. */
  dispatch(event: RoomEvent): void {
    this.#events.push(event)
    if (this.#isDispatching) return
    this.#isDispatching = true
    for (let next = this.#events.shift(); next; next = this.#events.shift()) {
      for (const effect of this.#room.step(next)) this.#perform(effect)
    }
    this.#isDispatching = false
    this.#tickLater()
  }

  /** The next epoch, as a command begins it beside the room. */
  renew(journal: MemoryJournal): void {
    this.#jobs.renew()
    this.dispatch({ type: 'epoch-seen', epoch: journal.epoch })
  }

  /** What is not committed is gone. */
  restart(): void {
    this.#events.length = 0
    this.#room = this.#newRoom()
  }

  close(): void {
    this.#isClosed = true
  }

  #newRoom(): Room {
    const newBatchId = (): string => `batch-${++this.#batches}`
    const quotas = { ...QUOTAS, documentBytes: this.#parts.documentBytes ?? QUOTAS.documentBytes }
    return new Room(this.#jobs.load(), { scanner: new UpdateScanner(), newBatchId, quotas })
  }

  #tickLater(): void {
    if (this.#isTicking || !this.#room.wantsTick) return
    this.#isTicking = true
    this.#parts.soon(TICK, () => {
      this.#isTicking = false
      this.dispatch({ type: 'tick' })
    })
  }

  #perform(effect: RoomEffect): void {
    switch (effect.type) {
      case 'send':
        for (const id of effect.sessions) this.#sockets.send(id, effect.frame)
        return
      case 'close':
        return this.#sockets.end(effect.session, effect.reason)
      case 'when-drained':
        return this.dispatch({ type: 'drained', session: effect.session })
      case 'pause':
      case 'resume':
      case 'refused':
        return
      default:
        return this.#work(effect, this.#room)
    }
  }

  /** What a process has begun is nobody's once it has ended. */
  #work(job: Job, room: Room): void {
    const act = (): void => {
      if (this.#isClosed || room !== this.#room) return
      if (this.storage === 'away') return this.#parts.after(STORAGE_RETRY, act)
      this.dispatch(this.#jobs.perform(job))
    }
    this.#parts.soon(JOB_TIME, act)
  }
}
