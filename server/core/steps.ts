/**
 * Counts what Yjs does to integrate updates, while it does it: the same count on every machine, in
 * place of a clock. A step is one item that a new one is compared with (`Item.integrate`, yjs 13.6);
 * a way to the head of a key's chain and a move in an array of structs count as the fractions of a
 * step that they take.
 */
import type { ClientId } from 'kith-shared'
import * as Y from 'yjs'
import { PLACES_PER_STEP } from './admission/weight.js'

/** So many items are walked past, without being compared, in the time of a step. */
const WALKS_PER_STEP = 64

/**
 * Thrown out of Yjs where a limit is passed. The document is of no use then, and Yjs may throw what
 * it will while it ends the transaction: `isOver` tells.
 */
export class TooManySteps extends Error {
  override name = 'TooManySteps'
}

/** Steps of one document. */
export class StepCount {
  /** By the client whose items were integrated. Moves are nobody's, and in the total alone. */
  readonly byClient = new Map<ClientId, number>()
  /** All steps so far; and those of them that were comparisons, no fractions. */
  total = 0
  compared = 0
  /** Whether a limit was passed. */
  isOver = false
  #limit = Number.POSITIVE_INFINITY
  readonly #doc: Y.Doc
  #places = 0
  #walks = 0

  constructor(doc: Y.Doc) {
    this.#doc = doc
    this.#countMoves(doc.store.clients)
  }

  /** Runs `act` with the integration of all items of this document counted. Not to be nested. */
  during(act: () => void): void {
    const { integrate } = Y.Item.prototype
    const before = (item: Y.Item, transaction: Y.Transaction, offset: number) => {
      if (transaction.doc !== this.#doc) return
      const steps = this.#stepsOf(item, offset)
      this.compared += steps
      this.#add(steps, item.id.client)
    }
    Y.Item.prototype.integrate = function counted(transaction, offset) {
      before(this, transaction, offset)
      integrate.call(this, transaction, offset)
    }
    try {
      act()
    } finally {
      Y.Item.prototype.integrate = integrate
    }
  }

  /** From now on so many steps more are let pass; the next one throws `TooManySteps`, once. */
  stopAfter(more: number): void {
    this.#limit = this.total + more
  }

  of(clients: Iterable<ClientId>): number {
    let sum = 0
    for (const client of clients) sum += this.byClient.get(client) ?? 0
    return sum
  }

  #add(steps: number, client: ClientId | undefined): void {
    if (steps === 0) return
    this.total += steps
    if (client !== undefined) this.byClient.set(client, (this.byClient.get(client) ?? 0) + steps)
    if (this.total <= this.#limit) return
    this.#limit = Number.POSITIVE_INFINITY
    this.isOver = true
    throw new TooManySteps()
  }

  /** As `Item.integrate` will compare, without changing anything. */
  #stepsOf(item: Y.Item, offset: number): number {
    const { parent, right } = item
    if (!(parent instanceof Y.AbstractType)) return 0
    const { store } = this.#doc
    const { client, clock } = item.id
    // Known in part: it goes on from its own last known clock.
    const known = offset > 0 ? Y.getItem(store, Y.createID(client, clock + offset - 1)) : item.left
    const left = known instanceof Y.Item ? known : null
    if (left ? left.right === right : right !== null && right.left === null) return 0
    const origin = offset > 0 ? Y.createID(client, clock + offset - 1) : item.origin
    return compared(store, { left, right, origin, item, parent }, () => this.#walk(client))
  }

  #walk(client: ClientId): void {
    this.#walks++
    if (this.#walks < WALKS_PER_STEP) return
    this.#walks = 0
    this.#add(1, client)
  }

  /** Yjs keeps a client's structs in one array, and splices it wherever it cuts or joins. */
  #countMoves(clients: Map<number, Structs>): void {
    const set = clients.set.bind(clients)
    clients.set = (client, structs) => {
      const splice = structs.splice.bind(structs)
      const counted = (...args: Parameters<typeof splice>) => {
        this.#places += structs.length - args[0]
        const steps = Math.floor(this.#places / PLACES_PER_STEP)
        this.#places -= steps * PLACES_PER_STEP
        this.#add(steps, undefined)
        return splice(...args)
      }
      Object.defineProperty(structs, 'splice', { value: counted })
      return set(client, structs)
    }
  }
}

type Structs = (Y.Item | Y.GC)[]

interface Place {
  left: Y.Item | null
  right: Y.Item | null
  origin: Y.ID | null
  item: Y.Item
  parent: Y.AbstractType<unknown>
}

/** How many items `Item.integrate` looks at: its loop, without the placing. */
const compared = (store: Y.Doc['store'], place: Place, walk: () => void): number => {
  const { left, right, origin, item, parent } = place
  const conflicting = new Set<Y.Item>()
  const before = new Set<Y.Item>()
  let other = left ? left.right : headOf(item, parent, walk)
  while (other !== null && other !== right) {
    before.add(other)
    conflicting.add(other)
    if (Y.compareIDs(origin, other.origin)) {
      if (other.id.client < item.id.client) conflicting.clear()
      else if (Y.compareIDs(item.rightOrigin, other.rightOrigin)) break
    } else {
      const its = other.origin && Y.getItem(store, other.origin)
      if (!(its instanceof Y.Item) || !before.has(its)) break
      if (!conflicting.has(its)) conflicting.clear()
    }
    other = other.right
  }
  return before.size
}

const headOf = (item: Y.Item, parent: Y.AbstractType<unknown>, walk: () => void): Y.Item | null => {
  if (item.parentSub === null) return parent._start
  let head = parent._map.get(item.parentSub) ?? null
  for (; head?.left; head = head.left) walk()
  return head
}
