/**
 * A team on one document that is renewed from time to time, and the same team, edit for edit, on one
 * that never is. Ids of one person lie together, so that in both the same one wins a tie.
 */
import type { ClientId } from 'kith-shared'
import * as Y from 'yjs'
import { type Away, cross } from '../../../client/core/crossing.js'
import type { Crossing, Edit } from '../../../client/core/edit.js'
import type { RoadStep } from '../../../client/core/road.js'
import { openingOf } from '../../../server/core/renewal.js'
import { docOf } from './rebase-play.js'

const FRESH = 1_000

/** What the server holds: rows of the present epoch, and how the ones before ended. */
export class Journal {
  epoch = 1
  seq = 0
  rows: Uint8Array[] = []
  readonly steps: RoadStep[] = []

  commit(update: Uint8Array): void {
    this.rows.push(update)
    this.seq++
  }

  renew(): void {
    const closing = { epoch: this.epoch, seq: this.seq, update: this.state }
    const opening = openingOf(closing.update, this.epoch)
    if (opening === undefined) throw new Error('a closing state that is none')
    this.epoch++
    this.rows = [opening.document]
    const { epoch, seq } = this
    this.steps.push({ closing, opening: { epoch, seq, update: opening.document } })
  }

  get state(): Uint8Array {
    return Y.encodeStateAsUpdate(docOf(this.rows))
  }
}

/** One person's device: tabs that show each other's edits at once, and what no commit holds yet. */
export class Device {
  readonly #rank: number
  #journal: Journal
  #ids = 0
  #edits = 0
  epoch = 0
  tabs: Y.Doc[] = []
  unsent: Edit[] = []
  #committed: Uint8Array[] = []

  constructor(rank: number, tabs: number, journal: Journal) {
    this.#rank = rank
    this.#journal = journal
    this.tabs = Array.from({ length: tabs }, () => this.#open([]))
    this.#enter()
  }

  freshId(): ClientId {
    return (this.#rank + 1) * FRESH + this.#ids++
  }

  #open(updates: readonly Uint8Array[]): Y.Doc {
    const doc = docOf(updates)
    doc.clientID = this.freshId()
    doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin === 'incoming') return
      const id = `${this.#rank}-${String(this.#edits++).padStart(5, '0')}`
      const { epoch } = this
      this.unsent.push({ id, owner: 1, clientId: doc.clientID, update, epoch, touches: [] })
      for (const tab of this.tabs) if (tab !== doc) Y.applyUpdate(tab, update, 'incoming')
    })
    return doc
  }

  /** Sends the first `count` of what waits; without an answer it still waits. */
  send(count = this.unsent.length, answer: 'acked' | 'lost' = 'acked'): void {
    for (const { update } of this.unsent.slice(0, count)) this.#journal.commit(update)
    if (answer === 'acked') this.unsent.splice(0, count)
  }

  /** Everything that is committed, and the way there where an epoch is over. */
  receive(): void {
    if (this.epoch !== this.#journal.epoch) {
      this.move()
      return
    }
    this.#committed = [...this.#journal.rows]
    for (const tab of this.tabs) {
      for (const row of this.#journal.rows) Y.applyUpdate(tab, row, 'incoming')
    }
  }

  move(away: ReadonlyMap<string, Away> = new Map()): Crossing {
    const clientId = this.freshId()
    const { epoch: present } = this.#journal
    const first = Math.min(this.epoch, ...this.unsent.map(({ epoch }) => epoch))
    const crossing = cross({
      steps: this.#journal.steps.filter(({ closing }) => closing.epoch >= first),
      present,
      named: first,
      kept: this.unsent,
      mine: [],
      others: [],
      moved: new Set(),
      vanished: new Set(),
      early: [],
      left: [],
      away,
      committed: { epoch: this.epoch, updates: this.#committed },
      clientId,
      remake: ({ id }, update) => {
        const next = `${this.#rank}-${String(this.#edits++).padStart(5, '0')}`
        return { id: next, owner: 1, clientId, update, epoch: present, touches: [], replaces: id }
      },
    })
    const gone = new Set([...crossing.gone, ...crossing.refused.map(({ id }) => id)])
    this.unsent = [...this.unsent.filter(({ id }) => !gone.has(id)), ...crossing.edits]
    this.#enter()
    return crossing
  }

  #enter(): void {
    this.epoch = this.#journal.epoch
    this.#committed = [...this.#journal.rows]
    const updates = [...this.#journal.rows, ...this.unsent.map(({ update }) => update)]
    this.tabs = this.tabs.map(() => this.#open(updates))
  }
}
