/**
 * Says when a workspace's document is to be renewed. Every transaction of Yjs costs time for each
 * client id that ever wrote, and what was overwritten stays for good: past the bounds the values go
 * into a fresh document, which begins the next epoch; preferably while nobody is there or
 * writes, at twice the bounds whoever does. Never while a stock client is: it would bring the old document back.
 *
 * Each epoch costs two whole states for as long as the history, and whoever was offline comes by all
 * of them: one member alone must not make them one after another, also not by coming and going.
 */
import type { DocumentSize } from './documents.js'
import type { RoomIndex } from './room-index.js'
import type { Dialect } from './room-session.js'
import type { RoomState } from './room-state.js'

export interface EpochBounds {
  /** Client ids that wrote. */
  clients: number
  /**
   * The same once the epoch is so many keep-alives old. In a browser an edit takes five times as long
   * in a document of 1,000 ids, and about as long as in a fresh one with 50 (BENCHMARKS.md, "A
   * year"); a team of ten has 50 within a day or two.
   */
  aged?: { clients: number; after: number }
  /** Structs that are dead: these at least, and more than live. */
  dead: number
  /** Client ids that have an owner, also where they wrote nothing: quotas end with the epoch. */
  owned: number
  /**
   * So many keep-alives (of 20 s) lie between two epochs at least: a script that writes as fast as
   * it can must not throw everybody out every second, nor fill the disk with states.
   */
  spacing?: number
}

export const EPOCH_BOUNDS: EpochBounds = {
  clients: 1_000,
  aged: { clients: 50, after: 12 * 60 * 3 },
  dead: 5_000,
  owned: 10_000,
  spacing: 30,
}

/** Keep-alives without a commit after which people are taken for gone: tabs stay open over night. */
const QUIET = 30

/** Where the bounds are passed so many times over, sessions don't hold it up. */
const OVERDUE = 2

const KEEP_ALIVE_MS = 20_000

/** In keep-alives. */
const LONGEST_REST = 180

export class EpochTrigger {
  readonly #bounds: EpochBounds
  #size: DocumentSize
  #stock = 0
  /** After attempts that failed: keep-alives until the next one, which doubles. */
  #failures = 0
  #rest = 0
  /** Of the present epoch, in keep-alives. */
  #age: number
  /** Keep-alives since the last commit. */
  #quiet = 0

  constructor(state: RoomState, bounds: EpochBounds) {
    this.#bounds = bounds
    this.#size = sizeOf(state.index)
    this.#age = ageOf(state)
  }

  joined({ dialect }: Dialect): void {
    if (dialect === 'stock') this.#stock++
  }

  left({ dialect }: Dialect): void {
    if (dialect === 'stock') this.#stock--
  }

  /** A snapshot has counted. */
  measured(size: DocumentSize): void {
    this.#size = size
  }

  /** The room holds another state. */
  restart(state: RoomState, isNewEpoch: boolean): void {
    this.#size = sizeOf(state.index)
    if (!isNewEpoch) return
    this.#failures = 0
    this.#rest = 0
    this.#age = ageOf(state)
  }

  /** Commits waited for it in vain. */
  failed(): void {
    this.#rest = Math.min(2 ** this.#failures, LONGEST_REST)
    this.#failures++
  }

  /** Every 20 s. */
  rested(): void {
    this.#rest = Math.max(0, this.#rest - 1)
    this.#age++
    this.#quiet++
  }

  /** Somebody's work was committed. */
  committed(): void {
    this.#quiet = 0
  }

  /** Whether the next epoch should begin now, with so many sessions in the room. */
  isDue(index: RoomIndex, sessions: number): boolean {
    const { spacing = 0 } = this.#bounds
    if (this.#rest > 0 || this.#age < spacing || this.#stock > 0) return false
    const isCalm = sessions === 0 || this.#quiet >= QUIET
    return this.#isPast(index, isCalm ? 1 : OVERDUE)
  }

  #isPast({ clients, owners }: RoomIndex, times: number): boolean {
    const { live, dead } = this.#size
    const bounds = this.#bounds
    const { aged } = bounds
    const isAged = times === 1 && aged !== undefined && this.#age >= aged.after
    return (
      (isAged && clients.size > aged.clients) ||
      clients.size > times * bounds.clients ||
      owners.size > times * bounds.owned ||
      dead > times * Math.max(live, bounds.dead)
    )
  }
}

/** As far as an index can tell, until a snapshot has counted: what is dead stands in it as ranges. */
const sizeOf = ({ clients }: RoomIndex): DocumentSize => {
  let structs = 0
  let dead = 0
  for (const client of clients.values()) {
    structs += client.structs
    dead += client.deleted?.count ?? 0
  }
  return { clients: clients.size, live: Math.max(0, structs - dead), dead }
}

/** A first epoch may end at once. */
const ageOf = ({ epoch, epochAge }: RoomState): number => {
  const age = epochAge ?? (epoch === 1 ? Number.POSITIVE_INFINITY : 0)
  return Math.floor(age / KEEP_ALIVE_MS)
}
