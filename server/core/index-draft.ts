/**
 * A batch in the making, above the committed index: reads see both, writes stay here. Committed,
 * it is folded in; after a conflict it is dropped, and the index never knew.
 */
import type { ClientId, UserId } from 'kith-shared'
import type { Weight } from './admission/weight.js'
import { ClientIndex, type VisitRun } from './client-index.js'
import { Owners } from './owners.js'
import type { Ranges } from './ranges.js'
import type { RoomIndex, RootSize } from './room-index.js'

const sumOf = (one: RootSize, other: RootSize): RootSize => ({
  pieces: one.pieces + other.pieces,
  units: one.units + other.units,
  rivals: one.rivals + other.rivals,
})

/** Apart, as a function that holds a closure makes room for it with every call. */
const missingInBoth = (
  one: Ranges,
  other: Ranges,
  start: number,
  end: number,
  part: (start: number, end: number) => void,
): void => one.missing(start, end, (from, to) => other.missing(from, to, part))

export class IndexDraft {
  readonly base: RoomIndex
  /** Each starts at the committed clock and holds only what came after. */
  readonly #clients = new Map<ClientId, ClientIndex>()
  readonly #owners = new Owners()
  #sizes = new Map<string, RootSize>()
  readonly #steps = new Map<UserId, number>()
  #keys = new Set<number>()

  constructor(base: RoomIndex) {
    this.base = base
  }

  clock(client: ClientId): number {
    return this.#clients.get(client)?.clock ?? this.base.clock(client)
  }

  owner(client: ClientId): UserId | undefined {
    return this.#owners.get(client) ?? this.base.owners.get(client)
  }

  /** Whether a known clock is committed already, and not only in this batch. */
  isCommitted(client: ClientId, clock: number): boolean {
    return clock < this.base.clock(client)
  }

  /** New owners, for the batch. */
  get bindings(): { clientId: ClientId; userId: UserId }[] {
    return Array.from(this.#owners, ([clientId, userId]) => ({ clientId, userId }))
  }

  /** How many client ids have an owner, and how many of them are this user's. */
  owned(user: UserId): { all: number; own: number } {
    const { owners } = this.base
    return {
      all: owners.size + this.#owners.size,
      own: owners.countOf(user) + this.#owners.countOf(user),
    }
  }

  /** Gives an id to a user, unless it has an owner. */
  bind(client: ClientId, user: UserId): void {
    if (this.owner(client) === undefined) this.#owners.set(client, user)
  }

  /** The root that a known clock lies in. */
  rootAt(client: ClientId, clock: number): string {
    const holder = this.isCommitted(client, clock) ? this.base.clients : this.#clients
    const index = holder.get(client)
    if (!index) throw new Error(`clock ${clock} of client ${client} is not known`)
    return index.rootAt(clock)
  }

  /** Where the run begins that a known clock lies in. */
  runStart(client: ClientId, clock: number): number {
    const committed = this.base.clock(client)
    const base = this.base.clients.get(client)
    if (clock < committed) return base?.runStart(clock) ?? 0
    const draft = this.#clients.get(client)
    const start = draft?.runStart(clock) ?? 0
    if (start > committed || !draft?.continues || committed === 0) return start
    return base?.runStart(committed - 1) ?? start
  }

  /** Calls back with each run that the range `[start, end)` touches, as far as it is known. */
  runsIn(client: ClientId, start: number, end: number, visit: VisitRun): void {
    this.base.clients.get(client)?.runsIn(start, end, visit)
    this.#clients.get(client)?.runsIn(Math.max(start, this.base.clock(client)), end, visit)
  }

  /** Adds `[clock(client), end)` in a root, to the last run if it `joins` that. */
  extend(client: ClientId, end: number, root: string, joins: boolean): void {
    this.#client(client).extend(end, root, joins)
  }

  delete(client: ClientId, ranges: Ranges): void {
    this.#client(client).delete(ranges)
  }

  /** Calls back with each part of a range that is not deleted yet. */
  undeleted(
    client: ClientId,
    start: number,
    end: number,
    part: (start: number, end: number) => void,
  ): void {
    const drafted = this.#clients.get(client)?.deleted
    const committed = this.base.clients.get(client)?.deleted
    if (drafted && committed) missingInBoth(committed, drafted, start, end, part)
    else if (drafted ?? committed) (drafted ?? committed)?.missing(start, end, part)
    else part(start, end)
  }

  /** Whether a known clock is the origin of something known. */
  isFollowed(client: ClientId, clock: number): boolean {
    const committed = this.base.clients.get(client)
    const drafted = this.#clients.get(client)
    if (committed?.followed?.covers(clock, clock + 1)) return true
    return drafted?.followed?.covers(clock, clock + 1) ?? false
  }

  structs(client: ClientId): number {
    const committed = this.base.clients.get(client)?.structs ?? 0
    return committed + (this.#clients.get(client)?.structs ?? 0)
  }

  size(root: string): Readonly<RootSize> {
    const drafted = this.#sizes.get(root)
    return drafted ? sumOf(this.base.size(root), drafted) : this.base.size(root)
  }

  hasKey(hash: number): boolean {
    return this.#keys.has(hash) || this.base.weights.hasKey(hash)
  }

  /** Steps measured and charged for an author's work. */
  stepsOf(author: UserId): number {
    return this.base.weights.total(author) + (this.#steps.get(author) ?? 0)
  }

  /** Adds what an author's update weighs; `steps` of it are charged. */
  weigh(author: UserId, weight: Weight, steps: number): void {
    if (steps > 0) this.#steps.set(author, (this.#steps.get(author) ?? 0) + steps)
    weight.followed.forEach((ranges, client) => {
      this.#client(client).follow(ranges)
    })
    weight.structs.forEach((structs, client) => {
      this.#client(client).structs += structs
    })
    // What a large message tells is taken as it is, where nothing is here to add it to.
    if (this.#sizes.size === 0) this.#sizes = weight.sizes
    else this.#addSizes(weight.sizes)
    if (this.#keys.size === 0) this.#keys = weight.keys
    else for (const key of weight.keys) this.#keys.add(key)
  }

  #addSizes(sizes: ReadonlyMap<string, RootSize>): void {
    sizes.forEach((size, root) => {
      const known = this.#sizes.get(root)
      this.#sizes.set(root, known ? sumOf(known, size) : size)
    })
  }

  /** Makes the committed index what this draft shows. The draft is spent. */
  fold(): void {
    for (const [id, draft] of this.#clients) {
      if (this.base.adopt(id, draft)) continue
      const { runs, deleted, followed } = draft
      for (let run = 0; run < runs.count; run++) {
        const joins = run === 0 && draft.continues
        const root = runs.root(run) as string
        this.base.extend(id, runs.start(run + 1) ?? draft.clock, root, joins)
      }
      if (deleted) this.base.delete(id, deleted)
      if (followed) this.base.follow(id, followed)
      this.base.addStructs(id, draft.structs)
    }
    this.#sizes.forEach((size, root) => {
      this.base.grow(root, size)
    })
    for (const [author, steps] of this.#steps) this.base.weights.charge(author, steps)
    this.base.weights.addKeys(this.#keys)
    for (const [id, owner] of this.#owners) this.base.owners.set(id, owner)
  }

  #client(id: ClientId): ClientIndex {
    let client = this.#clients.get(id)
    if (!client) {
      client = new ClientIndex(this.base.clock(id))
      this.#clients.set(id, client)
    }
    return client
  }
}
