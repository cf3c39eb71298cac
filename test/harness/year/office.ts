/**
 * A server with one workspace for a year: the real room, admission, compaction and renewal on the
 * journal in memory, each job done at once, in virtual time.
 */
import {
  type Epoch,
  type Refusal,
  type Seq,
  UpdateScanner,
  type UserId,
  unreachable,
  type WorkspaceId,
} from 'kith-shared'
import { EPOCH_BOUNDS, type EpochBounds } from '../../../server/core/epoch-trigger.js'
import type { JournalRow, Snapshot } from '../../../server/core/ports.js'
import { Room } from '../../../server/core/room.js'
import type { RoomEffect, RoomEvent } from '../../../server/core/room-events.js'
import { roomStateOf } from '../../../server/core/room-state.js'
import { tryOut } from '../../../server/core/trial.js'
import { createMemoryJournal } from '../memory-journal.js'
import type { Desk } from './desk.js'

const WORKSPACE = 'year' as WorkspaceId
export const NEVER: EpochBounds = {
  clients: Number.MAX_SAFE_INTEGER,
  dead: Number.MAX_SAFE_INTEGER,
  owned: Number.MAX_SAFE_INTEGER,
}
export { EPOCH_BOUNDS }

const scanner = new UpdateScanner()
/** Milliseconds. */
const DAY = 86_400_000
const OPENS_AT = 9 * 3_600_000
const KEEP_ALIVE = 20_000

/** All that the workspace is at a moment. */
export interface Moment {
  snapshot: Snapshot | undefined
  rows: readonly JournalRow[]
}

export interface EpochWatch {
  /** The present epoch is about to end as this. */
  ends(moment: Moment): void
  /** The next one has begun with this document. */
  began(opening: Uint8Array): void
}

export class Office {
  readonly #bounds: EpochBounds
  readonly #random: () => number
  readonly #watch: EpochWatch
  readonly #desk: Desk
  readonly #journal
  readonly #effects: RoomEffect[] = []
  #room: Room | undefined
  #batches = 0
  #now = 1_700_000_000_000
  #position: { epoch: Epoch; head: Seq } = { epoch: 1, head: 0 }
  epochs = 0
  readonly refused: Refusal[] = []

  constructor(bounds: EpochBounds, random: () => number, watch: EpochWatch, desk: Desk) {
    this.#desk = desk
    this.#bounds = bounds
    this.#random = random
    this.#watch = watch
    this.#journal = createMemoryJournal({ now: () => this.#now })
    this.#journal.createWorkspace(WORKSPACE)
  }

  /** The next morning: the room is loaded anew. */
  async open(): Promise<void> {
    this.#now = Math.ceil(this.#now / DAY) * DAY + OPENS_AT
    this.#journal.dropHistory(WORKSPACE)
    const newBatchId = () => `${++this.#batches}`
    const state = await this.#load()
    this.#position = { epoch: state.epoch, head: state.head }
    this.#room = new Room(state, { scanner, newBatchId, epochBounds: this.#bounds })
    this.#step({ type: 'tick' })
    await this.settle()
  }

  /** So many milliseconds go by, with a keep-alive every 20 s. */
  async pass(time: number): Promise<void> {
    for (const end = this.#now + time; this.#now < end; ) {
      this.#now += KEEP_ALIVE
      this.#step({ type: 'keep-alive' })
      await this.settle()
    }
  }

  async moment(): Promise<Moment> {
    const read = await this.#journal.readSnapshot(WORKSPACE)
    const snapshot = read.outcome === 'snapshot' ? read.snapshot : undefined
    return { snapshot, rows: await this.#rowsAfter(snapshot?.seq ?? 0) }
  }

  join(session: number, user: UserId, clientId: number): void {
    const { epoch, head } = this.#position
    const dialect = { dialect: 'kith', clientId, earlierIds: [], epoch, seq: head } as const
    const stamp = {
      id: user,
      name: user,
      email: null,
      role: 'editor',
      joinedAt: this.#now,
    } as const
    this.#step({ type: 'join', session, dialect, stamp })
  }

  send(session: number, bytes: Uint8Array): void {
    this.#step({ type: 'update', session, message: 'update', bytes })
  }

  leave(session: number): void {
    this.#step({ type: 'leave', session })
  }

  /** Does all that the room wants done, and what comes of that. */
  async settle(): Promise<void> {
    for (let next = this.#effects.shift(); next; next = this.#effects.shift()) {
      await this.#perform(next)
    }
  }

  #step(event: RoomEvent): void {
    this.#effects.push(...(this.#room?.step(event) ?? []))
  }

  async #load() {
    const loaded = await this.#journal.load(WORKSPACE)
    const state = loaded.outcome === 'loaded' ? roomStateOf(WORKSPACE, loaded, scanner) : undefined
    if (!state) throw new Error('what was committed does not load')
    return state
  }

  async #perform(effect: RoomEffect): Promise<void> {
    switch (effect.type) {
      case 'send':
      case 'pause':
      case 'resume':
      case 'close':
        return
      case 'refused':
        this.refused.push(effect.refusal)
        return
      case 'commit': {
        const outcome = await this.#journal.commit(effect.batch)
        if (outcome.outcome === 'away') throw new Error('the journal in memory is never away')
        if (outcome.outcome === 'committed') this.#position.head = outcome.head
        return this.#step({ type: 'commit-done', outcome })
      }
      case 'reload':
        return this.#step({ type: 'reloaded', state: await this.#load() })
      case 'snapshot-due':
        return this.#compact(effect.through)
      case 'renew':
        return this.#renew(effect)
      case 'trial': {
        const { snapshot, rows } = await this.#through(effect.through)
        const outcome = tryOut(snapshot?.document, rows, effect.candidate)
        return this.#step({ type: 'trial-done', id: effect.id, outcome })
      }
      case 'when-drained':
        return this.#step({ type: 'drained', session: effect.session })
      case 'read-rows':
      case 'read-snapshot':
      case 'read-difference':
      case 'read-road':
      case 'find-earlier-ids':
        throw new Error(`nobody here needs ${effect.type}`)
      default:
        unreachable(effect)
    }
  }

  async #compact(through: number): Promise<void> {
    const { snapshot, rows } = await this.#through(through)
    const made = this.#desk.compact(snapshot, rows)
    const last = rows.at(-1)
    if (!made || !last) throw new Error('a snapshot could not be made')
    const { document, index, ...counted } = made
    const { epoch, seq } = last
    await this.#journal.writeSnapshot(WORKSPACE, { epoch, seq, document, index })
    this.#step({ type: 'snapshot-done', seq, ...counted, documentBytes: document.length })
  }

  async #renew({ epoch, through }: Extract<RoomEffect, { type: 'renew' }>): Promise<void> {
    const { snapshot, rows } = await this.#through(through)
    this.#watch.ends({ snapshot, rows })
    const renewal = this.#desk.renew(snapshot, rows, Math.floor(this.#random() * 2 ** 32))
    if (!renewal) throw new Error('an epoch could not be made')
    const next = { workspaceId: WORKSPACE, epoch, head: through, ...renewal }
    const begun = await this.#journal.begin({ ...next, reason: 'renewal' })
    if (begun.outcome !== 'begun') throw new Error('an epoch could not begin')
    this.epochs++
    this.#position.epoch = begun.epoch
    this.#watch.began(renewal.opening.document)
    this.#step({ type: 'renewed', outcome: 'begun' })
  }

  async #through(through: number) {
    const read = await this.#journal.readSnapshot(WORKSPACE)
    const snapshot = read.outcome === 'snapshot' ? read.snapshot : undefined
    const rows = await this.#rowsAfter(snapshot?.seq ?? 0)
    return { snapshot, rows: rows.filter(({ seq }) => seq <= through) }
  }

  async #rowsAfter(seq: number) {
    const read = await this.#journal.readRows(WORKSPACE, seq, Number.MAX_SAFE_INTEGER)
    return read.outcome === 'rows' ? read.rows : []
  }
}
