/**
 * Roads from earlier epochs, each read once for all who come back within a moment: after a renewal
 * that is everybody who has unsent work.
 *
 * Anybody may name any epoch of the history, and take its states as slowly as a connection may. So
 * one road is read at a time, and a state that somebody is still being sent is there once, whichever
 * road it is on.
 */
import type { Epoch, Seq } from 'kith-shared'
import type { EpochStep, Epochs, Snapshot } from './core/ports.js'

type RoadRead = Awaited<ReturnType<Epochs['road']>>

/** The last one is kept for so long, in milliseconds: as long as most take to come back. */
const KEPT_FOR = 5_000

export class SharedRoads {
  readonly #readRoad: (from: Epoch) => Promise<RoadRead>
  readonly #reading = new Map<Epoch, Promise<RoadRead>>()
  #last: Promise<unknown> = Promise.resolve()
  #recent: { from: Epoch; road: Extract<RoadRead, { outcome: 'road' }>; until: number } | undefined
  readonly #states = new Map<`${Epoch}/${Seq}`, WeakRef<Snapshot>>()

  constructor(readRoad: (from: Epoch) => Promise<RoadRead>) {
    this.#readRoad = readRoad
  }

  /** Rejects as the reading does. `to` is the present epoch, as far as is known. */
  read(from: Epoch, to: Epoch): Promise<RoadRead> {
    const recent = this.#recent
    if (recent?.from === from && recent.road.steps.at(-1)?.opening.epoch === to) {
      return Promise.resolve(recent.road)
    }
    const known = this.#reading.get(from)
    if (known) return known
    const reading = this.#read(from, this.#last)
    this.#reading.set(from, reading)
    this.#last = reading.catch(() => undefined)
    return reading
  }

  /** Every 40 ms. */
  tick(): void {
    if (this.#recent && performance.now() > this.#recent.until) this.#recent = undefined
  }

  async #read(from: Epoch, before: Promise<unknown>): Promise<RoadRead> {
    // So that it ends after it is noted down, whatever becomes of it.
    await before
    try {
      const read = await this.#readRoad(from)
      if (read.outcome !== 'road') return read
      const road = { ...read, steps: this.#shared(read.steps) }
      this.#recent = { from, road, until: performance.now() + KEPT_FOR }
      return road
    } finally {
      this.#reading.delete(from)
    }
  }

  #shared(steps: readonly EpochStep[]): EpochStep[] {
    for (const [name, state] of this.#states) if (!state.deref()) this.#states.delete(name)
    return steps.map(({ closing, opening }) => ({
      closing: this.#state(closing),
      opening: this.#state(opening),
    }))
  }

  #state(state: Snapshot): Snapshot {
    const name = `${state.epoch}/${state.seq}` as const
    const known = this.#states.get(name)?.deref()
    // A purge writes what it took out of the history anew.
    if (known && Buffer.compare(known.document, state.document) === 0) return known
    this.#states.set(name, new WeakRef(state))
    return state
  }
}
