import type { ClientId, UserId } from 'kith-shared'

/** One for all ids of a user: a name that was read with each id would be there as often. */
interface Owner {
  readonly user: UserId
  ids: number
}

/** Whose each client id is, and how many each user has. An id keeps its owner. */
export class Owners {
  readonly #byClient = new Map<ClientId, Owner>()
  readonly #byUser = new Map<UserId, Owner>()

  get size(): number {
    return this.#byClient.size
  }

  get(client: ClientId): UserId | undefined {
    return this.#byClient.get(client)?.user
  }

  /** How many ids the user has. */
  countOf(user: UserId): number {
    return this.#byUser.get(user)?.ids ?? 0
  }

  set(client: ClientId, user: UserId): void {
    const before = this.#byClient.get(client)
    if (before?.user === user) return
    if (before) before.ids--
    let owner = this.#byUser.get(user)
    if (!owner) {
      owner = { user, ids: 0 }
      this.#byUser.set(owner.user, owner)
    }
    owner.ids++
    this.#byClient.set(client, owner)
  }

  *[Symbol.iterator](): IterableIterator<[ClientId, UserId]> {
    for (const [client, { user }] of this.#byClient) yield [client, user]
  }
}
