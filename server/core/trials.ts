/**
 * The trials of a room: one at a time goes to a document (`trial.ts`), and says what the gate can't
 * know of an update. Its session waits; all others go on.
 */
import type { MadeBatch, Tried, WaitingUpdate } from './batch-maker.js'
import type { RoomEffect } from './room-events.js'
import type { RootSize } from './room-index.js'
import type { RoomSession } from './room-session.js'
import type { RoomState } from './room-state.js'
import type { TrialOutcome } from './trial.js'
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
  #running: Running | undefined
  #tried: Tried | undefined
  #lastId = 0

  constructor(emit: (effect: RoomEffect) => void, state: () => RoomState) {
    this.#emit = emit
    this.#state = state
  }

  /** Sessions that wait for a trial, theirs or another. */
  get held(): ReadonlySet<RoomSession> {
    return this.#held
  }

  /** What the last trial has told. */
  get tried(): Tried | undefined {
    return this.#tried
  }

  /** Begins a trial that a batch asks for, unless one is under way. */
  ask({ forTrial, heavy }: MadeBatch): void {
    if (forTrial && !this.#running) this.#begin(forTrial.waiting, forTrial.texts)
    // Judged again with each batch they would only ask again.
    if (this.#running) for (const session of heavy) this.#held.add(session)
  }

  done(id: number, outcome: TrialOutcome): void {
    if (this.#running?.id !== id) return
    const { waiting, covered, sizes } = this.#running
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
