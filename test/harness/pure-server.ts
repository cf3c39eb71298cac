/**
 * Sessions and one room on a journal in memory, without sockets, clocks or threads: frames go in,
 * and what comes of them is held against what may never be.
 */
import {
  CLOSE_REASONS,
  type ClientId,
  decodeServerMessage,
  mayWrite,
  type Role,
  UpdateScanner,
  type UserId,
  unreachable,
  type WorkspaceId,
} from 'kith-shared'
import * as Y from 'yjs'
import { differenceTo } from '../../server/core/documents.js'
import type { JournalRow } from '../../server/core/ports.js'
import { Room } from '../../server/core/room.js'
import type { RoomEffect, RoomEvent } from '../../server/core/room-events.js'
import type { RoomIndex } from '../../server/core/room-index.js'
import { roomStateOf } from '../../server/core/room-state.js'
import { Session } from '../../server/core/session.js'
import type { SessionEffect, SessionEvent } from '../../server/core/session-events.js'
import { tryOut } from '../../server/core/trial.js'
import { expectWhole } from './gate.js'
import { createMemoryJournal } from './memory-journal.js'

const WORKSPACE = 'w' as WorkspaceId
const START = 1_700_000_000_000

export interface Person {
  user: UserId
  role: Role
  dialect: 'kith' | 'stock'
}

const RULES = {
  allowQueryToken: true,
  isAllowedOrigin: () => true,
  messagesPerSecond: Number.MAX_SAFE_INTEGER,
  bytesPerSecond: Number.MAX_SAFE_INTEGER,
}

const scanner = new UpdateScanner()

export class PureServer {
  readonly doc = new Y.Doc()
  /** Changes refused so far. */
  refused = 0
  readonly #people: readonly Person[]
  readonly #journal = createMemoryJournal({ now: () => START })
  readonly #sessions = new Map<number, { session: Session; person: Person; isIn: boolean }>()
  readonly #pending: RoomEffect[] = []
  #room: Room | undefined
  #checked = 0
  #lastSession = 0
  #batches = 0

  constructor(people: readonly Person[]) {
    this.#people = people
    this.#journal.createWorkspace(WORKSPACE)
  }

  async start(): Promise<void> {
    const newBatchId = () => `batch-${++this.#batches}`
    this.#room = new Room(await this.#load(), { scanner, newBatchId })
  }

  get rows(): readonly JournalRow[] {
    return this.#journal.rowsOf(WORKSPACE)
  }

  isOpen(id: number): boolean {
    return this.#sessions.has(id)
  }

  /** A connection of this person's; a stock one has its token in the URL. */
  open(person: Person): number {
    const id = ++this.#lastSession
    const queryToken = person.dialect === 'stock' ? person.user : undefined
    const arrival = { workspaceId: WORKSPACE, queryToken, origin: undefined, address: '' }
    this.#sessions.set(id, { session: new Session(arrival, RULES), person, isIn: false })
    this.#step(id, { type: 'opened', now: START })
    return id
  }

  frame(id: number, bytes: Uint8Array): void {
    this.#step(id, { type: 'frame', bytes, now: START })
  }

  /** A tick, and all that takes its time: commits, reads, trials. */
  async flush(): Promise<void> {
    this.#dispatch({ type: 'tick' })
    for (let next = this.#pending.shift(); next; next = this.#pending.shift()) {
      await this.#performSlow(next)
    }
    this.#checkRows()
  }

  /** The index that a room loads with now. */
  async index(): Promise<RoomIndex> {
    return (await this.#load()).index
  }

  async #load(owned: readonly ClientId[] = []) {
    const loaded = await this.#journal.load(WORKSPACE, owned)
    const state = loaded.outcome === 'loaded' ? roomStateOf(WORKSPACE, loaded, scanner) : undefined
    if (!state) throw new Error('what was committed does not load')
    return state
  }

  #step(id: number, event: SessionEvent): void {
    for (const effect of this.#sessions.get(id)?.session.step(event) ?? []) {
      this.#performOf(id, effect)
    }
  }

  #performOf(id: number, effect: SessionEffect): void {
    switch (effect.type) {
      case 'look-up':
        return this.#lookUp(id, effect.token)
      case 'join': {
        const open = this.#sessions.get(id)
        if (open) open.isIn = true
        const { userId, name, email } = effect.claims
        const stamp = { id: userId, name, email, role: effect.role, joinedAt: START }
        return this.#dispatch({ type: 'join', session: id, dialect: effect.dialect, stamp })
      }
      case 'role':
        return this.#dispatch({ type: 'role-changed', session: id, role: effect.role })
      case 'forward':
        return this.#forward(id, effect.message)
      case 'send':
        return this.#sent(id, effect.frame)
      case 'leave':
        return this.#dispatch({ type: 'leave', session: id })
      case 'close':
        if (!CLOSE_REASONS[effect.reason]) throw new Error(`no reason: ${effect.reason}`)
        this.#sessions.delete(id)
        return
      case 'pause':
      case 'slow-down':
      case 'speed-up':
        return
      default:
        unreachable(effect)
    }
  }

  /** A token is the user's name. */
  #lookUp(id: number, token: string): void {
    const member = this.#people.find(({ user }) => user === token)
    const expiresAt = Number.MAX_SAFE_INTEGER
    const admittance = member
      ? {
          admittance: 'admitted' as const,
          claims: { userId: member.user, name: member.user, email: null, expiresAt },
          role: member.role,
        }
      : { admittance: 'refused' as const, reason: 'not-authenticated' as const }
    this.#step(id, { type: 'looked-up', admittance, now: START })
  }

  #forward(id: number, message: Extract<SessionEffect, { type: 'forward' }>['message']): void {
    if (message.type === 'update' || message.type === 'sync-step-2') {
      const bytes = message.update
      this.#dispatch({ type: 'update', session: id, message: message.type, bytes })
    } else this.#dispatch({ ...message, session: id })
  }

  #dispatch(event: RoomEvent): void {
    for (const effect of this.#room?.step(event) ?? []) this.#perform(effect)
  }

  #perform(effect: RoomEffect): void {
    switch (effect.type) {
      case 'send':
        for (const id of effect.sessions) this.#sent(id, effect.frame)
        return
      case 'close':
        this.#sessions.delete(effect.session)
        return
      case 'refused':
        this.refused++
        return
      case 'pause':
      case 'resume':
        return
      default:
        this.#pending.push(effect)
    }
  }

  async #performSlow(effect: RoomEffect): Promise<void> {
    switch (effect.type) {
      case 'commit': {
        const outcome = await this.#journal.commit(effect.batch)
        if (outcome.outcome === 'away') throw new Error('the journal in memory is never away')
        return this.#dispatch({ type: 'commit-done', outcome })
      }
      case 'reload':
        return this.#dispatch({ type: 'reloaded', state: await this.#load(effect.owned) })
      case 'read-rows': {
        const rows = this.rows.filter(({ seq }) => seq > effect.after)
        return this.#dispatch({ type: 'rows-read', session: effect.session, rows })
      }
      case 'read-snapshot': {
        const { session } = effect
        return this.#dispatch({ type: 'snapshot-read', session, snapshot: undefined })
      }
      case 'read-difference': {
        const update = differenceTo(effect.stateVector, undefined, this.rows)
        const { session } = effect
        const seq = this.rows.length
        return this.#dispatch({ type: 'difference-ready', session, epoch: 1, seq, update })
      }
      case 'trial': {
        const outcome = tryOut(undefined, this.rows.slice(0, effect.through), effect.candidate)
        return this.#dispatch({ type: 'trial-done', id: effect.id, outcome })
      }
      case 'when-drained':
        return this.#dispatch({ type: 'drained', session: effect.session })
      case 'snapshot-due':
        return this.#dispatch({ type: 'snapshot-done', seq: undefined })
      case 'renew':
        return this.#dispatch({ type: 'renewed', outcome: 'failed' })
    }
  }

  /** What leaves the server is a message, of the dialect of who gets it, and names nobody falsely. */
  #sent(id: number, frame: Uint8Array): void {
    const decoded = decodeServerMessage(frame)
    if (!decoded.ok) throw new Error('a broken frame was sent')
    const { message } = decoded
    const isStock = this.#sessions.get(id)?.person.dialect === 'stock'
    const isPlain = ['sync-step-1', 'sync-step-2', 'update', 'awareness', 'probe']
    if (isStock && !isPlain.includes(message.type)) {
      throw new Error(`a stock client was sent ${message.type}`)
    }
    if (message.type === 'rows' && message.firstSeq + message.rows.length - 1 > this.rows.length) {
      throw new Error('[P2] a row was sent that is not committed')
    }
    if (message.type !== 'awareness') return
    for (const { clientId, json } of message.states) this.#checkPresence(clientId, json)
  }

  #checkPresence(clientId: ClientId, json: string): void {
    const state: { user: { id: string } } | null = JSON.parse(json)
    const owner = this.#journal.ownersOf(WORKSPACE).get(clientId)
    if (owner === undefined) throw new Error('[P4] the presence of an id was told that is nobody’s')
    if (state && state.user.id !== owner) throw new Error('[P4] a presence was faked')
  }

  /** Each new row by who may write, under ids of their own, and nothing pending behind it. */
  #checkRows(): void {
    const owners = this.#journal.ownersOf(WORKSPACE)
    for (const { seq, author, update } of this.rows.slice(this.#checked)) {
      const person = this.#people.find(({ user }) => user === author.id)
      if (!person || !mayWrite(person.role)) throw new Error(`[A6] row ${seq} is by ${author.id}`)
      const scan = scanner.scan(update)
      if (!scan.ok) throw new Error(`row ${seq}: ${scan.refusal}`)
      for (const client of scan.update.blockClient.slice(0, scan.update.blocks)) {
        if (owners.get(client) !== author.id) throw new Error(`[A2] row ${seq} is not its author’s`)
      }
      Y.applyUpdate(this.doc, update)
      expectWhole(this.doc, `row ${seq}`)
    }
    this.#checked = this.rows.length
  }
}
