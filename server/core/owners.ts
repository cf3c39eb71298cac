import type { ClientId, UserId } from 'kith-shared'

/** Whose each client id is, and how many each user has. An id keeps its owner. */
export class Owners {
  readonly #users = new Map<ClientId, UserId>()
  readonly #counts = new Map<UserId, number>()

  get size(): number {
    return this.#users.size
  }

  get(client: ClientId): UserId | undefined {
    return this.#users.get(client)
  }

  /** How many ids the user has. */
  countOf(user: UserId): number {
    return this.#counts.get(user) ?? 0
  }

  set(client: ClientId, user: UserId): void {
    const before = this.#users.get(client)
    if (before === user) return
    if (before !== undefined) this.#counts.set(before, this.countOf(before) - 1)
    this.#users.set(client, user)
    this.#counts.set(user, this.countOf(user) + 1)
  }

  [Symbol.iterator](): IterableIterator<[ClientId, UserId]> {
    return this.#users[Symbol.iterator]()
  }
}
