/**
 * What each author's work costs to integrate: in steps that a document has counted, and in steps
 * that the gate charged since, for what may be slow (`admission/weight.ts`). A measurement, by a
 * snapshot or a trial, takes the place of the charges that it covers.
 */
import type { UserId } from 'kith-shared'

interface Author {
  /** Steps that a document has counted. */
  measured: number
  /** Steps charged since the last measurement began, and before: that one has not come back. */
  charged: number
  earlier: number
  /** A trial has found their work too slow: no other trial before the next measurement. */
  isConvicted: boolean
}

/** So many keys are remembered between measurements; past that every key counts as repeated. */
const MAX_KEYS = 200_000

/** What a trial covers of its author's charges: they stay where a measurement came in between. */
export interface Covered {
  measurement: number
  earlier: number
  charged: number
}

export class Weights {
  readonly #authors = new Map<UserId, Author>()
  /** Hashes of map keys written without an origin, since the last measurement began and before. */
  #keys = new Set<number>()
  #earlierKeys = new Set<number>()
  #measurements = 0

  /** What a document's load may cost because of this author, in steps. */
  total(author: UserId): number {
    const of = this.#authors.get(author)
    return of ? of.measured + of.earlier + of.charged : 0
  }

  /** What it may cost because of all others. */
  totalOfOthers(author: UserId): number {
    let sum = 0
    for (const id of this.#authors.keys()) if (id !== author) sum += this.total(id)
    return sum
  }

  measured(author: UserId): number {
    return this.#authors.get(author)?.measured ?? 0
  }

  isConvicted(author: UserId): boolean {
    return this.#authors.get(author)?.isConvicted ?? false
  }

  /** Whether a key was written without an origin since the last measurement, as far as is known. */
  hasKey(hash: number): boolean {
    return this.#keys.has(hash) || this.#earlierKeys.has(hash) || this.#isFull
  }

  get #isFull(): boolean {
    return this.#keys.size + this.#earlierKeys.size >= MAX_KEYS
  }

  charge(author: UserId, steps: number): void {
    if (steps > 0) this.#author(author).charged += steps
  }

  /** The set is the room's from then on. */
  addKeys(hashes: Set<number>): void {
    if (this.#keys.size === 0 && this.#earlierKeys.size + hashes.size <= MAX_KEYS) {
      this.#keys = hashes
      return
    }
    for (const hash of hashes) {
      if (this.#isFull) return
      this.#keys.add(hash)
    }
  }

  /** A measurement of all that is committed now begins. */
  measuring(): void {
    for (const author of this.#authors.values()) {
      author.earlier += author.charged
      author.charged = 0
    }
    for (const hash of this.#earlierKeys) this.#keys.add(hash)
    this.#earlierKeys = this.#keys
    this.#keys = new Set()
  }

  /** It is here: each author's steps, none for who is not named. */
  measuredAll(steps: ReadonlyMap<UserId, number>): void {
    this.#measurements++
    for (const id of steps.keys()) this.#author(id)
    for (const [id, author] of this.#authors) {
      author.measured = steps.get(id) ?? 0
      author.earlier = 0
      author.isConvicted = false
      if (author.measured + author.charged === 0) this.#authors.delete(id)
    }
    this.#earlierKeys.clear()
  }

  /** What a trial that begins now will cover. */
  covered(author: UserId): Covered {
    const { earlier = 0, charged = 0 } = this.#authors.get(author) ?? {}
    return { measurement: this.#measurements, earlier, charged }
  }

  /** A trial has counted one author's steps. */
  tried(author: UserId, steps: number, covered: Covered): void {
    const of = this.#author(author)
    of.measured = steps
    if (covered.measurement !== this.#measurements) return
    const all = of.earlier + of.charged
    of.earlier = 0
    of.charged = Math.max(0, all - covered.earlier - covered.charged)
  }

  convict(author: UserId): void {
    this.#author(author).isConvicted = true
  }

  #author(id: UserId): Author {
    let author = this.#authors.get(id)
    if (!author) {
      author = { measured: 0, charged: 0, earlier: 0, isConvicted: false }
      this.#authors.set(id, author)
    }
    return author
  }
}
