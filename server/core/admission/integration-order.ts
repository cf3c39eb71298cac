/**
 * Admission, step 3 (SPEC A3): whether an update integrates in one pass, and in doing so which
 * root each new struct lies in. Linear in the structs: every struct is placed once, and each wait
 * for another client's block ends with a struct placed or the update refused.
 */
import {
  type ClientId,
  NONE,
  type Refusal,
  rootKind,
  type ScannedUpdate,
  type UserId,
} from 'kith-shared'
import type { VisitRun } from '../client-index.js'
import type { IndexDraft } from '../index-draft.js'
import type { Placed } from './place.js'

/** Step A4 for one struct. */
export type JudgePlace = (struct: Placed) => Refusal | undefined

export type Order = { ok: true; placed: PlacedStructs } | { ok: false; refusal: Refusal }

const PLACED = -1

interface Wait {
  block: number
  /** The clock that must be placed before the one who waits goes on. */
  clock: number
}

export const orderStructs = (
  draft: IndexDraft,
  update: ScannedUpdate,
  sender: UserId,
  judge: JudgePlace,
): Order => {
  const structs = new PlacedStructs(draft, update, sender, judge)
  for (let block = 0; block < update.blocks; block++) {
    const refusal = placeThrough(structs, block)
    if (refusal) return { ok: false, refusal }
  }
  return { ok: true, placed: structs }
}

/** Places one block to its end, and of others what it waits for. */
const placeThrough = (structs: PlacedStructs, block: number): Refusal | undefined => {
  const end = structs.update.blockEnd[block] as number
  const waits: Wait[] = [{ block, clock: end - 1 }]
  const waiting = new Set([block])
  for (let wait = waits[0]; wait; wait = waits[waits.length - 1]) {
    if (structs.nextClock(wait.block) > wait.clock) {
      waits.pop()
      waiting.delete(wait.block)
      continue
    }
    const step = structs.place(wait.block)
    if (typeof step === 'string') return step
    if (step === PLACED) continue
    if (waiting.has(step)) return 'circular'
    waiting.add(step)
    waits.push({ block: step, clock: structs.neededClock })
  }
  return undefined
}

/** The new structs of one update, placed one by one. */
export class PlacedStructs {
  readonly update: ScannedUpdate
  /** Whether something new builds on what another user has in the same, uncommitted batch. */
  buildsOnOthers = false
  /** Behind a `place` that has to wait: the clock it waits for. */
  neededClock = 0
  readonly #draft: IndexDraft
  readonly #sender: UserId
  readonly #judge: JudgePlace
  /** For each block: its first row with something new, the next row to place, the known clock. */
  readonly #first: number[] = []
  readonly #next: number[] = []
  readonly #known: number[] = []
  /** By row: each struct's root, as far as it is placed. */
  readonly #roots: (string | undefined)[]
  /** For each struct placed: where the run begins that its first new clock lies in. */
  readonly #runStarts: Int32Array
  #hasNew = false

  constructor(draft: IndexDraft, update: ScannedUpdate, sender: UserId, judge: JudgePlace) {
    this.#judge = judge
    this.#draft = draft
    this.#sender = sender
    this.update = update
    this.#roots = new Array(update.structs)
    this.#runStarts = new Int32Array(update.structs)
    update.blockClient.forEach((client, block) => {
      const known = draft.clock(client)
      const first = this.#firstNewRow(block, known)
      this.#known.push(known)
      this.#first.push(first)
      this.#next.push(first)
    })
  }

  #firstNewRow(block: number, known: number): number {
    const { update } = this
    if (known >= (update.blockEnd[block] as number)) return update.blockStop[block] as number
    return update.structAt(block, known)
  }

  root(row: number): string {
    return this.#roots[row] as string
  }

  /** Whether what is new of a struct, from `start` on, goes on with the run of the clock before it. */
  joins(row: number, start: number): boolean {
    return (this.#runStarts[row] as number) < start
  }

  /** Whether anything was placed. */
  get hasNew(): boolean {
    return this.#hasNew
  }

  /** The clock behind the last one of a client that is known or in this update. */
  end(client: ClientId): number {
    const block = this.update.blockOf(client)
    const known = this.#draft.clock(client)
    return block === undefined ? known : Math.max(known, this.update.blockEnd[block] as number)
  }

  /** Calls back with each placed struct, and the clocks of it that are new. */
  eachNew(visit: (client: ClientId, row: number, start: number, end: number) => void): void {
    this.update.blockClient.forEach((client, block) => {
      const stop = this.update.blockStop[block] as number
      for (let row = this.#first[block] as number; row < stop; row++) {
        const clock = this.update.clock[row] as number
        const end = clock + (this.update.length[row] as number)
        visit(client, row, Math.max(clock, this.#known[block] as number), end)
      }
    })
  }

  /** Calls back with the root of each placed struct that `[start, end)` touches, and what of it. */
  runsIn(client: ClientId, start: number, end: number, visit: VisitRun): void {
    const block = this.update.blockOf(client)
    if (block === undefined) return
    const from = Math.max(start, this.#known[block] as number)
    if (from >= end) return
    const stop = this.update.blockStop[block] as number
    for (let row = this.update.structAt(block, from); row < stop; row++) {
      const clock = this.update.clock[row] as number
      if (clock >= end) return
      const stopsAt = clock + (this.update.length[row] as number)
      visit(this.root(row), Math.max(from, clock), Math.min(end, stopsAt))
    }
  }

  /** Everything of the block below this clock is known or placed. */
  nextClock(block: number): number {
    const row = this.#next[block] as number
    if (row >= (this.update.blockStop[block] as number))
      return this.update.blockEnd[block] as number
    return Math.max(this.update.clock[row] as number, this.#known[block] as number)
  }

  /** Places a block's next struct; gives PLACED, the block to wait for, or why it can't be. */
  place(block: number): number | Refusal {
    const { update } = this
    const row = this.#next[block] as number
    const client = update.blockClient[block] as ClientId
    const known = this.#known[block] as number
    // A struct that is known in part goes on from its own last known clock (yjs `Item.write`).
    const cut = (update.clock[row] as number) < known
    const originClient = cut ? client : (update.originClient[row] as number)
    const originClock = cut ? known - 1 : (update.originClock[row] as number)
    const rightClient = update.rightClient[row] as number
    const rightClock = update.rightClock[row] as number
    const wait = this.#waitFor(originClient, originClock) ?? this.#waitFor(rightClient, rightClock)
    if (wait !== undefined) return wait
    const originRoot = this.#rootOf(originClient, originClock)
    const rightRoot = this.#rootOf(rightClient, rightClock)
    const own = update.root[row] as number
    const namesParent = !cut && own !== NONE
    const root = namesParent ? (update.roots[own] as string) : (originRoot ?? rightRoot)
    if (root === undefined) return 'broken'
    const isTorn = originRoot !== undefined && rightRoot !== undefined && originRoot !== rightRoot
    if (isTorn) return 'misplaced'
    const refusal = this.#judge({
      root,
      key: namesParent ? update.keys[row] : undefined,
      namesParent,
      kind: update.kind[row] as number,
      length: update.length[row] as number,
      hasOrigin: originClient !== NONE,
      hasRightOrigin: rightClient !== NONE,
      isTurned: this.#isTurned(originClient, originClock, rightClient, rightClock),
    })
    if (refusal) return refusal
    this.#roots[row] = root
    this.#hasNew = true
    const start = Math.max(update.clock[row] as number, known)
    const follows = originClient === client && originClock === start - 1
    const joins = follows || rootKind(root) === 'map'
    this.#runStarts[row] = joins ? this.#runStart(client, start - 1) : start
    this.#next[block] = row + 1
    return PLACED
  }

  /** Undefined where `clock` is there already; else the block to wait for, or `gap`. */
  #waitFor(client: number, clock: number): number | Refusal | undefined {
    if (client === NONE) return undefined
    if (clock < this.#draft.clock(client)) {
      this.buildOn(client, clock)
      return undefined
    }
    const block = this.update.blockOf(client)
    if (block === undefined || clock >= (this.update.blockEnd[block] as number)) return 'gap'
    if (clock < this.nextClock(block)) return undefined
    this.neededClock = clock
    return block
  }

  /** Whether a clock of this update is not the last of its struct. */
  isInside(client: ClientId, clock: number): boolean {
    const { update } = this
    const row = this.#rowOf(client, clock)
    return clock < (update.clock[row] as number) + (update.length[row] as number) - 1
  }

  /** Notes what a known clock, that something new builds on or deletes, means for the batch. */
  buildOn(client: ClientId, clock: number): void {
    const others = this.#draft.owner(client) !== this.#sender
    if (others && !this.#draft.isCommitted(client, clock)) this.buildsOnOthers = true
  }

  /** Whether the right origin stands before the origin, or is it: letters of one run are in order. */
  #isTurned(origin: number, originClock: number, right: number, rightClock: number): boolean {
    if (origin === NONE || origin !== right || rightClock > originClock) return false
    return this.#runStart(origin, originClock) <= rightClock
  }

  #runStart(client: ClientId, clock: number): number {
    if (clock < this.#draft.clock(client)) return this.#draft.runStart(client, clock)
    return this.#runStarts[this.#rowOf(client, clock)] ?? clock
  }

  #rootOf(client: number, clock: number): string | undefined {
    if (client === NONE) return undefined
    if (clock < this.#draft.clock(client)) return this.#draft.rootAt(client, clock)
    return this.#roots[this.#rowOf(client, clock)]
  }

  /** The row of the struct that holds a clock of this update, or NONE. */
  #rowOf(client: ClientId, clock: number): number {
    const block = this.update.blockOf(client)
    return block === undefined ? NONE : this.update.structAt(block, clock)
  }
}
