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
import { type Ranges, union } from './ranges.js'

export class RoomIndex {
  readonly clients = new Map<ClientId, ClientIndex>()
  readonly owners = new Map<ClientId, UserId>()
  /** Each root's name once, so that runs share it. */
  readonly #roots = new Map<string, string>()

  clock(client: ClientId): number {
    return this.clients.get(client)?.clock ?? 0
  }

  extend(id: ClientId, end: number, root: string, joins: boolean): void {
    this.#client(id).extend(end, this.#intern(root), joins)
  }

  delete(id: ClientId, ranges: Ranges): void {
    union(this.#client(id).deleted, ranges)
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
