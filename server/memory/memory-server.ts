/**
 * A whole server of one workspace in memory: the real sessions, gate and room, on a journal that lasts
 * as long as the object. Without sockets, timers, clocks and randomness of its own: what it
 * needs is handed in. For test kits; nothing here outlives the process.
 *
 * What it leaves out: rates (`MAX_MESSAGES_PER_SECOND`), slow readers, other nodes.
 */
import {
  CLOSE_REASONS,
  type ClientId,
  type CloseReason,
  isNoteId,
  isUserId,
  isWorkspaceId,
  type UserId,
  unreachable,
  type WorkspaceId,
} from 'kith-shared'
import type { JournalRow } from '../core/ports.js'
import { Session } from '../core/session.js'
import type { SessionEffect, SessionEvent } from '../core/session-events.js'
import { Jobs } from './jobs.js'
import { LiveRoom } from './live-room.js'
import { MemoryJournal } from './memory-journal.js'
import { type MemoryMember, People } from './people.js'

/** One connection, as the server sees it. */
export interface MemorySocket {
  /** The bytes are not copied: nobody writes to them afterwards. */
  send(frame: Uint8Array): void
  /** The connection ends with this code. */
  close(code: number, text: string): void
}

/** One connection, as whoever opened it tells the server of it. */
export interface MemoryConnection {
  /** A binary frame has come from the client. */
  frame(bytes: Uint8Array): void
  /** The socket is gone, whoever closed it. */
  closed(): void
}

export interface MemoryServerParts {
  workspaceId: string
  /** What people call the workspace. */
  name: string
  /** Milliseconds since 1970. */
  now: () => number
  /** Does it so many milliseconds later. */
  after: (delay: number, act: () => void) => void
  /** The same for what is under way and comes by itself: an answer, a commit. */
  soon: (delay: number, act: () => void) => void
  /** A random number of 32 bits. */
  newClientId: () => ClientId
  /** A Yjs update that is committed before anybody comes, written under one client id. */
  seed?: { author: string; clientId: ClientId; update: Uint8Array }
  /** How many bytes the document may have; a real server's 128 MB by default. */
  documentBytes?: number
}

type Seed = NonNullable<MemoryServerParts['seed']>

/** Milliseconds. */
const LOOK_UP_TIME = 1
const SECOND = 1_000
const KEEP_ALIVE = 20_000

const RULES = {
  allowQueryToken: true,
  isAllowedOrigin: () => true,
  messagesPerSecond: Number.MAX_SAFE_INTEGER,
  bytesPerSecond: Number.MAX_SAFE_INTEGER,
}

interface Open {
  session: Session
  socket: MemorySocket
  userId: UserId | undefined
  isIn: boolean
}

export class MemoryServer {
  readonly #parts: MemoryServerParts
  readonly #people = new People()
  readonly #journal = new MemoryJournal()
  readonly #open = new Map<number, Open>()
  readonly #room: LiveRoom
  #name: string
  #isClosed = false
  #sessions = 0

  constructor(parts: MemoryServerParts) {
    this.#parts = parts
    this.#name = parts.name
    const { workspaceId, now, newClientId } = parts
    if (!isWorkspaceId(workspaceId)) throw new TypeError(`not a workspace id: ${workspaceId}`)
    if (parts.seed) this.#seed(workspaceId, parts.seed)
    const name = (): string => this.#name
    const jobs = new Jobs({ workspaceId, journal: this.#journal, name, now, newClientId })
    this.#room = new LiveRoom(jobs, parts, {
      send: (id, frame) => this.#open.get(id)?.socket.send(frame),
      end: (id, reason) => this.#end(id, reason),
    })
  }

  /** What time brings: session ends, keep-alives. Starts once. */
  start(): void {
    this.#every(SECOND, () => {
      for (const id of [...this.#open.keys()]) {
        this.#session(id, { type: 'tick', now: this.#parts.now() })
      }
    })
    this.#every(KEEP_ALIVE, () => this.#room.dispatch({ type: 'keep-alive' }))
  }

  /** Safe twice. */
  close(): void {
    this.#isClosed = true
    this.#room.close()
  }

  /** Everything that was ever committed, in order. */
  get rows(): readonly JournalRow[] {
    return this.#journal.rows
  }

  /** Who wrote these notes, by id, as `GET /workspaces/{id}/notes/authors` says it. */
  noteAuthors(
    noteIds: readonly string[],
  ): { noteId: string; author: { id: string; name: string } }[] {
    return this.#journal.noteAuthors(noteIds.filter(isNoteId))
  }

  /** A WebSocket that has just opened. */
  accept(socket: MemorySocket): MemoryConnection {
    const id = ++this.#sessions
    const { workspaceId, now } = this.#parts
    const arrival = { workspaceId, queryToken: undefined, origin: undefined, address: '' }
    const session = new Session(arrival, RULES)
    this.#open.set(id, { session, socket, userId: undefined, isIn: false })
    this.#session(id, { type: 'opened', now: now() })
    return {
      frame: (bytes) => this.#session(id, { type: 'frame', bytes, now: now() }),
      closed: () => this.#gone(id),
    }
  }

  /** Comes in, or has another role or name: at once, also in sessions that live. */
  setMember(member: MemoryMember): void {
    this.#people.setMember(member)
    for (const [id, { userId, isIn }] of this.#open) {
      if (userId !== member.id || !isIn) continue
      this.#room.dispatch({ type: 'role-changed', session: id, role: member.role })
      this.#room.dispatch({ type: 'work-role-changed', userId, role: member.role })
    }
  }

  /** Not a member any more: their sessions end with 4403. */
  removeMember(userId: string): void {
    this.#people.remove(userId)
    if (isUserId(userId)) this.#room.dispatch({ type: 'member-removed', userId })
  }

  /** A good token for this person, for an hour. */
  tokenFor(userId: string): string {
    return this.#people.tokenFor(userId, this.#parts.now())
  }

  /** All tokens that this person was given are over, and sessions that came with one end. */
  expireTokens(userId: string): void {
    this.#people.expireTokens(userId)
    const admittance = { admittance: 'refused', reason: 'token-expired' } as const
    for (const [id, open] of [...this.#open]) {
      if (open.userId !== userId) continue
      this.#session(id, { type: 'looked-up', admittance, now: this.#parts.now() })
    }
  }

  /** Another name of the workspace, told to everybody. */
  rename(name: string): void {
    this.#name = name
    this.#room.dispatch({ type: 'renamed', name })
  }

  get storage(): 'there' | 'away' {
    return this.#room.storage
  }

  /** While it is away nothing is committed, and nobody new gets in. */
  setStorage(storage: 'there' | 'away'): void {
    this.#room.storage = storage
  }

  /** The next epoch begins, as when a document is renewed. Sessions are closed with 1012. */
  beginEpoch(): void {
    this.#room.renew(this.#journal)
  }

  /** The process ends and another one starts, on the same journal; what was not committed is gone. */
  restart(): void {
    const sockets = [...this.#open.values()].map(({ socket }) => socket)
    this.#open.clear()
    this.#room.restart()
    const { code, text } = CLOSE_REASONS.restarting
    for (const socket of sockets) socket.close(code, text)
  }

  #seed(workspaceId: WorkspaceId, { author, clientId, update }: Seed): void {
    if (!isUserId(author)) throw new TypeError(`not a user id: ${author}`)
    const rows = [{ author: { id: author, name: author }, update }]
    const bindings = [{ clientId, userId: author }]
    const batch = { id: 'seed', workspaceId, epoch: 1, head: 0, rows, bindings }
    this.#journal.commit(batch, this.#parts.now())
  }

  #every(time: number, act: () => void): void {
    this.#parts.after(time, () => {
      if (this.#isClosed) return
      act()
      this.#every(time, act)
    })
  }

  #session(id: number, event: SessionEvent): void {
    for (const effect of this.#open.get(id)?.session.step(event) ?? []) this.#perform(id, effect)
  }

  #perform(id: number, effect: SessionEffect): void {
    const open = this.#open.get(id)
    if (open === undefined) return
    switch (effect.type) {
      case 'look-up':
        return this.#parts.soon(LOOK_UP_TIME, () => this.#lookUp(id, effect.token))
      case 'join': {
        const { userId, name, email } = effect.claims
        open.isIn = true
        const stamp = { id: userId, name, email, role: effect.role, joinedAt: this.#parts.now() }
        return this.#room.dispatch({ type: 'join', session: id, dialect: effect.dialect, stamp })
      }
      case 'role':
        return this.#room.dispatch({ type: 'role-changed', session: id, role: effect.role })
      case 'forward':
        return this.#forward(id, effect.message)
      case 'send':
        return open.socket.send(effect.frame)
      case 'leave':
        return this.#room.dispatch({ type: 'leave', session: id })
      case 'close':
        return this.#end(id, effect.reason)
      case 'pause':
      case 'slow-down':
      case 'speed-up':
        return
      default:
        unreachable(effect)
    }
  }

  #lookUp(id: number, token: string): void {
    const open = this.#open.get(id)
    if (open === undefined) return
    const admittance =
      this.#room.storage === 'away'
        ? ({ admittance: 'refused', reason: 'storage-away' } as const)
        : this.#people.lookUp(token, this.#parts.now())
    if (admittance.admittance === 'admitted') open.userId = admittance.claims.userId
    this.#session(id, { type: 'looked-up', admittance, now: this.#parts.now() })
  }

  #forward(id: number, message: Extract<SessionEffect, { type: 'forward' }>['message']): void {
    if (message.type !== 'update' && message.type !== 'sync-step-2') {
      return this.#room.dispatch({ ...message, session: id })
    }
    const { type, update: bytes } = message
    this.#room.dispatch({ type: 'update', session: id, message: type, bytes })
  }

  #end(id: number, reason: CloseReason): void {
    const open = this.#open.get(id)
    if (open === undefined) return
    const { code, text } = CLOSE_REASONS[reason]
    this.#gone(id)
    open.socket.close(code, text)
  }

  #gone(id: number): void {
    this.#session(id, { type: 'closed' })
    this.#open.delete(id)
  }
}
