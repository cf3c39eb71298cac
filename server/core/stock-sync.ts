/**
 * The sync steps of stock clients: each gets what it lacks and is asked for what we lack. Nothing
 * is sent to one before its state vector is judged.
 */
import {
  type CloseReason,
  type Epoch,
  encodeMessage,
  type Seq,
  type ServerMessage,
} from 'kith-shared'
import { encodeStateVector } from './admission/strip.js'
import type { Feeder } from './feeder.js'
import type { PresenceRelay } from './presence-relay.js'
import type { RoomEffect } from './room-events.js'
import type { RoomIndex } from './room-index.js'
import type { RoomSession } from './room-session.js'
import type { RoomState } from './room-state.js'

/**
 * A stock client is sent what it lacks in one frame, which waits in its socket as a whole: less than
 * the most that any socket holds.
 */
export const MAX_DIFFERENCE_BYTES = 60 * 1024 * 1024

export interface StockSyncParts {
  feeder: Feeder
  presence: PresenceRelay
  emit: (effect: RoomEffect) => void
  state: () => RoomState
  /** What was read for it is of a later epoch than the room's. */
  onNewEpoch: (session: RoomSession) => void
  close: (session: RoomSession, reason: CloseReason) => void
}

/** What a replica lacks of that epoch's document as of `seq`. */
export interface Difference {
  epoch: Epoch
  seq: Seq
  update: Uint8Array
}

export class StockSync {
  readonly #parts: StockSyncParts
  /** State vectors that came again, to be answered at the next tick. */
  readonly #questions = new Map<RoomSession, Uint8Array>()

  /** Whoever goes from gap to gap is asked again and again: it must not be encoded each time. */
  #question: { index: RoomIndex; head: Seq; frame: Uint8Array } | undefined

  constructor(parts: StockSyncParts) {
    this.#parts = parts
  }

  get hasQuestions(): boolean {
    return this.#questions.size > 0
  }

  leave(session: RoomSession): void {
    this.#questions.delete(session)
  }

  /** SyncStep1. Each answer costs the same, so who asks again and again is answered once a tick. */
  ask(session: RoomSession, stateVector: Uint8Array): void {
    if (session.dialect.dialect !== 'stock') return
    if (session.feed.feed === 'arriving') this.#answer(session, stateVector)
    else this.#questions.set(session, new Uint8Array(stateVector))
  }

  tick(): void {
    const questions = [...this.#questions]
    this.#questions.clear()
    for (const [session, stateVector] of questions) {
      // While it is fed, it gets all that it lacks anyway.
      if (session.feed.feed === 'live') this.#answer(session, stateVector)
    }
  }

  differenceReady(session: RoomSession, { epoch, seq, update }: Difference): void {
    if (session.feed.feed !== 'reading' || session.feed.what !== 'difference') return
    if (epoch !== this.#parts.state().epoch) return this.#parts.onNewEpoch(session)
    // Each of its returns would have all of it made again.
    if (update.length > MAX_DIFFERENCE_BYTES) return this.#parts.close(session, 'too-large')
    this.#send(session, { type: 'sync-step-2', update })
    this.#parts.feeder.feed(session, seq)
    this.askBack(session)
    this.#parts.presence.sendAll(session)
  }

  /** SyncStep1 of ours: send all that we lack. Encoded once for all whom the same head is told. */
  askBack(session: RoomSession): void {
    const { index, head } = this.#parts.state()
    if (this.#question?.index !== index || this.#question.head !== head) {
      const clocks = new Map<number, number>()
      for (const [id, { clock }] of index.clients) clocks.set(id, clock)
      const stateVector = encodeStateVector(clocks)
      this.#question = { index, head, frame: encodeMessage({ type: 'sync-step-1', stateVector }) }
    }
    this.#sendFrame(session, this.#question.frame)
  }

  /** Something, so that y-websocket does not take the connection for dead after 30 s. */
  keepAlive(sessions: Iterable<RoomSession>): void {
    for (const session of sessions) {
      if (session.dialect.dialect === 'stock')
        this.#send(session, { type: 'awareness', states: [] })
    }
  }

  #answer(session: RoomSession, stateVector: Uint8Array): void {
    const { feeder, presence, close } = this.#parts
    const outcome = feeder.answerStateVector(session, stateVector)
    if (outcome === 'broken') return close(session, 'broken-frame')
    if (outcome === 'reading') return
    this.askBack(session)
    presence.sendAll(session)
  }

  #send(session: RoomSession, message: ServerMessage): void {
    this.#sendFrame(session, encodeMessage(message))
  }

  #sendFrame(session: RoomSession, frame: Uint8Array): void {
    this.#parts.emit({ type: 'send', sessions: [session.id], frame, droppable: false })
  }
}
