/**
 * Admission, step 5 (SPEC A5): how many steps an update may cost whoever integrates it, judged
 * without a document, in time linear in it.
 *
 * Yjs puts an item between its origin and its right origin (`Item.integrate`, yjs 13.6). Where
 * other items stand there, it compares with one after another, and stops at the first that does
 * not descend from the new one's origin. So an item whose origin nobody else names costs one step
 * at most, whatever the order; only where several name one origin may they step over each other,
 * and over all that descends from it. The first of them is free, as all but one are charged, each
 * with the size of its root, which is the most that it may step over; and as another order of arrival
 * may bring what descends from an origin before those who share it, whatever is added to a root is
 * charged with their number, unless it goes on with what its client wrote last. (In another order the
 * free one may be the one who pays, too, so true costs are at most twice the charges.)
 *
 * An item without origin stands behind the head of its text, or of its key's chain. Keys are known
 * by hashes of the last while (`weights.ts`), as a room holds none: a key that returns later is
 * free once between two measurements, and costs its chain.
 *
 * A cut through a struct moves all that its client wrote later by one place in an array of Yjs':
 * as slow, some 500 places, as a step.
 */
import {
  type ClientId,
  CONTENT,
  MAX_AUTHOR_STEPS,
  MAX_TEXT_PIECES,
  MAX_TEXT_UNITS,
  NONE,
  rootKind,
  type UserId,
} from 'kith-shared'
import type { IndexDraft } from '../index-draft.js'
import { Ranges } from '../ranges.js'
import type { RootSize } from '../room-index.js'
import type { PlacedStructs } from './integration-order.js'
import type { ClockRange } from './strip.js'

/** So many places of an array are moved in the time of a step: 1.8 ns each, and 0.7 µs a step. */
export const PLACES_PER_STEP = 512

/** What an update adds to the room's weights, and to what later ones are judged by. */
export interface Weight {
  /** Steps charged. */
  steps: number
  /** The long texts that grow, and whether one passes its caps, as far as the gate can count. */
  texts: string[]
  overfills: boolean
  /** Clocks that something new has for its origin. */
  followed: Map<ClientId, Ranges>
  /** What is added, by root. */
  sizes: Map<string, RootSize>
  /** By client: structs, cuts included. */
  structs: Map<ClientId, number>
  /** Hashes of the map keys written without an origin. */
  keys: Set<number>
}

export const weigh = (
  draft: IndexDraft,
  placed: PlacedStructs,
  deletes: readonly ClockRange[],
  author: UserId,
): Weight => {
  const scale = new Scale(draft, placed, author)
  placed.eachNew((client, row, start, end) => scale.add(client, row, start, end))
  for (let at = 0; at < deletes.length; at++) scale.cut(deletes[at] as ClockRange)
  return scale.weight()
}

/** Whether an author's work needs a trial before this much more of it is taken. */
export const isTooHeavy = (draft: IndexDraft, author: UserId, weight: Weight): boolean =>
  weight.overfills || (weight.steps > 0 && draft.stepsOf(author) + weight.steps > MAX_AUTHOR_STEPS)

interface RootTally {
  isText: boolean
  /** What is known, and what this update has added so far. */
  knownPieces: number
  knownUnits: number
  knownRivals: number
  pieces: number
  units: number
  /** Items that share their origin with another. */
  rivals: number
  /** Whether something is added, and not only deleted. */
  grows: boolean
}

class Scale {
  readonly #draft: IndexDraft
  readonly #placed: PlacedStructs
  /** An author with half of their budget measured in a document: none of their keys is free. */
  readonly #isWary: boolean
  readonly #roots = new Map<string, RootTally>()
  readonly #structs = new Map<ClientId, number>()
  readonly #keys = new Set<number>()
  /** Origins, and clocks that the next one of the same struct follows. */
  readonly #origins = new Map<ClientId, Ranges>()
  readonly #inner = new Map<ClientId, Ranges>()
  #steps = 0
  #places = 0

  constructor(draft: IndexDraft, placed: PlacedStructs, author: UserId) {
    this.#draft = draft
    this.#placed = placed
    this.#isWary = draft.base.weights.measured(author) > MAX_AUTHOR_STEPS / 2
  }

  /** One struct, of which `[start, end)` is new. */
  add(client: ClientId, row: number, start: number, end: number): void {
    const { update } = this.#placed
    const tally = this.#root(this.#placed.root(row))
    const isCut = (update.clock[row] as number) < start
    const originClient = isCut ? client : (update.originClient[row] as number)
    const originClock = isCut ? start - 1 : (update.originClock[row] as number)
    const rightClient = update.rightClient[row] as number
    const isRisky =
      originClient === NONE
        ? this.#repeatsHead(row, tally)
        : this.#repeats(originClient, originClock)
    let pieces = 1
    this.#steps += tally.rivals
    if (originClient !== client || originClock !== start - 1) this.#steps += tally.knownRivals
    if (isRisky) {
      this.#steps += tally.knownPieces + tally.pieces
      tally.rivals++
      if (tally.isText) {
        pieces++
        if (originClient !== NONE) this.#cutIn(originClient)
      }
    }
    if (rightClient !== NONE) {
      pieces++
      this.#cutIn(rightClient)
    }
    tally.pieces += pieces
    tally.grows = true
    if (update.kind[row] === CONTENT.string) tally.units += end - start
    this.#grow(client)
    if (end - start > 1) this.#innerOf(client).add(start, end - 1)
  }

  /** A delete cuts a text's struct at both ends; an item of a map is never cut. */
  cut({ client, start, end }: ClockRange): void {
    this.#cutClient = client
    this.#draft.runsIn(client, start, end, this.#cutRun)
    this.#placed.runsIn(client, start, end, this.#cutRun)
  }

  #cutClient: ClientId = NONE

  readonly #cutRun = (root: string): void => {
    const tally = this.#root(root)
    if (!tally.isText) return
    tally.pieces += 2
    this.#steps += 2 * (tally.knownRivals + tally.rivals)
    this.#cutIn(this.#cutClient)
    this.#cutIn(this.#cutClient)
  }

  weight(): Weight {
    const followed = new Map(this.#inner)
    this.#origins.forEach((ranges, client) => {
      const inner = followed.get(client)
      if (inner) ranges.addAll(inner)
      followed.set(client, ranges)
    })
    const steps = this.#steps + Math.floor(this.#places / PLACES_PER_STEP)
    const texts: string[] = []
    let overfills = false
    this.#roots.forEach((tally, root) => {
      if (!tally.isText || !tally.grows) return
      texts.push(root)
      overfills ||= isOverfull(tally)
    })
    return {
      steps,
      texts,
      overfills,
      followed,
      sizes: this.#roots,
      structs: this.#structs,
      keys: this.#keys,
    }
  }

  /** Whether something stands at the head already that this item may have to be compared with. */
  #repeatsHead(row: number, tally: RootTally): boolean {
    if (tally.isText) return tally.knownPieces + tally.pieces > 0
    const { update } = this.#placed
    const hash = hashOf(this.#placed.root(row), update.keys[row] ?? '')
    const repeats = this.#keys.has(hash) || this.#draft.hasKey(hash)
    this.#keys.add(hash)
    return repeats || this.#isWary
  }

  /** Whether another item has this origin; from now on one has. */
  #repeats(client: ClientId, clock: number): boolean {
    let clocks = this.#origins.get(client)
    if (!clocks) {
      clocks = new Ranges()
      this.#origins.set(client, clocks)
    }
    if (clocks.covers(clock, clock + 1)) return true
    clocks.add(clock, clock + 1)
    if (clock < this.#draft.clock(client)) return this.#draft.isFollowed(client, clock)
    return this.#placed.isInside(client, clock)
  }

  #cutIn(client: ClientId): void {
    this.#places += this.#draft.structs(client) + this.#grow(client)
  }

  /** Counts one struct more; gives those of this update before it. */
  #grow(client: ClientId): number {
    const before = this.#structs.get(client) ?? 0
    this.#structs.set(client, before + 1)
    return before
  }

  #innerOf(client: ClientId): Ranges {
    let inner = this.#inner.get(client)
    if (!inner) {
      inner = new Ranges()
      this.#inner.set(client, inner)
    }
    return inner
  }

  #root(root: string): RootTally {
    let tally = this.#roots.get(root)
    if (!tally) {
      const known = this.#draft.size(root)
      const isText = rootKind(root) === 'text'
      tally = {
        isText,
        knownPieces: known.pieces,
        knownUnits: known.units,
        knownRivals: known.rivals,
        pieces: 0,
        units: 0,
        rivals: 0,
        grows: false,
      }
      this.#roots.set(root, tally)
    }
    return tally
  }
}

const isOverfull = ({ knownPieces, knownUnits, pieces, units }: RootTally): boolean =>
  knownPieces + pieces > MAX_TEXT_PIECES || knownUnits + units > MAX_TEXT_UNITS

/** FNV-1a over UTF-16, 32 bits. Keys that collide cost a charge, and nothing else. */
const hashOf = (root: string, key: string): number => {
  let hash = 0x811c9dc5
  for (const part of [root, '\0', key]) {
    for (let at = 0; at < part.length; at++) {
      hash = Math.imul(hash ^ part.charCodeAt(at), 0x01000193)
    }
  }
  return hash
}
