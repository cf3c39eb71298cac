/**
 * The trials of a room: one at a time goes to a document (`trial.ts`), and says what the gate can't
 * know of an update. Its session waits; all others go on. Where its author has caused too many of
 * late (`trial-pace.ts`), what of theirs needs one waits until another is due, and others have theirs.
 */
import type { UserId } from 'kith-shared'
import type { MadeBatch, Tried, WaitingUpdate } from './batch-maker.js'
import type { RoomEffect } from './room-events.js'
import type { RootSize } from './room-index.js'
import type { RoomSession } from './room-session.js'
import type { RoomState } from './room-state.js'
import type { TrialReport } from './trial.js'
import type { Covered } from './weights.js'

interface Running {
  id: number
  waiting: WaitingUpdate
  covered: Covered
  /** Sizes of the texts that the update adds to, as the index had them. */
  sizes: ReadonlyMap<string, RootSize>
}

export class Trials {
  readonly #emit: (effect: RoomEffect) => void
  readonly #state: () => RoomState
  readonly #held = new Set<RoomSession>()
  /** Sessions that wait until their author may cause a trial again, by the one that was put off. */
  readonly #resting = new Map<number, readonly RoomSession[]>()
  #running: Running | undefined
  #tried: Tried | undefined
  #lastId = 0

  constructor(emit: (effect: RoomEffect) => void, state: () => RoomState) {
    this.#emit = emit
    this.#state = state
  }

  /** Sessions that wait for a trial, theirs or another. */
  get held(): ReadonlySet<RoomSession> {
    if (this.#resting.size === 0) return this.#held
    return new Set([...this.#held, ...[...this.#resting.values()].flat()])
  }

  /** What the last trial has told. */
  get tried(): Tried | undefined {
    return this.#tried
  }

  /** Begins a trial that a batch asks for, unless one is under way. */
  ask({ settled, forTrial, heavy }: MadeBatch): void {
    // It may hold 16 MB. Where its commit conflicts, it is tried again.
    if (this.#tried && settled.includes(this.#tried.waiting)) this.#tried = undefined
    if (forTrial && !this.#running) this.#begin(forTrial.waiting, forTrial.texts)
    // Judged again with each batch they would only ask again.
    if (this.#running) for (const session of heavy) this.#held.add(session)
  }

  done(id: number, outcome: TrialReport): void {
    if (outcome.outcome === 'due') this.#resting.delete(id)
    if (this.#running?.id !== id || outcome.outcome === 'due') return
    const { waiting, covered, sizes } = this.#running
    if (outcome.outcome === 'put-off') return this.#putOff(id, waiting.session.stamp.id)
    this.drop()
    const { index } = this.#state()
    const author = waiting.session.stamp.id
    const isTooHeavy = outcome.outcome === 'too-heavy'
    this.#tried = { waiting, isTooHeavy }
    if (isTooHeavy) return index.weights.convict(author)
    index.weights.tried(author, outcome.steps, covered)
    for (const [root, { pieces, units }] of outcome.sizes) {
      const then = sizes.get(root)
      if (!then) continue
      index.grow(root, { pieces: pieces - then.pieces, units: units - then.units, rivals: 0 })
    }
  }

  /** What was tried or is being tried holds no longer: the journal has moved. */
  drop(): void {
    this.#running = undefined
    this.#tried = undefined
    this.#held.clear()
  }

  #putOff(id: number, author: UserId): void {
    const own = [...this.#held].filter(({ stamp }) => stamp.id === author)
    this.#resting.set(id, own)
    this.#running = undefined
    this.#held.clear()
  }

  #begin(waiting: WaitingUpdate, texts: readonly string[]): void {
    const { head, index } = this.#state()
    const author = waiting.session.stamp.id
    const id = ++this.#lastId
    const sizes = new Map(texts.map((root) => [root, index.size(root)]))
    this.#running = { id, waiting, covered: index.weights.covered(author), sizes }
    const clients = [...index.owners].filter(([, owner]) => owner === author).map(([one]) => one)
    const others = index.weights.totalOfOthers(author)
    const candidate = { update: waiting.bytes, author, clients, texts, others }
    this.#emit({ type: 'trial', id, through: head, candidate })
  }
}
