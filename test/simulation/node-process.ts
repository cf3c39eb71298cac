/**
 * One life of a node: the real sessions, memberships and room, and what performs them, as
 * `server/connection.ts` and `server/room-runner.ts` do, in virtual time.
 */
import {
  CLOSE_REASONS,
  type CloseReason,
  UpdateScanner,
  type UserId,
  unreachable,
} from 'kith-shared'
import type { FoundMember } from '../../server/core/ports.js'
import { Room } from '../../server/core/room.js'
import type { RoomEffect, RoomEvent } from '../../server/core/room-events.js'
import { roomStateOf } from '../../server/core/room-state.js'
import { Session } from '../../server/core/session.js'
import type { SessionEffect, SessionEvent } from '../../server/core/session-events.js'
import type { ServerEnd, ServerListener } from './network.js'
import type { NodeParts } from './node.js'
import { NodeJobs } from './node-jobs.js'
import { NodeMembers } from './node-members.js'
import { NodeSockets } from './node-sockets.js'
import { WORKSPACE } from './workspace.js'

const IDLE_TIME = 2_000
const TICK = 40
const SECOND = 1_000
const KEEP_ALIVE = 20_000

/** A tenth of the server's own. */
const RULES = {
  allowQueryToken: true,
  isAllowedOrigin: () => true,
  messagesPerSecond: 20,
  bytesPerSecond: 100_000,
}

interface Open {
  end: ServerEnd
  session: Session
  user: UserId | undefined
  isIn: boolean
}

const scanner = new UpdateScanner()

export class NodeProcess {
  readonly #parts: NodeParts
  readonly #open = new Map<number, Open>()
  readonly #jobs: NodeJobs
  readonly #members: NodeMembers
  readonly #sockets: NodeSockets
  #room: Room | undefined
  #loading: RoomEvent[] | undefined
  readonly #events: RoomEvent[] = []
  #isPerforming = false
  #idleSince: number | undefined
  #isAlive = true
  #lastId = 0

  constructor(parts: NodeParts) {
    this.#parts = parts
    const isAlive = () => this.#isAlive
    this.#jobs = new NodeJobs(parts, isAlive, (event) => this.#dispatch(event))
    this.#members = new NodeMembers(parts, isAlive, {
      holdsWorkOf: (userId) => this.#room?.holdsWorkOf(userId) ?? false,
      found: (id, found) => this.#found(id, found),
      ended: (id, reason) => this.#close(id, reason),
      room: (event) => this.#room && this.#dispatch(event),
    })
    this.#sockets = new NodeSockets(parts.clock, {
      endOf: (id) => this.#open.get(id)?.end,
      tell: (event) => this.#dispatch(event),
      close: (id) => this.#close(id, 'slow-reader'),
    })
    this.#every(TICK, () => this.#tick())
    this.#every(SECOND, () => this.#second())
    this.#every(KEEP_ALIVE, () => this.#dispatch({ type: 'keep-alive' }))
  }

  end(): void {
    this.#isAlive = false
    const ends = [...this.#open.values()].map(({ end }) => end)
    this.#open.clear()
    for (const end of ends) end.close(1006, '')
  }

  /** What it holds, for the bounds. */
  get room(): Room | undefined {
    return this.#room
  }

  compact(): void {
    this.#unasked(this.#jobs.compact(this.#parts.storage.head))
  }

  /** As a command would, beside the room. */
  renew(): void {
    const { epoch, head } = this.#parts.storage
    this.#unasked(this.#jobs.renew(epoch, head))
  }

  #unasked(job: Promise<void>): void {
    job.catch((error) => this.#parts.clock.fail(error))
  }

  /** Of a stock client the token stands in the URL. */
  accept(end: ServerEnd, url: string): ServerListener {
    const id = ++this.#lastId
    const queryToken = new URL(url).searchParams.get('token') ?? undefined
    const arrival = { workspaceId: WORKSPACE, queryToken, origin: undefined, address: '' }
    const session = new Session(arrival, RULES)
    this.#open.set(id, { end, session, user: undefined, isIn: false })
    const { clock } = this.#parts
    this.#session(id, { type: 'opened', now: clock.now() })
    return {
      frame: (bytes) => this.#session(id, { type: 'frame', bytes, now: clock.now() }),
      closed: () => {
        this.#session(id, { type: 'closed' })
        this.#forget(id)
      },
    }
  }

  #every(time: number, act: () => void): void {
    this.#parts.clock.after(time, () => {
      if (!this.#isAlive) return
      act()
      this.#every(time, act)
    })
  }

  #tick(): void {
    if (this.#room?.wantsTick) this.#dispatch({ type: 'tick' })
    this.#sockets.tick()
  }

  #second(): void {
    const now = this.#parts.clock.now()
    for (const id of [...this.#open.keys()]) this.#session(id, { type: 'tick', now })
    this.#members.tick()
    if (!this.#room?.isIdle) this.#idleSince = undefined
    else this.#idleSince ??= now
    if (this.#idleSince === undefined || now - this.#idleSince < IDLE_TIME) return
    this.#room = undefined
    this.#idleSince = undefined
  }

  #session(id: number, event: SessionEvent): void {
    for (const effect of this.#open.get(id)?.session.step(event) ?? []) {
      this.#performSession(id, effect)
    }
  }

  #performSession(id: number, effect: SessionEffect): void {
    const open = this.#open.get(id)
    if (!open) return
    switch (effect.type) {
      case 'look-up':
        return this.#lookUp(id, open, effect.token)
      case 'join': {
        const { userId: user, name, email } = effect.claims
        const stamp = { id: user, name, email, role: effect.role, joinedAt: this.#now }
        open.isIn = true
        this.#toRoom({ type: 'join', session: id, dialect: effect.dialect, stamp })
        return open.end.resume('admission')
      }
      case 'role':
        return this.#toRoom({ type: 'role-changed', session: id, role: effect.role })
      case 'forward': {
        const { message } = effect
        if (message.type === 'update' || message.type === 'sync-step-2') {
          const bytes = message.update
          return this.#toRoom({ type: 'update', session: id, message: message.type, bytes })
        }
        return this.#toRoom({ ...message, session: id })
      }
      case 'send':
        return open.end.send(effect.frame)
      case 'pause':
        return open.end.pause('admission')
      case 'slow-down':
        open.end.pause('too-fast')
        return this.#after(effect.pause, () =>
          this.#session(id, { type: 'rested', now: this.#now }),
        )
      case 'speed-up':
        return open.end.resume('too-fast')
      case 'leave':
        return this.#toRoom({ type: 'leave', session: id })
      case 'close':
        return this.#close(id, effect.reason)
      default:
        unreachable(effect)
    }
  }

  get #now(): number {
    return this.#parts.clock.now()
  }

  #after(delay: number, act: () => void): void {
    this.#parts.clock.after(delay, () => this.#isAlive && act())
  }

  /** Tokens of this world are `<user>#<number>`, and all of them good. */
  #lookUp(id: number, open: Open, token: string): void {
    const user = token.split('#')[0] as UserId // the world names its people so
    this.#after(1 + this.#parts.random() * 20, () => {
      if (this.#open.get(id) !== open) return
      open.user = user
      this.#members.enter(id, user)
    })
  }

  #found(id: number, found: FoundMember): void {
    const user = this.#open.get(id)?.user
    if (user === undefined) return
    const claims = { userId: user, name: user, email: null, expiresAt: Number.MAX_SAFE_INTEGER }
    const refused = (reason: CloseReason) => ({ admittance: 'refused', reason }) as const
    const admittance =
      found.outcome === 'member'
        ? ({ admittance: 'admitted', claims, role: found.role } as const)
        : refused(found.outcome === 'away' ? 'storage-away' : 'not-a-member')
    this.#session(id, { type: 'looked-up', admittance, now: this.#now })
  }

  #close(id: number, reason: CloseReason): void {
    const open = this.#open.get(id)
    if (!open) return
    const { code, text } = CLOSE_REASONS[reason]
    this.#forget(id)
    open.end.close(code, text)
    for (const effect of open.session.step({ type: 'closed' })) {
      if (effect.type === 'leave') this.#toRoom({ type: 'leave', session: id })
    }
  }

  #forget(id: number): void {
    this.#open.delete(id)
    this.#sockets.forget(id)
    this.#members.leave(id)
  }

  /** Loads the room at the first event; what comes meanwhile waits. */
  #toRoom(event: RoomEvent): void {
    if (this.#room) return this.#dispatch(event)
    if (this.#loading) {
      this.#loading.push(event)
      return
    }
    if (event.type === 'leave') return
    this.#loading = [event]
    this.#load().catch((error) => this.#parts.clock.fail(error))
  }

  async #load(): Promise<void> {
    const loaded = await this.#jobs.load()
    const state = roomStateOf(WORKSPACE, loaded, scanner)
    if (!state) throw new Error('what is stored does not follow')
    const newBatchId = () => this.#jobs.newBatchId()
    this.#room = new Room(state, { scanner, newBatchId, epochBounds: this.#parts.epochBounds })
    const waiting = this.#loading ?? []
    this.#loading = undefined
    for (const early of waiting) this.#dispatch(early)
  }

  #dispatch(event: RoomEvent): void {
    this.#events.push(event)
    if (this.#isPerforming) return
    this.#isPerforming = true
    for (let next = this.#events.shift(); next; next = this.#events.shift()) {
      for (const effect of this.#room?.step(next) ?? []) this.#perform(effect)
    }
    this.#isPerforming = false
  }

  #perform(effect: RoomEffect): void {
    switch (effect.type) {
      case 'send':
        return this.#sockets.send(effect)
      case 'close':
        return this.#close(effect.session, effect.reason)
      case 'pause':
        return this.#open.get(effect.session)?.end.pause('unsettled')
      case 'resume':
        return this.#open.get(effect.session)?.end.resume('unsettled')
      case 'when-drained':
        return this.#sockets.drain(effect.session)
      case 'refused':
        return
      default:
        if (effect.type === 'commit') this.#members.sendsOff(effect.batch)
        return void this.#jobs.perform(effect)
    }
  }
}
