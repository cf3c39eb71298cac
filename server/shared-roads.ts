/**
 * Roads from earlier epochs, each read once for all who come back within a moment: after a renewal
 * that is everybody who has unsent work.
 */
import type { Epoch } from 'kith-shared'
import type { Epochs } from './core/ports.js'

type RoadRead = Awaited<ReturnType<Epochs['road']>>

/** The last one is kept for so long, in milliseconds: as long as most take to come back. */
const KEPT_FOR = 5_000

export class SharedRoads {
  readonly #readRoad: (from: Epoch) => Promise<RoadRead>
  readonly #reading = new Map<Epoch, Promise<RoadRead>>()
  #recent: { from: Epoch; road: Extract<RoadRead, { outcome: 'road' }>; until: number } | undefined

  constructor(readRoad: (from: Epoch) => Promise<RoadRead>) {
    this.#readRoad = readRoad
  }

  /** Rejects as the reading does. `to` is the present epoch, as far as is known. */
  read(from: Epoch, to: Epoch): Promise<RoadRead> {
    const recent = this.#recent
    if (recent?.from === from && recent.road.steps.at(-1)?.opening.epoch === to) {
      return Promise.resolve(recent.road)
    }
    const reading = this.#reading.get(from) ?? this.#read(from)
    this.#reading.set(from, reading)
    return reading
  }

  /** Every 40 ms. */
  tick(): void {
    if (this.#recent && performance.now() > this.#recent.until) this.#recent = undefined
  }

  async #read(from: Epoch): Promise<RoadRead> {
    // So that it ends after it is noted down, whatever becomes of it.
    await Promise.resolve()
    try {
      const road = await this.#readRoad(from)
      if (road.outcome === 'road') {
        this.#recent = { from, road, until: performance.now() + KEPT_FOR }
      }
      return road
    } finally {
      this.#reading.delete(from)
    }
  }
}
