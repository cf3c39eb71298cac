/**
 * What a room holds instead of the document: who owns which client id, how far each id's clock is
 * known, which root each clock range lies in, and what is deleted. Enough to judge an update,
 * whatever the contacts hold.
 *
 * It holds committed rows only; a batch in the making is an `IndexDraft` above it. What two people
 * overwrote at once is deleted in every document without a word on the wire, so the deleted ranges
 * here are a subset of the document's.
 */
import type { ClientId, UserId } from 'kith-shared'
import { ClientIndex } from './client-index.js'
import { Owners } from './owners.js'
import type { Ranges } from './ranges.js'
import { Weights } from './weights.js'

/** How much lies in one root: pieces that Yjs may hold it in, units of text, items that share an origin. */
export interface RootSize {
  pieces: number
  rivals: number
  units: number
}

const EMPTY: RootSize = { pieces: 0, units: 0, rivals: 0 }

export class RoomIndex {
  readonly clients = new Map<ClientId, ClientIndex>()
  readonly owners = new Owners()
  readonly weights = new Weights()
  readonly #sizes = new Map<string, RootSize>()
  /** Each root's name once, so that runs share it. */
  readonly #roots = new Map<string, string>()

  clock(client: ClientId): number {
    return this.clients.get(client)?.clock ?? 0
  }

  /** Takes all that is known of a client, where nothing was; it is the index's from then on. */
  adopt(id: ClientId, client: ClientIndex): boolean {
    if (this.clients.has(id)) return false
    client.runs.share((root) => this.#intern(root))
    this.clients.set(id, client)
    return true
  }

  extend(id: ClientId, end: number, root: string, joins: boolean): void {
    this.#client(id).extend(end, this.#intern(root), joins)
  }

  delete(id: ClientId, ranges: Ranges): void {
    this.#client(id).delete(ranges)
  }

  follow(id: ClientId, ranges: Ranges): void {
    this.#client(id).follow(ranges)
  }

  addStructs(id: ClientId, structs: number): void {
    this.#client(id).structs += structs
  }

  size(root: string): Readonly<RootSize> {
    return this.#sizes.get(root) ?? EMPTY
  }

  grow(root: string, by: RootSize): void {
    const size = this.size(root)
    this.#sizes.set(this.#intern(root), {
      pieces: Math.max(0, size.pieces + by.pieces),
      units: Math.max(0, size.units + by.units),
      rivals: size.rivals + by.rivals,
    })
  }

  /** Sums what is known of each client, by its owner. */
  byOwner(steps: Iterable<readonly [ClientId, number]>): Map<UserId, number> {
    const sums = new Map<UserId, number>()
    for (const [client, count] of steps) {
      const owner = this.owners.get(client)
      if (owner !== undefined) sums.set(owner, (sums.get(owner) ?? 0) + count)
    }
    return sums
  }

  #client(id: ClientId): ClientIndex {
    let client = this.clients.get(id)
    if (!client) {
      client = new ClientIndex()
      this.clients.set(id, client)
    }
    return client
  }

  #intern(root: string): string {
    const known = this.#roots.get(root)
    if (known !== undefined) return known
    this.#roots.set(root, root)
    return root
  }
}
