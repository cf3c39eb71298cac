/**
 * Feeds sessions the journal, each from its own cursor: from the joining read, the ring, or the
 * database after a lag. There is no moment at which a row could be missed, because a session is
 * `live` only while its cursor is the head.
 */

import { encodeMessage, type Seq } from 'kith-shared'
import * as encoding from 'lib0/encoding'
import { ChunkFrames } from './chunk-frames.js'
import { CommittedRows, lastSeq } from './committed-rows.js'
import type { EpochStep, JournalRow, Snapshot } from './ports.js'
import { Ring } from './ring.js'
import type { RoomEffect } from './room-events.js'
import type { RoomIndex } from './room-index.js'
import type { Feed, RoomSession } from './room-session.js'
import type { RoomState } from './room-state.js'
import { readStateVector } from './state-vector.js'

/** So many chunks go out before the socket must have drained. */
const CHUNKS_AT_ONCE = 2

export class Feeder {
  readonly #ring = new Ring()
  readonly #emit: (effect: RoomEffect) => void
  readonly #onNewEpoch: (session: RoomSession) => void
  /** For as long as the snapshot is there: whoever is given the same one is sent the same frames. */
  readonly #chunks = new WeakMap<Snapshot, ChunkFrames>()
  #state: RoomState
  /** The answer to whoever is up to date: it must not be encoded each time that somebody asks. */
  #deletes: { index: RoomIndex; head: Seq; frame: Uint8Array } | undefined

  /** `onNewEpoch` is told of a session whose answer came from a later epoch than the room's. */
  constructor(
    state: RoomState,
    emit: (effect: RoomEffect) => void,
    onNewEpoch: (session: RoomSession) => void,
  ) {
    this.#state = state
    this.#emit = emit
    this.#onNewEpoch = onNewEpoch
  }

  /** The room's state was read anew: what the ring holds may have holes now. */
  restart(state: RoomState): void {
    this.#state = state
    this.#ring.clear()
  }

  /** New rows, whose last is the head: live sessions get them at once. */
  publish(committed: CommittedRows, sessions: Iterable<RoomSession>): void {
    this.#ring.push(committed)
    const live = { kith: [] as number[], stock: [] as number[] }
    for (const session of sessions) {
      if (session.feed.feed !== 'live') continue
      session.feed.cursor = lastSeq(committed)
      live[session.dialect.dialect].push(session.id)
    }
    for (const dialect of ['kith', 'stock'] as const) {
      if (live[dialect].length === 0) continue
      const frame = committed.frame(dialect)
      this.#emit({ type: 'send', sessions: live[dialect], frame, droppable: false })
    }
  }

  /** Brings a session that holds all through `cursor` to the head. */
  feed(session: RoomSession, cursor: Seq): void {
    if (cursor >= this.#state.head) {
      session.feed = { feed: 'live', cursor: this.#state.head }
      return
    }
    const recent = this.#ring.from(cursor + 1)
    if (recent) {
      for (const committed of recent) this.#send(session, committed)
      session.feed = { feed: 'live', cursor: this.#state.head }
      return
    }
    session.feed = { feed: 'reading', what: 'rows', cursor }
    this.#emit({ type: 'read-rows', session: session.id, after: cursor })
  }

  rowsRead(session: RoomSession, rows: readonly JournalRow[]): void {
    if (session.feed.feed !== 'reading' || session.feed.what !== 'rows') return
    const { epoch, head } = this.#state
    const first = rows[0]
    // An answer to an earlier question, from before a lag: the one that was asked last still comes.
    if (first && first.seq !== session.feed.cursor + 1) return
    if (!first || first.epoch < epoch) {
      // The next row is gone, or of an epoch that is over: a snapshot covers it.
      if (session.feed.cursor < head) this.readSnapshot(session)
      else this.feed(session, session.feed.cursor)
      return
    }
    if (first.epoch > epoch) return this.#onNewEpoch(session)
    const committed = new CommittedRows(
      epoch,
      first.seq,
      rows.filter((row) => row.epoch === epoch),
    )
    this.#send(session, committed)
    this.feed(session, lastSeq(committed))
  }

  readSnapshot(session: RoomSession): void {
    session.feed = { feed: 'reading', what: 'snapshot', cursor: 0 }
    this.#emit({ type: 'read-snapshot', session: session.id })
  }

  snapshotRead(session: RoomSession, snapshot: Snapshot | undefined): void {
    if (session.feed.feed !== 'reading' || session.feed.what !== 'snapshot') return
    if (!snapshot) return this.#sendNoSnapshot(session)
    if (snapshot.epoch !== this.#state.epoch) return this.#onNewEpoch(session)
    this.#sendStates(session, [snapshot], snapshot.seq)
  }

  /** It was told that one follows: an empty chunk says that all comes as rows. */
  #sendNoSnapshot(session: RoomSession): void {
    const { epoch } = this.#state
    const bytes = new Uint8Array(0)
    const frame = encodeMessage({
      type: 'snapshot-chunk',
      epoch,
      seq: 0,
      total: 0,
      offset: 0,
      bytes,
    })
    this.#emit({ type: 'send', sessions: [session.id], frame, droppable: false })
    this.feed(session, 0)
  }

  /** From an earlier epoch to the present one, and on with the rows after `cursor`. */
  sendRoad(session: RoomSession, road: readonly EpochStep[], cursor: Seq): void {
    const states = road.flatMap(({ closing, opening }) => [closing, opening])
    this.#sendStates(session, states, cursor)
  }

  #sendStates(session: RoomSession, states: readonly Snapshot[], cursor: Seq): void {
    const [frames, ...then] = states.map((state) => this.#framesOf(state))
    if (!frames) return this.feed(session, cursor)
    session.feed = { feed: 'snapshot', frames, next: 0, then, cursor }
    this.#sendChunks(session, session.feed)
  }

  #framesOf(snapshot: Snapshot): ChunkFrames {
    const known = this.#chunks.get(snapshot)
    if (known) return known
    const frames = new ChunkFrames(snapshot)
    this.#chunks.set(snapshot, frames)
    return frames
  }

  #sendChunks(session: RoomSession, feed: Extract<Feed, { feed: 'snapshot' }>): void {
    for (let n = 0; n < CHUNKS_AT_ONCE; n++) {
      if (feed.next >= feed.frames.count) {
        const [frames, ...then] = feed.then
        if (!frames) return this.feed(session, feed.cursor)
        Object.assign(feed, { frames, next: 0, then })
      }
      const frame = feed.frames.frame(feed.next)
      this.#emit({ type: 'send', sessions: [session.id], frame, droppable: false })
      feed.next++
    }
    if (feed.next < feed.frames.count || feed.then.length > 0) {
      this.#emit({ type: 'when-drained', session: session.id })
    } else this.feed(session, feed.cursor)
  }

  stalled(session: RoomSession): void {
    const { feed } = session
    // A snapshot or a difference goes on when it has been read: there is no cursor to go back to.
    if (feed.feed === 'live' || (feed.feed === 'reading' && feed.what === 'rows')) {
      session.feed = { feed: 'stalled', cursor: feed.cursor }
    }
  }

  drained(session: RoomSession): void {
    const { feed } = session
    if (feed.feed === 'stalled') this.feed(session, feed.cursor)
    else if (feed.feed === 'snapshot') this.#sendChunks(session, feed)
  }

  /**
   * A stock client's SyncStep1. Up to date, it is answered from the index: no structs, and what is
   * deleted. Behind, what it lacks is read for it.
   */
  answerStateVector(session: RoomSession, bytes: Uint8Array): 'answered' | 'reading' | 'broken' {
    const clocks = readStateVector(bytes)
    if (!clocks) return 'broken'
    const { index, head } = this.#state
    for (const [client, { clock }] of index.clients) {
      if ((clocks.get(client) ?? 0) >= clock) continue
      session.feed = { feed: 'reading', what: 'difference', cursor: 0 }
      const stateVector = new Uint8Array(bytes)
      this.#emit({ type: 'read-difference', session: session.id, stateVector, through: head })
      return 'reading'
    }
    const frame = this.#deletesFrame()
    this.#emit({ type: 'send', sessions: [session.id], frame, droppable: false })
    session.feed = { feed: 'live', cursor: head }
    return 'answered'
  }

  #deletesFrame(): Uint8Array {
    const { index, head } = this.#state
    if (this.#deletes?.index !== index || this.#deletes.head !== head) {
      const frame = encodeMessage({ type: 'sync-step-2', update: deletesOnly(index) })
      this.#deletes = { index, head, frame }
    }
    return this.#deletes.frame
  }

  #send(session: RoomSession, committed: CommittedRows): void {
    const frame = committed.frame(session.dialect.dialect)
    this.#emit({ type: 'send', sessions: [session.id], frame, droppable: false })
  }
}

const deletesOnly = (index: RoomIndex): Uint8Array => {
  const clients = [...index.clients].flatMap(([client, { deleted }]) =>
    deleted ? [{ client, deleted }] : [],
  )
  const to = encoding.createEncoder()
  encoding.writeVarUint(to, 0)
  encoding.writeVarUint(to, clients.length)
  for (const { client, deleted } of clients) {
    encoding.writeVarUint(to, client)
    encoding.writeVarUint(to, deleted.count)
    deleted.each((start, end) => {
      encoding.writeVarUint(to, start)
      encoding.writeVarUint(to, end - start)
    })
  }
  return encoding.toUint8Array(to)
}
