/**
 * A server of the simulated world: the real session and room, performed on a journal in memory,
 * with every answer of the journal taking its time. A crash forgets everything but the journal.
 */
import { CLOSE_REASONS, UpdateScanner, type UserId, type WorkspaceId } from 'kith-shared'
import { compact, differenceTo } from '../../server/core/documents.js'
import { Room } from '../../server/core/room.js'
import type { RoomEffect, RoomEvent } from '../../server/core/room-events.js'
import { roomStateOf } from '../../server/core/room-state.js'
import { Session } from '../../server/core/session.js'
import type { SessionEffect, SessionEvent } from '../../server/core/session-events.js'
import { tryOut } from '../../server/core/trial.js'
import type { MemoryJournal } from '../harness/memory-journal.js'
import type { Random } from '../harness/team.js'
import type { Clock } from './clock.js'
import type { Accept, ServerEnd } from './network.js'

export const WORKSPACE = 'w' as WorkspaceId

interface Open {
  end: ServerEnd
  session: Session
  joined: boolean
}

const scanner = new UpdateScanner()
const RETRY = 40
/** Nobody is too fast here: a simulated socket can't be paused. */
const RULES = {
  allowQueryToken: true,
  isAllowedOrigin: () => true,
  messagesPerSecond: Number.MAX_SAFE_INTEGER,
  bytesPerSecond: Number.MAX_SAFE_INTEGER,
}

export class Node {
  readonly #clock: Clock
  readonly #random: Random
  readonly #journal: MemoryJournal
  readonly #open = new Map<number, Open>()
  #room: Room | undefined
  #loading: RoomEvent[] | undefined
  /** Grows with each crash: what was under way then is nobody's any more. */
  #life = 0
  #lastId = 0
  #batches = 0
  isUp = true

  constructor(clock: Clock, random: Random, journal: MemoryJournal) {
    this.#clock = clock
    this.#random = random
    this.#journal = journal
    this.#tick()
  }

  crash(): void {
    this.#life++
    this.isUp = false
    const ends = [...this.#open.values()]
    this.#open.clear()
    this.#room = undefined
    this.#loading = undefined
    for (const { end } of ends) end.close(1006, '')
  }

  restart(): void {
    if (this.isUp) return
    this.isUp = true
    this.#tick()
  }

  readonly accept: Accept = (end) => {
    if (!this.isUp) {
      end.close(1006, '')
      return { frame: () => undefined, closed: () => undefined }
    }
    const id = ++this.#lastId
    const arrival = {
      workspaceId: WORKSPACE,
      queryToken: undefined,
      origin: undefined,
      address: '',
    }
    const session = new Session(arrival, RULES)
    this.#open.set(id, { end, session, joined: false })
    this.#session(id, { type: 'opened', now: this.#clock.now() })
    return {
      frame: (bytes) => this.#session(id, { type: 'frame', bytes, now: this.#clock.now() }),
      closed: () => {
        this.#session(id, { type: 'closed' })
        this.#open.delete(id)
      },
    }
  }

  /** Soon, unless the node has crashed by then. */
  #soon(act: () => void): void {
    const life = this.#life
    this.#clock.after(1 + this.#random() ** 2 * 60, () => {
      if (life === this.#life) act()
    })
  }

  #tick(): void {
    this.#soon(() => {
      if (this.#room?.wantsTick) this.#dispatch({ type: 'tick' })
      this.#tick()
    })
  }

  #session(id: number, event: SessionEvent): void {
    const open = this.#open.get(id)
    for (const effect of open?.session.step(event) ?? []) this.#performSession(id, effect)
  }

  /** Tokens of this world are `<user>`, and everybody is an editor. */
  #performSession(id: number, effect: SessionEffect): void {
    const open = this.#open.get(id)
    if (!open) return
    switch (effect.type) {
      case 'look-up': {
        const userId = effect.token as UserId
        const claims = { userId, name: userId, email: null, expiresAt: Number.MAX_SAFE_INTEGER }
        const admittance = { admittance: 'admitted', claims, role: 'editor' } as const
        return this.#soon(() =>
          this.#session(id, { type: 'looked-up', admittance, now: this.#clock.now() }),
        )
      }
      case 'join': {
        const { userId: user, name, email } = effect.claims
        const stamp = { id: user, name, email, role: effect.role, joinedAt: this.#clock.now() }
        open.joined = true
        return this.#toRoom({ type: 'join', session: id, dialect: effect.dialect, stamp })
      }
      case 'forward': {
        const { message } = effect
        if (message.type === 'update' || message.type === 'sync-step-2') {
          const bytes = message.update
          this.#toRoom({ type: 'update', session: id, message: message.type, bytes })
        } else if (message.type === 'awareness') {
          this.#toRoom({ type: 'awareness', session: id, states: message.states })
        }
        return
      }
      case 'send':
        return open.end.send(effect.frame)
      case 'leave':
        return this.#toRoom({ type: 'leave', session: id })
      case 'close': {
        const { code, text } = CLOSE_REASONS[effect.reason]
        this.#open.delete(id)
        return open.end.close(code, text)
      }
      case 'pause':
        return
    }
  }

  /** Loads the room at the first event; what comes meanwhile waits. */
  #toRoom(event: RoomEvent): void {
    if (this.#room) return this.#dispatch(event)
    if (this.#loading) {
      this.#loading.push(event)
      return
    }
    this.#loading = [event]
    this.#load((room) => {
      this.#room = room
      const waiting = this.#loading ?? []
      this.#loading = undefined
      for (const early of waiting) this.#dispatch(early)
    })
  }

  #load(done: (room: Room) => void): void {
    this.#soon(async () => {
      const life = this.#life
      const loaded = await this.#journal.load(WORKSPACE)
      if (life !== this.#life) return
      if (loaded.outcome !== 'loaded') return this.#load(done)
      const state = roomStateOf(WORKSPACE, loaded, scanner)
      if (!state) throw new Error('what is stored does not follow')
      const newBatchId = () => `${this.#life}-${++this.#batches}-${this.#random()}`
      done(new Room(state, { scanner, newBatchId }))
    })
  }

  #dispatch(event: RoomEvent): void {
    for (const effect of this.#room?.step(event) ?? []) this.#perform(effect)
  }

  #perform(effect: RoomEffect): void {
    switch (effect.type) {
      case 'send':
        for (const id of effect.sessions) this.#open.get(id)?.end.send(effect.frame)
        return
      case 'close': {
        const { code, text } = CLOSE_REASONS[effect.reason]
        this.#open.get(effect.session)?.end.close(code, text)
        this.#open.delete(effect.session)
        return
      }
      case 'commit':
        return this.#commit(effect)
      case 'reload':
        return this.#soon(async () => {
          const loaded = await this.#journal.load(WORKSPACE)
          if (loaded.outcome !== 'loaded') return this.#perform(effect)
          const state = roomStateOf(WORKSPACE, loaded, scanner)
          if (state) this.#dispatch({ type: 'reloaded', state })
        })
      case 'read-rows':
        return this.#soon(async () => {
          const read = await this.#journal.readRows(WORKSPACE, effect.after, 2_000)
          if (read.outcome === 'away')
            this.#dispatch({ type: 'read-failed', session: effect.session })
          else this.#dispatch({ type: 'rows-read', session: effect.session, rows: read.rows })
        })
      case 'read-snapshot':
        return this.#soon(async () => {
          const read = await this.#journal.readSnapshot(WORKSPACE)
          const { session } = effect
          if (read.outcome === 'away') this.#dispatch({ type: 'read-failed', session })
          else this.#dispatch({ type: 'snapshot-read', session, snapshot: read.snapshot })
        })
      case 'when-drained':
        return this.#soon(() => this.#dispatch({ type: 'drained', session: effect.session }))
      case 'snapshot-due':
        return this.snapshot()
      case 'trial':
        return this.#try(effect)
      case 'read-difference':
        return this.#soon(async () => {
          const read = await this.#journal.readSnapshot(WORKSPACE)
          const rows = this.#journal.rowsOf(WORKSPACE)
          if (read.outcome === 'away') return
          const update = differenceTo(effect.stateVector, read.snapshot?.document, rows)
          const seq = rows.length
          this.#dispatch({ type: 'difference-ready', session: effect.session, seq, update })
        })
      case 'pause':
      case 'resume':
      case 'refused':
        return
    }
  }

  /** The row is there before the node hears of it; a crash in between is the interesting case. */
  #commit(effect: Extract<RoomEffect, { type: 'commit' }>): void {
    this.#soon(async () => {
      const life = this.#life
      const outcome = await this.#journal.commit(effect.batch)
      if (life !== this.#life) return
      if (outcome.outcome === 'away')
        return this.#clock.after(RETRY, () => this.#again(life, effect))
      this.#soon(() => this.#dispatch({ type: 'commit-done', outcome }))
    })
  }

  #try(effect: Extract<RoomEffect, { type: 'trial' }>): void {
    this.#soon(async () => {
      const read = await this.#journal.readSnapshot(WORKSPACE)
      if (read.outcome === 'away') return this.#try(effect)
      const from = read.snapshot?.seq ?? 0
      const rows = this.#journal
        .rowsOf(WORKSPACE)
        .filter(({ seq }) => seq > from && seq <= effect.through)
      const outcome = tryOut(read.snapshot?.document, rows, effect.candidate)
      this.#dispatch({ type: 'trial-done', id: effect.id, outcome })
    })
  }

  #again(life: number, effect: Extract<RoomEffect, { type: 'commit' }>): void {
    if (life === this.#life) this.#commit(effect)
  }

  /** Also asked for by the simulation, so that joins from a snapshot happen in a short history. */
  snapshot(): void {
    this.#soon(async () => {
      const read = await this.#journal.readSnapshot(WORKSPACE)
      const rows = this.#journal.rowsOf(WORKSPACE)
      const last = rows.at(-1)
      if (!last || read.outcome === 'away') {
        return this.#dispatch({ type: 'snapshot-done', seq: undefined })
      }
      const tail = rows.filter(({ seq }) => seq > (read.snapshot?.seq ?? 0))
      const made = compact(read.snapshot?.document, tail)
      if (!made) throw new Error('a snapshot could not be made')
      const { epoch, seq } = last
      const { document, index, steps } = made
      const snapshot = { epoch, seq, document, index }
      const written = await this.#journal.writeSnapshot(WORKSPACE, snapshot)
      const done = written.outcome === 'written' ? seq : undefined
      this.#dispatch({ type: 'snapshot-done', seq: done, steps })
    })
  }
}
